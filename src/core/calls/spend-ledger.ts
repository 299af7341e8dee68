/**
 * Keeps a run below its cap: before a call leaves, the most that it can cost is set aside, and what it did cost is
 * booked when it ends. A call whose end is unknown is booked at its most.
 */
import { isHumanError } from '../problems/errors.ts';
import type { JournalRecord } from '../results/journal.ts';

/** What a call can cost at most, USD; null: unknown, because it has no output limit. */
export type CallBound = number | null;

export interface Reservation {
  /**
   * `usd`: what the call cost; null: unknown, so the most that it can have cost. `atMost`: USD that the answer itself shows at
   * most, for a call without a limit. Nothing is ever credited: less than zero is unknown.
   */
  settle(usd: number | null, atMost?: number): void;
}

export interface LedgerOptions {
  /** USD; null: none. */
  readonly cap: number | null;
  /** USD that the part of the run before a resume has spent. */
  readonly spent: number;
  /** USD at most, of that part's calls whose end is unknown. */
  readonly unconfirmed: number;
  /** With a cap every reservation is written down before its call leaves: a killed run knows what it may have spent. */
  readonly journal: (record: Extract<JournalRecord, { kind: 'reserved' | 'settled' }>) => void;
}

/** Calls that must have ended before two without a limit go side by side. */
const LEARN_FROM = 5;
/** A call without a limit may cost at most this many times the most expensive call before it. */
const MARGIN = 2;

export class SpendLedger {
  readonly cap: number | null;
  private booked: number;
  private unconfirmed: number;
  /** USD set aside for calls with a limit. */
  private reserved = 0;
  private underWay = 0;
  private unlimitedUnderWay = 0;
  private ended = 0;
  private mostExpensive = 0;
  private calls = 0;
  private waiting: (() => void)[] = [];

  constructor(private readonly options: LedgerOptions) {
    this.cap = options.cap;
    this.booked = options.spent + options.unconfirmed;
    this.unconfirmed = options.unconfirmed;
  }

  /** USD that counts towards the cap. */
  get countedUsd(): number {
    return this.booked;
  }

  /** USD at most of calls whose end is unknown: not known to be billed, but counted. */
  get unconfirmedUsd(): number {
    return this.unconfirmed;
  }

  /** Sets the most of a call aside; `wait`: not now, but when others have ended; `never`: the cap is reached. */
  reserve(bound: CallBound): Reservation | 'wait' | 'never' {
    if (this.cap !== null && !this.fits(bound, this.cap)) {
      if (this.underWay > 0) return 'wait';
      if (bound !== null || this.booked >= this.cap) return 'never';
    }
    return this.take(bound);
  }

  /** Resolves when a call has ended. */
  change(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private fits(bound: CallBound, cap: number): boolean {
    // Before the first call has ended nothing is known of what one without a limit costs; at the cap none may go.
    if (bound === null && this.booked >= cap) return false;
    const unlimited = this.unlimitedUnderWay + (bound === null ? 1 : 0);
    if (unlimited > 1 && this.ended < LEARN_FROM) return false;
    return this.booked + this.reserved + (bound ?? 0) + unlimited * MARGIN * this.mostExpensive <= cap;
  }

  private take(bound: CallBound): Reservation {
    const { cap, journal } = this.options;
    const call = `${this.calls++}`;
    if (cap !== null) journal({ kind: 'reserved', call, usd: bound ?? MARGIN * this.mostExpensive });
    this.reserved += bound ?? 0;
    this.underWay++;
    if (bound === null) this.unlimitedUnderWay++;
    let isOpen = true;
    return {
      settle: (given, atMost = 0) => {
        if (!isOpen) return;
        const usd = given !== null && given >= 0 ? given : null;
        isOpen = false;
        this.reserved -= bound ?? 0;
        this.underWay--;
        if (bound === null) this.unlimitedUnderWay--;
        this.book(bound, usd, atMost);
        if (cap !== null) this.record({ kind: 'settled', call, usd, ...(usd === null && bound === null && atMost > 0 ? { atMost } : {}) });
        for (const wake of this.waiting.splice(0)) wake();
      },
    };
  }

  /** The record of the answer comes next and meets the same disk; without this one a resume counts all that was set aside. */
  private record(settled: Extract<JournalRecord, { kind: 'settled' }>): void {
    try {
      this.options.journal(settled);
    } catch (error) {
      if (!isHumanError(error)) throw error;
    }
  }

  private book(bound: CallBound, usd: number | null, atMost: number): void {
    const counted = usd ?? bound ?? Math.max(this.mostExpensive, atMost);
    this.booked += counted;
    if (usd === null) this.unconfirmed += counted;
    else if (usd > 0) {
      this.mostExpensive = Math.max(this.mostExpensive, usd);
      this.ended++;
    }
  }
}
