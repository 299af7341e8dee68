/**
 * The share that people would pass, of outputs that a judge graded, with a 95 % interval that has the judge's errors in it. Which estimator is
 * right depends on how the labels were drawn; each is wrong for the labels of another.
 */
import { studentQuantile } from './distributions.ts';
import { agrestiCoull, FEW, labelledInterval } from './share-interval.ts';

/** Of labelled outputs; fractions where labels have weights. */
export interface Share {
  readonly successes: number;
  readonly total: number;
}

export interface RateEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.959963984540054;

/** All outputs that the judge graded. */
export interface Judged {
  readonly passed: number;
  readonly total: number;
}

/**
 * Labels drawn by the judge's verdict. `passed`: of labelled outputs that the judge passed, those that people pass; `failed`: the same of those
 * that it failed. The two intervals are put together by the recovery of variances (Zou, Donner: Statistics in Medicine 27, 2008), with the chance
 * in how many the judge passed. Null: a verdict that occurs has no label.
 */
export function rateByVerdict(judged: Judged, passed: Share, failed: Share): RateEstimate | null {
  if (judged.total <= 0) return null;
  const weight = judged.passed / judged.total;
  const strata = [
    { weight, share: passed },
    { weight: 1 - weight, share: failed },
  ].filter((stratum) => stratum.weight > 0);
  if (strata.some(({ share }) => share.total <= 0)) return null;
  const parts = strata.map(({ weight: own, share }) => {
    const value = share.successes / share.total;
    const [low, high] = labelledInterval(share.successes, share.total);
    return { own, value, below: own * (value - low), above: own * (high - value) };
  });
  const value = parts.reduce((sum, part) => sum + part.own * part.value, 0);
  const [first, second] = parts;
  const [weightLow, weightHigh] = agrestiCoull(judged.passed, judged.total);
  const slope = first === undefined || second === undefined ? 0 : first.value - second.value;
  const [down, up] = slope >= 0 ? [weight - weightLow, weightHigh - weight] : [weightHigh - weight, weight - weightLow];
  return around(
    value,
    Math.hypot(...parts.map(({ below }) => below), slope * down),
    Math.hypot(...parts.map(({ above }) => above), slope * up),
  );
}

/** A simple random sample, counted without the judge. Null: nothing was labelled. */
export function directRate({ successes, total }: Share): RateEstimate | null {
  if (total <= 0) return null;
  const [low, high] = labelledInterval(successes, total);
  return { value: successes / total, low, high };
}

/** Of a simple random sample of the judged outputs, how people and judge graded: the first word is the judge's. */
export interface JudgedSample {
  readonly passPass: number;
  readonly passFail: number;
  readonly failPass: number;
  readonly failFail: number;
}

/** With fewer disagreements than this, their variance says nothing. */
const FEW_DISAGREEMENTS = 10;

/**
 * A simple random sample, made more precise by the judge's verdicts on the rest: PPI++ (Angelopoulos, Duchi, Zrnic: arXiv 2311.01453) with the
 * weight that has the least variance. `rest`: what was judged and not labelled. Null: its normal interval would be too narrow, so `directRate` is.
 */
export function poweredRate(rest: Judged, { passPass, passFail, failPass, failFail }: JudgedSample): RateEstimate | null {
  const n = passPass + passFail + failPass + failFail;
  if (n < FEW || rest.total === 0 || passFail + failPass < FEW_DISAGREEMENTS) return null;
  const [people, judge, both] = [(passPass + failPass) / n, (passPass + passFail) / n, passPass / n];
  if (Math.min(people, 1 - people) * n < FEW_DISAGREEMENTS || Math.min(judge, 1 - judge) * n < FEW_DISAGREEMENTS) return null;
  const covariance = both - people * judge;
  const spread = judge * (1 - judge);
  const share = rest.passed / rest.total;
  const power = Math.min(1, Math.max(0, covariance / (spread * (1 + n / rest.total))));
  const value = people + power * (share - judge);
  const scale = n / (n - 1);
  const own = scale * (people * (1 - people) - 2 * power * covariance + power * power * spread);
  const error = Math.sqrt(own / n + (power * power * share * (1 - share)) / rest.total);
  const spreads = studentQuantile(0.975, n - 1) * error;
  return around(value, spreads, spreads);
}

/**
 * The judge's rates were measured on other outputs: Rogan and Gladen's estimate with the adjusted interval of Lang and Reiczigel (Preventive
 * Veterinary Medicine 113, 2014), which Lee et al. (arXiv 2511.21140) use for judges. Null: the judge hardly tells good from bad.
 */
export function rateFromElsewhere(judged: Judged, truePass: Share, trueFail: Share): RateEstimate | null {
  if (judged.total <= 0 || truePass.total <= 0 || trueFail.total <= 0) return null;
  const [tpr, tnr] = [truePass.successes / truePass.total, trueFail.successes / trueFail.total];
  if (tpr + tnr < LEAST_SUM) return null;
  const plain = (judged.passed / judged.total + tnr - 1) / (tpr + tnr - 1);
  const n = judged.total + Z * Z;
  const p = (judged.passed + (Z * Z) / 2) / n;
  const [q1, q0] = [adjusted(truePass), adjusted(trueFail)];
  const [n1, n0] = [truePass.total + 2, trueFail.total + 2];
  const reach = q1 + q0 - 1;
  const value = (p + q0 - 1) / reach;
  const [pass, fail] = [(q1 * (1 - q1)) / n1, (q0 * (1 - q0)) / n0];
  const error = Math.sqrt((p * (1 - p)) / n + (1 - value) ** 2 * fail + value ** 2 * pass) / reach;
  const shift = 2 * Z * Z * (value * pass - (1 - value) * fail);
  // Few labels: the rates are no better known than their own variance.
  const quantile = studentQuantile(0.975, Math.max(1, Math.min(truePass.total, trueFail.total) - 1));
  return {
    value: clipped(plain),
    low: Math.min(clipped(value + shift - quantile * error), clipped(plain)),
    high: Math.max(clipped(value + shift + quantile * error), clipped(plain)),
  };
}

/** TPR + TNR below this: the judge tells too little, and the estimate has no bounds. */
export const LEAST_SUM = 1.2;

const adjusted = ({ successes, total }: Share): number => (successes + 1) / (total + 2);
const clipped = (value: number): number => Math.min(1, Math.max(0, value));
const around = (value: number, below: number, above: number): RateEstimate => ({
  value,
  low: Math.max(0, value - below),
  high: Math.min(1, value + above),
});

/**
 * How often the judge passes what people pass, and fails what they fail, from labels drawn by its verdict (Begg, Greenes: Biometrics 39, 1983).
 * The interval is that of the logarithm of the odds. Null: nothing of that kind was labelled, or a verdict that occurs has no label.
 */
export function agreementByVerdict(
  judged: Judged,
  passed: Share,
  failed: Share,
): { readonly tpr: RateEstimate | null; readonly tnr: RateEstimate | null } {
  const pass = judged.passed / judged.total;
  const opposite = ({ successes, total }: Share): Share => ({ successes: total - successes, total });
  return {
    tpr: oddsShare({ weight: pass, share: passed }, { weight: 1 - pass, share: failed }, judged.total),
    tnr: oddsShare({ weight: 1 - pass, share: opposite(failed) }, { weight: pass, share: opposite(passed) }, judged.total),
  };
}

interface Stratum {
  readonly weight: number;
  readonly share: Share;
}

/** Of what people grade alike, the part that is in `own`. */
function oddsShare(own: Stratum, other: Stratum, judged: number): RateEstimate | null {
  if ((own.weight > 0 && own.share.total <= 0) || (other.weight > 0 && other.share.total <= 0)) return null;
  const part = ({ weight, share }: Stratum): number => (share.total <= 0 ? 0 : (weight * share.successes) / share.total);
  const [right, wrong] = [part(own), part(other)];
  if (right + wrong === 0) return null;
  if (own.weight === 0 || other.weight === 0) {
    // One verdict only: the other part cannot be.
    const only = own.weight === 0 ? 0 : 1;
    return { value: only, low: only, high: only };
  }
  const [a, b] = [logInterval(own), logInterval(other)];
  const odds = b.value - a.value;
  const chance = Z / Math.sqrt(judged * own.weight * other.weight);
  const [down, up] = [Math.hypot(b.value - b.low, a.high - a.value, chance), Math.hypot(b.high - b.value, a.value - a.low, chance)];
  const at = (logOdds: number): number => 1 / (1 + Math.exp(logOdds));
  const value = right / (right + wrong);
  return { value, low: Math.min(value, at(odds + up)), high: Math.max(value, at(odds - down)) };
}

/** Of the logarithm of a stratum's part; the low end is −∞ where none was found. */
function logInterval({ weight, share: { successes, total } }: Stratum): {
  readonly value: number;
  readonly low: number;
  readonly high: number;
} {
  const [low, high] = labelledInterval(successes, total).map((end) => Math.log(weight * end));
  return { value: Math.log((weight * (successes + 0.5)) / (total + 1)), low: low ?? -Infinity, high: high ?? 0 };
}
