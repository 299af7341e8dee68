/** Statistics that a single run shows. */
import { studentQuantile } from './distributions.ts';
import { clusteredMean } from './paired-means.ts';

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

/** Nearest-rank percentiles; null of nothing. */
export function percentiles(values: readonly number[]): Percentiles | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const rank = (p: number): number => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0;
  return { p50: rank(0.5), p95: rank(0.95) };
}

const Z95 = 1.959963984540054;

/** 95 % score interval of a share (Wilson 1927); null when nothing was counted. */
export const wilsonInterval = (successes: number, total: number): [number, number] | null =>
  total === 0 ? null : scoreInterval(successes / total, total, Z95);

function scoreInterval(share: number, total: number, quantile: number): [number, number] {
  const squared = quantile * quantile;
  const centre = share + squared / (2 * total);
  const spread = quantile * Math.sqrt((share * (1 - share)) / total + squared / (4 * total * total));
  const scale = 1 + squared / total;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

/**
 * 95 % interval of a share over clusters of yes and no (1 and 0): Wilson's with the number of independent cases that has the cluster-robust
 * variance, and Student's quantile for it (Korn and Graubard: Survey Methodology 24, 1998). When all are equal there is no variance: then
 * each cluster is one case. Null: nothing was counted, or all is one cluster.
 */
export function clusteredShareInterval(clusters: readonly (readonly number[])[]): [number, number] | null {
  const n = clusters.reduce((sum, cluster) => sum + cluster.length, 0);
  const { mean, error, degrees } = clusteredMean(clusters);
  if (n === 0) return null;
  if (!Number.isFinite(error)) return [0, 1];
  const alike = n ** 2 / clusters.reduce((sum, cluster) => sum + cluster.length ** 2, 0);
  const size = error > 0 ? (mean * (1 - mean)) / error ** 2 : alike;
  return scoreInterval(mean, Math.min(n, size), studentQuantile(0.975, Math.max(1, degrees)));
}

export interface PairedCounts {
  readonly both: number;
  readonly first: number;
  readonly second: number;
  readonly neither: number;
}

/**
 * Difference of two shares over the same cases (first minus second) with its 95 % interval: Newcombe's hybrid score
 * interval for paired proportions (Statistics in Medicine 17, 1998, method 10).
 */
export function pairedDifference({ both, first, second, neither }: PairedCounts): { difference: number; interval: [number, number] } {
  const total = both + first + second + neither;
  if (total === 0) return { difference: 0, interval: [-1, 1] };
  const [p1, p2] = [(both + first) / total, (both + second) / total];
  const [l1, u1] = wilsonInterval(both + first, total) ?? [0, 1];
  const [l2, u2] = wilsonInterval(both + second, total) ?? [0, 1];
  const margins = (both + first) * (second + neither) * (both + second) * (first + neither);
  const product = both * neither - first * second;
  const phi = margins === 0 ? 0 : (product > 0 ? Math.max(product - total / 2, 0) : product) / Math.sqrt(margins);
  const spread = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const difference = p1 - p2;
  return { difference, interval: [difference - spread(p1 - l1, u2 - p2), difference + spread(u1 - p1, p2 - l2)] };
}
