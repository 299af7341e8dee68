/** How a candidate does by class: confusion matrix, precision, recall and F1 with 95 % intervals; absolute errors of numbers; F1 of lists. */
import { groupBy } from '../../collections/group-by.ts';
import { clusteredMean, meanInterval, meanOf } from '../../statistics/paired-means.ts';
import { labelledInterval } from '../../statistics/share-interval.ts';
import { clusteredShareInterval } from '../../statistics/summary.ts';
import type { ResultOutline } from '../result-list.ts';
import { averageF1 } from './average-f1.ts';
import type { ClassRow, ClassSample, ClassValue } from './class-row.ts';

export interface ClassMetrics {
  /** Of `expected`; empty: the whole text. */
  readonly field: string;
  /** Expected ones, the most frequent first. */
  readonly labels: readonly string[];
  /** Answers: `matrix[i][j]` expect label i and found label j. */
  readonly matrix: readonly (readonly number[])[];
  /** By expected label: answers that found none of the labels. */
  readonly other: readonly number[];
  readonly perClass: readonly ClassRow[];
  /** The mean over the classes. */
  readonly macroF1: ClassValue;
  /** The mean, weighted by how often a class is expected. */
  readonly weightedF1: ClassValue;
}

export interface FieldError {
  readonly field: string;
  readonly kind: 'number' | 'list';
  /** Number: the mean absolute error, of answers that have one. List: the mean F1. */
  readonly mean: ClassValue;
  readonly n: number;
  /** Answers without a number there. */
  readonly without: number;
}

export interface CandidateClasses {
  /** One for each field that holds one of a few values. */
  readonly fields: readonly ClassMetrics[];
  readonly errors: readonly FieldError[];
}

/** More are a vocabulary and no classes. */
const MOST_CLASSES = 50;

/** What counts: active cases of the prompt, with an answer. */
export const isClassed = ({ status, kind, answered }: ResultOutline): boolean => status === 'active' && kind !== 'retrieval' && answered;

/** Null: no case expects a class, a number or a list. */
export function candidateClasses(outlines: readonly ResultOutline[]): CandidateClasses | null {
  const counted = outlines.filter(isClassed);
  const names = [...new Set(counted.flatMap(({ compared = {} }) => Object.keys(compared)))];
  const fields = names.flatMap((field) => classMetrics(field, counted) ?? []);
  const errors = names.flatMap((field) => fieldError(field, counted) ?? []);
  return fields.length + errors.length === 0 ? null : { fields, errors };
}

/** Samples of a group, and those of one case, hang together. */
const unitOf = ({ group, case: id }: ResultOutline): string => group ?? `\u0000${id}`;

/** Null: it does not hold one of a few values. */
export function classSamples(field: string, outlines: readonly ResultOutline[]): ClassSample[] | null {
  const all = outlines.flatMap((outline) => {
    const value = outline.compared?.[field];
    return value === undefined ? [] : [{ value, outline }];
  });
  const samples = all.flatMap(({ value, outline }) =>
    value.kind === 'label' ? [{ ...value, unit: unitOf(outline), case: outline.case }] : [],
  );
  const labels = new Set(samples.map(({ expected }) => expected));
  const cases = new Set(samples.map((sample) => sample.case)).size;
  const isVocabulary = labels.size > MOST_CLASSES || labels.size > Math.max(2, cases / 2);
  return samples.length < all.length || labels.size < 2 || isVocabulary ? null : samples;
}

function classMetrics(field: string, outlines: readonly ResultOutline[]): ClassMetrics | null {
  const samples = classSamples(field, outlines);
  if (samples === null) return null;
  const labels = [...groupBy(samples, ({ expected }) => expected)].sort((a, b) => b[1].length - a[1].length).map(([label]) => label);
  const at = new Map(labels.map((label, i) => [label, i]));
  const matrix = labels.map(() => labels.map(() => 0));
  const other = labels.map(() => 0);
  for (const { expected, found } of samples) {
    const [i, j] = [at.get(expected) ?? 0, found === null ? undefined : at.get(found)];
    if (j === undefined) other[i] = (other[i] ?? 0) + 1;
    else (matrix[i] ?? [])[j] = (matrix[i]?.[j] ?? 0) + 1;
  }
  const perClass = labels.map((label) => classRow(label, samples));
  return { field, labels, matrix, other, perClass, ...averageF1(samples, labels, perClass) };
}

function classRow(label: string, samples: readonly ClassSample[]): ClassRow {
  const wanted = samples.filter(({ expected }) => expected === label);
  const answered = samples.filter(({ found }) => found === label);
  const either = samples.filter(({ expected, found }) => expected === label || found === label);
  const isRight = ({ expected, found }: ClassSample): boolean => expected === found;
  // F1 is 2 j ÷ (1 + j), where j is a share: of the samples that expect or find the class, those that do both.
  const shared = shareOf(either, isRight);
  const f1 = (share: number): number => (2 * share) / (1 + share);
  return {
    label,
    precision: shareOf(answered, isRight),
    recall: shareOf(wanted, isRight),
    f1: shared === null ? null : { value: f1(shared.value), low: f1(shared.low), high: f1(shared.high) },
    n: wanted.length,
  };
}

function shareOf(samples: readonly ClassSample[], isRight: (sample: ClassSample) => boolean): ClassValue | null {
  if (samples.length === 0) return null;
  const right = samples.filter(isRight).length;
  const units = [...groupBy(samples, ({ unit }) => unit).values()];
  const clustered =
    units.length === samples.length ? null : clusteredShareInterval(units.map((unit) => unit.map((sample) => (isRight(sample) ? 1 : 0))));
  const [low, high] = clustered ?? labelledInterval(right, samples.length);
  return { value: right / samples.length, low, high };
}

/** Null: it holds neither numbers nor lists. */
function fieldError(field: string, outlines: readonly ResultOutline[]): FieldError | null {
  const all = outlines.flatMap((outline) => {
    const value = outline.compared?.[field];
    return value === undefined || value.kind === 'label' ? [] : [{ value, unit: unitOf(outline) }];
  });
  const kind = all[0]?.value.kind;
  if (kind === undefined || all.some(({ value }) => value.kind !== kind)) return null;
  const known = all.flatMap(({ value, unit }) => {
    const amount = value.kind === 'list' ? value.f1 : value.error;
    return amount === null ? [] : [{ amount, unit }];
  });
  if (known.length === 0) return null;
  const units = [...groupBy(known, ({ unit }) => unit).values()].map((unit) => unit.map(({ amount }) => amount));
  const estimate = units.length === known.length ? meanOf(units.flat()) : clusteredMean(units);
  const [low, high] = meanInterval(estimate, 0.95, kind === 'list' ? 1 : 0);
  const most = kind === 'list' ? 1 : Infinity;
  return {
    field,
    kind,
    mean: { value: estimate.mean, low: Math.max(0, low), high: Math.min(most, high) },
    n: known.length,
    without: all.length - known.length,
  };
}
