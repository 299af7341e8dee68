/** Two shares over the same cases: McNemar's test and Tango's interval. */
import { fairCoin, fairCoinTail, normalQuantile } from './distributions.ts';

/**
 * One-sided mid-p of McNemar's test for a drop: P(X ≥ c) − ½ P(X = c), X ~ Bin(b + c, ½), with c regressed and b improved
 * cases (Fagerland, Lydersen, Laake: BMC Medical Research Methodology 13:91, 2013). 1 when nothing changed.
 */
export function mcnemarMidP(improved: number, regressed: number): number {
  const changed = improved + regressed;
  if (changed === 0) return 1;
  return fairCoinTail(regressed, changed) - fairCoin(regressed, changed) / 2;
}

/**
 * Score interval of the difference of two paired shares, improved minus regressed over n (Tango: Statistics in Medicine 17,
 * 891–908, 1998). `level`: two-sided, such as 0.95. With no improved case its lower end is that of Wilson’s interval of the regressed share.
 */
export function tangoInterval(improved: number, regressed: number, n: number, level: number): [number, number] {
  if (n === 0) return [-1, 1];
  const z = normalQuantile(0.5 + level / 2);
  const score = (difference: number): number => tangoScore(improved, regressed, n, difference);
  const observed = (improved - regressed) / n;
  return [falling(score, z, -1, observed), falling(score, -z, observed, 1)];
}

/** Standard normal under the hypothesis that the true difference is this one. Falls as the difference grows. */
export function tangoScore(improved: number, regressed: number, n: number, difference: number): number {
  const distance = improved - regressed - n * difference;
  const a = 2 * n;
  const b = -improved - regressed + (2 * n - improved + regressed) * difference;
  const c = -regressed * difference * (1 - difference);
  // The share of regressed cases that is likeliest when the difference is this.
  const regressedShare = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
  const variance = n * (2 * regressedShare + difference * (1 - difference));
  if (variance <= 1e-300) return distance === 0 ? 0 : Math.sign(distance) * Infinity;
  return distance / Math.sqrt(variance);
}

/** Where a falling function reaches the target. */
function falling(of: (x: number) => number, target: number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let i = 0; i < 100 && high - low > 1e-13; i++) {
    const middle = (low + high) / 2;
    if (of(middle) > target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
