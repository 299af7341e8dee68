/** `format(value, spec)` of Python for strings, ints, floats and bools. */
import { fixed, floatRepr, positional, rounded, scientific, specialFloat } from './float-text.ts';
import { pythonText } from './print.ts';
import { codePoints, Fuel, PyFault, PyFloat, textOfString, typeName, type PyValue } from './values.ts';

const SPEC = /^(?:([^])?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;

interface Spec {
  readonly fill: string | null;
  readonly align: string | null;
  readonly sign: string;
  /** Whether the sign is written, too where it is `-`. */
  readonly hasSign: boolean;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | null;
  readonly type: string;
}

/** @throws {PyFault} for a spec that Python refuses for this value. */
export function pythonFormat(value: PyValue, spec: string, fuel: Fuel): string {
  if (spec === '') return pythonText(value, fuel);
  const text = textOfString(value);
  if (text === null && typeof value !== 'number' && typeof value !== 'boolean' && !(value instanceof PyFloat))
    throw new PyFault(`unsupported format string passed to ${typeName(value)}.__format__`);
  const parsed = parseSpec(spec, typeName(value));
  return fuel.text(text === null ? formatNumber(value as number | boolean | PyFloat, parsed) : formatString(text, parsed));
}

/** Whether Python could accept this spec for any value. */
export const isFormatSpec = (spec: string): boolean => SPEC.test(spec);

const MAX_WIDTH = 100_000;

function parseSpec(spec: string, type: string): Spec {
  const match = SPEC.exec(spec);
  if (!match) throw new PyFault(`Invalid format specifier '${spec}' for object of type '${type}'`);
  const [, fill, align, sign, , alternate, zero, width, grouping, precision, kind] = match;
  if (Number(width ?? 0) > MAX_WIDTH || Number(precision ?? 0) > 1000) throw new PyFault('a width or precision is too large');
  return {
    fill: fill ?? null,
    align: align ?? null,
    sign: sign ?? '-',
    hasSign: sign !== undefined,
    alternate: alternate !== undefined,
    zero: zero !== undefined,
    width: Number(width ?? 0),
    grouping: grouping ?? '',
    precision: precision === undefined ? null : Number(precision),
    type: kind ?? '',
  };
}

function formatString(text: string, spec: Spec): string {
  if (spec.type !== '' && spec.type !== 's') throw unknownCode(spec.type, 'str');
  if (spec.hasSign) throw new PyFault('Sign not allowed in string format specifier');
  if (spec.align === '=') throw new PyFault("'=' alignment not allowed in string format specifier");
  if (spec.grouping !== '') throw new PyFault(`Cannot specify '${spec.grouping}' with 's'.`);
  if (spec.alternate) throw new PyFault('Alternate form (#) not allowed in string format specifier');
  const cut = spec.precision === null ? text : Array.from(codePoints(text)).slice(0, spec.precision).join('');
  return padded(cut, { ...spec, align: spec.align ?? '<', fill: spec.fill ?? (spec.zero ? '0' : null) });
}

function padded(text: string, { fill, align, width }: Spec): string {
  const missing = Math.max(0, width - codePoints(text).length);
  const left = align === '>' ? missing : align === '^' ? missing >> 1 : 0;
  return (fill ?? ' ').repeat(left) + text + (fill ?? ' ').repeat(missing - left);
}

const unknownCode = (code: string, type: string): PyFault => new PyFault(`Unknown format code '${code}' for object of type '${type}'`);

const RADIX: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

function formatNumber(value: number | boolean | PyFloat, spec: Spec): string {
  const number = value instanceof PyFloat ? value.value : Number(value);
  const isInt = !(value instanceof PyFloat);
  const refused = spec.grouping === ',' ? 'bcnosxX' : 'cns';
  if (spec.grouping !== '' && spec.type !== '' && refused.includes(spec.type))
    throw new PyFault(`Cannot specify '${spec.grouping}' with '${spec.type}'.`);
  if (isInt && spec.type === 'c') return intCharacter(number, spec);
  const asInt = isInt && 'bdoxXn'.includes(spec.type);
  if (!asInt && !'eEfFgGn%'.includes(spec.type)) throw unknownCode(spec.type, typeName(value));
  if (asInt && spec.precision !== null) throw new PyFault('Precision not allowed in integer format specifier');
  const negative = number < 0 || Object.is(number, -0);
  const sign = negative ? '-' : spec.sign === '-' ? '' : spec.sign;
  const radix = RADIX[spec.type] ?? 10;
  const prefix = asInt && spec.alternate && radix !== 10 ? `0${spec.type}` : '';
  const digits = asInt ? intDigits(Math.abs(number), radix, spec.type) : floatDigits(number, spec);
  return withSign(sign + prefix, digits, spec, radix === 10 ? 3 : 4);
}

function intCharacter(number: number, spec: Spec): string {
  if (spec.sign !== '-' || spec.hasSign) throw new PyFault("Sign not allowed with integer format specifier 'c'");
  if (spec.alternate) throw new PyFault("Alternate form (#) not allowed with integer format specifier 'c'");
  if (spec.precision !== null) throw new PyFault('Precision not allowed in integer format specifier');
  if (number < 0 || number > 0x10ffff) throw new PyFault('%c arg not in range(0x110000)');
  const align = spec.align ?? (spec.zero ? '=' : '<');
  return padded(String.fromCodePoint(number), { ...spec, align: align === '=' ? '>' : align, fill: spec.fill ?? (spec.zero ? '0' : null) });
}

const intDigits = (number: number, radix: number, type: string): string =>
  type === 'X' ? number.toString(radix).toUpperCase() : number.toString(radix);

/** Groups the digits and fills up to the width; zeros in front of digits are grouped with them. */
function withSign(sign: string, digits: string, spec: Spec, group: number): string {
  const [whole, rest] = /^\d/.test(digits) || group === 4 ? split(digits) : [digits, ''];
  const grouped = (text: string): string =>
    spec.grouping === '' ? text : text.replace(new RegExp(`\\B(?=(?:[\\da-fA-F]{${group}})+$)`, 'g'), spec.grouping);
  const isZero = spec.zero && spec.align === null;
  const align = spec.align ?? (isZero ? '=' : '>');
  if (align !== '=') return padded(sign + grouped(whole) + rest, { ...spec, align, fill: spec.fill ?? (spec.zero ? '0' : null) });
  const fill = spec.fill ?? (spec.zero ? '0' : ' ');
  const room = spec.width - sign.length - rest.length;
  if (fill !== '0' || spec.grouping === '') return sign + fill.repeat(Math.max(0, room - grouped(whole).length)) + grouped(whole) + rest;
  let zeros = whole;
  while (grouped(zeros).length < room) zeros = `0${zeros}`;
  return sign + grouped(zeros) + rest;
}

function split(digits: string): [string, string] {
  const at = digits.search(/[.eE%]/);
  return at === -1 || /^[\da-fA-F]+$/.test(digits) ? [digits, ''] : [digits.slice(0, at), digits.slice(at)];
}

/** The digits of `abs(x)`, with `%` and the exponent. */
function floatDigits(x: number, { type, precision, alternate }: Spec): string {
  const percent = type === '%' ? '%' : '';
  const special = specialFloat(x)?.replace('-', '');
  const isUpper = type === 'E' || type === 'F' || type === 'G';
  if (special !== undefined) return (isUpper ? special.toUpperCase() : special) + percent;
  const places = precision ?? 6;
  const letter = isUpper ? 'E' : 'e';
  if (type === '%') return `${pointed(fixed(x * 100, places), alternate)}%`;
  if (type === 'f' || type === 'F') return pointed(fixed(x, places), alternate);
  if (type === 'e' || type === 'E') {
    const { digits, exponent } = rounded(x, places + 1);
    return pointed(scientific(digits, exponent, letter), alternate);
  }
  if (type === '' && precision === null) return pointed(floatRepr(Math.abs(x)), alternate);
  return pointed(general(x, precision === 0 ? 1 : places, letter, type === '', alternate), alternate);
}

const pointed = (text: string, alternate: boolean): string => (alternate && !text.includes('.') ? text.replace(/(?=[eE]|$)/, '.') : text);

/** `g`: as many digits as needed, at most `count`. `keepsPoint`: a spec without a type shows at least one digit behind the point. */
function general(x: number, count: number, letter: string, keepsPoint: boolean, alternate: boolean): string {
  const { digits, exponent } = rounded(x, count);
  const shown = alternate ? digits : digits.replace(/0+$/, '') || '0';
  if (exponent < -4 || exponent >= (keepsPoint ? count - (exponent === count - 1 ? 1 : 0) : count))
    return scientific(shown, exponent, letter);
  const text = positional(shown, exponent);
  return keepsPoint && !text.includes('.') ? `${text}.0` : text;
}

/** `%g` without its trailing zeros, `%e`, `%f` of the older formatting. */
export function percentFloat(x: number, type: string, precision: number | null, alternate: boolean): string {
  return floatDigits(x, {
    fill: null,
    align: null,
    sign: '-',
    hasSign: false,
    alternate,
    zero: false,
    width: 0,
    grouping: '',
    precision,
    type,
  });
}
