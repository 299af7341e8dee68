/** Spans and log records as they were sent, whatever the encoding: OTLP/JSON and OTLP protobuf read to the same. */
import type { JsonValue } from '../../../json/json.ts';

/** A map, for names come from outside. */
export type OtlpAttributes = ReadonlyMap<string, JsonValue>;

export interface Span {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  /** ms since 1970; null: not said. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly attributes: OtlpAttributes;
  /** Of the process that made it. */
  readonly resource: OtlpAttributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly isError: boolean;
  readonly statusMessage: string | null;
}

export interface SpanEvent {
  readonly name: string;
  /** ms since 1970; null: not said. */
  readonly timeMs: number | null;
  readonly attributes: OtlpAttributes;
}

export interface LogRecord {
  readonly traceId: string | null;
  readonly spanId: string | null;
  /** Null: it is no event. */
  readonly eventName: string | null;
  /** ms since 1970; null: not said. */
  readonly timeMs: number | null;
  readonly attributes: OtlpAttributes;
  readonly body: JsonValue;
}

/** What one request or one line of a file holds. */
export interface Telemetry {
  readonly spans: readonly Span[];
  readonly logs: readonly LogRecord[];
  /** Spans and log records that are none, and why the first. */
  readonly refused: RefusalSummary;
}

export interface RefusalSummary {
  readonly count: number;
  readonly first: string | null;
}

/** Where OTLP over HTTP is received by convention. */
export const OTLP_PORT = 4318;

/** Spans or log records of one request. A few bytes are one, and a request of them must not become gigabytes. */
export const MOST_RECORDS = 200_000;

/** An AnyValue that is nested deeper holds null there. */
export const MAX_DEPTH = 32;

/** A span has to have both ids. The problem, or null. */
export const spanProblem = ({ traceId, spanId, name }: Pick<Span, 'traceId' | 'spanId' | 'name'>): string | null =>
  isId(traceId, 32) && isId(spanId, 16) ? null : `The span "${name.slice(0, 80)}" has no valid trace id and span id.`;

/** Zeros are none (W3C Trace Context). */
export const isId = (id: string, digits: number): boolean => id.length === digits && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id);
