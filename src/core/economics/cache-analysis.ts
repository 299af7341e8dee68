/** How the requests of a prompt use a model's cache, as this configuration sends them, and as they could be sent. */
import type { Traffic } from '../config/traffic.ts';
import { quantity } from '../display/figures.ts';
import type { RenderedRequest } from '../prompt/request.ts';
import type { CachingRule } from './data/caching-rules.ts';
import type { ModelFacts } from './model-facts.ts';
import { cachedPrefix, type CachedPrefix } from './prefix/caching.ts';
import { caseUses, warmTokens, type CaseUse } from './prefix/cache-outlook.ts';
import type { IsShared } from './prefix/prefix-ends.ts';
import { inProduction, type ProductionRequests } from './prefix/production.ts';
import { cachingMode, replay, type CachingMode, type LineTrees, type Replay } from './prefix/replay.ts';
import { costUsd, type Service } from './prices/price.ts';
import { NO_USAGE } from './prices/usage.ts';
import type { ToolsAtStart } from './tokens/tools-at-start.ts';
import { NO_CACHE, usageOf } from './projected-cost.ts';

/** All that is the same whatever the marks. */
export interface CachedRequests {
  readonly facts: Pick<ModelFacts, 'caching' | 'cache' | 'price' | 'api'>;
  readonly requests: readonly RenderedRequest[];
  readonly production: ProductionRequests;
  /** Of each request, tokens of the model. */
  readonly inputs: readonly number[];
  readonly trees: LineTrees;
  readonly tools: ToolsAtStart;
  readonly isShared: IsShared;
  readonly traffic: Traffic | null;
}

export interface CacheAnalysis {
  readonly prefix: CachedPrefix;
  /** In production, by golden case; null: nothing is read or written. */
  readonly uses: readonly CaseUse[] | null;
  /** As `uses` would be with marks, or without them where they are sent; null: no other way is known. */
  readonly otherwise: readonly CaseUse[] | null;
  /** A run of the golden cases in order, with the values that they hold; null: as `uses`. */
  readonly run: Replay | null;
}

/** `stable`: leading tokens of the model that all requests share. */
export function analyseCache(given: CachedRequests, stable: number): CacheAnalysis {
  const { facts, requests, production } = given;
  const { caching: rule, cache } = facts;
  const mode = modeOf(given, cache?.marks === true);
  const uses = usesIn(mode, given, production);
  const other = mayMark(facts) ? modeOf(given, cache?.marks !== true) : null;
  const otherwise = mayMark(facts) ? usesIn(other, given, production) : null;
  const run = mode === null ? null : replay(mode, { ...given, requests });
  return { prefix: prefixOf(stable, rule, mode, uses, otherwise), uses, otherwise, run };
}

const modeOf = ({ facts: { caching, cache, price } }: CachedRequests, marks: boolean): CachingMode | null =>
  cachingMode(caching, { ttlSeconds: null, isLong: false, ...cache, marks }, (price?.rates.cacheWriteShort ?? null) !== null);

/** Whether Goldset can mark the prefix in requests of this format. */
export const mayMark = ({ caching, api }: Pick<ModelFacts, 'caching' | 'api'>): boolean =>
  caching?.kind === 'marked' &&
  (api === 'messages' || api === 'converse' || (caching.implicit === true && (api === 'responses' || api === 'chat')));

function usesIn(mode: CachingMode | null, given: CachedRequests, { requests, hasDay }: ProductionRequests): readonly CaseUse[] | null {
  if (mode === null) return null;
  const { inputs, traffic, facts } = given;
  const ttlSeconds = (mode.marks ? facts.cache?.ttlSeconds : null) ?? mode.rule.ttlSeconds;
  const replayed = replay(mode, { ...given, requests, inputs: requests.map((_, i) => inputs[i] ?? inputs[0] ?? 0) });
  return caseUses(replayed, traffic, ttlSeconds, hasDay);
}

/** The uses of these or other requests, with marks where they can have them. */
export const usesWithMarks = (given: CachedRequests, requests?: readonly RenderedRequest[]): readonly CaseUse[] | null =>
  usesIn(
    modeOf(given, mayMark(given.facts) || given.facts.cache?.marks === true),
    given,
    requests === undefined ? given.production : inProduction(requests),
  );

/** USD of the input of a call, the mean over the golden cases: at the traffic, else as of a call among many. Null: the price is not known. */
export function usedInputUsd({ facts, inputs, traffic }: CachedRequests, uses: readonly CaseUse[] | null, service: Service): number | null {
  const { price, cache } = facts;
  if (price === null || inputs.length === 0) return null;
  const costs = inputs.flatMap((inputTokens, i) => {
    const use = usageOf(uses?.[i]?.[traffic === null ? 'warm' : 'expected'] ?? NO_CACHE, {
      inputTokens,
      ...(cache === undefined ? {} : { cache }),
    });
    return costUsd(price, { ...NO_USAGE, input: inputTokens, ...use }, service) ?? [];
  });
  return costs.length === inputs.length ? costs.reduce((sum, cost) => sum + cost, 0) / costs.length : null;
}

function prefixOf(
  stable: number,
  rule: CachingRule | null,
  mode: CachingMode | null,
  uses: readonly CaseUse[] | null,
  otherwise: readonly CaseUse[] | null,
): CachedPrefix {
  const tokens = uses === null ? 0 : warmTokens(uses);
  if (rule === null) return cachedPrefix(stable, null);
  if (tokens > 0) return { tokens, cacheable: true, reason: `${quantity(tokens, 'token')} of a warm call are cached ${HOW[rule.kind]}.` };
  const withMark = mode?.marks === true || otherwise === null ? 0 : warmTokens(otherwise);
  if (withMark > 0) {
    const now = mode === null ? 'Nothing is cached' : 'What a call writes is never read';
    return {
      tokens: 0,
      cacheable: false,
      reason: `${now}, because this configuration does not mark the prefix: ${quantity(withMark, 'token')} would be read with \`promptCache: { breakpoints: true }\` in goldset.yaml.`,
    };
  }
  if (mode === null && stable >= rule.minimum)
    return {
      tokens: 0,
      cacheable: false,
      reason: `Nothing is cached, because the request does not mark the prefix (${rule.source}, ${rule.asOf}).`,
    };
  const short = cachedPrefix(Math.min(stable, rule.minimum - 1), rule);
  return short;
}

const HOW: Readonly<Record<CachingRule['kind'], string>> = {
  automatic: 'automatically',
  marked: 'where the request marks the prefix',
  'best-effort': 'with no guarantee from the provider',
};
