/** Filters over lists and dicts. */
import { pythonEquals, pythonOrder, pythonSorted } from '../../python/compare.ts';
import { pythonRepr } from '../../python/print.ts';
import {
  hashOf,
  pythonItems,
  numberOf,
  PyDict,
  PyFault,
  PyTuple,
  pythonSize,
  textOfString,
  typeName,
  type PyValue,
} from '../../python/values.ts';
import { boundArguments } from '../call-arguments.ts';
import { intArgument } from '../convert.ts';
import { OneTime, Undefined, type CallArguments } from '../objects.ts';
import { filter, openFilter, type Filter, type FilterTable, type FilterTools } from './filter.ts';
import { summed } from './number-filters.ts';

const ignoringCase = (value: PyValue): PyValue => textOfString(value)?.toLowerCase() ?? value;

/** Reads `attribute`, such as `a.b` or `0`; null: the item itself. */
function getter(attribute: PyValue, tools: FilterTools, isCaseSensitive = true, fallback: PyValue = null): (item: PyValue) => PyValue {
  const text = textOfString(attribute);
  const steps: readonly PyValue[] =
    attribute === null ? [] : text === null ? [attribute] : text.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return (item) => {
    const value = steps.reduce((at, step) => {
      const next = tools.element(at, step);
      return fallback !== null && next instanceof Undefined ? fallback : next;
    }, item);
    return isCaseSensitive ? value : ignoringCase(value);
  };
}

function multiGetter(attribute: PyValue, tools: FilterTools, isCaseSensitive: boolean): (item: PyValue) => PyValue {
  const text = textOfString(attribute);
  const getters = (text === null ? [attribute] : text.split(',')).map((one) => getter(one, tools, isCaseSensitive));
  return (item) => getters.map((get) => get(item));
}

function extreme(sign: 1 | -1, name: string): Filter {
  return filter(
    [
      ['case_sensitive', false],
      ['attribute', null],
    ],
    (value, [caseful = false, attribute = null], tools) => {
      const get = getter(attribute, tools, tools.isTrue(caseful));
      const items = pythonItems(value, tools.fuel);
      if (items.length === 0) return new Undefined(`No aggregated item, sequence was empty (${name}).`);
      return items.reduce((best, item) => (sign * pythonOrder(get(item), get(best), sign < 0 ? '>' : '<', tools.fuel) < 0 ? item : best));
    },
  );
}

const first = filter([], (value, _, tools) => {
  if (value instanceof OneTime) return value.take() ?? new Undefined('No first item, sequence was empty.');
  const [item] = pythonItems(value, tools.fuel);
  return item === undefined ? new Undefined('No first item, sequence was empty.') : item;
});

const last = filter([], (value, _, tools) => {
  if (value instanceof OneTime) throw new PyFault("'generator' object is not reversible", 'Write `| list` before `| last`.');
  const item = pythonItems(value, tools.fuel).at(-1);
  return item === undefined ? new Undefined('No last item, sequence was empty.') : item;
});

const length = filter([], (value) => pythonSize(value));

/** `map`: by attribute, or by another filter. */
const map = openFilter((value, args, tools) => {
  if (!tools.isTrue(value)) return new OneTime([]);
  const each = mapping(args, tools);
  return new OneTime(pythonItems(value, tools.fuel).map(each));
});

function mapping({ positional, named }: CallArguments, tools: FilterTools): (item: PyValue) => PyValue {
  if (positional.length === 0 && named.has('attribute')) {
    const [attribute = null, fallback = null] = boundArguments('map', [['attribute'], ['default', null]], { positional, named });
    return getter(attribute, tools, true, fallback);
  }
  const [name, ...rest] = positional;
  if (name === undefined) throw new PyFault('map requires a filter argument');
  return (item) => tools.filter(textOfString(name) ?? '', item, { positional: rest, named });
}

/** `select` and its kind; `byAttribute`: the first argument names what is tested. */
const choosing = (keeps: boolean, byAttribute: boolean): Filter =>
  openFilter((value, { positional, named }, tools) => {
    if (!tools.isTrue(value)) return new OneTime([]);
    const rest = [...positional];
    const attribute = byAttribute ? rest.shift() : null;
    if (attribute === undefined) throw new PyFault('Missing parameter for attribute name');
    const get = getter(attribute, tools);
    const test = rest.shift();
    const holds = (item: PyValue): boolean =>
      test === undefined ? tools.isTrue(item) : tools.test(textOfString(test) ?? '', item, { positional: rest, named });
    return new OneTime(pythonItems(value, tools.fuel).filter((item) => holds(get(item)) === keeps));
  });

function unique(value: PyValue, [caseful = false, attribute = null]: readonly PyValue[], tools: FilterTools): PyValue {
  const get = getter(attribute, tools, tools.isTrue(caseful));
  const seen = new Set<string>();
  const kept = pythonItems(value, tools.fuel).filter((item) => {
    const hash = hashOf(get(item));
    if (seen.has(hash)) return false;
    seen.add(hash);
    return true;
  });
  return new OneTime(kept);
}

function groupby(value: PyValue, [attribute = null, fallback = null, caseful = false]: readonly PyValue[], tools: FilterTools): PyValue {
  const isCaseSensitive = tools.isTrue(caseful);
  const key = getter(attribute, tools, isCaseSensitive, fallback);
  const exact = getter(attribute, tools, true, fallback);
  const groups: { key: PyValue; items: PyValue[] }[] = [];
  for (const item of pythonSorted(pythonItems(value, tools.fuel), key, false, tools.fuel)) {
    const group = groups.at(-1);
    if (group && pythonEquals(group.key, key(item), tools.fuel)) group.items.push(item);
    else groups.push({ key: key(item), items: [item] });
  }
  return groups.map(
    (group) => new PyTuple([isCaseSensitive ? group.key : exact(group.items[0] ?? null), group.items], ['grouper', 'list']),
  );
}

function batched(value: PyValue, [count = 1, fill = null]: readonly PyValue[], tools: FilterTools): PyValue {
  const size = intArgument(count);
  const rows: PyValue[][] = [];
  for (const item of pythonItems(value, tools.fuel)) {
    const row = rows.at(-1);
    if (row && row.length !== size) row.push(item);
    else rows.push([item]);
  }
  const rest = rows.at(-1);
  if (rest && fill !== null) while (rest.length < size) rest.push(fill);
  return new OneTime(rows);
}

function columns(value: PyValue, [count = 1, fill = null]: readonly PyValue[], tools: FilterTools): PyValue {
  const items = pythonItems(value, tools.fuel);
  const slices = intArgument(count);
  if (slices === 0) throw new PyFault('integer division or modulo by zero');
  if (slices > 100_000) throw new PyFault('more than 100,000 slices are not supported');
  const size = Math.floor(items.length / slices);
  const withExtra = items.length % slices;
  let from = 0;
  return new OneTime(
    Array.from({ length: Math.max(0, slices) }, (_, at) => {
      const column = items.slice(from, from + size + (at < withExtra ? 1 : 0));
      from += column.length;
      return fill !== null && at >= withExtra ? [...column, fill] : column;
    }),
  );
}

function dictsort(value: PyValue, [caseful = false, by = 'key', reverse = false]: readonly PyValue[], tools: FilterTools): PyValue {
  if (!(value instanceof PyDict)) throw new PyFault(`'${typeName(value)} object' has no attribute 'items'`);
  const at = ['key', 'value'].indexOf(textOfString(by) ?? '');
  if (at < 0) throw new PyFault('You can only sort by either "key" or "value"');
  const key = (pair: PyValue): PyValue => (pair instanceof PyTuple ? (pair.items[at] ?? null) : null);
  return pythonSorted(value.pairs(), tools.isTrue(caseful) ? key : (pair) => ignoringCase(key(pair)), tools.isTrue(reverse), tools.fuel);
}

const fallback = filter(
  [
    ['default_value', ''],
    ['boolean', false],
  ],
  (value, [other = '', boolean = false], tools) =>
    value instanceof Undefined || (tools.isTrue(boolean) && !tools.isTrue(value)) ? other : value,
);

export const LIST_FILTERS: FilterTable = {
  default: fallback,
  d: fallback,
  first,
  last,
  length,
  count: length,
  list: filter([], (value, _, tools) => [...pythonItems(value, tools.fuel)]),
  join: filter(
    [
      ['d', ''],
      ['attribute', null],
    ],
    (value, [separator = '', attribute = null], tools) =>
      tools.fuel.text(pythonItems(value, tools.fuel).map(getter(attribute, tools)).map(tools.text).join(tools.text(separator))),
  ),
  sort: filter(
    [
      ['reverse', false],
      ['case_sensitive', false],
      ['attribute', null],
    ],
    (value, [reverse = false, caseful = false, attribute = null], tools) =>
      pythonSorted(pythonItems(value, tools.fuel), multiGetter(attribute, tools, tools.isTrue(caseful)), tools.isTrue(reverse), tools.fuel),
  ),
  unique: filter(
    [
      ['case_sensitive', false],
      ['attribute', null],
    ],
    unique,
  ),
  min: extreme(1, 'min'),
  max: extreme(-1, 'max'),
  sum: filter(
    [
      ['attribute', null],
      ['start', 0],
    ],
    (value, [attribute = null, start = 0], tools) => {
      if (textOfString(start) !== null) throw new PyFault("sum() can't sum strings [use ''.join(seq) instead]");
      return summed(pythonItems(value, tools.fuel).map(getter(attribute, tools)), start, tools.fuel);
    },
  ),
  reverse: filter([], (value, _, tools) => {
    const text = textOfString(value);
    return text === null ? new OneTime(pythonItems(value, tools.fuel).toReversed()) : Array.from(text).reverse().join('');
  }),
  map,
  select: choosing(true, false),
  reject: choosing(false, false),
  selectattr: choosing(true, true),
  rejectattr: choosing(false, true),
  groupby: filter([['attribute'], ['default', null], ['case_sensitive', false]], groupby),
  batch: filter([['linecount'], ['fill_with', null]], batched),
  slice: filter([['slices'], ['fill_with', null]], columns),
  dictsort: filter(
    [
      ['case_sensitive', false],
      ['by', 'key'],
      ['reverse', false],
    ],
    dictsort,
  ),
  items: filter([], (value) => {
    if (value instanceof Undefined) return new OneTime([]);
    if (!(value instanceof PyDict)) throw new PyFault('Can only get item pairs from a mapping.');
    return new OneTime(value.pairs());
  }),
  attr: filter([['name']], (value, [name = ''], tools) =>
    // An entry of a dict is no attribute.
    value instanceof PyDict || numberOf(value) !== null
      ? new Undefined(`'${typeName(value)} object' has no attribute '${textOfString(name) ?? ''}'`)
      : tools.element(value, name),
  ),
  pprint: filter([], (value, _, tools) => {
    const text = pythonRepr(value, tools.fuel);
    if (text.length > 80) throw new PyFault('pprint of a value longer than 80 characters is not supported', 'Use `tojson(indent=2)`.');
    return text;
  }),
};
