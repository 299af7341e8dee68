/**
 * What a person must not see before the label, in a file that people open: stratum, probability and the judge's verdict and score, encoded so that reading
 * the file does not show them and equal values look different. It hides, it does not protect: who wants to know can decode it.
 */
import { parseJson } from '../../json/json.ts';
import { Random } from '../../statistics/random.ts';

export interface Sealed {
  readonly stratum: string;
  /** That the output was drawn, over all parts of the draw together. */
  readonly probability: number;
  readonly verdict: 'pass' | 'fail' | null;
  /** The judge's, 0 to 1; null: it gave none, or the draw is of a version that did not keep it. */
  readonly score: number | null;
}

/** Characters: all are equally long, for a length would tell what is in it. */
const LENGTH = 96;

/** Hex digits; `salt` is 32 random bits that are used once. */
export function seal({ stratum, probability, verdict, score }: Sealed, salt: number): string {
  const text = JSON.stringify([stratum.slice(0, 40), probability, verdict, score === null ? null : rounded(score)]).padEnd(LENGTH);
  return `${hex(salt >>> 0, 8)}${mixed(
    Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)),
    salt,
  )}`;
}

/** As exact as anyone reads a score, and never longer than the rest leaves room for. */
const rounded = (score: number): number => Math.round(score * 1e6) / 1e6;

/** Null: it was not made by `seal`. */
export function unseal(text: string): Sealed | null {
  if (!/^(?:[0-9a-f]{4}){5,2000}$/.test(text)) return null;
  const salt = Number.parseInt(text.slice(0, 8), 16);
  const codes = (text.slice(8).match(/.{4}/g) ?? []).map((code) => Number.parseInt(code, 16));
  const plain = (mixed(codes, salt).match(/.{4}/g) ?? []).map((code) => String.fromCharCode(Number.parseInt(code, 16))).join('');
  const value = parseJson(plain.trim());
  if (!Array.isArray(value)) return null;
  const [stratum, probability, verdict, score] = value;
  if (typeof stratum !== 'string' || typeof probability !== 'number' || !(probability > 0 && probability <= 1)) return null;
  const isVerdict = verdict === 'pass' || verdict === 'fail';
  return { stratum, probability, verdict: isVerdict ? verdict : null, score: isVerdict && typeof score === 'number' ? score : null };
}

/** The same function in both directions. */
function mixed(codes: readonly number[], salt: number): string {
  const random = new Random(salt);
  return codes.map((code) => hex(code ^ Math.floor(random.next() * 0x10000), 4)).join('');
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
