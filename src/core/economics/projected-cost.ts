/** What a call will cost, before it is sent: cold, warm, at the prompt's traffic, and by batch. */
import type { CachedPrefix } from './prefix/caching.ts';
import { hitShare } from './prefix/caching.ts';
import type { ModelFacts } from './model-facts.ts';
import { splitCost, type CostSplit } from './prices/price.ts';
import { NO_USAGE, type Usage } from './prices/usage.ts';
import type { Traffic } from '../config/traffic.ts';

export interface ProjectedCost {
  /** USD per call; null: a part of it is not known. */
  readonly costPerCallUsd: {
    /** Nothing is cached; what the provider charges for writing the cache is in it. */
    readonly cold: number | null;
    /** The prefix is read from the cache. */
    readonly warm: number | null;
    /** Cold and warm in the shares that the traffic gives; without `traffic:` as cold. */
    readonly expected: number | null;
    /** By the provider's batch service, without the cache. */
    readonly batch: number | null;
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
  /** Null: nothing is known about the output. */
  readonly outputTokens: number | null;
  readonly prefix: CachedPrefix;
  readonly traffic: Traffic | null;
}

export function projectCost({ facts, inputTokens, outputTokens, prefix, traffic }: ProjectionInput): ProjectedCost {
  const { price, caching } = facts;
  if (price === null) return UNKNOWN;
  const plain: Usage = { ...NO_USAGE, input: inputTokens, output: outputTokens ?? 0 };
  const cached = Math.min(prefix.tokens, inputTokens);
  const cold = splitCost(price, { ...plain, cacheWriteShort: cached });
  const warm = splitCost(price, { ...plain, cacheRead: cached });
  const batch = splitCost(price, plain, 'batch');
  const hits = traffic === null || caching === null || cached === 0 ? null : hitShare(traffic.callsPerDay, caching.ttlSeconds);
  const expected = cold === null || warm === null ? null : mix(cold, warm, hits ?? 0);
  const perCall = sum(expected);
  const inputPerCallUsd = expected === null ? null : expected.fresh + expected.cacheRead + expected.cacheWrite;
  if (outputTokens === null) return { ...UNKNOWN, inputPerCallUsd, hitShare: hits };
  return {
    inputPerCallUsd,
    costPerCallUsd: { cold: sum(cold), warm: sum(warm), expected: perCall, batch: sum(batch) },
    split: expected,
    hitShare: hits,
    perThousandUsd: times(perCall, 1000),
    perDayUsd: traffic === null ? null : times(perCall, traffic.callsPerDay),
    perActionUsd: traffic === null ? null : times(perCall, traffic.callsPerAction),
  };
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
    costPerCallUsd: { cold: perCall('cold'), warm: perCall('warm'), expected: perCall('expected'), batch: perCall('batch') },
    split:
      first.split === null
        ? null
        : { fresh: part('fresh'), cacheRead: part('cacheRead'), cacheWrite: part('cacheWrite'), output: part('output') },
    hitShare: first.hitShare,
    perThousandUsd: mean((cost) => cost.perThousandUsd),
    perDayUsd: mean((cost) => cost.perDayUsd),
    perActionUsd: mean((cost) => cost.perActionUsd),
  };
}

const UNKNOWN: ProjectedCost = {
  inputPerCallUsd: null,
  costPerCallUsd: { cold: null, warm: null, expected: null, batch: null },
  split: null,
  hitShare: null,
  perThousandUsd: null,
  perDayUsd: null,
  perActionUsd: null,
};

const mix = (cold: CostSplit, warm: CostSplit, share: number): CostSplit => {
  const part = (key: keyof CostSplit): number => cold[key] * (1 - share) + warm[key] * share;
  return { fresh: part('fresh'), cacheRead: part('cacheRead'), cacheWrite: part('cacheWrite'), output: part('output') };
};

const sum = (split: CostSplit | null): number | null =>
  split === null ? null : split.fresh + split.cacheRead + split.cacheWrite + split.output;
const times = (value: number | null, factor: number): number | null => (value === null ? null : value * factor);
