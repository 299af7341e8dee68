/** OTLP as protobuf (opentelemetry-proto 1.x: trace.proto, logs.proto, common.proto) to spans and log records. */
import type { JsonValue } from '../../../json/json.ts';
import {
  isId,
  MAX_DEPTH,
  MOST_RECORDS,
  spanProblem,
  type OtlpAttributes,
  type LogRecord,
  type Span,
  type SpanEvent,
  type Telemetry,
} from './telemetry.ts';
import { FIXED64, LENGTH, VARINT, WireProblem, WireReader, type DecodeText } from './wire.ts';

/** Of an ExportTraceServiceRequest or TracesData. @throws {WireProblem} when the bytes are no protobuf. */
export const readTraceProtobuf = (bytes: Uint8Array, decode: DecodeText): Telemetry => new OtlpReader(bytes, decode).traces();

/** Of an ExportLogsServiceRequest or LogsData. @throws {WireProblem} when the bytes are no protobuf. */
export const readLogsProtobuf = (bytes: Uint8Array, decode: DecodeText): Telemetry => new OtlpReader(bytes, decode).logs();

/** Of either, by what it holds. @throws {WireProblem} when the bytes are no protobuf. */
export const readProtobuf = (bytes: Uint8Array, decode: DecodeText): Telemetry =>
  holdsLogs(bytes, decode) ? readLogsProtobuf(bytes, decode) : readTraceProtobuf(bytes, decode);

/** @throws {WireProblem} when the bytes are no protobuf. */
export const holdsLogs = (bytes: Uint8Array, decode: DecodeText): boolean => new OtlpReader(bytes, decode).holdsLogs();

/** Fields of a log record whose types are others than those of a span with the same numbers. */
const LOG_TYPES: ReadonlyMap<number, number> = new Map([
  [1, FIXED64],
  [2, VARINT],
  [6, LENGTH],
  [11, FIXED64],
]);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class OtlpReader {
  private readonly wire: WireReader;

  constructor(bytes: Uint8Array, decode: DecodeText) {
    this.wire = new WireReader(bytes, decode);
  }

  traces(): Telemetry {
    const all: Span[] = [];
    let count = 0;
    let first: string | null = null;
    this.ofEachResource((resource, spans) => {
      const span = this.span(resource);
      const problem = spanProblem(span);
      if (problem === null) return void spans.push(span);
      count++;
      first ??= problem;
    }, all);
    return { spans: all, logs: [], refused: { count, first } };
  }

  holdsLogs(): boolean {
    const { wire } = this;
    const seen: boolean[] = [];
    this.ofEachResource(
      () =>
        wire.message(() => {
          const type = LOG_TYPES.get(wire.field);
          if (type !== undefined && seen.length === 0) seen.push(wire.type === type);
          wire.skip();
        }),
      [],
    );
    return seen[0] ?? false;
  }

  logs(): Telemetry {
    const all: LogRecord[] = [];
    this.ofEachResource((_, logs) => void logs.push(this.log()), all);
    return { spans: [], logs: all, refused: { count: 0, first: null } };
  }

  /** Both requests are lists of resources with lists of scopes with lists of items. A resource may stand behind its items. */
  private ofEachResource<T>(read: (resource: OtlpAttributes, into: T[]) => void, all: T[]): void {
    const { wire } = this;
    let records = 0;
    while (wire.next()) {
      if (!this.is(1, LENGTH)) continue;
      const resource = new Map<string, JsonValue>();
      wire.message(() => {
        if (wire.field === 1 && wire.type === LENGTH) this.each(1, () => this.keyValue(resource, 0));
        else if (this.is(2, LENGTH))
          this.each(2, () => {
            if (++records > MOST_RECORDS) throw new WireProblem(`There are more than ${MOST_RECORDS} records`, wire.position);
            read(resource, all);
          });
      });
    }
  }

  /** The messages of a repeated field of the message that stands here; its other fields are skipped. */
  private each(field: number, read: () => unknown): void {
    this.wire.message(() => {
      if (this.is(field, LENGTH)) read();
    });
  }

  /** Whether it is that field; another one is skipped. */
  private is(field: number, type: number): boolean {
    if (this.wire.field === field && this.wire.type === type) return true;
    this.wire.skip();
    return false;
  }

  private span(resource: OtlpAttributes): Span {
    const { wire } = this;
    const attributes = new Map<string, JsonValue>();
    const events: SpanEvent[] = [];
    const links: Span['links'][number][] = [];
    const span: Mutable<Span> = {
      ...{ traceId: '', spanId: '', parentSpanId: null, name: '', startMs: null, endMs: null },
      ...{ attributes, resource, events, links, isError: false, statusMessage: null },
    };
    wire.message(() => {
      const { field, type } = wire;
      if (type === FIXED64 && field === 7) span.startMs = wire.time();
      else if (type === FIXED64 && field === 8) span.endMs = wire.time();
      else if (type !== LENGTH) wire.skip();
      else if (field === 9) this.keyValue(attributes, 0);
      else if (field === 1) span.traceId = hex(wire.piece());
      else if (field === 2) span.spanId = hex(wire.piece());
      else if (field === 4) span.parentSpanId = idOrNull(hex(wire.piece()), 16);
      else if (field === 5) span.name = wire.text();
      else if (field === 11) events.push(this.event());
      else if (field === 13) links.push(this.link());
      else if (field === 15)
        wire.message(() => {
          if (wire.field === 2 && wire.type === LENGTH) span.statusMessage = wire.text() || null;
          else if (this.is(3, VARINT)) span.isError = wire.varint() === 2;
        });
      else wire.skip();
    });
    return span;
  }

  private event(): SpanEvent {
    const { wire } = this;
    const attributes = new Map<string, JsonValue>();
    const event: Mutable<SpanEvent> = { name: '', timeMs: null, attributes };
    wire.message(() => {
      if (wire.field === 1 && wire.type === FIXED64) event.timeMs = wire.time();
      else if (wire.field === 2 && wire.type === LENGTH) event.name = wire.text();
      else if (this.is(3, LENGTH)) this.keyValue(attributes, 0);
    });
    return event;
  }

  private link(): Span['links'][number] {
    const { wire } = this;
    const link = { traceId: '', spanId: '' };
    wire.message(() => {
      if (wire.field === 1 && wire.type === LENGTH) link.traceId = hex(wire.piece());
      else if (this.is(2, LENGTH)) link.spanId = hex(wire.piece());
    });
    return link;
  }

  private log(): LogRecord {
    const { wire } = this;
    const attributes = new Map<string, JsonValue>();
    let observed: number | null = null;
    const log: Mutable<LogRecord> = { traceId: null, spanId: null, eventName: null, timeMs: null, attributes, body: null };
    wire.message(() => {
      const { field, type } = wire;
      if (type === FIXED64 && field === 1) log.timeMs = wire.time();
      else if (type === FIXED64 && field === 11) observed = wire.time();
      else if (type !== LENGTH) wire.skip();
      else if (field === 5) log.body = this.anyValue(0);
      else if (field === 6) this.keyValue(attributes, 0);
      else if (field === 9) log.traceId = idOrNull(hex(wire.piece()), 32);
      else if (field === 10) log.spanId = idOrNull(hex(wire.piece()), 16);
      else if (field === 12) log.eventName = wire.text() || null;
      else wire.skip();
    });
    log.timeMs ??= observed;
    log.eventName ??= eventNameIn(attributes);
    return log;
  }

  private keyValue(into: Map<string, JsonValue>, depth: number): void {
    const { wire } = this;
    let key = '';
    let value: JsonValue = null;
    wire.message(() => {
      if (wire.field === 1 && wire.type === LENGTH) key = wire.text();
      else if (this.is(2, LENGTH)) value = this.anyValue(depth);
    });
    into.set(key, value);
  }

  private anyValue(depth: number): JsonValue {
    const { wire } = this;
    let value: JsonValue = null;
    wire.message(() => {
      const { field, type } = wire;
      if (field === 1 && type === LENGTH) value = wire.text();
      else if (field === 2 && type === VARINT) value = wire.varint() !== 0;
      else if (field === 3 && type === VARINT) value = wire.signed();
      else if (field === 4 && type === FIXED64) value = finite(wire.double());
      else if (type !== LENGTH || depth >= MAX_DEPTH) wire.skip();
      else if (field === 5) {
        const list: JsonValue[] = [];
        this.each(1, () => list.push(this.anyValue(depth + 1)));
        value = list;
      } else if (field === 6) {
        const entries = new Map<string, JsonValue>();
        this.each(1, () => this.keyValue(entries, depth + 1));
        value = Object.fromEntries(entries);
      } else wire.skip(); // bytes say nothing that is read
    });
    return value;
  }
}

/** Before there was a field for it, an attribute said the name of an event. */
export const eventNameIn = (attributes: OtlpAttributes): string | null => {
  const name = attributes.get('event.name');
  return typeof name === 'string' && name !== '' ? name : null;
};

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
const idOrNull = (id: string, digits: number): string | null => (isId(id, digits) ? id : null);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** Ids are 8 or 16 bytes; what is longer is none. */
function hex(bytes: Uint8Array): string {
  if (bytes.length > 16) return '';
  let text = '';
  for (const byte of bytes) text += HEX[byte] as string;
  return text;
}
