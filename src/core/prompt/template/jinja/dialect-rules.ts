/** What the two languages do differently with values: printing, truth, arithmetic, comparison. */
import { arithmetic, negated, type ArithmeticOperator } from '../python/arithmetic.ts';
import { pythonContains, pythonEquals, pythonOrder } from '../python/compare.ts';
import { pythonText } from '../python/print.ts';
import { Fuel, isTrue, numberOf, PyDict, PyFault, PyFloat, PyObject, PyTuple, textOfString, type PyValue } from '../python/values.ts';
import type { JinjaDialect } from './dialect.ts';
import type { CompareOperator } from './nodes.ts';
import { OneTime, Undefined } from './objects.ts';

export interface DialectRules {
  print(value: PyValue): string;
  isTrue(value: PyValue): boolean;
  arithmetic(operator: ArithmeticOperator, left: PyValue, right: PyValue): PyValue;
  sign(operator: '-' | '+', value: PyValue): PyValue;
  compare(operator: CompareOperator, left: PyValue, right: PyValue): boolean;
}

export const dialectRules = (dialect: JinjaDialect, fuel: Fuel): DialectRules =>
  dialect === 'jinja' ? jinjaRules(fuel) : nunjucksRules(fuel);

/** Anything that is done with an undefined value is a fault, as in Jinja2. */
function defined(...values: readonly PyValue[]): void {
  for (const value of values) if (value instanceof Undefined) throw value.fault();
}

const jinjaRules = (fuel: Fuel): DialectRules => ({
  print: (value) => pythonText(value, fuel),
  isTrue,
  arithmetic(operator, left, right) {
    defined(left, right);
    return arithmetic(operator, left, right, fuel);
  },
  sign(operator, value) {
    defined(value);
    return negated(value, operator);
  },
  compare(operator, left, right) {
    if (operator === '==') return pythonEquals(left, right, fuel);
    if (operator === '!=') return !pythonEquals(left, right, fuel);
    if (operator === 'in') return pythonContains(right, left, fuel);
    if (operator === 'not in') return !pythonContains(right, left, fuel);
    defined(left, right);
    return inOrder(operator, pythonOrder(left, right, operator, fuel));
  },
});

function inOrder(operator: CompareOperator, order: number): boolean {
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

const nunjucksRules = (fuel: Fuel): DialectRules => ({
  print: (value) => fuel.text(scriptText(value, fuel)),
  isTrue: scriptTruth,
  arithmetic(operator, left, right) {
    const isText = [left, right].some((value) => scriptNumber(value) === null);
    if (operator === '+' && isText) return fuel.text(addedText(left, fuel) + addedText(right, fuel));
    return numberValue(scriptArithmetic(operator, coerced(left), coerced(right)));
  },
  sign: (operator, value) => numberValue(operator === '-' ? -coerced(value) : coerced(value)),
  compare(operator, left, right) {
    if (operator === 'in') return scriptContains(right, left, fuel);
    if (operator === 'not in') return !scriptContains(right, left, fuel);
    if (operator === '===' || operator === '!==') return isStrictlyEqual(left, right) === (operator === '===');
    if (operator === '==' || operator === '!=') return isLooselyEqual(left, right) === (operator === '==');
    const [s, t] = [textOfString(left), textOfString(right)];
    const [x, y] = s !== null && t !== null ? [s, t] : [coerced(left), coerced(right)];
    return operator === '<' ? x < y : operator === '<=' ? x <= y : operator === '>' ? x > y : x >= y;
  },
});

/** Nothing for null and undefined, else `String(value)`. */
function scriptText(value: PyValue, fuel: Fuel, depth = 0): string {
  fuel.burn();
  if (depth > 100) throw new PyFault('a value is nested too deeply');
  if (value === null || value instanceof Undefined) return '';
  if (value instanceof PyFloat) return String(value.value);
  if (value instanceof PyDict) return '[object Object]';
  const items = value instanceof OneTime ? value.items() : value instanceof PyTuple ? value.items : Array.isArray(value) ? value : null;
  if (items !== null) return fuel.text(items.map((item) => scriptText(item, fuel, depth + 1)).join(','));
  if (value instanceof PyObject) return value.text();
  return typeof value === 'object' ? '' : String(value);
}

function scriptTruth(value: PyValue): boolean {
  if (value instanceof PyFloat) return value.value !== 0 && !Number.isNaN(value.value);
  if (value instanceof Undefined) return false;
  const text = textOfString(value);
  return text === null ? value !== null && value !== false && value !== 0 : text !== '';
}

/** A number, or what JavaScript adds as one; null: it makes `+` join text. */
function scriptNumber(value: PyValue): number | null {
  if (value === null) return 0;
  if (value instanceof Undefined) return Number.NaN;
  return numberOf(value);
}

function coerced(value: PyValue): number {
  const text = textOfString(value);
  return text === null ? (scriptNumber(value) ?? Number.NaN) : Number(text);
}

const addedText = (value: PyValue, fuel: Fuel): string =>
  value === null ? 'null' : value instanceof Undefined ? 'undefined' : scriptText(value, fuel);

const numberValue = (value: number): PyValue => (Number.isSafeInteger(value) ? value + 0 : new PyFloat(value));

function scriptArithmetic(operator: ArithmeticOperator, x: number, y: number): number {
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return x / y;
    case '//':
      return Math.floor(x / y);
    case '%':
      return x % y;
    case '**':
      return x ** y;
  }
}

function scriptContains(container: PyValue, item: PyValue, fuel: Fuel): boolean {
  const text = textOfString(container);
  if (text !== null) return text.includes(scriptText(item, fuel));
  if (Array.isArray(container)) return container.some((known) => isStrictlyEqual(known, item));
  if (container instanceof PyDict) return container.has(textOfString(item) ?? scriptText(item, fuel));
  throw new PyFault('cannot use "in" operator to search in unexpected types');
}

function isStrictlyEqual(a: PyValue, b: PyValue): boolean {
  if (a instanceof Undefined) return b instanceof Undefined;
  const text = textOfString(a);
  if (text !== null) return text === textOfString(b);
  if (typeof a === 'boolean' || typeof b === 'boolean') return a === b;
  const number = numberOf(a);
  return number === null ? a === b : number === numberOf(b);
}

/** `==` of JavaScript for values of JSON. */
function isLooselyEqual(a: PyValue, b: PyValue): boolean {
  const isNothing = (value: PyValue) => value === null || value instanceof Undefined;
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  const [s, t] = [textOfString(a), textOfString(b)];
  if (s !== null && t !== null) return s === t;
  const [x, y] = [s === null ? numberOf(a) : Number(s), t === null ? numberOf(b) : Number(t)];
  return x !== null && y !== null ? x === y : a === b;
}
