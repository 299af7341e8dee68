/** A store of production data as the commands use it: what its tables are, which days have rows, and the records of a range, newest or oldest first. */
import { createHash } from 'node:crypto';
import type { SourceConfig } from '../../core/config/sources.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { ALL_BUCKETS, hoursQueries, type TimeRange, type TraceSample } from './row-queries.ts';
import { StoreQueries, type StoreAddress } from './store-queries.ts';
import { StoreReader } from './store-reader.ts';
import { detectTables, shapeText, type StoreShape } from './store-tables.ts';

export interface SourceJob {
  readonly name: string;
  readonly config: SourceConfig;
  /** Empty: the user has none. */
  readonly password: string;
  readonly redact: (line: StoredLine) => StoredLine;
  readonly now: () => number;
  readonly tell: (note: string) => void;
  readonly stop?: AbortSignal;
  /** What sends the queries; absent: this thread itself. */
  readonly send?: typeof fetch;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Rows that are read at once. */
const SLICE_ROWS = 20_000;

/** Rows by hour, since 1970. */
export type RowsByHour = ReadonlyMap<number, number>;

export class ClickHouseSource {
  private constructor(
    readonly job: SourceJob,
    readonly queries: StoreQueries,
    readonly shape: StoreShape,
  ) {}

  /** @throws {HumanError} when it cannot be reached, or holds no table of a known shape. */
  static async open(job: SourceJob): Promise<ClickHouseSource> {
    const { name, config, password, tell, stop = null, send } = job;
    const address: StoreAddress = { url: config.clickhouse, user: config.user, password, ...(send === undefined ? {} : { send }) };
    const queries = new StoreQueries(address, tell, stop);
    const shape = await detectTables(queries, config);
    tell(`${name}: ${shapeText(shape)}`);
    return new ClickHouseSource(job, queries, shape);
  }

  /** Names its folder: what another table holds is not added to its sums. */
  get folder(): string {
    const { name, config } = this.job;
    const table = this.shape.kind === 'collector' ? this.shape.spans : this.shape.observations;
    const of = JSON.stringify([new URL(config.clickhouse).origin, table.database, table.table]);
    return `${name}-${createHash('sha256').update(of).digest('hex').slice(0, 8)}`;
  }

  /** @throws as a query does. */
  async rowsByHour(range: TimeRange): Promise<RowsByHour> {
    return (await this.hours(range)).all;
  }

  /** `calls`: without what was said of them, which may come weeks later. @throws as a query does. */
  async hours(range: TimeRange): Promise<{ readonly all: RowsByHour; readonly calls: RowsByHour }> {
    const all = new Map<number, number>();
    let calls: RowsByHour | null = null;
    for (const query of hoursQueries(this.shape, range)) {
      for await (const { hour, rows } of this.queries.rows(query)) {
        const at = wholeNumber(hour);
        all.set(at, (all.get(at) ?? 0) + wholeNumber(rows));
      }
      calls ??= new Map(all);
    }
    return { all, calls: calls ?? all };
  }

  reader(sample: TraceSample = null): StoreReader {
    const { redact, now } = this.job;
    return new StoreReader(this.queries, this.shape, redact, now, sample);
  }

  /** Which part of so many rows is at most `most`; null: all of them are. */
  sampleOf(rows: number, most: number): TraceSample {
    return rows <= most ? null : { buckets: Math.max(1, Math.floor((most / rows) * ALL_BUCKETS)) };
  }

  /** What a reader of the records should know of those that were none. */
  refusedNote({ refused }: StoreReader): string[] {
    return refused.count === 0 ? [] : [`${quantity(refused.count, 'row is', 'rows are')} not counted (first: ${refused.first ?? ''})`];
  }
}

/** @throws {HumanError} what is no count would make a wrong sum. */
function wholeNumber(value: unknown): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw new HumanError('source/malformed', `ClickHouse returned ${JSON.stringify(value)?.slice(0, 60)} where a count was asked for.`);
}

/** Ranges of a range in the order of time, each with few enough rows to be read at once; hours without rows are in none. */
export function slicesOf(hours: RowsByHour, { from, to }: TimeRange, most = SLICE_ROWS): TimeRange[] {
  const slices: TimeRange[] = [];
  let open: { from: number; to: number; rows: number } | null = null;
  for (const [hour, rows] of [...hours].sort(([a], [b]) => a - b)) {
    const start = Math.max(from, hour * HOUR_MS);
    const end = Math.min(to, (hour + 1) * HOUR_MS);
    if (rows === 0 || start >= end) continue;
    if (open !== null && open.to === start && open.rows + rows <= most) {
      open.to = end;
      open.rows += rows;
      continue;
    }
    if (open !== null) slices.push({ from: open.from, to: open.to });
    open = { from: start, to: end, rows };
    if (rows <= most) continue;
    // Whole seconds of an hour that has too many.
    const step = Math.max(1000, Math.floor((end - start) / Math.ceil(rows / most) / 1000) * 1000);
    for (let at = start; at < end; at += step) slices.push({ from: at, to: Math.min(end, at + step) });
    open = null;
  }
  return open === null ? slices : [...slices, { from: open.from, to: open.to }];
}

export const dayOfTime = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
