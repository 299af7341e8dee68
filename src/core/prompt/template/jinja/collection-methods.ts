/** The methods of lists, tuples and dicts. They change the template's own copy of a value, never the caller's. */
import { pythonEquals, pythonSorted } from '../python/compare.ts';
import { isTrue, Fuel, pythonItems, PyDict, PyFault, PyTuple, type PyValue } from '../python/values.ts';
import { boundArguments, type ParameterSpec } from './call-arguments.ts';
import { intArgument } from './convert.ts';
import { DictView, type CallArguments } from './objects.ts';

interface CollectionMethod<T> {
  readonly parameters: readonly ParameterSpec[];
  readonly run: (value: T, args: readonly PyValue[], fuel: Fuel) => PyValue;
}
const method = <T>(parameters: readonly ParameterSpec[], run: CollectionMethod<T>['run']): CollectionMethod<T> => ({ parameters, run });

/** No value is this very one. */
const ABSENT = new PyTuple([]);
const MAX_ITEMS = 1_000_000;

function grown(list: PyValue[], fuel: Fuel): null {
  if (list.length > MAX_ITEMS) throw new PyFault('a list of this template exceeds one million items');
  fuel.burn();
  return null;
}

function indexIn(items: readonly PyValue[], wanted: PyValue, fuel: Fuel): number {
  const at = items.findIndex((item) => pythonEquals(item, wanted, fuel));
  if (at < 0) throw new PyFault('the value is not in the list');
  return at;
}

const countIn = (items: readonly PyValue[], wanted: PyValue, fuel: Fuel): number =>
  items.filter((item) => pythonEquals(item, wanted, fuel)).length;

const LIST_METHODS: Readonly<Record<string, CollectionMethod<PyValue[]>>> = {
  append: method([['object']], (list, [value = null], fuel) => {
    list.push(value);
    return grown(list, fuel);
  }),
  extend: method([['iterable']], (list, [more = []], fuel) => {
    for (const item of [...pythonItems(more, fuel)]) list.push(item);
    return grown(list, fuel);
  }),
  insert: method([['index'], ['object']], (list, [at = 0, value = null], fuel) => {
    list.splice(intArgument(at), 0, value);
    return grown(list, fuel);
  }),
  pop: method([['index', -1]], (list, [at = -1]) => {
    const index = intArgument(at) < 0 ? intArgument(at) + list.length : intArgument(at);
    const value = list[index];
    if (value === undefined) throw new PyFault(list.length === 0 ? 'pop from empty list' : 'pop index out of range');
    list.splice(index, 1);
    return value;
  }),
  remove: method([['value']], (list, [value = null], fuel) => {
    list.splice(indexIn(list, value, fuel), 1);
    return null;
  }),
  clear: method([], (list) => {
    list.length = 0;
    return null;
  }),
  reverse: method([], (list) => {
    list.reverse();
    return null;
  }),
  sort: method([['reverse', false]], (list, [reverse = false], fuel) => {
    list.splice(0, list.length, ...pythonSorted(list, (item) => item, isTrue(reverse), fuel));
    return null;
  }),
  copy: method([], (list) => [...list]),
  index: method([['value']], (list, [value = null], fuel) => indexIn(list, value, fuel)),
  count: method([['value']], (list, [value = null], fuel) => countIn(list, value, fuel)),
};

const TUPLE_METHODS: Readonly<Record<string, CollectionMethod<PyTuple>>> = {
  index: method([['value']], ({ items }, [value = null], fuel) => indexIn(items, value, fuel)),
  count: method([['value']], ({ items }, [value = null], fuel) => countIn(items, value, fuel)),
};

const DICT_METHODS: Readonly<Record<string, CollectionMethod<PyDict>>> = {
  keys: method([], (dict, _, fuel) => new DictView(dict, 'keys', fuel)),
  values: method([], (dict, _, fuel) => new DictView(dict, 'values', fuel)),
  items: method([], (dict, _, fuel) => new DictView(dict, 'items', fuel)),
  get: method([['key'], ['default', null]], (dict, [key = null, fallback = null]) => (dict.has(key) ? (dict.get(key) ?? null) : fallback)),
  pop: method([['key'], ['default', ABSENT]], (dict, [key = null, fallback = null]) => {
    const value = dict.get(key);
    if (value === undefined && fallback === ABSENT) throw new PyFault('KeyError: the key is not in the dict');
    dict.delete(key);
    return value === undefined ? fallback : value;
  }),
  setdefault: method([['key'], ['default', null]], (dict, [key = null, fallback = null]) => {
    const value = dict.get(key);
    if (value === undefined) dict.set(key, fallback);
    return value === undefined ? fallback : value;
  }),
  update: method([['other', null]], (dict, [other = null], fuel) => {
    for (const [key, value] of pairsOf(other, fuel)) dict.set(key, value);
    fuel.burn(dict.size >> 3);
    return null;
  }),
  clear: method([], (dict) => {
    dict.clear();
    return null;
  }),
  copy: method([], (dict) => new PyDict(dict.keys().map((key) => [key, dict.get(key) ?? null] as const))),
};

/** The pairs of a dict, or of a list of pairs. @throws {PyFault} for anything else. */
export function pairsOf(value: PyValue, fuel: Fuel): (readonly [PyValue, PyValue])[] {
  if (value === null) return [];
  if (value instanceof PyDict) return value.keys().map((key) => [key, value.get(key) ?? null] as const);
  return pythonItems(value, fuel).map((pair) => {
    const [key, entry, more] = pythonItems(pair, fuel);
    if (key === undefined || entry === undefined || more !== undefined) throw new PyFault('a dict needs pairs of a key and a value');
    return [key, entry] as const;
  });
}

/** The call of a method of a list, tuple or dict; null: it has no such method. */
export function collectionMethod(value: PyValue[] | PyTuple | PyDict, name: string, fuel: Fuel): ((args: CallArguments) => PyValue) | null {
  if (Array.isArray(value)) return bound(LIST_METHODS, value, name, fuel);
  return value instanceof PyTuple ? bound(TUPLE_METHODS, value, name, fuel) : bound(DICT_METHODS, value, name, fuel);
}

function bound<T>(
  methods: Readonly<Record<string, CollectionMethod<T>>>,
  value: T,
  name: string,
  fuel: Fuel,
): ((args: CallArguments) => PyValue) | null {
  const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (found === undefined) return null;
  return (args) => found.run(value, boundArguments(name, found.parameters, updateArguments(name, args)), fuel);
}

/** `dict.update(a=1)`: the names are the keys. */
function updateArguments(name: string, args: CallArguments): CallArguments {
  if (name !== 'update' || args.named.size === 0 || args.positional.length > 0) return args;
  return { positional: [new PyDict(args.named)], named: new Map() };
}
