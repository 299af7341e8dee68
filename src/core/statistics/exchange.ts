/** Shares of several samples whose numbers may differ between two sides: tests by what is exchangeable when nothing changed. */
import { logGamma } from './beta.ts';
import { Random } from './random.ts';

/** Samples of one case that passed and failed, on both sides. */
export interface SampleCounts {
  readonly a: { readonly passed: number; readonly failed: number };
  readonly b: { readonly passed: number; readonly failed: number };
}

const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** By number of samples that passed on side b, from the least: its chance, when each sample is as likely to be of either side. */
export function exchanged({ a, b }: SampleCounts): { least: number; chances: number[] } {
  const size = { a: a.passed + a.failed, b: b.passed + b.failed };
  const passed = a.passed + b.passed;
  const least = Math.max(0, passed - size.a);
  const most = Math.min(passed, size.b);
  const all = logChoose(size.a + size.b, size.b);
  const chances = Array.from({ length: most - least + 1 }, (_, i) =>
    Math.exp(logChoose(passed, least + i) + logChoose(size.a + size.b - passed, size.b - least - i) - all),
  );
  return { least, chances };
}

/**
 * One-sided mid-p of Fisher's exact test that side b passes less often than side a, in one case (Lancaster: JASA 56, 1961).
 * `least`: the smallest p that these samples could give, whatever side each belongs to.
 */
export function fisherDrop(counts: SampleCounts): { readonly p: number; readonly least: number } {
  const { least, chances } = exchanged(counts);
  const at = counts.b.passed - least;
  const below = chances.slice(0, at).reduce((sum, chance) => sum + chance, 0);
  return { p: Math.min(1, below + (chances[at] ?? 0) / 2), least: (chances[0] ?? 1) / 2 };
}

/** Values that a sum may take, counted out; beyond, samples are drawn. */
const MOST_SUMS = 200_000;
const DRAWS = 20_000;

/**
 * One-sided p that a sum of share differences (b minus a) as low or lower comes about by chance, when the samples of each case are as
 * likely to be of either side: a permutation test within cases, for unequal numbers of repeats. Exact by counting all sums where they are
 * multiples of 1/`denominator` and few enough; else from seeded draws, with the observed outcome as one of them.
 */
export function exchangeDrop(cases: readonly SampleCounts[], denominator: number, seed = 1): number {
  const outcomes = cases.map((counts) => {
    const { least, chances } = exchanged(counts);
    const passed = counts.a.passed + counts.b.passed;
    const size = { a: counts.a.passed + counts.a.failed, b: counts.b.passed + counts.b.failed };
    const value = (ofB: number): number => ofB / size.b - (passed - ofB) / size.a;
    return { values: chances.map((_, i) => value(least + i)), chances, observed: value(counts.b.passed) };
  });
  const observed = outcomes.reduce((sum, outcome) => sum + outcome.observed, 0);
  const span = outcomes.reduce((sum, { values }) => sum + (values.at(-1) ?? 0) - (values[0] ?? 0), 0);
  if (span * denominator <= MOST_SUMS && span * denominator * cases.length <= MOST_SUMS * 100)
    return countedSum(outcomes, denominator, observed);
  const random = new Random(seed);
  let asLow = 1;
  for (let draw = 0; draw < DRAWS; draw++) {
    const drawn = outcomes.reduce((sum, { values, chances }) => {
      let rest = random.next();
      const at = chances.findIndex((chance) => (rest -= chance) < 0);
      return sum + (values[at] ?? values.at(-1) ?? 0);
    }, 0);
    if (drawn <= observed + 1e-12) asLow++;
  }
  return asLow / (DRAWS + 1);
}

interface Outcomes {
  readonly values: readonly number[];
  readonly chances: readonly number[];
}

/** P(sum ≤ observed), one case after the other, on the grid of 1/denominator. */
function countedSum(outcomes: readonly Outcomes[], denominator: number, observed: number): number {
  let shares = Float64Array.of(1);
  let from = 0;
  for (const { values, chances } of outcomes) {
    const steps = values.map((value) => Math.round((value - (values[0] ?? 0)) * denominator));
    from += (values[0] ?? 0) * denominator;
    const reach = steps.at(-1) ?? 0;
    if (reach === 0) continue;
    const next = new Float64Array(shares.length + reach);
    steps.forEach((step, i) => {
      const chance = chances[i] ?? 0;
      for (let at = 0; at < shares.length; at++) next[at + step] = (next[at + step] ?? 0) + (shares[at] ?? 0) * chance;
    });
    shares = next;
  }
  const last = Math.round(observed * denominator - from);
  let p = 0;
  for (let at = 0; at <= last; at++) p += shares[at] ?? 0;
  return Math.min(1, p);
}
