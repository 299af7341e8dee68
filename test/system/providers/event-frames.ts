/** Frames of AWS's event stream ("Event stream encoding"), written from its description, without the library that Goldset reads them with. */
import { crc32 } from 'node:zlib';

/** One frame: total length, length of headers, checksum of both, headers, payload, checksum of all. */
export function eventFrame(headers: Readonly<Record<string, string>>, payload: string): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => headerOf(name, value)));
  const body = Buffer.from(payload, 'utf8');
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + head.length + body.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  const start = Buffer.concat([prelude, checksum(prelude), head, body]);
  return Buffer.concat([start, checksum(start)]);
}

/** A header whose value is a text: type 7. */
function headerOf(name: string, value: string): Buffer {
  const text = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length, 0);
  return Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), Buffer.from([7]), length, text]);
}

function checksum(bytes: Buffer): Buffer {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(bytes), 0);
  return value;
}

export const event = (name: string, payload: object): Buffer =>
  eventFrame({ ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' }, JSON.stringify(payload));

export const exception = (name: string, message: string): Buffer =>
  eventFrame({ ':exception-type': name, ':content-type': 'application/json', ':message-type': 'exception' }, JSON.stringify({ message }));
