/**
 * What a person must not see before the label, in a file that people open: stratum, probability and the judge's verdict, encoded so that reading
 * the file does not show them and equal values look different. It hides, it does not protect: who wants to know can decode it.
 */
import { parseJson } from '../../json.ts';
import { Random } from '../../statistics/random.ts';

export interface Sealed {
  readonly stratum: string;
  /** That the output was drawn, over all parts of the draw together. */
  readonly probability: number;
  readonly verdict: 'pass' | 'fail' | null;
}

/** Characters: all are equally long, for a length would tell what is in it. */
const LENGTH = 96;

/** Hex digits; `salt` is 32 random bits that are used once. */
export function seal({ stratum, probability, verdict }: Sealed, salt: number): string {
  const text = JSON.stringify([stratum.slice(0, 40), probability, verdict]).padEnd(LENGTH);
  return `${hex(salt >>> 0, 8)}${mixed(
    Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)),
    salt,
  )}`;
}

/** Null: it was not made by `seal`. */
export function unseal(text: string): Sealed | null {
  if (!/^(?:[0-9a-f]{4}){5,2000}$/.test(text)) return null;
  const salt = Number.parseInt(text.slice(0, 8), 16);
  const codes = (text.slice(8).match(/.{4}/g) ?? []).map((code) => Number.parseInt(code, 16));
  const plain = (mixed(codes, salt).match(/.{4}/g) ?? []).map((code) => String.fromCharCode(Number.parseInt(code, 16))).join('');
  const value = parseJson(plain.trim());
  if (!Array.isArray(value)) return null;
  const [stratum, probability, verdict] = value;
  if (typeof stratum !== 'string' || typeof probability !== 'number' || !(probability > 0 && probability <= 1)) return null;
  return { stratum, probability, verdict: verdict === 'pass' || verdict === 'fail' ? verdict : null };
}

/** The same function in both directions. */
function mixed(codes: readonly number[], salt: number): string {
  const random = new Random(salt);
  return codes.map((code) => hex(code ^ Math.floor(random.next() * 0x10000), 4)).join('');
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
