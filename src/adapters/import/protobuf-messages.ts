/**
 * Messages of a file of OpenTelemetry's protobuf: each behind its length, as the specification's file exporter writes them (a varint)
 * and the Collector's does (four bytes, the highest first), or one request alone. The file may be larger than memory.
 */
import { bytesOf } from './read-rows.ts';

export type ReadMessage = { readonly place: string } & ({ readonly bytes: Uint8Array } | { readonly problem: string });

/** Bytes of a message that is read. */
const MAX_MESSAGE = 64 << 20;
/** `resource_spans` and `resource_logs`, the first and only field of a request: 1, with a length. */
const FIRST_FIELD = 0x0a;
/** Bytes in which a length has its end. */
const HEAD = 6;

type Framing = 'varint' | 'fixed' | 'none';

/** @throws when the file cannot be read, or is no gzip although its name says so. */
export async function* protobufMessages(file: string): AsyncIterable<ReadMessage> {
  let parts: Buffer[] = [];
  let size = 0;
  let wanted = HEAD;
  let framing: Framing | null = null;
  let number = 1;
  for await (const chunk of bytesOf(file) as AsyncIterable<Buffer>) {
    parts.push(chunk);
    size += chunk.length;
    if (size < wanted && size <= MAX_MESSAGE) continue;
    let bytes = Buffer.concat(parts);
    framing ??= framingOf(bytes);
    for (;;) {
      wanted = HEAD;
      if (bytes.length < HEAD) break;
      const length = lengthAt(bytes, framing);
      const place = `message ${number}`;
      // One that stands alone ends with the file.
      const own = framing === 'none' ? bytes.length : (length?.end ?? 0) - (length?.start ?? 0);
      if (length === null || own > MAX_MESSAGE) {
        yield { place, problem: length === null ? NO_LENGTH : `It is longer than ${MAX_MESSAGE >> 20} MB.` };
        return;
      }
      wanted = length.end;
      if (length.end > bytes.length) break;
      yield { place, bytes: bytes.subarray(length.start, length.end) };
      number++;
      bytes = bytes.subarray(length.end);
    }
    parts = [bytes];
    size = bytes.length;
  }
  yield* lastOf(Buffer.concat(parts), framing, number);
}

const NO_LENGTH = 'It does not begin with a length. Everything before it was imported, everything after it was not.';

/** What stands behind the last whole message. */
function* lastOf(bytes: Buffer, known: Framing | null, number: number): Iterable<ReadMessage> {
  const framing = known ?? framingOf(bytes);
  let rest = bytes;
  for (let at = number; rest.length > 0; at++) {
    const place = `message ${at}`;
    const length = framing === 'none' ? { start: 0, end: rest.length } : lengthAt(rest, framing);
    if (length === null || length.end > rest.length) {
      yield { place, problem: 'The file ends in the middle of it.' };
      return;
    }
    yield { place, bytes: rest.subarray(length.start, length.end) };
    rest = rest.subarray(length.end);
  }
}

/** A message of 16 MB or more would begin with another byte than 0: the Collector writes none so large. */
function framingOf(bytes: Buffer): Framing {
  if (bytes[0] === 0 && bytes[4] === FIRST_FIELD) return 'fixed';
  const length = varintAt(bytes);
  // One whose length is that of the field's own number is taken for a request alone: none is so short.
  return length !== null && bytes[length.start] === FIRST_FIELD && bytes[0] !== FIRST_FIELD ? 'varint' : 'none';
}

interface Length {
  /** Bytes from here. */
  readonly start: number;
  readonly end: number;
}

/** Null: there is none. */
function lengthAt(bytes: Buffer, framing: Framing): Length | null {
  if (framing === 'none') return { start: 0, end: Infinity };
  if (framing === 'varint') return varintAt(bytes);
  return bytes.length < 4 ? { start: 4, end: 4 + HEAD } : { start: 4, end: 4 + bytes.readUInt32BE(0) };
}

function varintAt(bytes: Buffer): Length | null {
  let value = 0;
  for (let at = 0; at < HEAD - 1; at++) {
    const byte = bytes[at];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { start: at + 1, end: at + 1 + value };
  }
  return null;
}
