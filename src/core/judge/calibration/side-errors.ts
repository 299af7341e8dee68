/** Whether a judge errs differently on the two sides of a comparison: then its difference is not the people's. */
import { normalTail } from '../../statistics/distributions.ts';
import { LEAST_SIDE_LABELS } from '../../compare/judged-difference.ts';
import type { Ranged } from './length-effect.ts';

/** Judge minus people on one side's labelled outputs. */
export interface SideGaps {
  readonly gaps: readonly number[];
  /** How many outputs each stands for: 1 / its probability in the draw; absent: all alike. */
  readonly weights?: readonly number[];
}

export interface SideErrors {
  /** How much more the judge favours b than a, against people. */
  readonly favours: Ranged;
  /** Two-sided, that it favours neither. */
  readonly p: number;
}

/** Null: too few labels. */
export function sideErrors(a: SideGaps, b: SideGaps): SideErrors | null {
  if (a.gaps.length < LEAST_SIDE_LABELS || b.gaps.length < LEAST_SIDE_LABELS) return null;
  const [first, second] = [meanAndError(a), meanAndError(b)];
  const value = second.mean - first.mean;
  const error = Math.hypot(first.error, second.error);
  const spread = 1.959963984540054 * error;
  const p = error === 0 ? (value === 0 ? 1 : 0) : 2 * normalTail(Math.abs(value) / error);
  return { favours: { value, low: value - spread, high: value + spread }, p };
}

/** Where all are alike, one more that differs by 1 is assumed, so that nothing is certain of a few. */
function meanAndError({ gaps, weights = gaps.map(() => 1) }: SideGaps): { mean: number; error: number } {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  const n = (total * total) / squares;
  const mean = gaps.reduce((sum, gap, i) => sum + gap * (weights[i] ?? 0), 0) / total;
  // Of a weighted mean (Cochran, Sampling Techniques, 1977); with equal weights the usual one.
  const spread = gaps.reduce((sum, gap, i) => sum + ((weights[i] ?? 0) * (gap - mean)) ** 2, 0) / (total * total);
  return { mean, error: Math.sqrt(Math.max((spread * gaps.length) / (gaps.length - 1), 1 / (n + 1) ** 2)) };
}
