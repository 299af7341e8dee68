/**
 * Inputs that are far from everything of the reference and from every golden case. How far inputs usually are is seen at the end of the
 * reference: its last days against those before, as the window against the reference. So what each user says again counts on both sides.
 */
import type { DriftItem } from './drift-item.ts';
import { compareShares, DriftDays, shareOf, type DriftComparison, type DriftShare } from './drift-share.ts';
import type { InputTexts } from './input-texts.ts';
import { dayNumber } from '../units/unit-levels.ts';

interface ComparedInputs {
  readonly window: readonly DriftItem[];
  readonly reference: readonly DriftItem[];
  /** As `normalisedText` gives them. */
  readonly golden: readonly string[];
}

export interface UnlikeInputs {
  /** The similarity that is far at most. */
  readonly far: number;
  readonly inputs: readonly DriftItem[];
  readonly after: DriftShare;
  readonly usual: DriftShare | null;
  /** Null: the reference is too short to tell what is usual. */
  readonly test: DriftComparison | null;
}

/** Part of the usual inputs that is far, where the similarity for it is between these. */
const FAR = { share: 0.05, least: 0.1, most: 0.3, unknown: 0.2 } as const;
const LEAST_CALLS = 30;

/** Null: there is nothing to compare with, or nothing was asked. */
export function unlikeInputs(texts: InputTexts, { window: calls, reference, golden }: ComparedInputs): UnlikeInputs | null {
  const asked = ({ words }: DriftItem): boolean => words !== '';
  const [window, before] = [calls.filter(asked), reference.filter(asked)];
  if (window.length === 0 || before.length + golden.length === 0) return null;
  const length = daysOf(window);
  const { first, last } = rangeOf(before);
  const recent = before.filter(({ day }) => dayNumber(day) > last - length);
  const earlier = before.filter(({ day }) => dayNumber(day) <= last - length);
  const hasUsual = recent.length >= LEAST_CALLS && earlier.length >= LEAST_CALLS;
  const words = (items: readonly DriftItem[]): string[] => items.map((item) => item.words);
  const usual = hasUsual ? texts.nearest(words(recent), [...words(earlier), ...golden]) : null;
  const far = usual === null ? FAR.unknown : Math.min(FAR.most, Math.max(FAR.least, quantile(usual, FAR.share)));
  // As many days before the window as there are before the last days of the reference.
  const since = hasUsual ? first + length : first;
  const near = texts.nearest(words(window), [...words(before.filter(({ day }) => dayNumber(day) >= since)), ...golden]);
  const isFar =
    (of: Float32Array | null) =>
    (_item: DriftItem, i: number): boolean =>
      (of?.[i] ?? 1) <= far;
  const [inputs, usually] = [window.filter(isFar(near)), recent.filter(isFar(usual))];
  const after = shareOf(inputs.length, window.length);
  if (after === null) return null;
  return {
    ...{ far, inputs, after },
    usual: hasUsual ? shareOf(usually.length, recent.length) : null,
    test: hasUsual ? compareShares([new DriftDays(recent), new DriftDays(window)], [usually, inputs], 'more') : null,
  };
}

function rangeOf(items: readonly DriftItem[]): { readonly first: number; readonly last: number } {
  const days = items.map(({ day }) => dayNumber(day));
  return {
    first: days.reduce((least, day) => Math.min(least, day), Infinity),
    last: days.reduce((most, day) => Math.max(most, day), -Infinity),
  };
}

function daysOf(items: readonly DriftItem[]): number {
  const { first, last } = rangeOf(items);
  return last - first + 1;
}

function quantile(values: Float32Array, part: number): number {
  return Float32Array.from(values).sort()[Math.floor(part * (values.length - 1))] ?? 0;
}
