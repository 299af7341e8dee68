/** `template % values` of Python: `%s`, `%(name)d`, `%.2f`, `%%`. */
import { percentFloat } from './format-spec.ts';
import { specialFloat } from './float-text.ts';
import { asciiRepr, pythonRepr, pythonText } from './print.ts';
import { codePoints, Fuel, numberOf, PyDict, PyFault, PyFloat, PyTuple, textOfString, typeName, type PyValue } from './values.ts';

/** One conversion, from its `%` to its letter. */
export interface Conversion {
  readonly at: number;
  readonly length: number;
  /** `%(name)s`; null: the next value of the tuple. */
  readonly name: string | null;
  readonly flags: string;
  /** null: `*`, the next value of the tuple. */
  readonly width: number | null;
  readonly precision: number | null | undefined;
  readonly type: string;
}

const CONVERSION = /^%(?:\(([^()]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]?([diouxXeEfFgGcrsa%])/;

/** The conversion at `at`, where a `%` stands; null: it is not one. */
export function conversionAt(text: string, at: number): Conversion | null {
  const match = CONVERSION.exec(text.slice(at, at + 200));
  if (!match) return null;
  const [whole, name, flags = '', width, precision, type = ''] = match;
  if (Number(width) > MAX_WIDTH || Number(precision) > 1000) return null;
  return {
    at,
    length: whole.length,
    name: name ?? null,
    flags,
    width: width === '*' ? null : Number(width ?? 0),
    precision: precision === undefined ? undefined : precision === '*' ? null : Number(precision),
    type,
  };
}

const MAX_WIDTH = 100_000;

/** `%` with a string on the left. @throws {PyFault} as Python does. */
export function percentFormat(template: string, values: PyValue, fuel: Fuel): string {
  const queue = values instanceof PyTuple ? [...values.items] : [values];
  const next = (): PyValue => {
    const value = queue.shift();
    if (value === undefined) throw new PyFault('not enough arguments for format string');
    return value;
  };
  let result = '';
  let from = 0;
  let byName = false;
  for (let at = template.indexOf('%'); at !== -1; at = template.indexOf('%', from)) {
    const conversion = conversionAt(template, at);
    if (conversion === null)
      throw new PyFault(at + 1 >= template.length ? 'incomplete format' : `unsupported format character '${template[at + 1] ?? ''}'`);
    if (conversion.width === null || conversion.precision === null) throw new PyFault('`*` in a format is not supported');
    result += template.slice(from, at);
    if (conversion.type === '%') result += '%';
    else if (conversion.name === null) result += fuel.text(converted(next(), conversion, fuel));
    else {
      if (!(values instanceof PyDict)) throw new PyFault('format requires a mapping');
      byName = true;
      const value = values.get(conversion.name);
      if (value === undefined) throw new PyFault(`KeyError: '${conversion.name}'`);
      result += fuel.text(converted(value, conversion, fuel));
    }
    from = at + conversion.length;
  }
  if (values instanceof PyTuple ? queue.length > 0 : queue.length > 0 && !byName && !(values instanceof PyDict))
    throw new PyFault('not all arguments converted during string formatting');
  return fuel.text(result + template.slice(from));
}

/** One value as a conversion prints it. @throws {PyFault} when the value does not fit. */
export function converted(value: PyValue, conversion: Conversion, fuel: Fuel): string {
  const { type, flags } = conversion;
  const precision = conversion.precision ?? null;
  if (type === 's' || type === 'r' || type === 'a') {
    const text = type === 's' ? pythonText(value, fuel) : pythonRepr(value, fuel);
    const cut = Array.from(codePoints(type === 'a' ? asciiRepr(text) : text))
      .slice(0, precision ?? Infinity)
      .join('');
    return filled('', cut, conversion, false);
  }
  if (type === 'c') return filled('', character(value), conversion, false);
  const number = numberOf(value);
  if (number === null) throw new PyFault(`%${type} format: a real number is required, not ${typeName(value)}`);
  const sign = number < 0 || Object.is(number, -0) ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if ('diuoxX'.includes(type)) return integer(value, number, conversion);
  const digits = percentFloat(number, type, precision, flags.includes('#'));
  return filled(sign, digits, conversion, specialFloat(number) === null);
}

function integer(value: PyValue, number: number, conversion: Conversion): string {
  const { type, flags } = conversion;
  if (value instanceof PyFloat && 'oxX'.includes(type)) throw new PyFault(`%${type} format: an integer is required, not float`);
  if (!Number.isFinite(number)) throw new PyFault(`cannot convert float ${Number.isNaN(number) ? 'NaN' : 'infinity'} to integer`);
  const whole = Math.trunc(number);
  const sign = whole < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const radix = type === 'o' ? 8 : type === 'x' || type === 'X' ? 16 : 10;
  const digits = Math.abs(whole)
    .toString(radix)
    .padStart(conversion.precision ?? 0, '0');
  const prefix = flags.includes('#') && radix !== 10 ? `0${type}` : '';
  return filled(sign + prefix, type === 'X' ? digits.toUpperCase() : digits, conversion, true);
}

function character(value: PyValue): string {
  const text = textOfString(value);
  if (text !== null && codePoints(text).length === 1) return text;
  if (typeof value === 'number' && value >= 0 && value < 0x110000) return String.fromCodePoint(value);
  throw new PyFault('%c requires int or char');
}

function filled(sign: string, text: string, { flags, width }: Conversion, isNumber: boolean): string {
  const missing = Math.max(0, (width ?? 0) - sign.length - codePoints(text).length);
  if (flags.includes('-')) return sign + text + ' '.repeat(missing);
  return isNumber && flags.includes('0') ? sign + '0'.repeat(missing) + text : ' '.repeat(missing) + sign + text;
}
