/** Filters over numbers. */
import { arithmetic } from '../../python/arithmetic.ts';
import { fixed, roundFloat } from '../../python/float-text.ts';
import { exactInt, numberOf, PyFault, PyFloat, textOfString, typeName, type PyValue } from '../../python/values.ts';
import { intArgument, numberArgument, parseFloatText, parseInteger, truncated } from '../convert.ts';
import { Undefined } from '../objects.ts';
import { filter, type FilterTable } from './filter.ts';

/** `int(value, base)`, then `int(float(value))`, then the default. */
function toInt(value: PyValue, fallback: PyValue, base: number): PyValue {
  if (value instanceof Undefined) throw value.fault();
  const text = textOfString(value);
  const number = text === null ? numberOf(value) : (parseInteger(text, base) ?? parseFloatText(text));
  if (number === null || Number.isNaN(number)) return fallback;
  if (!Number.isFinite(number)) throw new PyFault('cannot convert float infinity to integer');
  return truncated(number);
}

function toFloat(value: PyValue, fallback: PyValue): PyValue {
  if (value instanceof Undefined) throw value.fault();
  const text = textOfString(value);
  const number = text === null ? numberOf(value) : parseFloatText(text);
  return number === null ? fallback : new PyFloat(number);
}

function rounding(value: PyValue, precision: number, method: string): PyValue {
  const number = numberArgument(value);
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') throw new PyFault('method must be common, ceil or floor');
  if (method === 'common') {
    if (value instanceof PyFloat) return new PyFloat(roundFloat(number, precision));
    // An int stays one; a negative precision rounds it half to even.
    return precision >= 0 ? exactInt(number) : exactInt(roundFloat(number, precision));
  }
  const scale = 10 ** precision;
  const scaled = Math[method](number * scale);
  return new PyFloat(scaled / scale);
}

function fileSize(value: PyValue, isBinary: boolean): string {
  const text = textOfString(value);
  const bytes = text === null ? numberArgument(value) : parseFloatText(text);
  if (bytes === null) throw new PyFault(`could not convert string to float: '${text ?? ''}'`);
  const base = isBinary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${truncated(bytes)} Bytes`;
  const units = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
  const at = units.findIndex((_, power) => bytes < base ** (power + 2));
  const power = at === -1 ? units.length - 1 : at;
  const letter = isBinary ? `${(units[power] ?? '').toUpperCase()}iB` : `${units[power] ?? ''}B`;
  return `${fixed((base * bytes) / base ** (power + 2), 1)} ${letter}`;
}

export const NUMBER_FILTERS: FilterTable = {
  abs: filter([], (value) => {
    const number = numberOf(value);
    if (number === null) throw new PyFault(`bad operand type for abs(): '${typeName(value)}'`);
    return value instanceof PyFloat ? new PyFloat(Math.abs(number)) : Math.abs(number);
  }),
  int: filter(
    [
      ['default', 0],
      ['base', 10],
    ],
    (value, [fallback = 0, base = 10]) => toInt(value, fallback, intArgument(base)),
  ),
  float: filter([['default', new PyFloat(0)]], (value, [fallback = 0]) => toFloat(value, fallback)),
  round: filter(
    [
      ['precision', 0],
      ['method', 'common'],
    ],
    (value, [precision = 0, method = '']) => rounding(value, intArgument(precision), textOfString(method) ?? ''),
  ),
  filesizeformat: filter([['binary', false]], (value, [binary = false], tools) => fileSize(value, tools.isTrue(binary))),
};

/** `sum(items, start)`. */
export const summed = (items: readonly PyValue[], start: PyValue, fuel: Parameters<typeof arithmetic>[3]): PyValue =>
  items.reduce((total, item) => arithmetic('+', total, item, fuel), start);
