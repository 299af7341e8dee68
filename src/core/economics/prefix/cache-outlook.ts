/** What a call reads from the provider's cache and writes to it: in a run of the golden cases, and in production. */
import type { Traffic } from '../../config/traffic.ts';
import { hitShare } from './caching.ts';
import { meanUse, type CacheUse, type PrefixLevel, type Replay } from './replay.ts';

/** Of one golden case. */
export interface CaseUse {
  /** Nothing is in the cache. */
  readonly cold: CacheUse;
  /** All that other calls have written is in the cache. */
  readonly warm: CacheUse;
  /** In a run of the golden cases in order. */
  readonly inOrder: CacheUse;
  /** At the traffic; without it, in a run of the golden cases in order. */
  readonly expected: CacheUse;
}

/** Every prefix is found as often as a call with it comes while it is kept; a day's date is new once a day. */
export function caseUses({ calls, levels, cold }: Replay, traffic: Traffic | null, ttlSeconds: number, hasDay: boolean): CaseUse[] {
  const after = (use: CacheUse, read: number): CacheUse => ({ read, written: Math.max(0, use.written - read) });
  return calls.map((call, i) => {
    const empty = cold[i] ?? call;
    const found = levels[i] ?? [];
    return {
      cold: empty,
      inOrder: call,
      warm: after(empty, found.at(-1)?.tokens ?? 0),
      expected: traffic === null ? call : after(empty, expectedRead(found, traffic, ttlSeconds, hasDay)),
    };
  });
}

function expectedRead(levels: readonly PrefixLevel[], { callsPerDay }: Traffic, ttlSeconds: number, hasDay: boolean): number {
  const perDay = hasDay ? Math.max(0, 1 - 1 / callsPerDay) : 1;
  let before = 0;
  let read = 0;
  for (const { tokens, share } of levels) {
    read += (tokens - before) * hitShare(callsPerDay * share, ttlSeconds) * perDay;
    before = tokens;
  }
  return read;
}

/** Tokens that a warm call reads, on average. */
export const warmTokens = (uses: readonly CaseUse[]): number => Math.round(meanUse(uses.map(({ warm }) => warm)).read);

/** Tokens that the calls of a run after its first read, on average: what a provider reports of them. */
export const runTokens = ({ calls }: Replay): number => Math.round(meanUse(calls.slice(1)).read);
