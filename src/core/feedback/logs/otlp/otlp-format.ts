/** Requests of OpenTelemetry's exporters as collectors write them into files: JSON, or protobuf messages. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import {
  NOTHING_READ,
  readLogOf,
  type LogFormat,
  type LogItem,
  type LogPorts,
  type LogReader,
  type LogSource,
  type ReadLog,
} from '../log-format.ts';
import { readOtlpJson } from './read-json.ts';
import { holdsLogs, readProtobuf } from './read-protobuf.ts';
import { isSpanRow, spanOfRow } from './span-rows.ts';
import { TelemetryReader, type ReadTelemetry } from './telemetry-reader.ts';
import type { Span, Telemetry } from './telemetry.ts';
import { isWireProblem } from './wire.ts';

const LOGS = ['resourceLogs', 'resource_logs'];
const SPANS = ['resourceSpans', 'resource_spans'];

export const OTLP: LogFormat = {
  binaryNames: /\.(pb|binpb)(\.gz)?$/i,
  isInCsv: true,
  isMapped: false,
  isBegunBy: (row) => hasOneOf(row, [...SPANS, ...LOGS]) || isSpanRow(row),
  // Logs before spans: what an instrumentation says of a span in its log is then known when the span comes.
  rankOf: (first, ports) => (first !== null && isOfLogs(first, ports) ? 1 : 2),
  open: (ports) => new OtlpReader(ports),
};

/** Spans of a table come one by one, parents before what they hold: only together they say which of them tell of the same call. */
const WAITING = { spans: 20_000, characters: 64 << 20 };

class OtlpReader implements LogReader {
  private now = 0;
  private readonly reader: TelemetryReader;
  private waiting: Span[] = [];
  private characters = 0;

  constructor(private readonly ports: LogPorts) {
    this.reader = new TelemetryReader(ports.hashes.user, () => this.now);
  }

  read(item: LogItem, { writtenMs }: LogSource): ReadLog {
    // What has no time of its own has that of the file, so that it is the same the next time.
    this.now = writtenMs;
    if ('row' in item && isSpanRow(item.row)) return this.wait(item.row);
    const telemetry = telemetryIn(item, this.ports);
    if ('problem' in telemetry) return readLogOf([telemetry]);
    return readTelemetryLog(telemetry, this.reader.take(telemetry));
  }

  close(): ReadLog {
    const rest = this.takeWaiting();
    return { ...rest, lines: [...rest.lines, ...this.reader.close()] };
  }

  private wait(row: JsonObject): ReadLog {
    const span = spanOfRow(row);
    if ('problem' in span) return readLogOf([span]);
    this.waiting.push(span);
    this.characters += charactersOf(span);
    const isFull = this.waiting.length >= WAITING.spans || this.characters >= WAITING.characters;
    return { ...(isFull ? this.takeWaiting() : NOTHING_READ), records: 1 };
  }

  /** They are records of the rows that they came in. */
  private takeWaiting(): ReadLog {
    const spans = this.waiting;
    [this.waiting, this.characters] = [[], 0];
    if (spans.length === 0) return NOTHING_READ;
    const given: Telemetry = { spans, logs: [], refused: { count: 0, first: null } };
    return { ...readTelemetryLog(given, this.reader.take(given)), records: 0 };
  }
}

const charactersOf = ({ attributes }: Span): number => {
  let sum = 0;
  for (const value of attributes.values()) sum += typeof value === 'string' ? value.length : 16;
  return sum;
};

/** Spans of calls are records, and so is what else came with them: it is told how much of it became no call. */
function readTelemetryLog(given: Telemetry, { lines, refused }: ReadTelemetry): ReadLog {
  const problems = [given.refused, refused].flatMap(({ count, first }) => (first === null ? [] : [{ reason: first, count }]));
  const calls = lines.filter((line) => 'interaction' in line).length;
  const others = given.spans.length - calls - refused.count;
  const skipped = [
    { reason: 'It is a span, but no call of a model of its own. What it says of calls is kept: signals, chunks, actions.', count: others },
    { reason: 'It is a log record. What it says of calls is kept: messages, signals.', count: given.logs.length },
  ].filter(({ count }) => count > 0);
  return { records: given.spans.length + given.logs.length + given.refused.count, lines, skipped, problems };
}

const hasOneOf = (row: JsonValue, names: readonly string[]): boolean => isJsonObject(row) && names.some((name) => Object.hasOwn(row, name));

function isOfLogs(first: LogItem, { decode }: LogPorts): boolean {
  if ('row' in first) return hasOneOf(first.row, LOGS);
  try {
    return holdsLogs(first.bytes, decode);
  } catch (error) {
    // The import reports the problem when it reads the file.
    if (!isWireProblem(error)) throw error;
    return false;
  }
}

function telemetryIn(item: LogItem, { decode }: LogPorts): Telemetry | { readonly problem: string } {
  if ('row' in item) return readOtlpJson(item.row) ?? { problem: 'It holds neither spans nor log records.' };
  try {
    return readProtobuf(item.bytes, decode);
  } catch (error) {
    if (isWireProblem(error)) return { problem: `It is not OTLP protobuf: ${error.message}` };
    throw error;
  }
}
