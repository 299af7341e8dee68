/**
 * F1 by class on both sides of a comparison: which class got worse. F1 is a ratio of sums, so its change is tested by the part that each case
 * has in it (linearisation: Binder, International Statistical Review 51, 1983), by what hangs together.
 */
import { groupBy } from '../collections/group-by.ts';
import type { ClassSample } from '../results/classes/class-row.ts';
import { classSamples } from '../results/classes/class-metrics.ts';
import type { ResultOutline } from '../results/result-list.ts';
import { holm } from '../statistics/holm.ts';
import { clusteredMean, meanInterval, meanOf, studentDrop, type MeanEstimate } from '../statistics/paired-means.ts';
import { ALPHA } from './alpha.ts';
import type { CasePair } from './case-pairs.ts';

export interface ClassChange {
  /** Of `expected`; empty: the whole text. */
  readonly field: string;
  /** Null: the mean over the classes. */
  readonly label: string | null;
  /** F1 over the cases that both sides answered. */
  readonly a: number;
  readonly b: number;
  /** b minus a. */
  readonly difference: number;
  /** Two-sided, 95 %; null: too few cases. */
  readonly interval: readonly [number, number] | null;
  /** One-sided, for a drop. */
  readonly p: number;
  /** Surely worse, also when the chance of any false alarm over all classes of the field is held at 5 %. The mean is no class. */
  readonly isWorse: boolean;
  /** Cases that expect it, or where a side found it. */
  readonly n: number;
}

/** A class with the largest allowed drop of its F1. */
export interface ClassDrop {
  readonly label: string;
  readonly limit: number;
  /** One-sided: that the drop is above the limit. */
  readonly pAbove: number;
  /** One-sided: that the drop is below the limit. */
  readonly pBelow: number;
  /** No case expects it: nothing is known of it. */
  readonly isUnknown: boolean;
}

/** What stands for the mean over all classes in `gate.classes`. */
export const MACRO = 'macro';

/** Without a field that holds one of a few values it is empty. */
export function compareClasses(pairs: readonly CasePair[]): ClassChange[] {
  return fieldsOf(pairs).flatMap((field) => {
    const found = field.rows.map((row) => changeOf(field, row));
    const worse = holm(
      found.slice(0, -1).map(({ p }) => p),
      ALPHA,
    );
    return found.map((change, i) => ({ ...change, isWorse: worse[i] ?? false }));
  });
}

/** Of the gated labels; one that no field has is open. */
export function classDrops(limits: Readonly<Record<string, number>>, pairs: readonly CasePair[]): ClassDrop[] {
  if (Object.keys(limits).length === 0) return [];
  const fields = fieldsOf(pairs);
  return Object.entries(limits).flatMap(([label, limit]) =>
    orUnknown(
      label,
      limit,
      fields.flatMap(({ rows }) =>
        rows.flatMap((row) => {
          if ((row.label ?? MACRO) !== label) return [];
          const excess = shifted(row.estimate, limit);
          return [{ label, limit, pAbove: studentDrop(excess), pBelow: studentDrop({ ...excess, mean: -excess.mean }), isUnknown: false }];
        }),
      ),
    ),
  );
}

const orUnknown = (label: string, limit: number, found: readonly ClassDrop[]): readonly ClassDrop[] =>
  found.length > 0 ? found : [{ label, limit, pAbove: 1, pBelow: 1, isUnknown: true }];

/** `by`: the mean change plus what is allowed. */
const shifted = (estimate: MeanEstimate, by: number): MeanEstimate => ({ ...estimate, mean: estimate.mean + by });

interface ClassedField {
  readonly field: string;
  /** Of the classes, then of their mean. */
  readonly rows: readonly FieldRow[];
}

interface FieldRow {
  readonly label: string | null;
  readonly a: number;
  readonly b: number;
  /** Of the difference. */
  readonly estimate: MeanEstimate;
  readonly n: number;
}

function changeOf({ field }: ClassedField, { label, a, b, estimate, n }: FieldRow): Omit<ClassChange, 'isWorse'> {
  const [low, high] = meanInterval(estimate, 1 - ALPHA, 0);
  const isKnown = Number.isFinite(estimate.error);
  return {
    field,
    label,
    a,
    b,
    difference: b - a,
    interval: isKnown ? [Math.max(-1, low), Math.min(1, high)] : null,
    p: studentDrop(estimate),
    n,
  };
}

function fieldsOf(pairs: readonly CasePair[]): ClassedField[] {
  if (!pairs.some(({ b }) => b.samples.some(({ compared }) => compared !== undefined))) return [];
  const outlines = (side: 'a' | 'b'): ResultOutline[] => pairs.flatMap((pair) => pair[side].samples.filter(({ answered }) => answered));
  const [before, after] = [outlines('a'), outlines('b')];
  const names = new Set(after.flatMap(({ compared = {} }) => Object.keys(compared)));
  return [...names].flatMap((field): ClassedField[] => {
    const [a, b] = [classSamples(field, before), classSamples(field, after)];
    return a === null || b === null ? [] : [{ field, rows: rowsOf(a, b) }];
  });
}

function rowsOf(a: readonly ClassSample[], b: readonly ClassSample[]): FieldRow[] {
  const labels = [...new Set([...a, ...b].map(({ expected }) => expected))];
  const cases = casesOf(a, b);
  const rows = labels.map((label) => ({ label, parts: partsOf(label, cases) }));
  const known = rows.flatMap(({ label, parts }) => (parts === null ? [] : [{ label, ...parts }]));
  const classes = known.map(({ label, a: before, b: after, of }) => ({
    ...{ label, a: before, b: after, n: of.size },
    estimate: estimateOf([...of].map(([id, part]) => ({ unit: cases.get(id)?.unit ?? id, value: after - before + of.size * part }))),
  }));
  if (classes.length === 0) return [];
  const meanOver = (side: 'a' | 'b'): number => known.reduce((sum, row) => sum + row[side], 0) / known.length;
  const [before, after] = [meanOver('a'), meanOver('b')];
  const macro = [...cases].map(([id, { unit }]) => ({
    unit,
    value: after - before + (cases.size * known.reduce((sum, { of }) => sum + (of.get(id) ?? 0), 0)) / known.length,
  }));
  return [...classes, { label: null, a: before, b: after, estimate: estimateOf(macro), n: cases.size }];
}

interface ClassedCase {
  readonly unit: string;
  readonly a: readonly ClassSample[];
  readonly b: readonly ClassSample[];
}

/** By case, with both sides' samples. */
function casesOf(a: readonly ClassSample[], b: readonly ClassSample[]): Map<string, ClassedCase> {
  const [before, after] = [groupBy(a, (sample) => sample.case), groupBy(b, (sample) => sample.case)];
  return new Map(
    [...after].flatMap(([id, own]): [string, ClassedCase][] => {
      const other = before.get(id);
      return other === undefined || own[0] === undefined ? [] : [[id, { unit: own[0].unit, a: other, b: own }]];
    }),
  );
}

/** F1 of a class on both sides, and each case's part in their difference; the parts add up to nothing. Null: a side neither expects nor finds it. */
function partsOf(
  label: string,
  cases: ReadonlyMap<string, ClassedCase>,
): { readonly a: number; readonly b: number; readonly of: ReadonlyMap<string, number> } | null {
  const counted = [...cases].flatMap(([id, { a, b }]) => {
    const sides = { a: countsOf(label, a), b: countsOf(label, b) };
    return sides.a.size + sides.b.size === 0 ? [] : [{ id, ...sides }];
  });
  const totals = (side: 'a' | 'b'): { right: number; size: number } => ({
    right: counted.reduce((sum, item) => sum + item[side].right, 0),
    size: counted.reduce((sum, item) => sum + item[side].size, 0),
  });
  const [before, after] = [totals('a'), totals('b')];
  if (before.size === 0 || after.size === 0) return null;
  const f1 = { a: (2 * before.right) / before.size, b: (2 * after.right) / after.size };
  const part = (side: 'a' | 'b', { right, size }: { right: number; size: number }, total: number): number =>
    (2 * right - f1[side] * size) / total;
  return {
    ...f1,
    of: new Map(counted.map(({ id, a, b }) => [id, part('b', b, after.size) - part('a', a, before.size)])),
  };
}

/** Shares of a case's samples: that are right in this class, and that expect plus that find it. */
function countsOf(label: string, samples: readonly ClassSample[]): { readonly right: number; readonly size: number } {
  const share = (is: (sample: ClassSample) => boolean): number => samples.filter(is).length / samples.length;
  return {
    right: share(({ expected, found }) => expected === label && found === label),
    size: share(({ expected }) => expected === label) + share(({ found }) => found === label),
  };
}

function estimateOf(values: readonly { readonly unit: string; readonly value: number }[]): MeanEstimate {
  const units = [...groupBy(values, ({ unit }) => unit).values()].map((unit) => unit.map(({ value }) => value));
  return units.length === values.length ? meanOf(units.flat()) : clusteredMean(units);
}
