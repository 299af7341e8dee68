/** A provider's prompt cache, simulated: the longest prefix of whole blocks that a request before had, within its lifetime. */
import type { Script } from './script.ts';

export class PromptCache {
  /** By the chained hash of the blocks up to here; ms. */
  private readonly entries = new Map<string, { readonly from: number; readonly until: number }>();

  constructor(private readonly rule: Script['cache']) {}

  /** Tokens of this prompt that are read from the cache. The prompt can be read from its own first token on, as with OpenAI and Anthropic. */
  use(tokens: Int32Array, now: number, ttftMs: number): number {
    if (this.rule === null) return 0;
    const { minimumTokens, blockTokens, ttlSeconds } = this.rule;
    let hit = 0;
    let stillHitting = true;
    let low = 0x811c9dc5;
    let high = 0x01000193;
    for (let end = blockTokens; end <= tokens.length; end += blockTokens) {
      for (let i = end - blockTokens; i < end; i++) {
        const token = tokens[i] ?? 0;
        low = Math.imul(low ^ token, 0x01000193);
        high = Math.imul(high ^ (token + i), 0x85ebca6b);
      }
      const key = `${low >>> 0}:${high >>> 0}`;
      const entry = this.entries.get(key);
      const isReadable = entry !== undefined && entry.from <= now && entry.until > now;
      if (stillHitting && isReadable) hit = end;
      else stillHitting = false;
      const from = isReadable ? entry.from : Math.min(entry?.from ?? Infinity, now + ttftMs);
      this.entries.set(key, { from, until: now + ttlSeconds * 1000 });
    }
    return hit >= minimumTokens ? hit : 0;
  }
}
