/** Requests of OpenTelemetry's exporters as collectors write them into files: JSON, or protobuf messages. */
import { isJsonObject, type JsonValue } from '../../../json.ts';
import type { LogFormat, LogItem, LogPorts } from '../log-format.ts';
import { readOtlpJson } from './read-json.ts';
import { holdsLogs, readProtobuf } from './read-protobuf.ts';
import { TelemetryReader } from './telemetry-reader.ts';
import type { Telemetry } from './telemetry.ts';
import { isWireProblem } from './wire.ts';

const LOGS = ['resourceLogs', 'resource_logs'];
const SPANS = ['resourceSpans', 'resource_spans'];

export const OTLP: LogFormat = {
  binaryNames: /\.(pb|binpb)(\.gz)?$/i,
  isInCsv: false,
  isMapped: false,
  isBegunBy: (row) => hasOneOf(row, [...SPANS, ...LOGS]),
  // Logs before spans: what an instrumentation says of a span in its log is then known when the span comes.
  rankOf: (first, ports) => (first !== null && isOfLogs(first, ports) ? 1 : 2),
  open: (ports) => {
    let now = 0;
    const reader = new TelemetryReader(ports.hashes.user, () => now);
    return {
      read: (item, { writtenMs }) => {
        // What has no time of its own has that of the file, so that it is the same the next time.
        now = writtenMs;
        const telemetry = telemetryIn(item, ports);
        if ('problem' in telemetry) return { lines: [], problems: [{ problem: telemetry.problem, count: 1 }] };
        const { lines, refused } = reader.take(telemetry);
        const problems = [telemetry.refused, refused].flatMap(({ count, first }) => (first === null ? [] : [{ problem: first, count }]));
        return { lines, problems };
      },
      close: () => reader.close(),
    };
  },
};

const hasOneOf = (row: JsonValue, names: readonly string[]): boolean => isJsonObject(row) && names.some((name) => Object.hasOwn(row, name));

function isOfLogs(first: LogItem, { decode }: LogPorts): boolean {
  if ('row' in first) return hasOneOf(first.row, LOGS);
  try {
    return holdsLogs(first.bytes, decode);
  } catch (error) {
    // Whoever reads it all says what is wrong with it.
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
