/**
 * Who may send next to one origin, and when: at most so many at once, at the pace that the server takes, not before it
 * said, and within the tokens that it has left. A waiting call does not occupy a slot.
 */
import type { ReportedLimits } from '../model/reported-limits.ts';
import { RequestPacer } from './request-pacer.ts';

export interface LimiterClock {
  /** ms, monotonic. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A place: give it back exactly once. */
export interface Slot {
  readonly sentAt: number;
  answered(): void;
  /** `retryAfterMs`: what the server asked for, or null. */
  rateLimited(retryAfterMs: number | null): void;
  /** `isOutage`: the origin failed, not the request. */
  failed(isOutage: boolean): void;
  limits(reported: ReportedLimits): void;
  /** Nothing was sent. */
  unused(): void;
}

interface Waiting {
  readonly tokens: number;
  readonly give: (place: Slot | null) => void;
}

/** A server that nobody knows yet is not met with more at once; each answer makes room for one more. */
const FIRST_WINDOW = 128;
/** So many outages in a row, and the origin is left alone for a while. */
const OUTAGES = 3;
/** ms of silence after a 429 that does not say how long to wait; doubles with each until something is answered. */
const PAUSE = 250;
const LONGEST_PAUSE = 30_000;
/** ms between two looks whether an origin that fails is back. */
const LONGEST_OUTAGE = 4000;
/** Headers name the time when all is full again; long before that one more request is let through. ms. */
const LONGEST_HEADER = 60_000;
/** A wait that is longer is told to the user. ms. */
export const LONG_WAIT = 5000;
/** Timers hold no more. ms. */
const LONGEST_SLEEP = 2 ** 31 - 1;

export class OriginLimiter {
  private readonly pace = new RequestPacer();
  private readonly queue: Waiting[] = [];
  private underWay = 0;
  private window: number;
  private nextAt = -Infinity;
  private pausedUntil = -Infinity;
  private tokensLeft: number | null = null;
  private tokensFullAt = -Infinity;
  private wakesAt = Infinity;
  /** Until when a long wait was told. */
  private toldUntil = -Infinity;
  private pause = PAUSE;
  private pausedAt = -Infinity;
  private outages = 0;
  private isClosed = false;
  /** Ends the wait for the next turn. */
  private readonly end = new AbortController();

  constructor(
    private readonly most: number,
    private readonly clock: LimiterClock,
    private readonly signal: AbortSignal,
    /** Hears of a wait of more than `LONG_WAIT`, ms. */
    private readonly onWait: (ms: number) => void = () => undefined,
  ) {
    this.window = Math.min(most, FIRST_WINDOW);
    signal.addEventListener('abort', () => this.giveUp(), { once: true });
  }

  /** A place for a request of about so many tokens; a retry goes first. Null: the run was stopped. */
  place(tokens: number, isRetry: boolean): Promise<Slot | null> {
    if (this.signal.aborted || this.isClosed) return Promise.resolve(null);
    return new Promise((give) => {
      if (isRetry) this.queue.unshift({ tokens, give });
      else this.queue.push({ tokens, give });
      this.serve();
    });
  }

  /** ms until anybody is sent again, as far as is known. */
  get waitMs(): number {
    return Math.max(0, Math.max(this.pausedUntil, this.nextAt) - this.clock.now());
  }

  /** Nobody is sent any more; who is under way may end. */
  close(): void {
    this.isClosed = true;
    this.giveUp();
  }

  private serve(): void {
    for (let first = this.queue[0]; first !== undefined; first = this.queue[0]) {
      if (this.underWay >= this.window) return;
      const now = this.clock.now();
      const at = Math.max(this.pausedUntil, this.nextAt, this.tokensAt(first.tokens));
      if (at > now) return this.wake(at, at - now);
      this.queue.shift();
      first.give(this.send(first.tokens, now));
    }
  }

  private send(tokens: number, now: number): Slot {
    this.underWay++;
    this.pace.sent(now);
    const rate = this.pace.rate(now);
    if (rate !== null) this.nextAt = Math.max(this.nextAt, now) + 1000 / rate;
    if (this.tokensLeft !== null) this.tokensLeft -= tokens;
    const back = (): void => {
      this.underWay--;
      this.serve();
    };
    return {
      sentAt: now,
      answered: () => {
        this.pace.answered(this.clock.now());
        this.window = Math.min(this.most, this.window + 1);
        this.pause = PAUSE;
        this.outages = 0;
        back();
      },
      rateLimited: (retryAfterMs) => {
        this.pace.refused(now, this.clock.now());
        this.rest(now, retryAfterMs);
        back();
      },
      failed: (isOutage) => {
        if (isOutage && ++this.outages >= OUTAGES) this.rest(now, Math.min(this.pause, LONGEST_OUTAGE));
        back();
      },
      limits: (reported) => this.heed(reported),
      unused: () => {
        this.pace.withdrawn(now);
        if (this.tokensLeft !== null) this.tokensLeft += tokens;
        back();
      },
    };
  }

  /** Nobody is sent for so many ms, or for longer each time. */
  private rest(sentAt: number, askedMs: number | null): void {
    const now = this.clock.now();
    this.pausedUntil = Math.max(this.pausedUntil, now + (askedMs ?? this.pause));
    // What was under way before the pause is the same refusal, not another.
    if (sentAt < this.pausedAt) return;
    this.pause = Math.min(LONGEST_PAUSE, 2 * this.pause);
    this.pausedAt = now;
  }

  private heed({ requestsLeft, requestsResetMs, tokensLeft, tokensResetMs }: ReportedLimits): void {
    const now = this.clock.now();
    if (requestsLeft === 0 && requestsResetMs !== null)
      this.pausedUntil = Math.max(this.pausedUntil, now + Math.min(requestsResetMs, LONGEST_HEADER));
    if (tokensLeft !== null && tokensResetMs !== null) {
      this.tokensLeft = tokensLeft;
      this.tokensFullAt = now + Math.min(tokensResetMs, LONGEST_HEADER);
    }
  }

  /** When there are tokens for a request of this size. */
  private tokensAt(tokens: number): number {
    if (this.tokensLeft === null || this.tokensLeft >= tokens) return -Infinity;
    if (this.clock.now() >= this.tokensFullAt) this.tokensLeft = null;
    return this.tokensLeft === null ? -Infinity : this.tokensFullAt;
  }

  private wake(at: number, inMs: number): void {
    if (inMs > LONG_WAIT && at > this.toldUntil + LONG_WAIT) {
      this.toldUntil = at;
      this.onWait(inMs);
    }
    if (at >= this.wakesAt) return;
    this.wakesAt = at;
    void this.clock.sleep(Math.min(inMs, LONGEST_SLEEP), this.end.signal).then(() => {
      if (this.wakesAt === at) this.wakesAt = Infinity;
      this.serve();
    });
  }

  private giveUp(): void {
    this.end.abort();
    for (const { give } of this.queue.splice(0)) give(null);
  }
}
