/**
 * Rows of a store to the records that every other entry point makes: spans and log records through the reader of OpenTelemetry, Langfuse's rows
 * through that of its exports. A range is read in slices, in the order of time; what the spans of a trace say of each other is remembered.
 */
import type { JsonObject } from '../../core/json/json.ts';
import { LANGFUSE } from '../../core/feedback/logs/langfuse/langfuse-format.ts';
import type { LogReader } from '../../core/feedback/logs/log-format.ts';
import { EMPTY_MAPPING } from '../../core/feedback/logs/rows/mapping.ts';
import { EVALUATION_EVENT } from '../../core/feedback/logs/otlp/feedback.ts';
import { attributeText } from '../../core/feedback/logs/otlp/attributes.ts';
import { NAMES } from '../../core/feedback/logs/otlp/names.ts';
import { logOfRow, spanOfRow } from '../../core/feedback/logs/otlp/span-rows.ts';
import type { LogRecord, Span } from '../../core/feedback/logs/otlp/telemetry.ts';
import { TelemetryReader } from '../../core/feedback/logs/otlp/telemetry-reader.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { PORTS } from '../import/import-files.ts';
import {
  logsQuery,
  observationsQuery,
  scoresQuery,
  spansQuery,
  traceQuery,
  tracesQuery,
  withoutPrefix,
  type TimeRange,
  type TraceSample,
} from './row-queries.ts';
import type { StoreQueries, StoreQuery } from './store-queries.ts';
import type { StoreShape } from './store-tables.ts';

/** Spans that are read before those of a range: what calls after them know of them. ms. */
const BEFORE = 600_000;
/** Messages of a call are logged until it ends. ms. */
const LATE_LOGS = 600_000;
/** What is said of one call is looked for this long after it. ms. */
const LATE_SIGNALS = 7 * 86_400_000;

export class StoreReader {
  /** Rows that are no record, and why the first. */
  readonly refused: { count: number; first: string | null } = { count: 0, first: null };
  private readonly spans: TelemetryReader;
  private readonly rows: LogReader;

  /** `sample`: of the traces; null: all. */
  constructor(
    private readonly queries: StoreQueries,
    private readonly shape: StoreShape,
    private readonly redact: (line: StoredLine) => StoredLine,
    private readonly now: () => number,
    private readonly sample: TraceSample = null,
  ) {
    this.spans = new TelemetryReader(PORTS.hashes.user, now);
    this.rows = LANGFUSE.open(PORTS);
  }

  /** Of one slice. `isNext`: all that came before it was read. @throws {HumanError} as a query does: then none of its lines count. */
  async lines(range: TimeRange, what: string, isNext: boolean): Promise<StoredLine[]> {
    const { shape } = this;
    if (shape.kind === 'langfuse') return this.langfuseLines(shape, range, what);
    if (!isNext) await this.takeSpans(shape, { from: range.from - BEFORE, to: range.from }, what);
    return (await this.takeSpans(shape, range, what)).map(this.redact);
  }

  /** Everything about some interactions or traces. @throws as `lines`. */
  async linesAbout(ids: readonly string[], range: TimeRange, what: string): Promise<StoredLine[]> {
    const { shape } = this;
    if (shape.kind === 'langfuse') return this.langfuseLines(shape, range, what, ids);
    const spans = await this.spansOf(traceQuery(shape, range, ids, what));
    const times = spans.flatMap(({ startMs, endMs }) => [startMs ?? NaN, endMs ?? NaN]).filter(Number.isFinite);
    if (times.length === 0) return [];
    const around = { from: Math.min(...times), to: Math.max(...times) + LATE_SIGNALS };
    // A process that only hears of the answer names it by its id.
    const names = new Set([
      ...ids,
      ...spans.flatMap(({ traceId, attributes }) => [traceId, attributeText(attributes, NAMES.responseId) ?? traceId]),
    ]);
    const logs = (await this.logsOf(shape, around, what)).filter(({ traceId, attributes }) =>
      [traceId, attributeText(attributes, NAMES.responseId), attributeText(attributes, NAMES.ownId)].some(
        (name) => name !== null && names.has(name),
      ),
    );
    return this.spans.take({ spans, logs, refused: { count: 0, first: null } }).lines.map(this.redact);
  }

  private async takeSpans(
    shape: Extract<StoreShape, { kind: 'collector' }>,
    range: TimeRange,
    what: string,
  ): Promise<readonly StoredLine[]> {
    const spans = await this.spansOf(spansQuery(shape, range, what, this.sample));
    const logs = (await this.logsOf(shape, { from: range.from, to: range.to + LATE_LOGS }, what)).filter(
      // What is said of a call is counted in the range in which it was said.
      ({ eventName, timeMs }) => eventName !== EVALUATION_EVENT || (timeMs !== null && timeMs < range.to),
    );
    const { lines, refused } = this.spans.take({ spans, logs, refused: { count: 0, first: null } });
    if (refused.first !== null) this.refuse(refused.first, refused.count);
    return lines;
  }

  private async spansOf(query: StoreQuery): Promise<Span[]> {
    const spans: Span[] = [];
    for await (const row of this.queries.rows(query)) {
      const span = spanOfRow(withoutPrefix(row));
      if ('problem' in span) this.refuse(span.problem, 1);
      else spans.push(span);
    }
    return spans;
  }

  private async logsOf(shape: Extract<StoreShape, { kind: 'collector' }>, range: TimeRange, what: string): Promise<LogRecord[]> {
    const logs: LogRecord[] = [];
    if (shape.logs === null) return logs;
    for await (const row of this.queries.rows(logsQuery(shape.logs, range, `${what} (logs)`, this.sample)))
      logs.push(logOfRow(withoutPrefix(row)));
    return logs;
  }

  private async langfuseLines(
    shape: Extract<StoreShape, { kind: 'langfuse' }>,
    range: TimeRange,
    what: string,
    ids: readonly string[] | null = null,
  ): Promise<StoredLine[]> {
    const observations = await this.queries.all(observationsQuery(shape, range, what, this.sample, ids));
    const traces = new Map<string, JsonObject>();
    if (shape.traces !== null && observations.length > 0)
      for await (const row of this.queries.rows(tracesQuery(shape.traces, shape.observations, range, `${what} (traces)`))) {
        const trace = withoutPrefix(row);
        traces.set(traceKey(trace, 'id'), trace);
      }
    const rows = observations.map((row) => withTrace(withoutPrefix(row), traces));
    const scores =
      shape.scores === null
        ? []
        : await this.queries.all(
            scoresQuery(
              shape.scores,
              ids === null ? range : { from: range.from, to: this.now() },
              `${what} (scores)`,
              ids === null ? null : [...new Set(rows.flatMap(({ trace_id: trace }) => (typeof trace === 'string' ? [trace] : [])))],
            ),
          );
    return [...rows, ...scores.map((row) => longScore(withoutPrefix(row)))].flatMap((row) => {
      const read = this.rows.read({ row }, { mapping: EMPTY_MAPPING, writtenMs: this.now() });
      for (const { reason, count } of read.problems) this.refuse(reason, count);
      return read.lines.map(this.redact);
    });
  }

  private refuse(reason: string, count: number): void {
    this.refused.count += count;
    this.refused.first ??= reason;
  }
}

/** Ids of two projects may be the same. */
const traceKey = (row: JsonObject, id: string): string => JSON.stringify([row['project_id'], row[id]]);

/** What a trace says is of each of its observations that does not say it itself. */
function withTrace(row: JsonObject, traces: ReadonlyMap<string, JsonObject>): JsonObject {
  const trace = traces.get(traceKey(row, 'trace_id'));
  if (trace === undefined) return row;
  const filled = Object.fromEntries(
    ['user_id', 'session_id', 'release', 'environment'].flatMap((name) => {
      const own = row[name] ?? '';
      const value = own === '' ? trace[name] : own;
      return value === undefined || value === null || value === '' ? [] : [[name, value]];
    }),
  );
  const [of, own] = [trace['metadata'], row['metadata']];
  const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;
  return { ...row, ...filled, ...(isObject(of) ? { metadata: { ...of, ...(isObject(own) ? own : {}) } } : {}) };
}

/** A long text of a score stands in a column of its own. */
const longScore = (row: JsonObject): JsonObject =>
  (row['string_value'] ?? '') === '' && typeof row['long_string_value'] === 'string' && row['long_string_value'] !== ''
    ? { ...row, string_value: row['long_string_value'] }
    : row;
