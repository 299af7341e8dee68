/** What a judge adds to a comparison: the difference that it sees, corrected by labels of both sides, and what the lengths explain of it. */
import { percent, quantity, signedPoints } from '../display/figures.ts';
import type { JudgedBy } from '../results/judged-sample.ts';

export interface SignedRange {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** By one judge and criterion; b minus a. */
export interface JudgedComparison extends JudgedBy {
  /** Cases that it judged on both sides. */
  readonly cases: number;
  /** Of the shares that the judge passes. */
  readonly raw: number;
  /** Blind labels of each side by this judge and criterion. */
  readonly labels: { readonly a: number; readonly b: number };
  /** Of the shares that people would pass; null: too few labels. */
  readonly corrected: SignedRange | null;
  /** How much more the judge favours b than a, against people; null: too few labels. */
  readonly favours: (SignedRange & { readonly p: number }) | null;
  readonly length: {
    /** Mean tokens of an answer; null: not reported. */
    readonly a: number | null;
    readonly b: number | null;
    /** They differ by more than a fifth. */
    readonly differs: boolean;
    /** Of the judge's scores. */
    readonly difference: number;
    /** Of this difference, what the lengths explain; null: not known. */
    readonly explained: SignedRange | null;
    /** The difference without that. */
    readonly corrected: SignedRange | null;
    /** Labels of each side that would tell. */
    readonly missing: { readonly a: number; readonly b: number };
  };
}

/** Chance of saying that a judge errs differently on two sides when it does not. */
const ALPHA_OF_ERRORS = 0.05;

/** That on which the judge surely errs differently; over several criteria the chance is shared. Null: none. */
export const unequalErrors = (all: readonly JudgedComparison[]): JudgedComparison | null =>
  all.find(({ favours }) => favours !== null && favours.p < ALPHA_OF_ERRORS / all.length) ?? null;

export const unequalText = ({ favours, labels }: JudgedComparison): string =>
  favours === null
    ? ''
    : `The judge errs differently on the two sides: by people’s labels (${labels.a} and ${labels.b}) it favours the ${favours.value > 0 ? 'new' : 'old'} side by ${rangeText(absolute(favours))}, so its difference decides nothing.`;

const absolute = ({ value, low, high }: SignedRange): SignedRange =>
  value < 0 ? { value: -value, low: -high, high: -low } : { value, low, high };

const rangeText = ({ value, low, high }: SignedRange): string =>
  `${signedPoints(value)} (95 % ${signedPoints(low)} to ${signedPoints(high)})`;

/** Lines beside the raw comparison. */
export function judgedDifferenceLines(all: readonly JudgedComparison[]): string[] {
  return all.flatMap((item) => [
    `${all.length > 1 ? `${item.criterion.type} ${item.criterion.hash.slice(0, 8)}: ` : ''}${correctedText(item)}`,
    lengthText(item),
  ]);
}

/** Labels of each side from which on anything is said. */
export const LEAST_SIDE_LABELS = 20;

function correctedText({ raw, corrected, labels }: JudgedComparison): string {
  if (corrected !== null)
    return `judge ${signedPoints(raw)}; corrected by labels of both sides (${labels.a} and ${labels.b}) ${rangeText(corrected)}`;
  return `judge ${signedPoints(raw)}, not corrected: ${wantedText({ a: Math.max(0, LEAST_SIDE_LABELS - labels.a), b: Math.max(0, LEAST_SIDE_LABELS - labels.b) })}`;
}

const wantedText = ({ a, b }: { readonly a: number; readonly b: number }): string =>
  `it needs ${[a > 0 ? `${quantity(a, 'more label')} of the old side` : '', b > 0 ? `${quantity(b, 'more label')} of the new side` : ''].filter((text) => text !== '').join(' and ')}`;

function lengthText({ length }: JudgedComparison): string {
  const { a, b, differs, explained, corrected, difference, missing } = length;
  if (a === null || b === null) return 'length: not known, for no usage was reported';
  const share = a === 0 ? '' : ` (${b >= a ? '+' : '−'}${percent(Math.abs(Math.round((b / a - 1) * 100) / 100))})`;
  const sizes = `${Math.round(a)} → ${quantity(b, 'token')}${share}${differs ? ', a difference that judges may reward by itself' : ''}`;
  if (explained !== null && corrected !== null)
    return `length: ${sizes}; it explains ${rangeText(explained)} of the judge’s score difference ${signedPoints(difference)}, which leaves ${rangeText(corrected)}`;
  return `length: ${sizes}; ${missing.a + missing.b > 0 ? `to tell how much it explains, ${wantedText(missing)}` : 'how much it explains cannot be told from answers of one length'}`;
}
