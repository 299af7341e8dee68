/** AWS's binary stream of events (`application/vnd.amazon.eventstream`): frames with headers, a payload of JSON and two checksums. */
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { ProviderError } from '../../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../../core/json/json.ts';
import { excerpt } from '../../../core/text/text.ts';

/** Two lengths and two checksums. Bytes. */
const SMALLEST = 16;
/** "Event stream encoding": the payload and the headers together. Bytes. */
const LARGEST = 16 << 20;

/**
 * Each event as `{ NAME: payload }`, until the body ends; an exception as `{ error: { code, message } }`.
 * @throws {ProviderError} when a frame is damaged, or has no JSON.
 */
export async function readFrames(id: string, body: AsyncIterable<Uint8Array>, take: (event: JsonObject) => void): Promise<void> {
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  );
  let rest: Buffer = Buffer.alloc(0);
  for await (const bytes of body) {
    rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0);
      if (length < SMALLEST || length > LARGEST) throw damaged(id, `says that it has ${length} bytes`);
      if (rest.length < length) break;
      const frame = rest.subarray(0, length);
      rest = rest.subarray(length);
      take(eventOf(id, codec, frame));
    }
  }
}

function eventOf(id: string, codec: EventStreamCodec, frame: Uint8Array): JsonObject {
  const { headers, body } = decoded(id, codec, frame);
  const header = (name: string): string | null => {
    const value = headers[name]?.value;
    return typeof value === 'string' ? value : null;
  };
  const text = Buffer.from(body).toString('utf8');
  const payload = parseJson(text);
  const kind = header(':message-type');
  if (kind === 'exception') {
    const said = isJsonObject(payload) ? payload : { message: text };
    return { error: { ...said, code: header(':exception-type') ?? 'exception' } };
  }
  if (kind === 'error') return { error: { code: header(':error-code') ?? 'error', message: header(':error-message') ?? '' } };
  if (!isJsonObject(payload)) throw new ProviderError('malformed', `${id} sent an event that is not JSON: ${excerpt(text, 200)}`);
  return { [header(':event-type') ?? 'unknown']: payload };
}

function decoded(id: string, codec: EventStreamCodec, frame: Uint8Array): ReturnType<EventStreamCodec['decode']> {
  try {
    return codec.decode(frame);
  } catch (error) {
    // The codec throws plain errors alone: a checksum or a length is wrong.
    if (error instanceof Error) throw damaged(id, 'cannot be read');
    throw error;
  }
}

const damaged = (id: string, what: string): ProviderError =>
  new ProviderError(
    'malformed',
    `${id} sent a frame of its event stream that ${what}.`,
    null,
    null,
    'Check what is between Goldset and AWS.',
  );
