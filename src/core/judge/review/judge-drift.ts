/**
 * Whether a judge became worse: how often it is right in the last four reviews, beside all reviews before them. Both are weighted by the
 * draws. Each of its two rates (what people pass and it passes, what they fail and it fails) is read as the logarithm of its odds, which
 * does not change when more or fewer outputs are good.
 */
import { partOfDraws, type DrawnVerdict, type GradedDraw } from './graded-draw.ts';

/** Reviews that are compared with those before them. */
const WINDOW = 4;
/**
 * Standard errors from which a fall is reported. By simulation over judges and shares of good outputs: a judge that stays the same is
 * reported in about 2.5 % of years with 52 reviews of 25.
 */
const FALL = 3.9;

export interface JudgeDrift {
  /** Of what people pass, what the judge passes; of what they fail, what it fails. */
  readonly rate: 'tpr' | 'tnr';
  readonly before: number;
  readonly now: number;
  /** Standard errors of the fall. */
  readonly size: number;
}

/** `draws`: of one judge and criterion, oldest first. Falls that are certain, the larger first; empty: none, or fewer than eight reviews. */
export function judgeDrift(draws: readonly GradedDraw[]): readonly JudgeDrift[] {
  if (draws.length < 2 * WINDOW) return [];
  const [earlier, recent] = [draws.slice(0, -WINDOW), draws.slice(-WINDOW)];
  return (['tpr', 'tnr'] as const)
    .flatMap((rate): JudgeDrift[] => {
      const [before, now] = [oddsOf(earlier, rate), oddsOf(recent, rate)];
      if (before === null || now === null) return [];
      const size = (before.logOdds - now.logOdds) / Math.sqrt(before.variance + now.variance);
      return size > FALL ? [{ rate, before: before.value, now: now.value, size }] : [];
    })
    .sort((a, b) => b.size - a.size);
}

interface Odds {
  readonly value: number;
  readonly logOdds: number;
  readonly variance: number;
}

/** Null: a verdict has no label, or does not occur. */
function oddsOf(draws: readonly GradedDraw[], rate: JudgeDrift['rate']): Odds | null {
  const part = (verdict: DrawnVerdict): Part | null => {
    const { n, share } = partOfDraws(draws, verdict);
    if (n === 0 || share.total <= 0) return null;
    const wanted = rate === 'tpr' ? share.successes : share.total - share.successes;
    // Half an output more of each kind: the logarithm of nothing is unknown, and its variance is nearly right (Haldane, 1955).
    const smoothed = (wanted + 0.5) / (share.total + 1);
    return { weight: n, found: wanted / share.total, smoothed, variance: (1 - smoothed) / (smoothed * (share.total + 1)) };
  };
  const [right, wrong] = rate === 'tpr' ? [part('pass'), part('fail')] : [part('fail'), part('pass')];
  if (right === null || wrong === null) return null;
  const found = right.weight * right.found + wrong.weight * wrong.found;
  return {
    value: found === 0 ? 0 : (right.weight * right.found) / found,
    logOdds: Math.log((right.weight * right.smoothed) / (wrong.weight * wrong.smoothed)),
    variance: right.variance + wrong.variance + 1 / right.weight + 1 / wrong.weight,
  };
}

interface Part {
  readonly weight: number;
  /** Share of the wanted grade. */
  readonly found: number;
  readonly smoothed: number;
  /** Of the logarithm of the share. */
  readonly variance: number;
}
