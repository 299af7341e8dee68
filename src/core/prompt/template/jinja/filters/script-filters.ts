/** Filters that Nunjucks has under Jinja's names with another result. */
import { numberOf, possibleItems, PyDict, PyFloat, textOfString, type PyValue } from '../../python/values.ts';
import { intArgument } from '../convert.ts';
import { Undefined } from '../objects.ts';
import { filter, type FilterTable } from './filter.ts';

const scriptNumber = (value: number): PyValue => (Number.isSafeInteger(value) ? value + 0 : new PyFloat(value));

const parsed = (value: PyValue, parse: (text: string) => number, fallback: PyValue, print: (value: PyValue) => string): PyValue => {
  const number = parse(print(value));
  return Number.isNaN(number) ? fallback : scriptNumber(number);
};

const size = filter([], (value) => {
  if (value instanceof PyDict) return value.size;
  return textOfString(value)?.length ?? (Array.isArray(value) ? value.length : 0);
});

const edge = (at: 0 | -1) =>
  filter([], (value) => {
    const item = (possibleItems(value) ?? []).at(at);
    return item === undefined ? new Undefined('the list is empty') : item;
  });

export const SCRIPT_FILTERS: FilterTable = {
  length: size,
  first: edge(0),
  last: edge(-1),
  // Nunjucks gives the default for undefined only, or with `true` for whatever counts as false.
  int: filter(
    [
      ['default', null],
      ['base', 10],
    ],
    (value, [fallback = null, base = 10], tools) => parsed(value, (text) => Number.parseInt(text, intArgument(base)), fallback, tools.text),
  ),
  float: filter([['default', null]], (value, [fallback = null], tools) => parsed(value, Number.parseFloat, fallback, tools.text)),
  round: filter(
    [
      ['precision', 0],
      ['method', 'common'],
    ],
    (value, [precision = 0, method = '']) => {
      const factor = 10 ** intArgument(precision);
      const number = (numberOf(value) ?? Number.NaN) * factor;
      const rounded = method === 'ceil' ? Math.ceil(number) : method === 'floor' ? Math.floor(number) : Math.round(number);
      return scriptNumber(rounded / factor);
    },
  ),
  reverse: filter([], (value) => {
    const text = textOfString(value);
    return text === null ? [...(possibleItems(value) ?? [])].reverse() : text.split('').reverse().join('');
  }),
};
