/** What a judge's TPR and TNR, measured before, make of the outputs of a new run, some of which are known without the judge. */
import type { RateEstimate, Share } from './corrected-rate.ts';

const Z = 1.959963984540054;

/**
 * The sample that would give this estimate and interval: Wilson's (1927) solved for its size, at the end that is farther from the estimate.
 * `most`: what was labelled; an interval that is narrower, as where a share can have one value only, counts as no more.
 */
export function equivalentShare({ value, low, high }: RateEstimate, most: number): Share {
  const end = value - low > high - value ? low : high;
  const size = end === value ? most : (Z * Z * end * (1 - end)) / (end - value) ** 2;
  const total = Math.min(most, Math.max(1, size));
  return { successes: value * total, total };
}

/** Cases by what decides them. */
export interface KnownCases {
  /** Passed or failed whatever the judge says. */
  readonly passed: number;
  readonly failed: number;
  /** Decided by the judge. */
  readonly judged: number;
}

/**
 * The rate over all cases, of which the judge decides some: its errors are those of `rate`, the estimate for what it decides. That other cases
 * would be decided otherwise is a variance of its own; two cases more, one passed and one failed, keep it from being 0.
 */
export function rateWithKnown({ value, low, high }: RateEstimate, { passed, failed, judged }: KnownCases): RateEstimate {
  const n = passed + failed + judged;
  const share = judged / n;
  const all = (passed + judged * value) / n;
  const mean = (passed + 1 + judged * value) / (n + 2);
  const square = (passed + 1 + judged * value * value) / (n + 2);
  const spread = Z * Math.sqrt(Math.max(0, square - mean * mean) / (n + 2));
  return {
    value: all,
    low: Math.max(0, all - Math.hypot(spread, share * (value - low))),
    high: Math.min(1, all + Math.hypot(spread, share * (high - value))),
  };
}
