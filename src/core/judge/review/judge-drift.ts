/**
 * Whether a judge became worse: the last four reviews beside all reviews before them, both weighted by their draws. Its two rates (what people pass
 * and it passes, what they fail and it fails) are read as logarithms of odds, which do not change when more or fewer outputs are good. How often
 * it agrees with people is tested too, since it notices a fall of both rates from fewer labels.
 */
import { partOfDraws, type DrawnVerdict, type GradedDraw } from './graded-draw.ts';

/** Reviews that are compared with those before them. */
const WINDOW = 4;
/** Reviews before them that are needed: with fewer, chance alone looks like a fall. */
const LEAST_BEFORE = 12;
/**
 * Standard errors from which a fall is reported, by simulation: a judge that stays the same is reported in 1 to 3 % of years with 52 reviews of
 * 25 (test/unit/numbers/review-drift.test.ts).
 */
const FALL = { agreement: 3.25, rate: 4.2 } as const;

export interface JudgeDrift {
  /** Of what people pass, what the judge passes; of what they fail, what it fails; of all outputs, those where it agrees with people. */
  readonly rate: 'tpr' | 'tnr' | 'agreement';
  readonly before: number;
  readonly now: number;
  /** Standard errors of the fall. */
  readonly size: number;
}

/** `draws`: of one judge and criterion, oldest first. Falls that are certain, the larger first; empty: none, or too few reviews. */
export function judgeDrift(draws: readonly GradedDraw[]): readonly JudgeDrift[] {
  return drifts(draws).filter(({ rate, size }) => size > (rate === 'agreement' ? FALL.agreement : FALL.rate));
}

/** Every fall and rise, however large. */
function drifts(draws: readonly GradedDraw[]): readonly JudgeDrift[] {
  if (draws.length < WINDOW + LEAST_BEFORE) return [];
  const [before, now] = [halvesOf(draws.slice(0, -WINDOW)), halvesOf(draws.slice(-WINDOW))];
  if (before === null || now === null) return [];
  return [agreementFall(before, now), rateFall('tpr', before, now), rateFall('tnr', before, now)].sort((a, b) => b.size - a.size);
}

/** What people say of the outputs that the judge passed, and of those that it failed. */
interface Halves {
  readonly pass: Half;
  readonly fail: Half;
}

interface Half {
  /** Outputs that were drawn from. */
  readonly n: number;
  /** Labels, by their effective number, and those of them that agree with the judge. */
  readonly labels: number;
  readonly agree: number;
}

/** Null: a verdict has no label, or does not occur. */
function halvesOf(draws: readonly GradedDraw[]): Halves | null {
  const half = (verdict: DrawnVerdict): Half | null => {
    const { n, share } = partOfDraws(draws, verdict);
    if (n === 0 || share.total <= 0) return null;
    return { n, labels: share.total, agree: verdict === 'pass' ? share.successes : share.total - share.successes };
  };
  const [pass, fail] = [half('pass'), half('fail')];
  return pass === null || fail === null ? null : { pass, fail };
}

const VERDICTS = ['pass', 'fail'] as const;

/**
 * The fall within each verdict as the root of its likelihood ratio, weighted by its part of the standard error. A difference by its standard
 * error alone is skewed where a verdict has few labels: it needed a higher limit, and found less.
 */
function agreementFall(before: Halves, now: Halves): JudgeDrift {
  const weight = (of: Halves, verdict: 'pass' | 'fail'): number => of[verdict].n / (of.pass.n + of.fail.n);
  const agreement = (of: Halves): number =>
    VERDICTS.reduce((sum, verdict) => sum + (weight(of, verdict) * of[verdict].agree) / of[verdict].labels, 0);
  let [sum, variance] = [0, 0];
  for (const verdict of VERDICTS) {
    const [a, b] = [before[verdict], now[verdict]];
    // Of no change: both times have the share of both together.
    const share = (a.agree + b.agree + 0.5) / (a.labels + b.labels + 1);
    const own = share * (1 - share) * (weight(before, verdict) ** 2 / a.labels + weight(now, verdict) ** 2 / b.labels);
    sum += Math.sqrt(own) * signedRoot(a, b);
    variance += own;
  }
  return { rate: 'agreement', before: agreement(before), now: agreement(now), size: sum / Math.sqrt(variance) };
}

/** Of the likelihood ratio of two shares against one: nearly normal from few labels on. Above zero: `b` agrees less. */
function signedRoot(a: Half, b: Half): number {
  const of = { labels: a.labels + b.labels, agree: a.agree + b.agree };
  const ratio = 2 * (logLikelihood(a) + logLikelihood(b) - logLikelihood(of));
  return Math.sign(a.agree / a.labels - b.agree / b.labels) * Math.sqrt(Math.max(0, ratio));
}

const logLikelihood = ({ labels, agree }: Pick<Half, 'labels' | 'agree'>): number => xLog(agree, labels) + xLog(labels - agree, labels);
const xLog = (count: number, of: number): number => (count <= 0 ? 0 : count * Math.log(count / of));

function rateFall(rate: 'tpr' | 'tnr', before: Halves, now: Halves): JudgeDrift {
  const [a, b] = [oddsOf(before, rate), oddsOf(now, rate)];
  return { rate, before: a.value, now: b.value, size: (a.logOdds - b.logOdds) / Math.sqrt(a.variance + b.variance) };
}

interface Odds {
  readonly value: number;
  readonly logOdds: number;
  readonly variance: number;
}

/** What people grade as `rate` says, by the verdict that it got. */
function oddsOf(of: Halves, rate: 'tpr' | 'tnr'): Odds {
  const [right, wrong] = rate === 'tpr' ? [of.pass, of.fail] : [of.fail, of.pass];
  const [found, missed] = [part(right.agree, right.labels), part(wrong.labels - wrong.agree, wrong.labels)];
  const all = right.n * found.share + wrong.n * missed.share;
  return {
    value: all === 0 ? 0 : (right.n * found.share) / all,
    logOdds: Math.log((right.n * found.smoothed) / (wrong.n * missed.smoothed)),
    variance: found.variance + missed.variance + 1 / right.n + 1 / wrong.n,
  };
}

/** Half an output more of each kind: the logarithm of nothing is unknown (Haldane, 1955). `variance`: of the logarithm. */
function part(successes: number, total: number): { readonly share: number; readonly smoothed: number; readonly variance: number } {
  const smoothed = (successes + 0.5) / (total + 1);
  return { share: successes / total, smoothed, variance: (1 - smoothed) / (smoothed * (total + 1)) };
}
