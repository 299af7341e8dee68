/** What is captured goes to disk here: telemetry to lines, redacted, appended; and how much it was. */
import { NO_DECLARED_SIGNALS, type DeclaredSignals } from '../../core/config/declared-signals.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { isoTime } from '../../core/feedback/logs/otlp/feedback.ts';
import { jsonSizeProblem } from '../../core/feedback/logs/otlp/json-size.ts';
import { readOtlpJson } from '../../core/feedback/logs/otlp/read-json.ts';
import { readLogsProtobuf, readTraceProtobuf } from '../../core/feedback/logs/otlp/read-protobuf.ts';
import type { RefusalSummary, Telemetry } from '../../core/feedback/logs/otlp/telemetry.ts';
import { TelemetryReader, type ReadTelemetry } from '../../core/feedback/logs/otlp/telemetry-reader.ts';
import { isWireProblem, type DecodeText } from '../../core/feedback/logs/otlp/wire.ts';
import type { PersonHash } from '../../core/feedback/redaction/persons.ts';
import { readPostedSignals } from '../../core/feedback/signals/posted-signals.ts';
import { isJsonObject, parseJson } from '../../core/json/json.ts';
import { storedLineText } from '../../core/feedback/interactions/stored-line.ts';
import { dayOf } from '../interactions/day-lines.ts';
import type { InteractionFiles } from '../interactions/interaction-files.ts';
import { isPartlyWritten } from '../partly-written.ts';
import type { Encoding } from './otlp-answer.ts';
import type { CapturePrices } from './capture-prices.ts';
import { RefusedRequest } from './refused-request.ts';

export interface CaptureCounts {
  readonly spans: number;
  readonly interactions: number;
  readonly signals: number;
  /** Interactions that came with neither messages nor an output. */
  readonly withoutText: number;
  /** Events with messages of calls that were written before without them. */
  readonly lateMessages: number;
  readonly refused: number;
}

/** Arguments of a function have their limit. */
const LINES_AT_ONCE = 5000;
/** Lines of days that cannot be written which wait in memory. */
const MOST_WAITING = 5000;
/** Characters; longer ones are not read back. */
const LONGEST_LINE = 10 << 20;

/** UTF-8 of bytes, much faster than a TextDecoder for short pieces. */
export const decodeUtf8: DecodeText = (bytes, from, to) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8', from, to);

export class Capture {
  counts: CaptureCounts = { spans: 0, interactions: 0, signals: 0, withoutText: 0, lateMessages: 0, refused: 0 };
  private readonly reader: TelemetryReader;
  private unwritten: StoredLine[] = [];

  /** `redact`: what is never written is taken out of a line here. `now`: ms since 1970. `persons`: hashes users. */
  constructor(
    private readonly files: InteractionFiles,
    private redact: (line: StoredLine) => StoredLine,
    private readonly now: () => number,
    persons: PersonHash,
    private readonly prices: CapturePrices | null = null,
  ) {
    this.reader = new TelemetryReader(persons, now);
  }

  /** From now on other rules say what is never written, also of what still waits. */
  follow(redact: (line: StoredLine) => StoredLine): void {
    this.redact = redact;
    this.unwritten = this.unwritten.map(redact);
  }

  /** A body of /v1/traces or /v1/logs; on disk when it resolves. Returns what was refused. @throws {RefusedRequest} when it is not telemetry. */
  async takeTelemetry(kind: 'traces' | 'logs', encoding: Encoding, body: Buffer): Promise<RefusalSummary> {
    const blocked = this.blockedDays();
    const telemetry = telemetryIn(kind, encoding, body);
    refuseBlocked(
      blocked,
      [...telemetry.spans.map(({ startMs }) => startMs), ...telemetry.logs.map(({ timeMs }) => timeMs)].map((at) => at ?? this.now()),
    );
    const { lines, refused, counts } = this.reader.take(telemetry);
    const kept = body.length > LONGEST_LINE ? lines.filter((line) => storedLineText(line).length <= LONGEST_LINE) : lines;
    const tooLong = lines.length - kept.length;
    this.append(this.prices === null ? kept : await this.prices.priced(kept));
    const count = telemetry.refused.count + refused.count + tooLong;
    this.count({ ...counts, interactions: counts.interactions - tooLong, spans: telemetry.spans.length, refused: count });
    const first = tooLong === 0 ? null : `A span holds more than ${LONGEST_LINE >> 20} MB of text.`;
    return { count, first: telemetry.refused.first ?? refused.first ?? first };
  }

  /** A body of /signals; on disk when it returns. `declared`: what signals mean. @throws {RefusedRequest} */
  takeSignals(
    body: Buffer,
    declared: DeclaredSignals = NO_DECLARED_SIGNALS,
  ): { readonly taken: number; readonly problems: readonly string[] } {
    const blocked = this.blockedDays();
    const problem = jsonSizeProblem(body);
    if (problem !== null) throw new RefusedRequest(400, problem);
    const posted = readPostedSignals(body.toString('utf8'), new Date(this.now()).toISOString(), declared);
    if (posted === null) throw new RefusedRequest(400, 'Send one signal or a list of them as JSON: { interaction, name, value }.');
    const { followUps, problems } = posted;
    if (followUps.length === 0 && problems.length > 0) throw new RefusedRequest(400, problems.slice(0, 5).join(' '));
    refuseBlocked(
      blocked,
      followUps.map(({ time }) => Date.parse(time)),
    );
    this.append(followUps.map((followUp) => ({ followUp })));
    this.count({ spans: 0, interactions: 0, withoutText: 0, lateMessages: 0, signals: followUps.length, refused: problems.length });
    return { taken: followUps.length, problems };
  }

  /** Writes what was kept for calls that did not come. @throws when it cannot be written. */
  close(): void {
    const last = this.reader.close();
    this.unwritten = [...this.unwritten, ...(this.prices?.pricedNow(last) ?? last).map(this.redact)];
    this.write();
  }

  /**
   * Tries what could not be written before; gives the days of what still cannot be, with the reason. Their calls are known already, so
   * they may not be acknowledged when they are sent again. @throws when the disk takes nothing, so that what waits does not fill the memory.
   */
  private blockedDays(): BlockedDays {
    try {
      this.write();
      return { days: new Set(), reason: null };
    } catch (error) {
      if (!isPartlyWritten(error) || this.unwritten.length > MOST_WAITING) throw error;
      return { days: new Set(this.unwritten.map(dayOf)), reason: error };
    }
  }

  /** What could not be written before comes first: its spans are known already, so that nobody would write them when they are sent again. */
  private append(lines: readonly StoredLine[]): void {
    const own = new Set(lines.map(this.redact));
    this.unwritten = [...this.unwritten, ...own];
    try {
      this.write();
    } catch (error) {
      // Lines of before that still cannot be written are told to those who send them.
      if (this.unwritten.some((line) => own.has(line))) throw error;
    }
  }

  /** @throws {PartlyWritten} when something cannot be written; then it is kept, and everything else is written. */
  private write(): void {
    const kept: StoredLine[] = [];
    let failed: { readonly error: unknown } | null = null;
    for (let from = 0; from < this.unwritten.length; from += LINES_AT_ONCE) {
      const batch = this.unwritten.slice(from, from + LINES_AT_ONCE);
      try {
        this.files.append(...batch);
      } catch (error) {
        failed ??= { error };
        // Those that are on disk must not come a second time.
        for (const line of isPartlyWritten(error) ? error.leftOf(batch) : batch) kept.push(line);
      }
    }
    this.unwritten = kept;
    if (failed !== null) throw failed.error;
  }

  private count(more: ReadTelemetry['counts'] & { readonly spans: number; readonly refused: number }): void {
    const { spans, interactions, signals, withoutText, lateMessages, refused } = this.counts;
    this.counts = {
      spans: spans + more.spans,
      interactions: interactions + more.interactions,
      signals: signals + more.signals,
      withoutText: withoutText + more.withoutText,
      lateMessages: lateMessages + more.lateMessages,
      refused: refused + more.refused,
    };
  }
}

interface BlockedDays {
  readonly days: ReadonlySet<string>;
  /** Null: no day is blocked. */
  readonly reason: unknown;
}

/** `times`: ms since 1970, of what a body holds. @throws the reason when it has something of a day that cannot be written. */
function refuseBlocked({ days, reason }: BlockedDays, times: readonly number[]): void {
  if (days.size > 0 && times.some((at) => days.has((isoTime(at) ?? '').slice(0, 10)))) throw reason;
}

function telemetryIn(kind: 'traces' | 'logs', encoding: Encoding, body: Buffer): Telemetry {
  if (encoding === 'json') {
    const problem = jsonSizeProblem(body);
    if (problem !== null) throw new RefusedRequest(400, problem);
    const value = parseJson(body.toString('utf8'));
    if (value === undefined) throw new RefusedRequest(400, 'The body is not JSON.');
    const read = readOtlpJson(value);
    if (read !== null) return read;
    // An empty request is a request.
    if (isJsonObject(value) && Object.keys(value).length === 0) return { spans: [], logs: [], refused: { count: 0, first: null } };
    throw new RefusedRequest(400, `The body has no \`${kind === 'traces' ? 'resourceSpans' : 'resourceLogs'}\`.`);
  }
  try {
    return (kind === 'traces' ? readTraceProtobuf : readLogsProtobuf)(body, decodeUtf8);
  } catch (error) {
    if (isWireProblem(error)) throw new RefusedRequest(400, `The body is not OTLP protobuf: ${error.message}`);
    throw error;
  }
}
