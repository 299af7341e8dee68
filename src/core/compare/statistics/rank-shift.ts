/** Two independent samples compared by ranks: robust against the heavy tails that costs have. */
import { normalQuantile, normalTail } from './distributions.ts';

export interface RankTest {
  /** P(b > a) + ½ P(b = a), the common-language effect. */
  readonly superiority: number;
  /** One-sided, for b above a: normal approximation with ties and a continuity correction (Mann and Whitney 1947; Lehmann 1975). */
  readonly p: number;
}

export interface Shift {
  /** Median of all differences b − a (Hodges and Lehmann 1963). */
  readonly shift: number;
  readonly low: number;
  readonly high: number;
}

/** For every split of a series in order: the test that what comes after is above what came before. Splits are first indices of "after". */
export function rankTestsAt(values: readonly number[], splits: readonly number[]): RankTest[] {
  const { ranks, tieTerm } = rank(values);
  const total = values.length;
  const before = new Float64Array(total + 1);
  for (let i = 0; i < total; i++) before[i + 1] = (before[i] ?? 0) + (ranks[i] ?? 0);
  const all = before[total] ?? 0;
  return splits.map((split) => {
    const [n, m] = [split, total - split];
    // U counts pairs in which b is above a.
    const u = all - (before[split] ?? 0) - (m * (m + 1)) / 2;
    const variance = ((n * m) / 12) * (total + 1 - tieTerm / (total * (total - 1)));
    const z = variance > 0 ? (u - (n * m) / 2 - 0.5) / Math.sqrt(variance) : -Infinity;
    return { superiority: n * m === 0 ? 0.5 : u / (n * m), p: normalTail(z) };
  });
}

/** `confidence` of the interval, two-sided; its ends are order statistics of the differences. Null: a sample is empty. */
export function hodgesLehmann(a: readonly number[], b: readonly number[], confidence: number): Shift | null {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return null;
  const differences = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) differences[i * m + j] = (b[j] ?? 0) - (a[i] ?? 0);
  differences.sort();
  const z = normalQuantile(0.5 + confidence / 2);
  const margin = (n * m) / 2 - z * Math.sqrt((n * m * (n + m + 1)) / 12);
  const last = n * m - 1;
  const at = (index: number): number => differences[Math.max(0, Math.min(last, index))] ?? 0;
  const middle = last / 2;
  return {
    shift: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    low: margin < 1 ? -Infinity : at(Math.floor(margin) - 1),
    high: margin < 1 ? Infinity : at(last + 1 - Math.floor(margin)),
  };
}

/** Mid-ranks from 1, and Σ(t³ − t) over ties. */
function rank(values: readonly number[]): { ranks: Float64Array; tieTerm: number } {
  const order = Uint32Array.from(values.keys()).sort((x, y) => (values[x] ?? 0) - (values[y] ?? 0));
  const ranks = new Float64Array(values.length);
  let tieTerm = 0;
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end++;
    const ties = end - start;
    tieTerm += ties ** 3 - ties;
    for (let i = start; i < end; i++) ranks[order[i] ?? 0] = (start + end + 1) / 2;
    start = end;
  }
  return { ranks, tieTerm };
}
