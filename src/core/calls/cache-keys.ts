/**
 * Keys for a provider's prompt cache. OpenAI sends requests with the same prefix and key to the same machine, and advises
 * at most about 15 of them a minute (Prompt caching 201, cookbook): more spill over to machines that do not know the
 * prefix. So each minute's first 15 calls have one key, the next 15 another, and each key's machine stays warm.
 */

/** Calls per minute and key. */
const PER_KEY = 15;
const MINUTE = 60_000;

export const cacheKeyOf = (version: string, shard: number): string => `goldset-${version.slice(0, 12)}${shard === 0 ? '' : `-${shard}`}`;

/** Spreads the calls of one prompt over keys. */
export class CacheKeys {
  private readonly sent: number[] = [];

  /** The shard of a call that leaves now, ms. */
  next(now: number): number {
    while ((this.sent[0] ?? now) <= now - MINUTE) this.sent.shift();
    this.sent.push(now);
    return Math.floor((this.sent.length - 1) / PER_KEY);
  }
}
