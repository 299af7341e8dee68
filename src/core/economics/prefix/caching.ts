/** Whether a provider caches a prefix, and how often a call finds it there. */
import { quantity } from '../../display/figures.ts';
import type { CachingRule } from '../data/caching-rules.ts';

export interface CachedPrefix {
  /** Tokens that a warm call reads from the cache. */
  readonly tokens: number;
  readonly cacheable: boolean;
  /** One sentence. */
  readonly reason: string;
}

/** Tokens of a prefix that a warm call reads from the cache: whole blocks, and none of a prefix that is too short. */
export const cachedTokens = (stableTokens: number, rule: CachingRule | null): number =>
  rule === null || stableTokens < rule.minimum ? 0 : Math.floor(stableTokens / rule.block) * rule.block;

export function cachedPrefix(stableTokens: number, rule: CachingRule | null): CachedPrefix {
  if (rule === null) return { tokens: 0, cacheable: false, reason: 'No caching rule known for this model.' };
  const { minimum, kind } = rule;
  if (stableTokens < minimum)
    return {
      tokens: 0,
      cacheable: false,
      reason: `Nothing is cached below ${quantity(minimum, 'stable token')} (${rule.source}, ${rule.asOf}).`,
    };
  const tokens = cachedTokens(stableTokens, rule);
  const how =
    kind === 'marked'
      ? 'if the request marks the end of the prefix'
      : kind === 'best-effort'
        ? 'with no guarantee from the provider'
        : 'automatically';
  return { tokens, cacheable: true, reason: `${quantity(tokens, 'token')} are cached ${how}.` };
}

/**
 * The share of calls that come while the entry of an earlier one still lives, for calls that arrive independently
 * (a Poisson process: 1 - exp(-rate × lifetime)); each read keeps the entry alive.
 */
export const hitShare = (callsPerDay: number, ttlSeconds: number): number => 1 - Math.exp((-callsPerDay / 86_400) * ttlSeconds);
