/** ArgumentNodes as the type that a filter or method needs. Each throws a PyFault that names the type it got. */
import { exactInt, numberOf, PyFault, PyFloat, textOfString, typeName, type PyValue } from '../python/values.ts';
import { Undefined } from './objects.ts';

/** A string as it is. */
export function stringArgument(value: PyValue): string {
  const text = textOfString(value);
  if (text === null) throw value instanceof Undefined ? value.fault() : new PyFault(`a string is needed here, not '${typeName(value)}'`);
  return text;
}

export function intArgument(value: PyValue): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  throw new PyFault(`'${typeName(value)}' object cannot be interpreted as an integer`);
}

export function numberArgument(value: PyValue): number {
  const number = numberOf(value);
  if (number === null) throw new PyFault(`a number is needed here, not '${typeName(value)}'`);
  return number;
}

/** `int(text, base)`; null: it is no number. */
export function parseInteger(text: string, base: number): number | null {
  const match = /^\s*([+-]?)(0[xX]|0[oO]|0[bB])?([\da-zA-Z]+(?:_[\da-zA-Z]+)*)\s*$/.exec(text);
  if (!match) return null;
  const [, sign, prefix = '', digits = ''] = match;
  const implied = { x: 16, o: 8, b: 2 }[prefix.slice(1).toLowerCase()];
  let body = digits.replaceAll('_', '').toLowerCase();
  let radix = base;
  if (implied !== undefined) {
    if (base === 0 || base === implied) radix = implied;
    else if (base > 11) body = `0${prefix.slice(1).toLowerCase()}${body}`;
    else return null;
  } else if (base === 0) radix = 10;
  const isDigit = (character: string) => Number.parseInt(character, 36) < radix;
  if (!Array.from(body).every(isDigit)) return null;
  const value = Number.parseInt(body, radix);
  return exactInt(sign === '-' ? -value : value);
}

/** `float(text)`; null: it is no number. */
export function parseFloatText(text: string): number | null {
  const trimmed = text.trim();
  if (
    /^[+-]?(?:\d+(?:_\d+)*)?(?:\.(?:\d+(?:_\d+)*)?)?(?:e[+-]?\d+(?:_\d+)*)?$/i.test(trimmed) &&
    /\d/.test(trimmed) &&
    !/^[+-]?\.?e/i.test(trimmed)
  )
    return Number(trimmed.replaceAll('_', ''));
  if (/^[+-]?(?:inf|infinity)$/i.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  return /^[+-]?nan$/i.test(trimmed) ? Number.NaN : null;
}

/** An int from a float, cut toward zero. @throws {PyFault} for infinity and NaN. */
export function truncated(number: number): number {
  if (Number.isNaN(number)) throw new PyFault('cannot convert float NaN to integer');
  if (!Number.isFinite(number)) throw new PyFault('cannot convert float infinity to integer');
  return exactInt(Math.trunc(number));
}

export const isFloat = (value: PyValue): value is PyFloat => value instanceof PyFloat;
