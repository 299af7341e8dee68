/** The share that people pass of all outputs that a draw was made from, with a 95 % interval. */
import type { RateEstimate } from '../../statistics/corrected-rate.ts';
import { labelledInterval } from '../../statistics/share-interval.ts';
import { DRAWN_VERDICTS, partOfDraws, type GradedDraw } from './graded-draw.ts';

/**
 * Weighted by how many outputs each verdict has; the intervals are put together by the recovery of variances (Zou, Donner: Statistics in
 * Medicine 27, 2008). Null: a verdict that occurs has no label yet.
 */
export function weekRate(draw: GradedDraw): RateEstimate | null {
  const parts = DRAWN_VERDICTS.map((verdict) => partOfDraws([draw], verdict)).filter(({ n }) => n > 0);
  const total = parts.reduce((sum, { n }) => sum + n, 0);
  if (total === 0 || parts.some(({ share }) => share.total <= 0)) return null;
  let [value, below, above] = [0, 0, 0];
  for (const { n, share } of parts) {
    const rate = share.successes / share.total;
    const [low, high] = labelledInterval(share.successes, share.total);
    value += (n / total) * rate;
    below += ((n / total) * (rate - low)) ** 2;
    above += ((n / total) * (high - rate)) ** 2;
  }
  return { value, low: Math.max(0, value - Math.sqrt(below)), high: Math.min(1, value + Math.sqrt(above)) };
}
