/** Differences of cases that were sampled several times, or that hang together: means, their errors, and a test of a drop. */
import { studentCdf, studentQuantile } from './distributions.ts';
import { Random } from './random.ts';

export interface MeanEstimate {
  readonly mean: number;
  /** Standard error. */
  readonly error: number;
  /** Independent units: cases, or clusters of them. */
  readonly units: number;
  /** Degrees of freedom of the error. */
  readonly degrees: number;
}

/** The mean of independent differences, with its standard error. */
export function meanOf(differences: readonly number[]): MeanEstimate {
  const units = differences.length;
  const mean = units === 0 ? 0 : sum(differences) / units;
  if (units < 2) return { mean, error: Infinity, units, degrees: 0 };
  const squares = differences.reduce((total, value) => total + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (units - 1) / units), units, degrees: units - 1 };
}

/**
 * The mean over all cases, where cases of a cluster may move together. The error is CR2, cluster-robust and unbiased when cases are
 * independent: summed residuals of a cluster with share h of the cases, squared and divided by 1 − h (Bell and McCaffrey: Survey
 * Methodology 28, 2002). Its degrees of freedom are Satterthwaite's (Pustejovsky and Tipton: JBES 36, 2018, equation 11), the
 * smaller of those for independent cases and for clusters that move as one.
 */
export function clusteredMean(clusters: readonly (readonly number[])[]): MeanEstimate {
  const sizes = clusters.map((cluster) => cluster.length);
  const n = sum(sizes);
  const units = clusters.length;
  const mean = n === 0 ? 0 : sum(clusters.map(sum)) / n;
  if (units < 2) return { mean, error: Infinity, units, degrees: 0 };
  const squares = clusters.reduce((total, cluster) => total + (sum(cluster) - cluster.length * mean) ** 2 / (1 - cluster.length / n), 0);
  const degrees = Math.min(
    satterthwaite(sizes, sizes),
    satterthwaite(
      sizes,
      sizes.map((size) => size ** 2),
    ),
  );
  return { mean, error: Math.sqrt(squares) / n, units, degrees };
}

/**
 * Degrees of freedom of the CR2 variance of a mean: (E V)² · 2 / Var V, when the sums of the clusters are normal with these variances.
 * V is the quadratic form of the sums with the matrix (δ a_g − u_g − u_h + q) / n², where a = 1 / (1 − size / n) and u = a · size / n.
 */
function satterthwaite(sizes: readonly number[], variances: readonly number[]): number {
  const n = sum(sizes);
  const parts = sizes.map((size, i) => {
    const a = 1 / (1 - size / n);
    return { a, u: (a * size) / n, w: variances[i] ?? 0, q: (a * size * size) / (n * n) };
  });
  const q = sum(parts.map((part) => part.q));
  const w = sum(parts.map((part) => part.w));
  const u1 = sum(parts.map((part) => part.w * part.u));
  const u2 = sum(parts.map((part) => part.w * part.u ** 2));
  const trace = sum(parts.map((part) => part.w * (part.a - 2 * part.u + q)));
  const apart = q * q * w * w + 2 * w * u2 + 2 * u1 * u1 - 4 * q * w * u1;
  const diagonal = sum(parts.map((part) => part.w ** 2 * ((part.a - 2 * part.u + q) ** 2 - (q - 2 * part.u) ** 2)));
  return trace ** 2 / (apart + diagonal);
}

/**
 * Student's interval of the mean, with the variance taken where the bound is, as a score interval does: a lower mean has more
 * cases that lost a whole `step`, so h² = t² (error² + h · step / units) for the half-width h. A suite in which nothing moved
 * has no variance and is still no proof. `step` 0: Student's interval as it is, for what has no bounds.
 */
export function meanInterval({ mean, error, units, degrees }: MeanEstimate, level: number, step: number): [number, number] {
  if (!Number.isFinite(error)) return [-Infinity, Infinity];
  const t = studentQuantile(0.5 + level / 2, degrees);
  const linear = (step * t * t) / (2 * units);
  const half = linear + Math.sqrt(linear ** 2 + (t * error) ** 2);
  return [mean - half, mean + half];
}

/** One-sided p of Student's test that the mean is below zero. Without any spread it is that of the sign test: 2⁻ᵘⁿⁱᵗˢ when all are below. */
export function studentDrop({ mean, error, units, degrees }: MeanEstimate): number {
  if (!Number.isFinite(error)) return 1;
  // Equal values differ by rounding.
  if (error <= Math.abs(mean) * 1e-12) return mean < 0 ? 0.5 ** units : 1;
  return studentCdf(mean / error, degrees);
}

/** Sums of so many distinct values are counted out; beyond, samples are drawn. */
const MOST_SUMS = 200_000;
/** Random sign patterns where counting out is too much. */
const DRAWS = 20_000;

/**
 * One-sided p that a sum as low or lower comes about by chance, every difference being as likely to have the other sign
 * (Fisher's randomisation test). Exact where the differences are multiples of 1/`denominator`, by counting all sums; else
 * from seeded draws, with the observed pattern as one of them.
 */
export function signFlipDrop(differences: readonly number[], denominator: number, seed = 1): number {
  const steps = differences.map((value) => Math.abs(value * denominator));
  const isGrid = steps.every((step) => Math.abs(step - Math.round(step)) < 1e-9);
  const total = steps.reduce((all, step) => all + Math.round(step), 0);
  const observed = sum(differences) * denominator;
  if (isGrid && total * steps.length <= MOST_SUMS * 100 && total <= MOST_SUMS)
    return countedDrop(steps.map(Math.round), total, Math.round(observed));
  return drawnDrop(differences, observed / denominator, new Random(seed));
}

/** Probabilities of all sums −total … total, one difference after the other. */
function countedDrop(steps: readonly number[], total: number, observed: number): number {
  let shares = new Float64Array(2 * total + 1);
  shares[total] = 1;
  let reach = 0;
  for (const step of steps) {
    if (step === 0) continue;
    const next = new Float64Array(2 * total + 1);
    for (let at = total - reach; at <= total + reach; at++) {
      const half = (shares[at] ?? 0) / 2;
      if (half === 0) continue;
      next[at - step] = (next[at - step] ?? 0) + half;
      next[at + step] = (next[at + step] ?? 0) + half;
    }
    reach += step;
    shares = next;
  }
  let p = 0;
  for (let at = 0; at <= total + observed; at++) p += shares[at] ?? 0;
  return Math.min(1, p);
}

function drawnDrop(differences: readonly number[], observed: number, random: Random): number {
  const moved = differences.filter((value) => value !== 0);
  let asLow = 1;
  for (let draw = 0; draw < DRAWS; draw++) {
    const drawn = moved.reduce((all, value) => (random.next() < 0.5 ? all + value : all - value), 0);
    if (drawn <= observed + 1e-12) asLow++;
  }
  return asLow / (DRAWS + 1);
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
