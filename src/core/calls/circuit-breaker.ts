/** Tells when an origin is not worth another call: the rest of the run is kept for `--resume`. */
import type { ProviderError } from '../problems/errors.ts';

/** Failures that the next request meets as well, whatever it asks. */
const HOPELESS: ReadonlySet<string> = new Set(['authentication', 'quota', 'not-found', 'unreachable']);
const OUTAGE: ReadonlySet<string> = new Set(['connection', 'server', 'timeout']);

/** So many hopeless failures in a row, without one answer before. */
const MAX_HOPELESS = 3;
/** So many timeouts in a row. */
const MAX_TIMEOUTS = 8;
/** The longest wait that a server may ask for, ms: a daily quota is no rate limit. */
const MAX_WAIT = 600_000;

/** The origin failed, not the request. */
export const isOutage = ({ failure }: ProviderError): boolean => OUTAGE.has(failure);

export class CircuitBreaker {
  private hopeless = 0;
  private timeouts = 0;
  private answers = 0;
  private reason: ProviderError | null = null;

  /** Why nothing more is sent; null: the origin is in use. */
  get open(): ProviderError | null {
    return this.reason;
  }

  /** Grows with each answer: what came between two looks. */
  get answered(): number {
    return this.answers;
  }

  succeeded(): void {
    this.answers++;
    this.hopeless = 0;
    this.timeouts = 0;
  }

  /** `isLast`: the request will not be sent again. `answeredBefore`: `answered` when its first attempt left. */
  failed(error: ProviderError, isLast: boolean, answeredBefore: number): void {
    if ((error.retryAfterMs ?? 0) > MAX_WAIT) this.reason ??= error;
    if (HOPELESS.has(error.failure) && this.answers === 0 && ++this.hopeless >= MAX_HOPELESS) this.reason ??= error;
    if (error.failure === 'timeout' && ++this.timeouts >= MAX_TIMEOUTS) this.reason ??= error;
    if ((isOutage(error) || error.failure === 'rate-limit') && isLast && this.answers === answeredBefore) this.reason ??= error;
  }
}
