/** Answers of OTLP over HTTP, in the encoding of the request: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response. */
import type { RefusalSummary } from '../../core/feedback/logs/otlp/telemetry.ts';

export type Encoding = 'json' | 'protobuf';
export const CONTENT_TYPES: Readonly<Record<Encoding, string>> = { json: 'application/json', protobuf: 'application/x-protobuf' };

/** What was taken; with the partial success where something was refused. `what` in JSON, such as rejectedSpans. */
export function takenAnswer(encoding: Encoding, what: string, { count, first }: RefusalSummary): Buffer {
  if (count === 0) return encoding === 'json' ? Buffer.from('{}') : Buffer.alloc(0);
  const message = first ?? '';
  if (encoding === 'json') return Buffer.from(JSON.stringify({ partialSuccess: { [what]: String(count), errorMessage: message } }));
  return lengthField(1, Buffer.concat([numberField(1, count), lengthField(2, Buffer.from(message))]));
}

/** google.rpc.Status with the code of gRPC that means the same. */
export function errorAnswer(encoding: Encoding, status: number, message: string): Buffer {
  const code = CODES[status] ?? UNKNOWN;
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
  return Buffer.concat([numberField(1, code), lengthField(2, Buffer.from(message))]);
}

const UNKNOWN = 2;
const [INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNIMPLEMENTED, UNAVAILABLE] = [3, 5, 7, 8, 12, 14];
const UNAUTHENTICATED = 16;
const CODES: Readonly<Record<number, number>> = {
  400: INVALID_ARGUMENT,
  401: UNAUTHENTICATED,
  403: PERMISSION_DENIED,
  404: NOT_FOUND,
  405: UNIMPLEMENTED,
  413: RESOURCE_EXHAUSTED,
  415: INVALID_ARGUMENT,
  503: UNAVAILABLE,
};

const numberField = (field: number, value: number): Buffer => Buffer.concat([varint(field << 3), varint(value)]);
const lengthField = (field: number, bytes: Buffer): Buffer => Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Buffer.from([...bytes, value]);
}
