/** Two independent samples compared by ranks: robust against the heavy tails that costs have. */
import { normalQuantile, normalTail } from './distributions.ts';

export interface RankTest {
  /** P(b > a) + ½ P(b = a), the common-language effect. */
  readonly superiority: number;
  /** Standard errors from no difference: of many thousands, where every p is 0. */
  readonly z: number;
  /** One-sided, for b above a: normal approximation with ties and a continuity correction (Mann and Whitney 1947; Lehmann 1975). */
  readonly p: number;
}

export interface Shift {
  /** Median of all differences b − a (Hodges and Lehmann 1963). */
  readonly shift: number;
  readonly low: number;
  readonly high: number;
}

/**
 * For every split of groups in order: the test that the values after it are above those before it. A group counts its values by
 * size, so that it costs no more for many of them. A split is the first group of "after".
 */
export function rankTestsAt(groups: readonly ReadonlyMap<number, number>[], splits: readonly number[]): RankTest[] {
  const { rankOf, tieTerm, total } = midRanks(groups);
  const before = [{ n: 0, ranks: 0 }];
  for (const group of groups) {
    let { n, ranks } = before.at(-1) ?? { n: 0, ranks: 0 };
    for (const [value, count] of group) {
      n += count;
      ranks += count * (rankOf.get(value) ?? 0);
    }
    before.push({ n, ranks });
  }
  const all = before.at(-1)?.ranks ?? 0;
  return splits.map((split) => {
    const { n, ranks } = before[split] ?? { n: 0, ranks: 0 };
    const m = total - n;
    // U counts pairs in which the later is above the earlier.
    const u = all - ranks - (m * (m + 1)) / 2;
    const variance = ((n * m) / 12) * (total + 1 - tieTerm / (total * (total - 1)));
    const z = variance > 0 ? (u - (n * m) / 2 - 0.5) / Math.sqrt(variance) : -Infinity;
    return { superiority: n * m === 0 ? 0.5 : u / (n * m), z, p: normalTail(z) };
  });
}

/**
 * Of two samples that are counted by size. `confidence` of the interval, two-sided; its ends are order statistics of the
 * differences. Null: a sample is empty.
 */
export function hodgesLehmann(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>, confidence: number): Shift | null {
  const [n, m] = [sizeOf(a), sizeOf(b)];
  if (n === 0 || m === 0) return null;
  const counts = new Map<number, number>();
  for (const [x, i] of a) for (const [y, j] of b) counts.set(y - x, (counts.get(y - x) ?? 0) + i * j);
  const differences = [...counts].sort(([x], [y]) => x - y);
  const at = (index: number): number => {
    let passed = 0;
    for (const [difference, count] of differences) {
      passed += count;
      if (passed > index) return difference;
    }
    return differences.at(-1)?.[0] ?? 0;
  };
  const z = normalQuantile(0.5 + confidence / 2);
  const margin = (n * m) / 2 - z * Math.sqrt((n * m * (n + m + 1)) / 12);
  const last = n * m - 1;
  return {
    shift: (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2,
    low: margin < 1 ? -Infinity : at(Math.floor(margin) - 1),
    high: margin < 1 ? Infinity : at(last + 1 - Math.floor(margin)),
  };
}

const sizeOf = (sample: ReadonlyMap<number, number>): number => [...sample.values()].reduce((sum, count) => sum + count, 0);

/** Ranks from 1, ties at their middle, and Σ(t³ − t) over ties. */
function midRanks(groups: readonly ReadonlyMap<number, number>[]): {
  readonly rankOf: ReadonlyMap<number, number>;
  readonly tieTerm: number;
  readonly total: number;
} {
  const counts = new Map<number, number>();
  for (const group of groups) for (const [value, count] of group) counts.set(value, (counts.get(value) ?? 0) + count);
  const rankOf = new Map<number, number>();
  let total = 0;
  let tieTerm = 0;
  for (const [value, count] of [...counts].sort(([a], [b]) => a - b)) {
    rankOf.set(value, total + (count + 1) / 2);
    tieTerm += count ** 3 - count;
    total += count;
  }
  return { rankOf, tieTerm, total };
}
