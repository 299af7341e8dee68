/** Shares of all outputs that a draw was made from, each with a 95 % interval: what people pass, and where the judge agrees with them. */
import type { RateEstimate } from '../../statistics/corrected-rate.ts';
import { labelledInterval } from '../../statistics/share-interval.ts';
import { DRAWN_VERDICTS, partOfDraws, type DrawnVerdict, type GradedDraw } from './graded-draw.ts';

/** Null: a verdict that occurs has no label yet. */
export const weekRate = (draw: GradedDraw): RateEstimate | null => weighted(draw, DRAWN_VERDICTS, false);

/** Of the outputs that the judge graded. Null: as above, or it graded nothing. */
export const agreementRate = (draw: GradedDraw): RateEstimate | null => weighted(draw, ['pass', 'fail'], true);

/**
 * Weighted by how many outputs each verdict has; the intervals are put together by the recovery of variances (Zou, Donner: Statistics in
 * Medicine 27, 2008).
 */
function weighted(draw: GradedDraw, verdicts: readonly DrawnVerdict[], isAgreement: boolean): RateEstimate | null {
  const parts = verdicts.map((verdict) => ({ verdict, ...partOfDraws([draw], verdict) })).filter(({ n }) => n > 0);
  const total = parts.reduce((sum, { n }) => sum + n, 0);
  if (total === 0 || parts.some(({ share }) => share.total <= 0)) return null;
  let [value, below, above] = [0, 0, 0];
  for (const { verdict, n, share } of parts) {
    const successes = isAgreement && verdict === 'fail' ? share.total - share.successes : share.successes;
    const rate = successes / share.total;
    const [low, high] = labelledInterval(successes, share.total);
    value += (n / total) * rate;
    below += ((n / total) * (rate - low)) ** 2;
    above += ((n / total) * (high - rate)) ** 2;
  }
  return { value, low: Math.max(0, value - Math.sqrt(below)), high: Math.min(1, value + Math.sqrt(above)) };
}
