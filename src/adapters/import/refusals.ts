/** Rows that became no record: how many and why, with one example of each reason, and the first refused ones by name. */

export interface Refusal {
  readonly place: string;
  readonly problem: string;
}

/** A reason with the first row that it is about. */
export interface SkippedRows {
  readonly reason: string;
  readonly count: number;
  readonly example: {
    readonly place: string;
    /** What the row holds, redacted and cut; null: nothing of it can be shown. */
    readonly text: string | null;
  };
}

const MOST_NAMED = 1_000;
/** Texts of a file may be in a reason; without a bound they were all kept. */
const MOST_REASONS = 200;
const OTHER_REASONS = 'Other reasons';

export class Refusals {
  /** Records that were read, with those that became none. */
  read = 0;
  /** Refused: not valid records. */
  count = 0;
  /** Valid, but nothing that is kept. */
  skipped = 0;
  readonly named: Refusal[] = [];
  private readonly byReason = new Map<string, { reason: string; count: number; example: SkippedRows['example'] }>();

  /** `shown`: a reason as a person may see it, for it may name what a row holds. */
  constructor(private readonly shown: (reason: string) => string = (reason) => reason) {}

  /** `count`: of rows at the place with the same problem. `text`: what the row holds. */
  add(place: string, problem: string, count = 1, text: (() => string | null) | null = null): void {
    this.count += count;
    if (this.named.length < MOST_NAMED) this.named.push({ place, problem: this.shown(problem) });
    this.tally(place, problem, count, text);
  }

  /** What is sound, but is not kept. */
  skip(place: string, reason: string, count = 1, text: (() => string | null) | null = null): void {
    this.skipped += count;
    this.tally(place, reason, count, text);
  }

  /** The most frequent first. */
  reasons(): readonly SkippedRows[] {
    return [...this.byReason.values()].sort((a, b) => b.count - a.count);
  }

  private tally(place: string, reason: string, count: number, text: (() => string | null) | null): void {
    const key = reason.replaceAll(/"[^"]*"/g, '"…"');
    const known = this.byReason.get(key);
    if (known !== undefined) known.count += count;
    else if (this.byReason.size < MOST_REASONS)
      this.byReason.set(key, { reason: this.shown(reason), count, example: { place, text: text?.() ?? null } });
    else if (reason !== OTHER_REASONS) this.tally(place, OTHER_REASONS, count, text);
    else this.byReason.set(reason, { reason, count, example: { place, text: text?.() ?? null } });
  }
}
