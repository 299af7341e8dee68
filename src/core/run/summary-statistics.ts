/** Statistics that a single run shows. */

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
export function wilsonInterval(successes: number, total: number): [number, number] | null {
  if (total === 0) return null;
  const share = successes / total;
  const z2 = Z95 * Z95;
  const centre = share + z2 / (2 * total);
  const spread = Z95 * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total * total));
  const scale = 1 + z2 / total;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}
