/** What a call will cost, before it is sent: cold, warm, at the prompt's traffic, and by batch. */
import type { CaseUse } from './prefix/cache-outlook.ts';
import type { CachedPrefix } from './prefix/caching.ts';
import type { CacheUse } from './prefix/replay.ts';
import { hitShare } from './prefix/caching.ts';
import type { ModelFacts, SentCache } from './model-facts.ts';
import { costUsd, splitCost, sumOfSplit, type CostSplit, type Service } from './prices/price.ts';
import type { PriceTable } from './prices/price-table.ts';
import { NO_USAGE, type Usage } from './prices/usage.ts';
import type { Traffic } from '../config/traffic.ts';

export interface ProjectedCost {
  /** USD per call; null: a part of it is not known. */
  readonly costPerCallUsd: {
    /** Nothing is cached; what the provider charges for writing the cache is in it. */
    readonly cold: number | null;
    /** The prefix is read from the cache. */
    readonly warm: number | null;
    /** At the traffic; without `traffic:`, in a run that sends the golden cases once, in order. */
    readonly expected: number | null;
    /** By the provider's batch service. The cache is in it only where the request has marks for it, or the provider charges for its own. */
    readonly batch: number | null;
    /** Between what a call costs where thinking is not measured, or pages and audio have a band; null: no range is known. */
    readonly low: number | null;
    readonly high: number | null;
  };
  /** What the input of the expected call costs, known even where the output is not. USD. */
  readonly inputPerCallUsd: number | null;
  /** Of the expected call, USD. */
  readonly split: CostSplit | null;
  /** Share of calls that find the prefix in the cache; null without traffic. */
  readonly hitShare: number | null;
  readonly perThousandUsd: number | null;
  readonly perDayUsd: number | null;
  readonly perActionUsd: number | null;
}

export interface ProjectionInput {
  readonly facts: Pick<ModelFacts, 'price' | 'caching'>;
  /** Of one golden case. */
  readonly inputTokens: number;
  /** Thinking and answer; null: nothing is known about the output. */
  readonly outputTokens: number | null;
  /** Of these, thinking. */
  readonly reasoningTokens?: number;
  /** Output tokens of a call between which the cost is stated, `most` null: not known. Absent: no range is stated. */
  readonly outputRange?: OutputRange | null;
  /** Share by which the input may differ. */
  readonly band?: number;
  /** Tokens by which it may differ besides, either way: pages and audio. */
  readonly mediaBand?: number;
  /** Tokens by which it may be more besides. */
  readonly mediaAbove?: number;
  readonly prefix: CachedPrefix;
  readonly traffic: Traffic | null;
  /** That the request names; absent: the standard one. */
  readonly service?: Service;
  /** What the request asks of the cache; absent: what the provider does by itself. */
  readonly cache?: SentCache;
  /** Tokens that this golden case reads and writes; absent: the prefix is written once and then read. */
  readonly use?: CaseUse;
}

export interface OutputRange {
  readonly least: number;
  readonly most: number | null;
}

export function projectCost(input: ProjectionInput): ProjectedCost {
  const { facts, inputTokens, outputTokens, reasoningTokens = 0, traffic, service = 'standard' } = input;
  const { price, caching } = facts;
  if (price === null) return UNKNOWN;
  const plain: Usage = { ...NO_USAGE, input: inputTokens, output: outputTokens ?? 0, reasoning: reasoningTokens };
  const hits = hitShareOf(input);
  const { cold: empty, warm: found, expected: usual, inOrder } = input.use ?? prefixUse(input, hits ?? 0);
  const at = (use: CacheUse, by: Service = service): CostSplit | null => splitCost(price, { ...plain, ...usageOf(use, input) }, by);
  const [cold, warm, expected] = [at(empty), at(found), at(usual)];
  const batch = at(caching?.kind === 'marked' && input.use !== undefined ? inOrder : NO_CACHE, 'batch');
  const perCall = sum(expected);
  const inputPerCallUsd = expected === null ? null : expected.fresh + expected.cacheRead + expected.cacheWrite;
  const range = costRange(price, input);
  if (outputTokens === null) {
    return { ...UNKNOWN, costPerCallUsd: { ...UNKNOWN.costPerCallUsd, ...range }, inputPerCallUsd, hitShare: hits };
  }
  return {
    inputPerCallUsd,
    costPerCallUsd: { cold: sum(cold), warm: sum(warm), expected: perCall, batch: sum(batch), ...range },
    split: expected,
    hitShare: hits,
    perThousandUsd: times(perCall, 1000),
    perDayUsd: traffic === null ? null : times(perCall, traffic.callsPerDay),
    perActionUsd: traffic === null ? null : times(perCall, traffic.callsPerAction),
  };
}

/** USD of one call at least and at most: warm and cold, the input as short and as long as it may be, and the range of the output. */
function costRange(price: PriceTable, projection: ProjectionInput): Pick<ProjectedCost['costPerCallUsd'], 'low' | 'high'> {
  const { inputTokens, outputTokens, outputRange = null, band = 0, mediaBand = 0, mediaAbove = 0, service = 'standard' } = projection;
  const asEstimated = outputTokens === null || mediaBand + mediaAbove === 0 ? null : { least: outputTokens, most: outputTokens };
  const range = outputRange ?? asEstimated;
  if (range === null) return { low: null, high: null };
  const { least, most } = range;
  const costs = (input: number, output: number): number[] => {
    const { cold, warm } = projection.use ?? prefixUse(projection, 0);
    const usages = [NO_CACHE, warm, cold].map((use) => ({
      ...NO_USAGE,
      input,
      output,
      ...usageOf(use, { ...projection, inputTokens: input }),
    }));
    return usages.flatMap((usage) => costUsd(price, usage, service) ?? []);
  };
  const [shortest, longest] = [
    costs(Math.max(0, inputTokens * (1 - band) - mediaBand), least),
    most === null ? [] : costs(inputTokens * (1 + band) + mediaBand + mediaAbove, most),
  ];
  return {
    low: shortest.length === 0 ? null : Math.min(...shortest),
    high: longest.length === 0 ? null : Math.max(...longest),
  };
}

export const NO_CACHE: CacheUse = { read: 0, written: 0 };

/** Tokens of a prefix that every call has; 0 where it has to be marked and is not. */
function prefixUse({ prefix, inputTokens, facts: { caching }, cache }: ProjectionInput, hits: number): CaseUse {
  const tokens = caching?.kind === 'marked' && cache?.marks === false ? 0 : Math.min(prefix.tokens, inputTokens);
  return {
    cold: { read: 0, written: tokens },
    inOrder: { read: tokens * hits, written: tokens * (1 - hits) },
    warm: { read: tokens, written: 0 },
    expected: { read: tokens * hits, written: tokens * (1 - hits) },
  };
}

/** Share of what a warm call reads that a call at the traffic reads; null: no traffic, or nothing is read. */
function hitShareOf({ use, prefix, facts: { caching }, cache, traffic }: ProjectionInput): number | null {
  if (traffic === null || caching === null) return null;
  if (use !== undefined) return use.warm.read === 0 ? null : use.expected.read / use.warm.read;
  const isRead = prefix.tokens > 0 && !(caching.kind === 'marked' && cache?.marks === false);
  return isRead ? hitShare(traffic.callsPerDay, cache?.ttlSeconds ?? caching.ttlSeconds) : null;
}

/** Never more than there is input; Claude's longer lifetime has a price of its own. */
export function usageOf(
  { read, written }: CacheUse,
  { inputTokens, cache }: Pick<ProjectionInput, 'inputTokens' | 'cache'>,
): Partial<Usage> {
  const cacheRead = Math.min(read, inputTokens);
  const tokens = Math.min(written, inputTokens - cacheRead);
  return { cacheRead, ...(cache?.isLong === true ? { cacheWriteLong: tokens } : { cacheWriteShort: tokens }) };
}

/** The mean over the golden cases: a long one may cost more per token. Null is unknown, so a mean with it is unknown. */
export function meanCost(costs: readonly ProjectedCost[]): ProjectedCost {
  const [first] = costs;
  if (first === undefined) return UNKNOWN;
  const mean = (of: (cost: ProjectedCost) => number | null): number | null => {
    let total = 0;
    for (const cost of costs) {
      const value = of(cost);
      if (value === null) return null;
      total += value;
    }
    return total / costs.length;
  };
  const part = (key: keyof CostSplit): number => mean((cost) => cost.split?.[key] ?? null) ?? 0;
  const perCall = (key: keyof ProjectedCost['costPerCallUsd']): number | null => mean((cost) => cost.costPerCallUsd[key]);
  return {
    inputPerCallUsd: mean((cost) => cost.inputPerCallUsd),
    costPerCallUsd: {
      cold: perCall('cold'),
      warm: perCall('warm'),
      expected: perCall('expected'),
      batch: perCall('batch'),
      low: perCall('low'),
      high: perCall('high'),
    },
    split: first.split === null ? null : partsBy(part),
    hitShare: first.hitShare,
    perThousandUsd: mean((cost) => cost.perThousandUsd),
    perDayUsd: mean((cost) => cost.perDayUsd),
    perActionUsd: mean((cost) => cost.perActionUsd),
  };
}

const UNKNOWN: ProjectedCost = {
  inputPerCallUsd: null,
  costPerCallUsd: { cold: null, warm: null, expected: null, batch: null, low: null, high: null },
  split: null,
  hitShare: null,
  perThousandUsd: null,
  perDayUsd: null,
  perActionUsd: null,
};

const partsBy = (part: (key: keyof CostSplit) => number): CostSplit => ({
  fresh: part('fresh'),
  cacheRead: part('cacheRead'),
  cacheWrite: part('cacheWrite'),
  output: part('output'),
  charges: part('charges'),
  reasoning: part('reasoning'),
});

const sum = (split: CostSplit | null): number | null => (split === null ? null : sumOfSplit(split));
const times = (value: number | null, factor: number): number | null => (value === null ? null : value * factor);
