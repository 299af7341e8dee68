/** Requests of OTLP/JSON from short spans, and the lines that they become as pictures. */
import assert from 'node:assert/strict';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { readOtlpJson } from '../../src/core/feedback/logs/otlp/read-json.ts';
import type { Telemetry } from '../../src/core/feedback/logs/otlp/telemetry.ts';
import { TelemetryReader } from '../../src/core/feedback/logs/otlp/telemetry-reader.ts';
import { storedLineText } from '../../src/core/feedback/interactions/stored-line.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';

export interface GivenSpan {
  readonly id?: string;
  readonly name?: string;
  readonly parent?: string;
  /** Seconds after the beginning; default: one after another. */
  readonly start?: number;
  readonly attributes?: JsonObject;
  readonly events?: readonly { readonly name: string; readonly after?: number; readonly attributes?: JsonObject }[];
  readonly links?: readonly { readonly trace: string; readonly span: string }[];
  /** The message of its error. */
  readonly error?: string;
}

export interface GivenLog {
  readonly span: string;
  readonly event: string;
  readonly body?: JsonValue;
  readonly attributes?: JsonObject;
}

export const TRACE = `${'0'.repeat(31)}1`;
const START = Date.parse('2026-11-01T08:00:00Z');
const NOW = Date.parse('2026-11-02T00:00:00Z');
export const spanId = (name: string): string => name.replace('s', '').padStart(16, '0');
const nano = (ms: number): string => `${ms}000000`;

const anyValue = (value: JsonValue): JsonObject => {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: attributes(value) } };
};
const attributes = (given: JsonObject = {}): JsonObject[] => Object.entries(given).map(([key, value]) => ({ key, value: anyValue(value) }));

export function requestOf(spans: readonly GivenSpan[], from: number, resource: JsonObject = {}): JsonObject {
  const written = spans.map((span, i) => {
    const start = START + (span.start ?? from + i) * 1000;
    return {
      traceId: TRACE,
      spanId: spanId(span.id ?? `s${from + i}`),
      parentSpanId: span.parent === undefined ? '' : spanId(span.parent),
      name: span.name ?? 'span',
      startTimeUnixNano: nano(start),
      endTimeUnixNano: nano(start + 900),
      attributes: attributes(span.attributes),
      events: (span.events ?? []).map(({ name, after, attributes: of }) => ({
        ...{ name, timeUnixNano: nano(start + (after ?? 500)), attributes: attributes(of) },
      })),
      links: (span.links ?? []).map((link) => ({ traceId: TRACE, spanId: spanId(link.span) })),
      status: span.error === undefined ? {} : { code: 2, message: span.error },
    };
  });
  return { resourceSpans: [{ resource: { attributes: attributes(resource) }, scopeSpans: [{ scope: {}, spans: written }] }] };
}

export const logsOf = (logs: readonly GivenLog[] = []): JsonObject => ({
  resourceLogs: [
    {
      scopeLogs: [
        {
          logRecords: logs.map(({ span, event, body, attributes: of }) => ({
            ...{ traceId: TRACE, spanId: spanId(span), eventName: event, timeUnixNano: nano(START + 500) },
            ...{ body: anyValue(body ?? null), attributes: attributes(of) },
          })),
        },
      ],
    },
  ],
});

/** What says nothing is left out, ids and times are short. */
export function picture(line: StoredLine): JsonObject {
  const value = JSON.parse(storedLineText(line)) as JsonObject;
  const shorten = (given: JsonValue): JsonValue =>
    given === TRACE ? 't' : typeof given === 'string' && /^0{13}\d{3}$/.test(given) ? `s${Number(given)}` : given;
  const tidy = (given: JsonValue, isTop: boolean): JsonValue => {
    if (Array.isArray(given)) return given.map((item) => tidy(item, false));
    if (typeof given !== 'object' || given === null) return shorten(given);
    const kept = Object.entries(given).filter(
      ([key, item]) =>
        !(item === null && key !== 'content') &&
        !(isTop && (['schema', 'time'].includes(key) || JSON.stringify(item) === '[]' || JSON.stringify(item) === '{}')) &&
        !(key === 'time' && 'annotator' in given),
    );
    return Object.fromEntries(kept.map(([key, item]) => [key, tidy(item, false)]));
  };
  const { trace, ...rest } = tidy(value, true) as JsonObject;
  // What is known of a trace is not about its embeddings.
  assert.ok('followUp' in line || trace === 't' || rest['operation'] !== undefined);
  return rest;
}

export const reader = (): TelemetryReader =>
  new TelemetryReader(
    (text) => `hash of ${text}`,
    () => NOW,
  );
export const read = (value: JsonValue): Telemetry => {
  const telemetry = readOtlpJson(value);
  assert.ok(telemetry !== null);
  assert.equal(telemetry.refused.first, null);
  return telemetry;
};
