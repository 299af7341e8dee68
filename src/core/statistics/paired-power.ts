/** The chance that a drop of a known size is found: exactly for single samples, by broken units and normal noise else. */
import { incompleteBeta, logGamma } from './beta.ts';
import { normalQuantile, normalTail, studentQuantile } from './distributions.ts';
import { mcnemarMidP, tangoScore } from './paired-shares.ts';

export interface Levels {
  readonly fail: number;
  readonly pass: number;
}

const logBinomial = (k: number, n: number, p: number): number =>
  p <= 0
    ? k === 0
      ? 0
      : -Infinity
    : p >= 1
      ? k === n
        ? 0
        : -Infinity
      : logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p);

/** P(X = k) for each k of a range, X ~ Bin(n, p): each follows from the one before it. */
function binomials(n: number, p: number, [from, to]: readonly [number, number]): number[] {
  let chance = Math.exp(logBinomial(from, n, p));
  const odds = p / (1 - p);
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const k = from + i;
    if (i > 0) chance = chance > 0 && p < 1 ? chance * ((n - k + 1) / k) * odds : Math.exp(logBinomial(k, n, p));
    return chance;
  });
}

/** e to this is not yet too small for a number. */
const SMALLEST = -600;

/** P(X ≥ k), X ~ Bin(n, p). */
function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n) return 0;
  if (p >= 1 || n * Math.log1p(-p) < SMALLEST) return incompleteBeta(p, k, n - k + 1);
  let chance = (1 - p) ** n;
  let below = chance;
  for (let i = 1; i < k; i++) below += chance *= ((n - i + 1) / i) * (p / (1 - p));
  return Math.max(0, 1 - below);
}

/** Where nearly all of Bin(n, p) lies. */
function bulk(n: number, p: number): [number, number] {
  const spread = 7 * Math.sqrt(n * p * (1 - p)) + 8;
  return [Math.max(0, Math.floor(n * p - spread)), Math.min(n, Math.ceil(n * p + spread))];
}

/** Equally likely values of a share of which `changed` of `n` were seen: quantiles of its Beta posterior (Jeffreys' prior). */
function likelyShares(changed: number, n: number): number[] {
  return [1 / 6, 1 / 2, 5 / 6].map((p) => {
    let low = 0;
    let high = 1;
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (incompleteBeta(middle, changed + 0.5, n - changed + 0.5) < p) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  });
}

/**
 * For cases with one sample on each side, of which `changed` of `n` change by chance alone, as often for the better as for the worse: the
 * chance that McNemar's mid-p test finds a drop, and Tango's bound does not put it within the margin. Summed over all outcomes.
 */
export function pairedPower(changed: number, n: number, margin: number, { fail, pass }: Levels): (drop: number) => number {
  const z = normalQuantile(1 - pass);
  const isFound = (improved: number, regressed: number): boolean =>
    mcnemarMidP(improved, regressed) < fail && tangoScore(improved, regressed, n, -margin) <= z;
  const least = new Map<number, number>();
  const leastRegressed = (improved: number): number => {
    const known = least.get(improved);
    if (known !== undefined) return known;
    let low = 0;
    let high = n - improved + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (middle <= n - improved && !isFound(improved, middle)) low = middle + 1;
      else high = middle;
    }
    least.set(improved, low);
    return low;
  };
  const shares = likelyShares(Math.min(changed, n), n).map((share) => share / 2);
  return (drop) => {
    const chances = shares.map((share) => {
      const better = Math.min(share, 1 - drop) * (1 - drop);
      const worse = Math.min(1, (better + drop) / Math.max(1 - better, 1e-12));
      const [from, to] = bulk(n, better);
      return binomials(n, better, [from, to]).reduce(
        (found, weight, i) => found + weight * binomialTail(leastRegressed(from + i), n - from - i, worse),
        0,
      );
    });
    return chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
  };
}

export interface NoisyUnits {
  /** Units that break or hold as a whole. */
  readonly units: number;
  /** Variance of the mean difference when nothing changed. */
  readonly variance: number;
  /** Degrees of freedom of its estimate. */
  readonly degrees: number;
  /** The smallest step of one unit's difference, as a share of losing all. */
  readonly step: number;
  /** What a unit that breaks loses, as a share of losing all: what of it passed before. */
  readonly loss: number;
  /** Variance of that from unit to unit. */
  readonly lossVariance: number;
}

/**
 * For repeats and groups: the chance that the sign-flip test finds a drop, and the bound does not put it within the margin. Broken units are
 * counted exactly; what the others differ by is normal.
 */
export function unitPower(
  { units, variance, degrees, step, loss, lossVariance }: NoisyUnits,
  margin: number,
  { fail, pass }: Levels,
): (drop: number) => number {
  const noise = Math.sqrt(variance) * units;
  const z = normalQuantile(1 - fail);
  const t = studentQuantile(1 - pass, degrees);
  const linear = (t * t) / (2 * units);
  const isLattice = noise === 0 && lossVariance === 0;
  const chances = Array.from({ length: units + 1 }, (_, broken) => {
    // With so few broken units no sign pattern is rare enough.
    if (noise === 0 && 0.5 ** broken >= fail) return 0;
    const lost = broken * loss;
    const squares = noise ** 2 + broken * (loss ** 2 + lossVariance);
    const byTest = lost - (isLattice ? 1 : step) - z * Math.sqrt(squares);
    const error = Math.sqrt(Math.max(0, squares - lost ** 2 / units)) / units;
    const half = linear + Math.sqrt(linear ** 2 + (t * error) ** 2);
    /** How much the noise may be for the better, in units, so that they are found. */
    const room = Math.min(byTest, lost - units * (margin - half));
    return isLattice ? (room >= 0 ? 1 : 0) : normalTail(-room / Math.sqrt(noise ** 2 + broken * lossVariance + 1e-12));
  });
  return (drop) => {
    const chance = Math.min(1, drop / loss);
    const [from, to] = bulk(units, chance);
    return binomials(units, chance, [from, to]).reduce((found, weight, i) => found + weight * (chances[from + i] ?? 0), 0);
  };
}
