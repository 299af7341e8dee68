/** What a suite of this size can tell, and how large it would have to be. */
import type { Quality } from './quality.ts';
import { normalQuantile } from '../statistics/distributions.ts';

/** The chance of finding a drop that is there. */
const POWER = 0.8;
/** Regressed cases that are expected when four are seen with that chance: four alone are what the mid-p test needs at 5 %. */
const LEAST_CHANGED = 5.515;

/** The smallest drop that the test finds with a chance of 80 %, as a share; from how much cases differ by chance here. */
export function detectableDrop({ variance, units, paired }: Quality, alpha: number): number {
  if (paired.n === 0 || units < 2) return 1;
  const z = normalQuantile(1 - alpha) + normalQuantile(POWER);
  const byChance = z * Math.sqrt(variance / paired.n);
  return Math.min(1, Math.max(byChance, LEAST_CHANGED / units));
}

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
