/** The functions that every template has: `range`, `dict`, `namespace`, `cycler`, `joiner`. */
import { Fuel, PyDict, PyFault, type PyValue } from '../python/values.ts';
import { pairsOf } from './collection-methods.ts';
import { intArgument } from './convert.ts';
import { Callable, FieldsObject, Namespace, RangeValue, type CallArguments } from './objects.ts';
import { textOfString } from '../python/values.ts';

/** By name. Values that a caller gives under such a name take precedence. */
export function templateGlobals(fuel: Fuel): ReadonlyMap<string, PyValue> {
  const functions: Readonly<Record<string, (args: CallArguments) => PyValue>> = {
    range: ({ positional }) => rangeOf(positional, fuel),
    dict: ({ positional: [pairs = null], named }) => new PyDict([...pairsOf(pairs, fuel), ...named]),
    namespace: ({ positional: [pairs = null], named }) => {
      const given = pairsOf(pairs, fuel).map(([key, value]) => [textOfString(key) ?? '', value] as const);
      return new Namespace(new Map([...given, ...named]), fuel);
    },
    cycler: ({ positional }) => cycler(positional),
    joiner: ({ positional: [separator = ', '] }) => joiner(separator),
    lipsum: () => {
      throw new PyFault('lipsum() makes another text each time', 'Write the text itself.');
    },
  };
  return new Map(Object.entries(functions).map(([name, call]) => [name, new Callable(name, call)]));
}

/** The names that a template does not take from its variables. */
export const GLOBAL_NAMES: ReadonlySet<string> = new Set(['range', 'dict', 'namespace', 'cycler', 'joiner', 'lipsum']);

function rangeOf(args: readonly PyValue[], fuel: Fuel): RangeValue {
  const numbers = args.map(intArgument);
  if (numbers.length === 0 || numbers.length > 3) throw new PyFault('range() takes 1 to 3 arguments');
  const [first = 0, second, step = 1] = numbers;
  const range = second === undefined ? new RangeValue(0, first, 1) : new RangeValue(first, second, step);
  fuel.burn(range.size() >> 3);
  return range;
}

function cycler(items: readonly PyValue[]): PyValue {
  if (items.length === 0) throw new PyFault('at least one item has to be provided');
  let at = 0;
  const current = (): PyValue => items[at] ?? null;
  const next = new Callable('next', () => {
    const value = current();
    at = (at + 1) % items.length;
    return value;
  });
  const reset = new Callable('reset', () => {
    at = 0;
    return null;
  });
  return new FieldsObject('Cycler', (name) =>
    name === 'next' ? next : name === 'reset' ? reset : name === 'current' ? current() : undefined,
  );
}

function joiner(separator: PyValue): PyValue {
  let isUsed = false;
  return new Callable('joiner', () => {
    const value = isUsed ? separator : '';
    isUsed = true;
    return value;
  });
}
