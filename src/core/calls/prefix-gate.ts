/**
 * Sends a request only when nobody is just writing its prefix into the provider's cache. The first request with a new
 * prefix goes at once; those that share it wait until its first token, when the cache can be read, and then go together.
 */
import type { CachingRule } from '../economics/data/caching-rules.ts';
import { contentOf } from '../economics/prefix/prefix.ts';
import { requestPieces, type StreamedRequest } from '../economics/tokens/request-stream.ts';

/** Tokens between two places where prefixes are compared, by a rough count. */
const STEP = 128;
/** Tokens per character, roughly: Latin text and code, and scripts that stand for more. */
const PER_ASCII = 0.28;
const PER_OTHER = 0.7;
/** The rough count may be short by so much: to wait in vain costs less than to write a prefix twice. */
const SLACK = 0.75;
/** Prefixes that are remembered. */
const MAX_ENTRIES = 20_000;

interface Entry {
  /** When the provider forgets it, ms; null: it is being written. */
  until: number | null;
  readonly written: Promise<void>;
}

/** The right to send. */
export interface Pass {
  /** The provider has the prefix from now on. */
  readable(): void;
  /** Nothing was written. */
  failed(): void;
}

export const NO_PASS: Pass = { readable: () => undefined, failed: () => undefined };

export class PrefixGate {
  private readonly entries = new Map<number, Entry>();

  constructor(
    private readonly rule: CachingRule,
    private readonly now: () => number,
  ) {}

  async enter(request: StreamedRequest): Promise<Pass> {
    const marks = prefixMarks(request, this.rule.minimum * SLACK);
    if (marks.length === 0) return NO_PASS;
    for (;;) {
      const writer = this.writerBefore(marks);
      if (writer === null) return this.lead(marks);
      await writer;
    }
  }

  /** Who is writing more of this prefix than the provider has; null: no request. */
  private writerBefore(marks: readonly number[]): Promise<void> | null {
    for (let i = marks.length - 1; i >= 0; i--) {
      const entry = this.entries.get(marks[i] ?? 0);
      if (entry === undefined) continue;
      if (entry.until === null) return entry.written;
      if (entry.until > this.now()) return null;
    }
    return null;
  }

  private lead(marks: readonly number[]): Pass {
    let done: () => void = () => undefined;
    const written = new Promise<void>((resolve) => (done = resolve));
    const own: Entry = { until: null, written };
    const fresh = marks.filter((mark) => {
      const known = this.entries.get(mark);
      return known === undefined || (known.until !== null && known.until <= this.now());
    });
    for (const mark of fresh) this.remember(mark, own);
    return {
      readable: () => {
        const until = this.now() + this.rule.ttlSeconds * 1000;
        own.until = until;
        for (const mark of marks) {
          const entry = this.entries.get(mark);
          if (entry !== undefined && entry.until !== null) entry.until = Math.max(entry.until, until);
        }
        done();
      },
      failed: () => {
        if (own.until !== null) return;
        for (const mark of fresh) if (this.entries.get(mark) === own) this.entries.delete(mark);
        done();
      },
    };
  }

  private remember(mark: number, entry: Entry): void {
    this.entries.delete(mark);
    this.entries.set(mark, entry);
    if (this.entries.size <= MAX_ENTRIES) return;
    for (const [oldest, { until }] of this.entries) {
      if (until !== null) return void this.entries.delete(oldest);
    }
  }
}

/** Chained hashes of a request's text at every step from about `least` tokens on; none: it is too short to be cached. */
export function prefixMarks(request: StreamedRequest, least: number): number[] {
  const pieces = requestPieces(request);
  const length = pieces.reduce((sum, piece) => sum + contentOf(piece).length, 0);
  if (length * PER_OTHER < least) return [];
  const marks: number[] = [];
  let tokens = 0;
  let next = Math.max(STEP, least);
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (const piece of pieces) {
    const text = `${piece.kind}\u0000${contentOf(piece)}`;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high ^ (code + (low >>> 16)), 0x85ebca6b);
      tokens += code < 128 ? PER_ASCII : PER_OTHER;
      if (tokens < next) continue;
      next += STEP;
      marks.push((high >>> 11) * 0x1_0000_0000 + (low >>> 0));
    }
  }
  return marks;
}
