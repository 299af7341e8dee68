/** Retries, ours: which failures are worth another attempt, and how long to wait before it. */
import { ProviderError } from '../errors.ts';

export interface RetryPolicy {
  readonly maxAttempts: number;
  /** ms before the second attempt; doubles with each. */
  readonly baseMs: number;
  readonly maxMs: number;
}

export const DEFAULT_RETRIES: RetryPolicy = { maxAttempts: 5, baseMs: 500, maxMs: 30_000 };

const RETRYABLE: ReadonlySet<string> = new Set(['rate-limit', 'server', 'connection', 'timeout']);

/** ms to wait before another attempt, or null to give up. `random` is in [0, 1). */
export function retryDelay(error: unknown, attempt: number, random: number, policy: RetryPolicy = DEFAULT_RETRIES): number | null {
  if (!(error instanceof ProviderError) || attempt >= policy.maxAttempts) return null;
  if (!RETRYABLE.has(error.failure) && error.status !== 408 && error.status !== 409) return null;
  const backOff = Math.min(policy.baseMs * 2 ** (attempt - 1), policy.maxMs);
  const jittered = backOff * (0.5 + random / 2);
  return error.retryAfterMs === null ? jittered : Math.max(error.retryAfterMs, 0) + random * 100;
}
