/**
 * The days of a store as the sums read them. The store counts rows by hour; a day that is over and whose count is known is not read again. Its
 * rows come without a copy on disk: what the sums keep of them is what they keep of files. Why rows and not finished sums: whether an answer is a
 * refusal, a loop or asked again is told from its text, in fourteen languages, by the code that reads files, and SQL has none of it.
 */
import type { SummedDays, SummedLine } from '../interactions/rollup-store.ts';
import type { RollupFiles, StoredRollup } from '../interactions/rollup-files.ts';
import { DAY_MS, dayOfTime, HOUR_MS, slicesOf, type ClickHouseSource, type RowsByHour } from './clickhouse-source.ts';
import type { TimeRange } from './row-queries.ts';
import type { StoreReader } from './store-reader.ts';

/** Places of one row: it may become several lines. */
const PLACES = 256;
/** Days after which rows are taken to have arrived. */
const SETTLED = 1;

export class SourceDays implements SummedDays {
  readonly hasFiles = false;
  readonly open: ReadonlySet<string>;
  readonly reader: StoreReader;
  private readonly rows = new Map<string, number>();
  /** The day that was read last. */
  private last: string | null = null;

  private constructor(
    readonly root: string,
    source: ClickHouseSource,
    private readonly range: TimeRange,
    private readonly hours: RowsByHour,
  ) {
    for (const [hour, n] of hours) {
      const day = dayOfTime(hour * HOUR_MS);
      this.rows.set(day, (this.rows.get(day) ?? 0) + n);
    }
    const settled = dayOfTime(source.job.now() - SETTLED * DAY_MS);
    this.open = new Set(this.days().filter((day) => day >= settled));
    this.reader = source.reader();
  }

  /** `range`: whole days. @throws as a query does. */
  static async of(root: string, source: ClickHouseSource, range: TimeRange): Promise<SourceDays> {
    return new SourceDays(root, source, range, await source.rowsByHour(range));
  }

  days(): string[] {
    return [...this.rows.keys()].sort();
  }

  sizeOf(day: string): number {
    return this.isAsked(day) ? (this.rows.get(day) ?? 0) * PLACES : Infinity;
  }

  /** A day outside of what was asked is not known to be gone. */
  readable(day: string): string | null {
    return !this.isAsked(day) || this.rows.has(day) ? day : null;
  }

  async *readDay(day: string): AsyncGenerator<SummedLine> {
    const start = Date.parse(day);
    const size = this.sizeOf(day);
    let offset = 0;
    for (const slice of slicesOf(this.hours, { from: start, to: start + DAY_MS })) {
      const isNext = this.last === day || (this.last !== null && this.last === this.before(day));
      const lines = await this.reader.lines(slice, `the rows of ${day}`, isNext);
      this.last = day;
      for (const line of lines) {
        const at = Math.min(offset++, size - 2);
        yield { line, place: { day, offset: at, end: at + 1 } };
      }
    }
    yield { nothing: true, place: { day, offset: size - 1, end: size } };
  }

  /** Days that are over and have more rows than what was counted of them: they came late, so that everything has to be counted anew. */
  grownSince(state: StoredRollup | 'damaged' | null): string[] {
    if (state === null || state === 'damaged') return [];
    return Object.entries(state.days).flatMap(([day, { bytes }]) =>
      bytes > 0 && this.isAsked(day) && this.sizeOf(day) > bytes ? [day] : [],
    );
  }

  /** Sentences about sums that are made anew. */
  renew(stored: RollupFiles): string[] {
    const grown = [...new Set(stored.list().flatMap((name) => this.grownSince(stored.read(name))))].sort();
    if (grown.length === 0) return [];
    for (const name of stored.list()) stored.remove(name);
    return [`Rows of ${grown.slice(0, 3).join(', ')} came after they were counted, so everything is counted again.`];
  }

  /** The day with rows before this one. */
  private before(day: string): string | null {
    return this.days().findLast((item) => item < day) ?? null;
  }

  private isAsked(day: string): boolean {
    const at = Date.parse(day);
    return at >= this.range.from && at < this.range.to;
  }
}

/** Days before today that are read without `--since`: those in which changes are looked for. */
export const WINDOW_DAYS = 90;

/** Whole days up to the end of today. `since`: a day. */
export function windowSince(since: string | null, now: number, days = WINDOW_DAYS): TimeRange {
  const today = Date.parse(dayOfTime(now));
  const from = today - (days - 1) * DAY_MS;
  return { from: since === null ? from : Math.min(Date.parse(since), from), to: today + DAY_MS };
}
