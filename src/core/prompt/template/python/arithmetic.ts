/** `+ - * / // % **` of Python. */
import { percentFormat } from './percent-format.ts';
import { codePoints, exactInt, Fuel, numberOf, PyDict, PyFault, PyFloat, PyTuple, textOfString, typeName, type PyValue } from './values.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

const MAX_ITEMS = 1_000_000;

/** @throws {PyFault} for operands that Python refuses. */
export function arithmetic(operator: ArithmeticOperator, a: PyValue, b: PyValue, fuel: Fuel): PyValue {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return ofNumbers(operator, x, y, a instanceof PyFloat || b instanceof PyFloat);
  const found = operator === '+' ? joined(a, b, fuel) : operator === '*' ? (repeated(a, b, fuel) ?? repeated(b, a, fuel)) : undefined;
  if (found !== undefined) return found;
  const text = textOfString(a);
  if (operator === '%' && text !== null) return percentFormat(text, b, fuel);
  throw new PyFault(`unsupported operand type(s) for ${operator}: '${typeName(a)}' and '${typeName(b)}'`);
}

function joined(a: PyValue, b: PyValue, fuel: Fuel): PyValue | undefined {
  const [s, t] = [textOfString(a), textOfString(b)];
  if (s !== null && t !== null) return fuel.text(s + t);
  if (Array.isArray(a) && Array.isArray(b)) return bounded([...a, ...b], fuel);
  if (a instanceof PyTuple && b instanceof PyTuple) return new PyTuple(bounded([...a.items, ...b.items], fuel));
  return undefined;
}

function bounded(items: PyValue[], fuel: Fuel): PyValue[] {
  if (items.length > MAX_ITEMS) throw new PyFault('a list of this template exceeds one million items');
  fuel.burn(items.length >> 3);
  return items;
}

function repeated(value: PyValue, times: PyValue, fuel: Fuel): PyValue | undefined {
  if (typeof times !== 'number' && typeof times !== 'boolean') return undefined;
  const count = Math.max(0, Number(times));
  const text = textOfString(value);
  if (text !== null) {
    if (text.length * count > 32 * 1024 * 1024) throw new PyFault('a text of this template exceeds 32 MB');
    return fuel.text(text.repeat(count));
  }
  if (!Array.isArray(value) && !(value instanceof PyTuple)) return undefined;
  const items = Array.isArray(value) ? value : value.items;
  if (items.length * count > MAX_ITEMS) throw new PyFault('a list of this template exceeds one million items');
  const all = bounded(
    Array.from({ length: items.length * count }, (_, at) => items[at % items.length] ?? null),
    fuel,
  );
  return Array.isArray(value) ? all : new PyTuple(all);
}

function ofNumbers(operator: ArithmeticOperator, x: number, y: number, isFloat: boolean): PyValue {
  const number = (value: number): PyValue => (isFloat ? new PyFloat(value) : exactInt(value));
  switch (operator) {
    case '+':
      return number(x + y);
    case '-':
      return number(x - y);
    case '*':
      return number(x * y);
    case '/':
      if (y === 0) throw new PyFault(isFloat ? 'float division by zero' : 'division by zero');
      return new PyFloat(x / y);
    case '//':
      if (y === 0) throw new PyFault(isFloat ? 'float floor division by zero' : 'integer division or modulo by zero');
      return number(isFloat ? floorDivided(x, y) : Math.floor((x - remainder(x, y)) / y));
    case '%':
      if (y === 0) throw new PyFault(isFloat ? 'float modulo' : 'integer division or modulo by zero');
      return number(remainder(x, y));
    case '**':
      if (x === 0 && y < 0) throw new PyFault('0.0 cannot be raised to a negative power');
      return isFloat || y < 0 ? new PyFloat(realPower(x, y)) : exactInt(x ** y);
  }
}

/** The sign of the result is that of `y`. */
function remainder(x: number, y: number): number {
  const rest = x % y;
  if (rest === 0) return y < 0 ? -0 : 0;
  return rest < 0 === y < 0 ? rest : rest + y;
}

function floorDivided(x: number, y: number): number {
  const rest = remainder(x, y);
  const quotient = (x - rest) / y;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function realPower(x: number, y: number): number {
  const result = x ** y;
  if (Number.isNaN(result) && !Number.isNaN(x) && !Number.isNaN(y)) throw new PyFault('complex numbers are not supported');
  if (!Number.isFinite(result) && Number.isFinite(x) && Number.isFinite(y)) throw new PyFault("(34, 'Numerical result out of range')");
  return result;
}

export function negated(value: PyValue, operator: '-' | '+'): PyValue {
  const number = numberOf(value);
  if (number === null) throw new PyFault(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  const result = operator === '-' ? -number : number;
  return value instanceof PyFloat ? new PyFloat(result) : result + 0;
}

/** `value[key]` where there is one; undefined: there is not. */
export function itemAt(value: PyValue, key: PyValue): PyValue | undefined {
  if (value instanceof PyDict) return value.get(key);
  const items = itemSequence(value);
  if (items === null || (typeof key !== 'number' && typeof key !== 'boolean')) return undefined;
  const at = Number(key);
  return items[at < 0 ? at + items.length : at];
}

/** `value[start:stop:step]`. @throws {PyFault} when it cannot be cut. */
export function slice(value: PyValue, parts: readonly (PyValue | undefined)[], fuel: Fuel): PyValue {
  const items = itemSequence(value);
  if (items === null) throw new PyFault(`'${typeName(value)}' object is not subscriptable`);
  const chosen = sliced(items, parts);
  fuel.burn(chosen.length >> 3);
  if (textOfString(value) !== null) return chosen.map((character) => textOfString(character) ?? '').join('');
  return value instanceof PyTuple ? new PyTuple(chosen) : chosen;
}

function itemSequence(value: PyValue): ArrayLike<PyValue> | null {
  if (Array.isArray(value)) return value;
  if (value instanceof PyTuple) return value.items;
  const text = textOfString(value);
  return text === null ? null : codePoints(text);
}

export function sliced<T>(items: ArrayLike<T>, parts: readonly (PyValue | undefined)[]): T[] {
  const [start, stop, step] = parts.map((part) => {
    if (part === undefined || part === null) return null;
    if (typeof part !== 'number' && typeof part !== 'boolean')
      throw new PyFault('slice indices must be integers or None or have an __index__ method');
    return Number(part);
  });
  const by = step ?? 1;
  if (by === 0) throw new PyFault('slice step cannot be zero');
  const { length } = items;
  const clamp = (at: number, low: number, high: number) => Math.min(Math.max(at < 0 ? at + length : at, low), high);
  const first = by > 0 ? clamp(start ?? 0, 0, length) : start === null || start === undefined ? length - 1 : clamp(start, -1, length - 1);
  const last =
    by > 0
      ? stop === null || stop === undefined
        ? length
        : clamp(stop, 0, length)
      : stop === null || stop === undefined
        ? -1
        : clamp(stop, -1, length - 1);
  const chosen: T[] = [];
  for (let at = first; by > 0 ? at < last : at > last; at += by) chosen.push(items[at] as T);
  return chosen;
}
