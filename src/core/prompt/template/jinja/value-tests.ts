/** What may stand behind `is`. */
import { pythonContains, pythonEquals, pythonOrder } from '../python/compare.ts';
import { PyDict, PyFault, PyFloat, PyTuple, numberOf, textOfString, type PyValue } from '../python/values.ts';
import { arithmetic } from '../python/arithmetic.ts';
import { boundArguments } from './call-arguments.ts';
import type { FilterTools } from './filters/filter.ts';
import { filterNamed } from './filters/filters.ts';
import { Callable, DictView, FieldsObject, RangeValue, TemplateText, Undefined, type CallArguments } from './objects.ts';

interface ValueTest {
  readonly parameters: readonly (readonly [string])[];
  readonly run: (value: PyValue, other: PyValue, tools: FilterTools) => boolean;
}

const plain = (run: (value: PyValue, tools: FilterTools) => boolean): ValueTest => ({
  parameters: [],
  run: (value, _, tools) => run(value, tools),
});
const withOther = (run: ValueTest['run']): ValueTest => ({ parameters: [['other']], run });

const rest = (value: PyValue, by: PyValue, tools: FilterTools): number => {
  if (value instanceof Undefined) throw value.fault();
  const found = numberOf(arithmetic('%', value, by, tools.fuel));
  if (found === null) throw new PyFault('a number is needed here');
  return found;
};

const order = (operator: string, holds: (order: number) => boolean): ValueTest =>
  withOther((value, other, tools) => {
    if (value instanceof Undefined) throw value.fault();
    return holds(pythonOrder(value, other, operator, tools.fuel));
  });

const isInt = (value: PyValue): boolean => typeof value === 'number';
const isSequence = (value: PyValue): boolean =>
  textOfString(value) !== null ||
  Array.isArray(value) ||
  value instanceof PyTuple ||
  value instanceof PyDict ||
  value instanceof RangeValue ||
  value instanceof Undefined;
const isCallable = (value: PyValue): boolean => value instanceof Callable || (value instanceof FieldsObject && value.call !== null);
const isIterable = (value: PyValue): boolean =>
  isSequence(value) || value instanceof DictView || value instanceof Undefined || isOnce(value);
const isOnce = (value: PyValue): boolean => typeof value === 'object' && value !== null && 'take' in value;
const sameCase = (text: string, changed: string): boolean => text === changed && /\p{Cased}/u.test(text);

const equal = withOther((value, other, { fuel }) => pythonEquals(value, other, fuel));
const unequal = withOther((value, other, { fuel }) => !pythonEquals(value, other, fuel));
const less = order('<', (at) => at < 0);
const atMost = order('<=', (at) => at <= 0);
const more = order('>', (at) => at > 0);
const atLeast = order('>=', (at) => at >= 0);

const TESTS: Readonly<Record<string, ValueTest>> = {
  defined: plain((value) => !(value instanceof Undefined)),
  undefined: plain((value) => value instanceof Undefined),
  none: plain((value) => value === null),
  boolean: plain((value) => typeof value === 'boolean'),
  true: plain((value) => value === true),
  false: plain((value) => value === false),
  integer: plain(isInt),
  float: plain((value) => value instanceof PyFloat),
  number: plain((value) => numberOf(value) !== null),
  string: plain((value) => textOfString(value) !== null),
  mapping: plain((value) => value instanceof PyDict),
  sequence: plain(isSequence),
  iterable: plain(isIterable),
  callable: plain(isCallable),
  lower: plain((value, { text }) => sameCase(text(value), text(value).toLowerCase())),
  upper: plain((value, { text }) => sameCase(text(value), text(value).toUpperCase())),
  odd: plain((value, tools) => rest(value, 2, tools) === 1),
  even: plain((value, tools) => rest(value, 2, tools) === 0),
  divisibleby: { parameters: [['num']], run: (value, by, tools) => rest(value, by, tools) === 0 },
  escaped: plain((value) => value instanceof TemplateText && value.isSafe),
  in: { parameters: [['seq']], run: (value, container, { fuel }) => pythonContains(container, value, fuel) },
  sameas: withOther((value, other) => value === other),
  filter: plain((value, { dialect, text }) => filterNamed(text(value), dialect) !== null),
  test: plain((value, { text }) => isTestName(text(value))),
  '==': equal,
  eq: equal,
  equalto: equal,
  '!=': unequal,
  ne: unequal,
  '>': more,
  gt: more,
  greaterthan: more,
  '>=': atLeast,
  ge: atLeast,
  '<': less,
  lt: less,
  lessthan: less,
  '<=': atMost,
  le: atMost,
};

export const testNames = (): string[] => Object.keys(TESTS);
export const isTestName = (name: string): boolean => Object.hasOwn(TESTS, name);

/** Whether `value is name(args)`. @throws {PyFault} for an unknown test or wrong arguments. */
export function holds(name: string, value: PyValue, args: CallArguments, tools: FilterTools): boolean {
  const test = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined;
  if (test === undefined) throw new PyFault(`there is no test '${name}'`);
  const [other = null] = boundArguments(name, test.parameters, args);
  return test.run(value, other, tools);
}
