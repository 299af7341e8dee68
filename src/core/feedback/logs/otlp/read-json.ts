/**
 * OTLP as JSON to spans and log records. Lenient where exporters differ: ids in hex or base64, 64-bit numbers as text or number, snake_case
 * (Phoenix), lists that are null, enums by name; what is not known is left out.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { eventNameIn } from './read-protobuf.ts';
import {
  isId,
  MAX_DEPTH,
  spanProblem,
  type OtlpAttributes,
  type LogRecord,
  type Span,
  type SpanEvent,
  type Telemetry,
} from './telemetry.ts';

/** Of one request, or one line of a file: traces, logs or both. Null: it is neither. */
export function readOtlpJson(value: JsonValue): Telemetry | null {
  if (!isJsonObject(value)) return null;
  const resourceSpans = field(value, 'resourceSpans');
  const resourceLogs = field(value, 'resourceLogs');
  if (resourceSpans === undefined && resourceLogs === undefined) return null;
  const spans: Span[] = [];
  const logs: LogRecord[] = [];
  let count = 0;
  let first: string | null = null;
  for (const { item, resource } of items(resourceSpans, 'scopeSpans', 'spans')) {
    const span = spanOf(item, resource);
    const problem = spanProblem(span);
    if (problem === null) spans.push(span);
    else {
      count++;
      first ??= problem;
    }
  }
  for (const { item } of items(resourceLogs, 'scopeLogs', 'logRecords')) logs.push(logOf(item));
  return { spans, logs, refused: { count, first } };
}

function* items(resources: JsonValue | undefined, scopes: string, name: string): Generator<{ item: JsonObject; resource: OtlpAttributes }> {
  for (const ofResource of objects(resources)) {
    const given = field(ofResource, 'resource');
    const resource = attributesIn(isJsonObject(given) ? given : {});
    // `instrumentationLibrarySpans`: as they were called before 2022.
    const groups = field(ofResource, scopes) ?? field(ofResource, scopes.replace('scope', 'instrumentationLibrary'));
    for (const scope of objects(groups)) for (const item of objects(field(scope, name))) yield { item, resource };
  }
}

function spanOf(value: JsonObject, resource: OtlpAttributes): Span {
  const status = field(value, 'status');
  const { code, message } = isJsonObject(status) ? status : {};
  return {
    traceId: idOf(field(value, 'traceId'), 32) ?? '',
    spanId: idOf(field(value, 'spanId'), 16) ?? '',
    parentSpanId: idOf(field(value, 'parentSpanId'), 16),
    name: textOf(value['name']) ?? '',
    startMs: timeOf(field(value, 'startTimeUnixNano')),
    endMs: timeOf(field(value, 'endTimeUnixNano')),
    attributes: attributesIn(value),
    resource,
    events: objects(value['events']).map(eventOf),
    links: objects(value['links']).map((link) => ({
      traceId: idOf(field(link, 'traceId'), 32) ?? '',
      spanId: idOf(field(link, 'spanId'), 16) ?? '',
    })),
    isError: code === 2 || code === '2' || code === 'STATUS_CODE_ERROR' || code === 'ERROR',
    statusMessage: textOf(message),
  };
}

const eventOf = (value: JsonObject): SpanEvent => ({
  name: textOf(value['name']) ?? '',
  timeMs: timeOf(field(value, 'timeUnixNano')),
  attributes: attributesIn(value),
});

function logOf(value: JsonObject): LogRecord {
  const attributes = attributesIn(value);
  return {
    traceId: idOf(field(value, 'traceId'), 32),
    spanId: idOf(field(value, 'spanId'), 16),
    eventName: textOf(field(value, 'eventName')) ?? eventNameIn(attributes),
    timeMs: timeOf(field(value, 'timeUnixNano')) ?? timeOf(field(value, 'observedTimeUnixNano')),
    attributes,
    body: anyValue(value['body'], 0),
  };
}

function attributesIn(value: JsonObject): OtlpAttributes {
  const { attributes } = value;
  const found = new Map<string, JsonValue>();
  for (const item of objects(attributes)) {
    const key = item['key'];
    if (typeof key === 'string') found.set(key, anyValue(item['value'], 0));
  }
  return found;
}

/** A value that is no AnyValue is taken as it is: some exporters write plain JSON. */
function anyValue(value: JsonValue | undefined, depth: number): JsonValue {
  if (!isJsonObject(value)) return Array.isArray(value) || value === undefined ? null : value;
  if (depth > MAX_DEPTH) return null;
  const kind = Object.keys(value).find((key) => key.endsWith('Value') || key.endsWith('_value'));
  const held = kind === undefined ? undefined : value[kind];
  if (kind === undefined || held === undefined) return null;
  if (/^int/.test(kind)) return numberOf(held);
  if (/^double/.test(kind)) return numberOf(held);
  if (/^bytes/.test(kind)) return null;
  if (/^array/.test(kind)) return isJsonObject(held) ? list(held['values']).map((item) => anyValue(item, depth + 1)) : [];
  if (!/^kvlist/.test(kind)) return typeof held === 'object' ? null : held;
  const entries = isJsonObject(held) ? objects(held['values']) : [];
  return Object.fromEntries(entries.flatMap(({ key, value: item }) => (typeof key === 'string' ? [[key, anyValue(item, depth + 1)]] : [])));
}

/** By its name in camelCase, else in snake_case. */
function field(value: JsonObject, name: string): JsonValue | undefined {
  const own = Object.hasOwn(value, name) ? value[name] : undefined;
  if (own !== undefined) return own;
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.hasOwn(value, snake) ? value[snake] : undefined;
}

/** Hex as the specification says, or base64 as protobuf's own JSON has it. */
function idOf(value: JsonValue | undefined, digits: number): string | null {
  if (typeof value !== 'string') return null;
  const hex = value.toLowerCase();
  if (isId(hex, digits)) return hex;
  const fromBase64 = value.length === Math.ceil(digits / 6) * 4 ? hexOfBase64(value, digits) : null;
  return fromBase64 !== null && isId(fromBase64, digits) ? fromBase64 : null;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
function hexOfBase64(text: string, digits: number): string | null {
  let bits = '';
  for (const letter of text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')) {
    const index = BASE64.indexOf(letter);
    if (index < 0) return null;
    bits += index.toString(2).padStart(6, '0');
  }
  const hex = (bits.match(/.{4}/g) ?? []).map((four) => parseInt(four, 2).toString(16)).join('');
  return hex.length < digits ? null : hex.slice(0, digits);
}

/** ns since 1970, as text or number, as ms; 0 says nothing. */
function timeOf(value: JsonValue | undefined): number | null {
  const ns = numberOf(value ?? null);
  return ns === null || ns <= 0 ? null : ns / 1e6;
}

function numberOf(value: JsonValue): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);
const list = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
const objects = (value: JsonValue | undefined): readonly JsonObject[] => list(value).filter(isJsonObject);
