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
  /** Means over the cases that both sides know. */
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
  ttftMs: (sample) => sample.ttftMs,
  latencyMs: (sample) => sample.latencyMs,
  inputTokens: ({ usage }) => usage?.input ?? null,
  outputTokens: ({ usage }) => usage?.output ?? null,
  reasoningTokens: ({ usage }) => usage?.reasoning ?? null,
  cacheReadShare: ({ usage }) => (usage === null || usage.input === 0 ? null : usage.cacheRead / usage.input),
};

/** A metric that no case has on both sides is left out. */
export const compareMetrics = (pairs: readonly CasePair[], alpha: number): MetricDifference[] =>
  METRICS.flatMap((name) => compareMetric(name, pairs, alpha));

function compareMetric(name: MetricName, pairs: readonly CasePair[], alpha: number): MetricDifference[] {
  const values = knownValues(name, pairs);
  if (values.length === 0) return [];
  const a = mean(values.map((item) => item.a));
  const b = mean(values.map((item) => item.b));
  const estimate = estimateOf(values.map((item) => ({ group: item.group, value: item.b - item.a })));
  const isCertain = Number.isFinite(estimate.error);
  const moved = isCertain && estimate.error > 0;
  return [
    {
      name,
      a,
      b,
      difference: b - a,
      interval: isCertain ? meanInterval(estimate, 1 - alpha, 0) : null,
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
  const excess = estimateOf(values.map((item) => ({ group: item.group, value: item.b - (1 + limit) * item.a })));
  return { name, limit, pAbove: studentDrop({ ...excess, mean: -excess.mean }), pBelow: studentDrop(excess) };
}

function knownValues(name: MetricName, pairs: readonly CasePair[]): { a: number; b: number; group: string | null }[] {
  return pairs.flatMap(({ a, b, group }) => {
    const before = meanValue(name, a);
    const after = meanValue(name, b);
    return before === null || after === null ? [] : [{ a: before, b: after, group }];
  });
}

function meanValue(name: MetricName, { samples }: CaseSide): number | null {
  const values = samples.map(VALUES[name]).filter((value) => value !== null);
  return values.length === 0 ? null : mean(values);
}

function estimateOf(values: readonly { readonly group: string | null; readonly value: number }[]): MeanEstimate {
  const clusters = clustersOf(values);
  return clusters ? clusteredMean(clusters.map((all) => all.map((item) => item.value))) : meanOf(values.map((item) => item.value));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
