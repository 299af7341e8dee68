/** 95 % intervals of one share: exact where it was counted rarely, close enough where often. Counts may be fractions: effective sizes of weighted samples. */
import { incompleteBeta } from './beta.ts';

export type Interval = readonly [low: number, high: number];

const Z = 1.959963984540054;

/** Below so many, the normal distribution is not close enough. */
export const FEW = 50;

/** Exact for whole counts (Clopper, Pearson: Biometrika 26, 1934). `total` 0: nothing is known. */
export function clopperPearson(successes: number, total: number): Interval {
  const [k, n] = [successes, total];
  if (n <= 0) return [0, 1];
  return [k <= 0 ? 0 : betaQuantile(0.025, k, n - k + 1), k >= n ? 1 : betaQuantile(0.975, k + 1, n - k)];
}

/** Agresti, Coull: The American Statistician 52, 1998. */
export function agrestiCoull(successes: number, total: number): Interval {
  const n = total + Z * Z;
  const p = (successes + (Z * Z) / 2) / n;
  const spread = Z * Math.sqrt((p * (1 - p)) / n);
  return [Math.max(0, p - spread), Math.min(1, p + spread)];
}

/** Clopper and Pearson's below 50, Agresti and Coull's from there. */
export const labelledInterval = (successes: number, total: number): Interval =>
  total < FEW ? clopperPearson(successes, total) : agrestiCoull(successes, total);

/** By bisection of the distribution function: 52 steps leave less than 1e-15. */
function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 52; i++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
