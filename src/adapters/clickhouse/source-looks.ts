/** What the looks at production read of a store, as the command line and the editor ask for it: sums by day, and samples where every text counts. */
import { percent, quantity } from '../../core/display/figures.ts';
import type { InsightsRead } from '../../core/feedback/insights/insights.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { readDrift, type DriftJob, type DriftRead, type DriftSource } from '../interactions/read-drift.ts';
import { readFailures, type FailuresJob, type FailuresRead } from '../interactions/read-failures.ts';
import { readInsights, type InsightsJob } from '../interactions/read-insights.ts';
import { DAY_MS, dayOfTime, HOUR_MS, type ClickHouseSource, type RowsByHour } from './clickhouse-source.ts';
import { NO_FEEDBACK, teamFeedback } from './feedback-table.ts';
import { sourceSums } from './open-source.ts';
import { ALL_BUCKETS, type TimeRange, type TraceSample } from './row-queries.ts';
import { decidedSince, newestFirst, sampleFor } from './source-calls.ts';
import { SourceDays, windowSince } from './source-days.ts';
import type { StoreReader } from './store-reader.ts';

/** Rows of a store that a look at failures reads: of more, those of a part of the traces. */
const MOST_SAMPLED = 50_000;
/** Rows of each side that a look at drift reads: about five for each call that is compared. */
const MOST_COMPARED = { window: 10_000, reference: 12_500 } as const;

/** @throws as `readInsights`, and as a query does. */
export async function sourceInsights(source: ClickHouseSource, job: Omit<InsightsJob, 'source'>): Promise<InsightsRead> {
  const days = await SourceDays.of(job.root, source, windowSince(job.since, source.job.now()));
  const stored = sourceSums(job.root, source);
  const renewed = days.renew(stored);
  const read = await readInsights({ ...job, source: { days, stored } });
  return { ...read, notes: [...read.notes, ...renewed, ...source.refusedNote(days.reader)] };
}

/** @throws as `readFailures`, and as a query does. */
export async function sourceFailures(source: ClickHouseSource, job: Omit<FailuresJob, 'lines'>): Promise<FailuresRead> {
  const { since } = job;
  const range = { ...windowSince(since, source.job.now()), ...(since === null ? {} : { from: Date.parse(since) }) };
  const hours = await source.rowsByHour(range);
  const sample = sampleFor(source, hours, MOST_SAMPLED);
  const reader = source.reader(sample);
  const team = await teamFeedback(source, decidedSince(range, source.job.now()));
  const read = await readFailures({ ...job, lines: newestFirst(source, reader, hours, range, team), teamLabels: team.labels });
  const { count, first } = team.refused;
  const refused = count === 0 ? [] : [`${quantity(count, 'row')} of the team’s feedback skipped (first: ${first ?? ''})`];
  return { ...read, notes: [...read.notes, ...sampleNotes(sample, 'of the traces'), ...source.refusedNote(reader), ...refused] };
}

/** @throws as `readDrift`, and as a query does. */
export async function sourceDrift(source: ClickHouseSource, job: Omit<DriftJob, 'source'>): Promise<DriftRead> {
  const lines = await ComparedLines.of(source, job.since);
  const read = await readDrift({ ...job, source: lines });
  return { ...read, notes: [...read.notes, ...lines.notes()] };
}

/** Calls of a window and of its reference, each side with a sample of its own. */
class ComparedLines implements DriftSource {
  private readonly said: string[] = [];
  private readonly readers: StoreReader[] = [];

  private constructor(
    private readonly source: ClickHouseSource,
    private readonly range: TimeRange,
    private readonly hours: RowsByHour,
    readonly newest: string | null,
  ) {}

  static async of(source: ClickHouseSource, since: string | null): Promise<ComparedLines> {
    const range = windowSince(since, source.job.now());
    // The reference of the first day is before it.
    const whole = since === null ? range : { ...range, from: Math.min(range.from, Date.parse(since) - 31 * DAY_MS) };
    const { all, calls } = await source.hours(whole);
    const last = [...calls.keys()].reduce((most, hour) => Math.max(most, hour), -1);
    return new ComparedLines(source, whole, all, last < 0 ? null : dayOfTime(last * HOUR_MS));
  }

  async *lines({ first, oldest, isMixed }: Parameters<DriftSource['lines']>[0]): AsyncGenerator<StoredLine> {
    const { from, to } = this.range;
    const start = Math.max(from, Date.parse(first));
    const window = { from: start, to };
    const reference = { from: oldest === null ? from : Math.max(from, Date.parse(oldest)), to: start };
    const sample = this.sampleIn(window, MOST_COMPARED.window);
    const own = this.sampleIn(reference, MOST_COMPARED.reference);
    // What is said in the window of calls before it is in its sample, where that is the larger one.
    const least = [sample, own].reduce((a, b) => ((b?.buckets ?? ALL_BUCKETS) < (a?.buckets ?? ALL_BUCKETS) ? b : a));
    // A version that is in both has one sample.
    yield* (await teamFeedback(this.source, decidedSince(reference, this.source.job.now()))).lines;
    yield* this.part(window, isMixed ? least : sample, 'of the traces of the window');
    if (reference.from < reference.to) yield* this.part(reference, least, 'of those of the reference');
  }

  notes(): string[] {
    return [...this.said, ...this.readers.flatMap((reader) => this.source.refusedNote(reader))];
  }

  private sampleIn({ from, to }: TimeRange, most: number): TraceSample {
    const within = [...this.hours].filter(([hour]) => hour * HOUR_MS >= from && hour * HOUR_MS < to);
    return sampleFor(this.source, new Map(within), most);
  }

  private async *part(range: TimeRange, sample: TraceSample, of: string): AsyncGenerator<StoredLine> {
    const reader = this.source.reader(sample);
    this.readers.push(reader);
    this.said.push(...sampleNotes(sample, of));
    yield* newestFirst(this.source, reader, this.hours, range, NO_FEEDBACK);
  }
}

const sampleNotes = (sample: TraceSample, of: string): string[] =>
  sample === null ? [] : [`Read from a sample of ${percent(sample.buckets / ALL_BUCKETS)} ${of}, drawn by a hash of their ids.`];
