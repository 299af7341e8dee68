/** `==`, `<` and `in` of Python. */
import {
  Fuel,
  pythonItems,
  numberOf,
  possibleItems,
  PyDict,
  PyFault,
  PyObject,
  PyTuple,
  textOfString,
  typeName,
  type PyValue,
} from './values.ts';

const MAX_NESTING = 200;

export function pythonEquals(a: PyValue, b: PyValue, fuel: Fuel, depth = 0): boolean {
  fuel.burn();
  if (a === b) return true;
  if (depth > MAX_NESTING) throw new PyFault('a value is nested too deeply');
  const number = numberOf(a);
  if (number !== null) return number === numberOf(b);
  const text = textOfString(a);
  if (text !== null) return text === textOfString(b);
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b, fuel, depth);
  if (a instanceof PyTuple) return b instanceof PyTuple && sameItems(a.items, b.items, fuel, depth);
  if (a instanceof PyDict) return b instanceof PyDict && samePairs(a, b, fuel, depth);
  return a instanceof PyObject && b instanceof PyObject && a.typeName === 'Undefined' && b.typeName === 'Undefined';
}

const sameItems = (a: readonly PyValue[], b: readonly PyValue[], fuel: Fuel, depth: number): boolean =>
  a.length === b.length && a.every((item, at) => pythonEquals(item, b[at] ?? null, fuel, depth + 1));

const samePairs = (a: PyDict, b: PyDict, fuel: Fuel, depth: number): boolean =>
  a.size === b.size && a.keys().every((key) => b.has(key) && pythonEquals(a.get(key) ?? null, b.get(key) ?? null, fuel, depth + 1));

/** Negative, zero or positive. @throws {PyFault} when Python cannot order the two; `operator` is for its message. */
export function pythonOrder(a: PyValue, b: PyValue, operator: string, fuel: Fuel): number {
  fuel.burn();
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN;
  const [s, t] = [textOfString(a), textOfString(b)];
  if (s !== null && t !== null) return textOrder(s, t);
  const [p, q] = [sequence(a), sequence(b)];
  if (p !== null && q !== null && Array.isArray(a) === Array.isArray(b)) {
    for (let at = 0; at < Math.min(p.length, q.length); at++) {
      const [left, right] = [p[at] ?? null, q[at] ?? null];
      if (!pythonEquals(left, right, fuel)) return pythonOrder(left, right, operator, fuel);
    }
    return p.length - q.length;
  }
  throw new PyFault(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

const sequence = (value: PyValue): readonly PyValue[] | null =>
  Array.isArray(value) ? value : value instanceof PyTuple ? value.items : null;

/** By code points, as Python orders text. */
function textOrder(a: string, b: string): number {
  if (a === b) return 0;
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
  if (Number.isNaN(x)) return -1;
  if (Number.isNaN(y)) return 1;
  // A surrogate is a code point beyond all others.
  const [isHighX, isHighY] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000];
  return isHighX === isHighY ? x - y : isHighX ? 1 : -1;
}

/** A stable sort by keys. @throws {PyFault} when two keys cannot be ordered. */
export function pythonSorted(items: readonly PyValue[], keyOf: (item: PyValue) => PyValue, reverse: boolean, fuel: Fuel): PyValue[] {
  const sign = reverse ? -1 : 1;
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .toSorted((a, b) => sign * pythonOrder(a.key, b.key, '<', fuel))
    .map(({ item }) => item);
}

/** `item in container`. */
export function pythonContains(container: PyValue, item: PyValue, fuel: Fuel): boolean {
  const text = textOfString(container);
  if (text !== null) {
    const part = textOfString(item);
    if (part === null) throw new PyFault(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    fuel.burn(text.length >> 5);
    return text.includes(part);
  }
  if (container instanceof PyDict) return container.has(item);
  if (possibleItems(container) === null) throw new PyFault(`argument of type '${typeName(container)}' is not iterable`);
  return pythonItems(container, fuel).some((known) => pythonEquals(known, item, fuel));
}
