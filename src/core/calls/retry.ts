/** Retries, ours: which failures are worth another attempt, and how long to wait before it. */
import type { ProviderError, ProviderFailure } from '../problems/errors.ts';

export interface RetryPolicy {
  readonly maxAttempts: number;
  /** ms before the second attempt; doubles with each. */
  readonly baseMs: number;
  readonly maxMs: number;
}

export const DEFAULT_RETRIES: RetryPolicy = { maxAttempts: 5, baseMs: 500, maxMs: 30_000 };

/**
 * Attempts at most: each timeout takes as long as the deadline, and a server that drops the end of a stream does so again.
 */
const AT_MOST: Partial<Record<ProviderFailure, number>> = { timeout: 2, unfinished: 2 };
/** A server that refuses everybody so often in a row, and for so long, is not going to answer. ms. */
const MAX_REFUSALS = { times: 8, during: 180_000 };

const RETRYABLE: ReadonlySet<string> = new Set(['server', 'connection', 'timeout', 'unfinished']);

/** ms to wait before another attempt after a failure that is no 429, or null to give up. `random` is in [0, 1). */
export function retryDelay(error: ProviderError, attempt: number, random: number, policy: RetryPolicy = DEFAULT_RETRIES): number | null {
  const most = Math.min(AT_MOST[error.failure] ?? policy.maxAttempts, policy.maxAttempts);
  if (attempt >= most) return null;
  if (!RETRYABLE.has(error.failure) && error.status !== 408 && error.status !== 409) return null;
  const backOff = Math.min(policy.baseMs * 2 ** (attempt - 1), policy.maxMs);
  const jittered = backOff * (0.5 + random / 2);
  return error.retryAfterMs === null ? jittered : Math.max(error.retryAfterMs, 0) + random * 100;
}

/** A 429 is the server's state, not the request's: it goes again when the origin's limiter lets it, as long as anybody is answered. */
export const mayRetryRefusal = (refusals: number, duringMs: number): boolean =>
  refusals < MAX_REFUSALS.times || duringMs < MAX_REFUSALS.during;
