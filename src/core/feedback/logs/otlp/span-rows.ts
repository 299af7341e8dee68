/**
 * A span as one row: the table of a collector's ClickHouse exporter (`TraceId`, `SpanId`, `SpanAttributes`, `ResourceAttributes`), and the JSON
 * that Python's SDK prints (`ConsoleSpanExporter`). Both read to the same spans as OTLP.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { jsonIn } from '../json-in-text.ts';
import { parseTime } from '../row-values.ts';
import { eventNameIn } from './read-protobuf.ts';
import { isId, MAX_DEPTH, spanProblem, type LogRecord, type OtlpAttributes, type Span, type SpanEvent } from './telemetry.ts';

/** Whether a row is a span, in one of these forms. */
export const isSpanRow = (row: JsonValue): row is JsonObject => isJsonObject(row) && (isColumnRow(row) || isPrintedSpan(row));

const isColumnRow = (row: JsonObject): boolean => ['TraceId', 'SpanId', 'SpanAttributes'].every((name) => Object.hasOwn(row, name));

/** With its ids in `context` as Python's SDK prints it, or beside its name as JavaScript's and many an own exporter write it. */
const isPrintedSpan = (row: JsonObject): boolean => {
  const { traceId, spanId } = idsOf(row);
  return (
    isId(traceId, 32) && isId(spanId, 16) && objectOf(row['attributes']) !== null && (typeof row['name'] === 'string' || hasTimes(row))
  );
};

const STARTS = ['start_time', 'startTime', 'start_time_ns', 'start_time_unix_nano', 'startTimeUnixNano', 'timestamp'];
const ENDS = ['end_time', 'endTime', 'end_time_ns', 'end_time_unix_nano', 'endTimeUnixNano'];
const hasTimes = (row: JsonObject): boolean => STARTS.some((name) => row[name] !== undefined);

function idsOf(row: JsonObject): { readonly traceId: string; readonly spanId: string } {
  const context = objectOf(row['context']) ?? objectOf(row['span_context']) ?? row;
  return {
    traceId: hexOf(context['trace_id'] ?? context['traceId']),
    spanId: hexOf(context['span_id'] ?? context['spanId'] ?? context['id']),
  };
}

/** The span of a row. `problem`: why it is none. */
export function spanOfRow(row: JsonObject): Span | { readonly problem: string } {
  const span = isColumnRow(row) ? columnSpan(row) : printedSpan(row);
  const problem = spanProblem(span);
  if (problem !== null) return { problem };
  return span.startMs === null ? { problem: `The span "${span.name.slice(0, 80)}" has no start time.` } : span;
}

/** Columns as the exporter of the OpenTelemetry Collector makes them; nested ones may be `Events.Name` or an object of lists. */
function columnSpan(row: JsonObject): Span {
  const startMs = timeOf(row['Timestamp'] ?? row['StartTime']);
  const duration = numberOf(row['Duration'] ?? row['DurationNano']);
  const status = textOf(row['StatusCode']) ?? '';
  return {
    traceId: hexOf(row['TraceId']),
    spanId: hexOf(row['SpanId']),
    parentSpanId: hexOf(row['ParentSpanId'] ?? row['ParentId']) || null,
    name: textOf(row['SpanName'] ?? row['Name']) ?? '',
    startMs,
    endMs: startMs === null || duration === null ? null : startMs + duration / 1e6,
    attributes: withNumbers(columnAttributes(row['SpanAttributes'])),
    resource: columnAttributes(row['ResourceAttributes']),
    events: nested(row, 'Events', ['Timestamp', 'Name', 'Attributes']).map(({ Timestamp, Name, Attributes: of }): SpanEvent => ({
      name: textOf(Name) ?? '',
      timeMs: timeOf(Timestamp),
      attributes: columnAttributes(of),
    })),
    links: nested(row, 'Links', ['TraceId', 'SpanId']).map(({ TraceId, SpanId }) => ({ traceId: hexOf(TraceId), spanId: hexOf(SpanId) })),
    isError: /error/i.test(status) || status === '2',
    statusMessage: textOf(row['StatusMessage']),
  };
}

/** A row of the exporter's table of log records; what it lacks is not known. */
export function logOfRow(row: JsonObject): LogRecord {
  const attributes = columnAttributes(row['LogAttributes']);
  return {
    traceId: hexOf(row['TraceId']) || null,
    spanId: hexOf(row['SpanId']) || null,
    eventName: textOf(row['EventName']) ?? eventNameIn(attributes),
    timeMs: timeOf(row['Timestamp']),
    attributes,
    body: opened(row['Body']) ?? null,
  };
}

function printedSpan(row: JsonObject): Span {
  const status = objectOf(row['status']) ?? { status_code: row['status'] ?? row['status_code'] ?? null };
  const resource = objectOf(row['resource']) ?? {};
  const startMs = timeIn(row, STARTS);
  // JavaScript's SDK prints a duration in µs.
  const duration = numberOf(row['timestamp']) === null ? null : numberOf(row['duration']);
  return {
    ...idsOf(row),
    parentSpanId: hexOf(row['parent_id'] ?? row['parentId'] ?? row['parent_span_id'] ?? row['parentSpanId']) || null,
    name: textOf(row['name']) ?? '',
    startMs,
    endMs: timeIn(row, ENDS) ?? (startMs === null || duration === null ? null : startMs + duration / 1000),
    attributes: attributesOf(row['attributes']),
    resource: attributesOf(resource['attributes'] ?? resource),
    events: listOf(row['events']).map((event) => ({
      name: textOf(event['name']) ?? '',
      timeMs: timeOf(event['timestamp']),
      attributes: attributesOf(event['attributes']),
    })),
    links: listOf(row['links']).map((link) => {
      const of = objectOf(link['context']) ?? link;
      return { traceId: hexOf(of['trace_id']), spanId: hexOf(of['span_id']) };
    }),
    isError: /error/i.test(textOf(status['status_code']) ?? textOf(status['code']) ?? '') || status['code'] === 2,
    statusMessage: textOf(status['description']) ?? textOf(status['message']),
  };
}

/** Rows of a nested column: lists side by side under `NAME.PART`, an object of lists, or a list of objects. */
function nested(row: JsonObject, name: string, parts: readonly string[]): JsonObject[] {
  const whole = opened(row[name]);
  if (Array.isArray(whole)) return whole.filter(isJsonObject);
  const columns = parts.map((part) => opened(row[`${name}.${part}`] ?? (isJsonObject(whole) ? whole[part] : undefined)));
  const length = Math.max(0, ...columns.map((column) => (Array.isArray(column) ? column.length : 0)));
  return Array.from({ length }, (_, i) =>
    Object.fromEntries(parts.map((part, at) => [part, (columns[at] as readonly JsonValue[] | undefined)?.[i] ?? null])),
  );
}

const opened = (value: JsonValue | undefined): JsonValue | undefined => (typeof value === 'string' ? (jsonIn(value) ?? value) : value);
const objectOf = (value: JsonValue | undefined): JsonObject | null => {
  const inner = opened(value);
  return isJsonObject(inner) ? inner : null;
};
const listOf = (value: JsonValue | undefined): readonly JsonObject[] => {
  const inner = opened(value);
  return Array.isArray(inner) ? inner.filter(isJsonObject) : [];
};
const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A table keeps every value as text: the request's parameters are what they were. */
const withNumbers = (attributes: OtlpAttributes): OtlpAttributes =>
  new Map([...attributes].map(([name, value]) => [name, isParameter(name) ? plainValue(value) : value]));

const isParameter = (name: string): boolean => /^(gen_ai|llm)\.request\.(?!model$|type$)/.test(name);

function plainValue(value: JsonValue): JsonValue {
  if (value === 'true' || value === 'false') return value === 'true';
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

const attributesOf = (value: JsonValue | undefined): OtlpAttributes => new Map(Object.entries(objectOf(value) ?? {}));

/** A column of the type JSON holds `a.b` as an object in an object. */
function columnAttributes(value: JsonValue | undefined): OtlpAttributes {
  const found = new Map<string, JsonValue>();
  const add = (object: JsonObject, prefix: string, depth: number): void => {
    for (const [name, item] of Object.entries(object))
      if (isJsonObject(item) && depth < MAX_DEPTH) add(item, `${prefix}${name}.`, depth + 1);
      else found.set(`${prefix}${name}`, item);
  };
  add(objectOf(value) ?? {}, '', 0);
  return found;
}

const hexOf = (value: JsonValue | undefined): string => {
  const hex = typeof value === 'string' ? value.trim().toLowerCase().replace(/^0x/, '') : '';
  return isId(hex, hex.length) ? hex : '';
};

const numberOf = (value: JsonValue | undefined): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
};

/** Of the first of these that the row has. */
function timeIn(row: JsonObject, names: readonly string[]): number | null {
  const name = names.find((item) => row[item] !== undefined && row[item] !== null);
  return name === undefined ? null : timeOf(row[name]);
}

/** ms since 1970, with the parts of a ms that a text has: latencies are differences of these. */
function timeOf(value: JsonValue | undefined): number | null {
  const ms = parseTime(value);
  if (ms === null || typeof value !== 'string') return ms;
  const parts = /[.,]\d{3}(\d{1,6})/.exec(value)?.[1];
  return parts === undefined ? ms : ms + Number(`0.${parts}`);
}
