/**
 * Keeps a run below its cap: before a call leaves, the most that it can cost is set aside, and what it did cost is
 * booked when it ends. A call whose end nobody saw is booked at its most.
 */
import type { JournalRecord } from '../journal.ts';

/** What a call can cost at most, USD; null: it has no output limit, so nobody knows. */
export type CallBound = number | null;

export interface Reservation {
  /** `usd`: what the call cost; null: nobody knows, so the most that it can have cost. */
  settle(usd: number | null): void;
}

interface Waiting {
  readonly bound: CallBound;
  readonly give: (reservation: Reservation | null) => void;
}

export interface LedgerOptions {
  /** USD; null: none. */
  readonly cap: number | null;
  /** USD that the part of the run before a resume has spent. */
  readonly spent: number;
  /** With a cap every reservation is written down before its call leaves: a killed run knows what it may have spent. */
  readonly journal: (record: Extract<JournalRecord, { kind: 'reserved' | 'settled' }>) => void;
}

export class SpendLedger {
  private reserved = 0;
  private underWay = 0;
  private dearest = 0;
  private unconfirmed = 0;
  private readonly queue: Waiting[] = [];

  readonly cap: number | null;
  private spent: number;
  private calls = 0;

  constructor(private readonly options: LedgerOptions) {
    this.cap = options.cap;
    this.spent = options.spent;
  }

  /** USD booked so far, with the most of calls whose end nobody saw. */
  get booked(): number {
    return this.spent + this.unconfirmed;
  }

  /** USD at most of calls whose end nobody saw: not known to be billed, but counted. */
  get unconfirmedUsd(): number {
    return this.unconfirmed;
  }

  /** Waits until there is room; null: there will be none, the cap is reached. */
  reserve(bound: CallBound): Promise<Reservation | null> {
    if (this.cap === null) return Promise.resolve(this.take(bound, bound ?? 0));
    return new Promise((give) => {
      this.queue.push({ bound, give });
      this.serve();
    });
  }

  private serve(): void {
    const { cap } = this;
    for (let first = this.queue[0]; first !== undefined && cap !== null; first = this.queue[0]) {
      const { bound, give } = first;
      // Without a limit: twice the dearest call so far, and while none is known, nothing beside it.
      const aside = bound ?? (this.dearest > 0 ? 2 * this.dearest : cap);
      const fits = this.booked + this.reserved + aside <= cap;
      if (!fits && this.underWay > 0) return;
      this.queue.shift();
      const alone = bound === null && this.booked < cap;
      give(fits || alone ? this.take(bound, aside) : null);
    }
  }

  private take(bound: CallBound, aside: number): Reservation {
    this.reserved += aside;
    this.underWay++;
    const call = `${this.calls++}`;
    const { cap, journal } = this.options;
    if (cap !== null) journal({ kind: 'reserved', call, usd: bound ?? this.dearest });
    let open = true;
    return {
      settle: (usd) => {
        if (!open) return;
        open = false;
        this.reserved -= aside;
        this.underWay--;
        if (cap !== null) journal({ kind: 'settled', call, usd });
        if (usd === null) this.unconfirmed += bound ?? this.dearest;
        else {
          this.spent += usd;
          this.dearest = Math.max(this.dearest, usd);
        }
        this.serve();
      },
    };
  }
}
