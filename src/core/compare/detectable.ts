/** What a suite of this size can tell, and how large it would have to be. */
import type { Alphas } from './alpha.ts';
import type { Quality } from './quality.ts';
import { normalQuantile } from '../statistics/distributions.ts';
import { pairedPower, unitPower, type NoisyUnits } from '../statistics/paired-power.ts';

/** The chance of finding a drop that is there. */
const POWER = 0.8;

/**
 * The smallest drop of the true pass rate that this comparison would fail with a chance of 80 %, as a share: a drop is found when the test
 * finds it and it is not surely within the margin. It follows from how much the cases change by chance here. 1: no drop is found that often.
 */
export function detectableDrop(quality: Quality, margin: number, alphas: Alphas): number {
  if (quality.paired.n === 0 || quality.units < 2) return 1;
  const power = powerOf(quality, margin, alphas);
  const most = quality.method === 'group-sign-flip' ? quality.before : 1;
  if (power(most) < POWER) return 1;
  // The Illinois method: as sure as halving, and quicker where the power is smooth.
  let low = { drop: 0, off: -POWER };
  let high = { drop: most, off: power(most) - POWER };
  for (let side = 0; high.drop - low.drop > 5e-4;) {
    const drop = low.drop - (low.off * (high.drop - low.drop)) / (high.off - low.off);
    const off = power(drop) - POWER;
    if (Math.abs(off) < 5e-4) return drop;
    if (off < 0) {
      low = { drop, off };
      if (side === -1) high = { ...high, off: high.off / 2 };
      side = -1;
    } else {
      high = { drop, off };
      if (side === 1) low = { ...low, off: low.off / 2 };
      side = 1;
    }
  }
  return high.drop;
}

/** Below this p, what got worse is not taken for chance. */
const NOT_BY_CHANCE = 0.05;

function powerOf(quality: Quality, margin: number, alphas: Alphas): (drop: number) => number {
  const { paired, method, p } = quality;
  if (method !== 'mcnemar-midp') return unitPower(noisyUnits(quality), margin, alphas);
  const changed = p < NOT_BY_CHANCE ? 2 * paired.improved : paired.improved + paired.regressed;
  return pairedPower(changed, paired.n, margin, alphas);
}

/** A case that breaks had passed; of a group that breaks, what had passed is lost. */
const noisyUnits = ({ variance, paired, effectiveUnits, degrees, step, before, method }: Quality): NoisyUnits => ({
  units: Math.max(2, Math.round(effectiveUnits)),
  variance: variance / paired.n,
  degrees,
  step,
  ...(method === 'group-sign-flip'
    ? { loss: Math.max(before, 0.01), lossVariance: (before * (1 - before) * effectiveUnits) / paired.n }
    : { loss: 1, lossVariance: 0 }),
});

export interface NeededSamples {
  /** Cases that would tell, with as many samples each as now; null: no number does, with a margin of 0. */
  readonly cases: number | null;
  /** Samples per case that would tell with the cases as they are; null: repeats alone cannot, or unknown. */
  readonly repeats: number | null;
}

/** What would settle an undecided comparison when nothing dropped in truth: the lower bound comes above −margin (80 % of the time). */
export function neededSamples(quality: Quality, margin: number, alpha: number, repeats: number): NeededSamples {
  const { variance, sampleVariance, paired, units } = quality;
  const z = normalQuantile(1 - alpha) + normalQuantile(POWER);
  const z2 = normalQuantile(1 - alpha) ** 2;
  const perUnit = paired.n === 0 || units === 0 ? 1 : paired.n / units;
  if (margin <= 0) return { cases: null, repeats: null };
  // An unchanged suite still leaves about z²/n open.
  const unchanged = (z2 / margin) * perUnit;
  const cases = Math.ceil(Math.max((variance * z * z) / margin ** 2, unchanged, paired.n + 1));
  return { cases, repeats: paired.n > unchanged ? neededRepeats(variance, sampleVariance, paired.n, margin, z, repeats) : null };
}

const MOST_REPEATS = 20;

function neededRepeats(
  variance: number,
  sampleVariance: number | null,
  n: number,
  margin: number,
  z: number,
  repeats: number,
): number | null {
  if (sampleVariance === null || sampleVariance === 0) return null;
  const ofCases = Math.max(0, variance - (2 * sampleVariance) / repeats);
  const room = (n * margin ** 2) / (z * z) - ofCases;
  if (room <= 0) return null;
  const wanted = Math.ceil((2 * sampleVariance) / room);
  return wanted > repeats && wanted <= MOST_REPEATS ? wanted : null;
}
