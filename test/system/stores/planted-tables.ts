/** The planted weeks as the tables of a store: what the Collector's exporter and Langfuse would have written of the same calls. */
import { createHash } from 'node:crypto';
import { plantedWeeks, type WeeksSize } from '../planted-weeks.ts';
import type { FollowUp, Interaction } from '../../../src/core/feedback/interactions/interaction.ts';
import { otlpLogs, otlpTraces, type OtlpIds } from '../../../src/core/feedback/otel/write-otlp.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/core/json/json.ts';

/** A twentieth of the observed application. */
export const TINY: WeeksSize = {
  ...{ calls: 357, misses: 34, truncated: 6, refused: 4, wrong: 6, toolLoops: 29, retries: 3 },
  ...{ down: 35, up: 15, reports: 5, corrections: 8 },
};
export const weeks = plantedWeeks(TINY);
const byId = new Map<string, Interaction>(weeks.calls.map((call) => [call.id, call]));
export const followUps = weeks.signals.map(({ of, name, value, by }): FollowUp => {
  const time = new Date(Date.parse(byId.get(of.id)?.time ?? '') + 3_600_000).toISOString();
  return {
    ...{ of: { interaction: null, response: `resp-${of.id}`, trace: null, conversation: null }, time, chunks: [], action: null },
    ...{ triage: null, reason: null, signals: [{ kind: 'explicit', name, value, annotator: 'human', by, time, note: null }] },
  };
});

const hex = (text: string, digits: number): string => createHash('sha256').update(text).digest('hex').slice(0, digits);
const IDS: OtlpIds = { trace: (id, trace) => hex(`trace ${trace ?? id}`, 32), span: (id) => hex(`span ${id}`, 16) };

/** DDL of the exporter (collector-contrib, `internal/sqltemplates`), without its compression. */
export const COLLECTOR_TABLES = (attributes: 'map' | 'json', database: string): string[] => {
  const type = attributes === 'map' ? 'Map(LowCardinality(String), String)' : 'JSON';
  return [
    `CREATE TABLE ${database}.otel_traces (Timestamp DateTime64(9), TraceId String, SpanId String, ParentSpanId String, TraceState String,
      SpanName LowCardinality(String), SpanKind LowCardinality(String), ServiceName LowCardinality(String), ResourceAttributes ${type},
      ScopeName String, ScopeVersion String, SpanAttributes ${type}, Duration UInt64, StatusCode LowCardinality(String), StatusMessage String,
      Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes ${type}),
      Links Nested (TraceId String, SpanId String, TraceState String, Attributes ${type}))
      ENGINE = MergeTree PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toDateTime(Timestamp), Timestamp)`,
    `CREATE TABLE ${database}.otel_logs (Timestamp DateTime64(9), TimestampTime DateTime DEFAULT toDateTime(Timestamp), TraceId String, SpanId String,
      TraceFlags UInt8, SeverityText LowCardinality(String), SeverityNumber UInt8, ServiceName LowCardinality(String), Body String,
      ResourceAttributes ${type}, ScopeName String, LogAttributes ${type}, EventName String)
      ENGINE = MergeTree PARTITION BY toDate(TimestampTime) ORDER BY (ServiceName, TimestampTime, Timestamp)`,
  ];
};

const plainText = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
/** Values as the exporter writes them into a Map: texts. */
const asText = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));
function plain(value: JsonValue | undefined): JsonValue {
  if (!isJsonObject(value)) return null;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = value;
  if (arrayValue !== undefined) return isJsonObject(arrayValue) ? ((arrayValue['values'] as JsonValue[] | undefined) ?? []).map(plain) : [];
  return stringValue ?? boolValue ?? doubleValue ?? (intValue === undefined ? null : Number(intValue));
}
const listOf = (value: JsonValue | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
const columns = (attributes: JsonValue | undefined, kind: 'map' | 'json'): JsonObject =>
  Object.fromEntries(listOf(attributes).map(({ key, value }) => [plainText(key), kind === 'map' ? asText(plain(value)) : plain(value)]));
/** ns since 1970 as ClickHouse's text. */
const timeText = (nanos: JsonValue | undefined): string => {
  const text = plainText(nanos).padStart(19, '0');
  return `${new Date(Number(text.slice(0, -6))).toISOString().slice(0, 19).replace('T', ' ')}.${text.slice(-9)}`;
};

export function spanTable(calls: readonly Interaction[], kind: 'map' | 'json'): JsonObject[] {
  const [resource] = listOf(otlpTraces(calls, 'support', IDS)['resourceSpans']);
  const [scope] = listOf(resource?.['scopeSpans']);
  return listOf(scope?.['spans']).map((span) => {
    const events = listOf(span['events']);
    const status = isJsonObject(span['status']) ? span['status'] : {};
    return {
      Timestamp: timeText(span['startTimeUnixNano']),
      TraceId: span['traceId'] ?? '',
      SpanId: span['spanId'] ?? '',
      ParentSpanId: '',
      SpanName: span['name'] ?? '',
      SpanKind: 'Client',
      ServiceName: 'support',
      ResourceAttributes: { 'service.name': 'support' },
      SpanAttributes: columns(span['attributes'], kind),
      Duration: String(BigInt(plainText(span['endTimeUnixNano'])) - BigInt(plainText(span['startTimeUnixNano']))),
      StatusCode: status['code'] === 2 ? 'Error' : 'Unset',
      StatusMessage: status['message'] ?? '',
      'Events.Timestamp': events.map(({ timeUnixNano }) => timeText(timeUnixNano)),
      'Events.Name': events.map(({ name }) => name ?? ''),
      'Events.Attributes': events.map(({ attributes }) => columns(attributes, kind)),
    };
  });
}

export function logTable(followUps: readonly FollowUp[], kind: 'map' | 'json'): JsonObject[] {
  const [resource] = listOf(otlpLogs(followUps, 'support', IDS)['resourceLogs']);
  const [scope] = listOf(resource?.['scopeLogs']);
  return listOf(scope?.['logRecords']).map((log) => ({
    Timestamp: timeText(log['timeUnixNano']),
    TraceId: log['traceId'] ?? '',
    SpanId: log['spanId'] ?? '',
    ServiceName: 'support',
    Body: '',
    LogAttributes: columns(log['attributes'], kind),
    EventName: log['eventName'] ?? '',
  }));
}
