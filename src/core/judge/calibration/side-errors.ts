/** Whether a judge errs differently on the two sides of a comparison: then its difference is not the people's. */
import { normalTail } from '../../statistics/distributions.ts';
import type { Ranged } from './length-effect.ts';

/** Judge minus people on one side's labelled outputs. */
export interface SideGaps {
  readonly gaps: readonly number[];
}

export interface SideErrors {
  /** How much more the judge favours b than a, against people. */
  readonly favours: Ranged;
  /** Two-sided, that it favours neither. */
  readonly p: number;
}

/** Labels of each side below which nothing is said. */
const LEAST = 20;

/** Null: too few labels. */
export function sideErrors(a: SideGaps, b: SideGaps): SideErrors | null {
  if (a.gaps.length < LEAST || b.gaps.length < LEAST) return null;
  const [first, second] = [meanAndError(a.gaps), meanAndError(b.gaps)];
  const value = second.mean - first.mean;
  const error = Math.hypot(first.error, second.error);
  const spread = 1.959963984540054 * error;
  const p = error === 0 ? (value === 0 ? 1 : 0) : 2 * normalTail(Math.abs(value) / error);
  return { favours: { value, low: value - spread, high: value + spread }, p };
}

/** Where all are alike, one more that differs by 1 is assumed, so that nothing is certain of a few. */
function meanAndError(gaps: readonly number[]): { mean: number; error: number } {
  const n = gaps.length;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / n;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (n - 1);
  return { mean, error: Math.sqrt(Math.max(variance / n, 1 / (n + 1) ** 2)) };
}
