/**
 * Averages of F1 over classes, with 95 % intervals: those of a bootstrap over what hangs together, widened to those that the intervals of the
 * classes give (Zou and Donner: Statistics in Medicine 27, 2008). A bootstrap alone takes a suite without a mistake for a proof, and the other
 * alone takes the classes for independent.
 */
import { groupBy } from '../../collections/group-by.ts';
import { Random } from '../../statistics/random.ts';
import type { ClassRow, ClassSample, ClassValue } from './class-row.ts';

/** Of a small suite; a large one needs fewer, as its resamples differ less. */
const MOST_DRAWS = 500;
const LEAST_DRAWS = 200;
/** Draws of single units, in all. */
const WORK = 2_000_000;

export function averageF1(
  samples: readonly ClassSample[],
  labels: readonly string[],
  rows: readonly ClassRow[],
): { readonly macroF1: ClassValue; readonly weightedF1: ClassValue } {
  const units = unitsOf(samples, labels);
  const macros: number[] = [];
  const weighteds: number[] = [];
  const random = new Random(1);
  const draws = Math.max(LEAST_DRAWS, Math.min(MOST_DRAWS, Math.floor(WORK / units.length)));
  for (let draw = 0; draw < draws; draw++) {
    const counts = new ClassCounts(labels.length);
    for (let i = 0; i < units.length; i++) counts.add(units[Math.floor(random.next() * units.length)] ?? []);
    macros.push(counts.macroF1());
    weighteds.push(counts.weightedF1());
  }
  const n = samples.length;
  return {
    macroF1: widest(
      macros,
      rows,
      rows.map(() => 1 / rows.length),
    ),
    weightedF1: widest(
      weighteds,
      rows,
      rows.map((row) => row.n / n),
    ),
  };
}

/** [expected, found] of the samples of each unit; −1: no label. */
function unitsOf(samples: readonly ClassSample[], labels: readonly string[]): (readonly (readonly [number, number])[])[] {
  const at = new Map(labels.map((label, i) => [label, i]));
  return [...groupBy(samples, ({ unit }) => unit).values()].map((unit) =>
    unit.map(({ expected, found }) => [at.get(expected) ?? 0, found === null ? -1 : (at.get(found) ?? -1)] as const),
  );
}

/** True positives, and all that expect or find each class. */
class ClassCounts {
  private readonly right: Float64Array;
  private readonly expected: Float64Array;
  private readonly found: Float64Array;

  constructor(size: number) {
    this.right = new Float64Array(size);
    this.expected = new Float64Array(size);
    this.found = new Float64Array(size);
  }

  add(unit: readonly (readonly [number, number])[]): void {
    for (const [expected, found] of unit) {
      this.expected[expected] = (this.expected[expected] ?? 0) + 1;
      if (found >= 0) this.found[found] = (this.found[found] ?? 0) + 1;
      if (found === expected) this.right[expected] = (this.right[expected] ?? 0) + 1;
    }
  }

  private f1(i: number): number | null {
    const size = (this.expected[i] ?? 0) + (this.found[i] ?? 0);
    return size === 0 ? null : (2 * (this.right[i] ?? 0)) / size;
  }

  /** Of the classes that were drawn. */
  macroF1(): number {
    const known = [...this.right.keys()].flatMap((i) => this.f1(i) ?? []);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  }

  weightedF1(): number {
    const n = this.expected.reduce((sum, count) => sum + count, 0);
    return [...this.right.keys()].reduce((sum, i) => sum + ((this.expected[i] ?? 0) / n) * (this.f1(i) ?? 0), 0);
  }
}

function widest(drawn: readonly number[], rows: readonly ClassRow[], weights: readonly number[]): ClassValue {
  const sorted = Float64Array.from(drawn).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? 0;
  const sum = (of: (f1: ClassValue, weight: number) => number): number =>
    rows.reduce((total, { f1 }, i) => (f1 === null ? total : total + of(f1, weights[i] ?? 0)), 0);
  const value = sum((f1, weight) => weight * f1.value);
  const below = Math.sqrt(sum((f1, weight) => (weight * (f1.value - f1.low)) ** 2));
  const above = Math.sqrt(sum((f1, weight) => (weight * (f1.high - f1.value)) ** 2));
  return { value, low: Math.max(0, Math.min(at(0.025), value - below)), high: Math.min(1, Math.max(at(0.975), value + above)) };
}
