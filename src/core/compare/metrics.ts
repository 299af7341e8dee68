/** What a comparison says beside quality: cost, time, tokens and cache, case by case. */
import { clustersOf, type CasePair, type CaseSide } from './case-pairs.ts';
import { clusteredMean, meanInterval, meanOf, studentDrop, type MeanEstimate } from '../statistics/paired-means.ts';
import type { ResultOutline } from '../results/result-list.ts';

export const METRICS = [
  'score',
  'costPerCallUsd',
  'ttftMs',
  'latencyMs',
  'inputTokens',
  'outputTokens',
  'reasoningTokens',
  'cacheReadShare',
] as const;
export type MetricName = (typeof METRICS)[number];

export interface MetricDifference {
  readonly name: MetricName;
  /** Means over the cases that both sides know; of times geometric means, since they are compared by their ratios. */
  readonly a: number;
  readonly b: number;
  /** b minus a, in the metric's unit. */
  readonly difference: number;
  /** Two-sided, of level 1 − alpha; null: too few cases. */
  readonly interval: readonly [number, number] | null;
  /** Two-sided; null: too few cases, or no difference to speak of. */
  readonly p: number | null;
  readonly n: number;
}

const VALUES: Readonly<Record<MetricName, (sample: ResultOutline) => number | null>> = {
  score: (sample) => sample.score,
  costPerCallUsd: (sample) => sample.costUsd,
  // An answer that was reused says nothing about the time of a call.
  ttftMs: (sample) => (sample.source === 'cache' ? null : sample.ttftMs),
  latencyMs: (sample) => (sample.source === 'cache' ? null : sample.latencyMs),
  inputTokens: ({ usage }) => usage?.input ?? null,
  outputTokens: ({ usage }) => usage?.output ?? null,
  reasoningTokens: ({ usage }) => usage?.reasoning ?? null,
  cacheReadShare: ({ usage }) => (usage === null || usage.input === 0 ? null : usage.cacheRead / usage.input),
};

/** Times have long tails and grow by factors. */
const TIMES: readonly MetricName[] = ['ttftMs', 'latencyMs'];

/** How the values of a case are compared: `change` is above zero when b rose by more than `limit`, a share. */
interface Scale {
  readonly typical: (values: readonly number[]) => number;
  readonly change: (a: number, b: number, limit: number) => number;
  /** An interval of the mean change as one of b − a. */
  readonly inUnits: (interval: readonly [number, number], a: number) => [number, number];
}

const BY_DIFFERENCE: Scale = {
  typical: (values) => mean(values),
  change: (a, b, limit) => b - (1 + limit) * a,
  inUnits: ([low, high]) => [low, high],
};

const BY_RATIO: Scale = {
  typical: (values) => Math.exp(mean(values.map(Math.log))),
  change: (a, b, limit) => Math.log(b / a) - Math.log1p(limit),
  inUnits: ([low, high], a) => [a * Math.expm1(low), a * Math.expm1(high)],
};

/** A metric that no case has on both sides is left out. */
export const compareMetrics = (pairs: readonly CasePair[], alpha: number): MetricDifference[] =>
  METRICS.flatMap((name) => compareMetric(name, pairs, alpha));

function compareMetric(name: MetricName, pairs: readonly CasePair[], alpha: number): MetricDifference[] {
  const values = knownValues(name, pairs);
  if (values.length === 0) return [];
  const { typical, change, inUnits } = TIMES.includes(name) ? BY_RATIO : BY_DIFFERENCE;
  const a = typical(values.map((item) => item.a));
  const b = typical(values.map((item) => item.b));
  const estimate = estimateOf(values.map((item) => ({ group: item.group, value: change(item.a, item.b, 0) })));
  const isCertain = Number.isFinite(estimate.error);
  const moved = isCertain && estimate.error > 0;
  return [
    {
      name,
      a,
      b,
      difference: b - a,
      interval: isCertain ? inUnits(meanInterval(estimate, 1 - alpha, 0), a) : null,
      p: moved ? 2 * Math.min(studentDrop(estimate), studentDrop({ ...estimate, mean: -estimate.mean })) : null,
      n: values.length,
    },
  ];
}

export interface MetricRise {
  readonly name: MetricName;
  /** How much more is allowed, as a share. */
  readonly limit: number;
  /** One-sided: that the rise is above the limit. */
  readonly pAbove: number;
  /** One-sided: that the rise is below the limit. */
  readonly pBelow: number;
}

/** Whether a metric rose by more than a share of what it was; null: no case tells. */
export function metricRise(name: MetricName, limit: number, pairs: readonly CasePair[]): MetricRise | null {
  const values = knownValues(name, pairs);
  if (values.length === 0) return null;
  const { change } = TIMES.includes(name) ? BY_RATIO : BY_DIFFERENCE;
  const excess = estimateOf(values.map((item) => ({ group: item.group, value: change(item.a, item.b, limit) })));
  return { name, limit, pAbove: studentDrop({ ...excess, mean: -excess.mean }), pBelow: studentDrop(excess) };
}

function knownValues(name: MetricName, pairs: readonly CasePair[]): { a: number; b: number; group: string | null }[] {
  const isTime = TIMES.includes(name);
  const known: { a: number; b: number; group: string | null }[] = [];
  for (const { a, b, group } of pairs) {
    const before = meanValue(name, a);
    const after = before === null ? null : meanValue(name, b);
    if (before === null || after === null || (isTime && (before <= 0 || after <= 0))) continue;
    known.push({ a: before, b: after, group });
  }
  return known;
}

function meanValue(name: MetricName, { samples }: CaseSide): number | null {
  const valueOf = VALUES[name];
  let [total, count] = [0, 0];
  for (const sample of samples) {
    const value = valueOf(sample);
    if (value === null) continue;
    total += value;
    count++;
  }
  return count === 0 ? null : total / count;
}

function estimateOf(values: readonly { readonly group: string | null; readonly value: number }[]): MeanEstimate {
  const clusters = clustersOf(values);
  return clusters ? clusteredMean(clusters.map((all) => all.map((item) => item.value))) : meanOf(values.map((item) => item.value));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
