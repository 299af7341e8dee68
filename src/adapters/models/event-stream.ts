/**
 * The events of a streamed answer. The SDKs' own readers pass each event through five async generators; this one reads
 * the body in one loop (`npm run bench` shows the difference).
 */
import { createParser } from 'eventsource-parser';
import { ProviderError } from '../../core/errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json.ts';

/** Until `[DONE]` or the end. @throws {ProviderError} when the server reports an error or sends no JSON. */
export async function readEvents(id: string, body: AsyncIterable<Uint8Array>, take: (event: JsonObject) => void): Promise<void> {
  let isDone = false;
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') isDone = true;
      else if (!isDone) take(eventOf(id, data));
    },
  });
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    if (isDone) return;
  }
}

function eventOf(id: string, data: string): JsonObject {
  const value = parseJson(data);
  if (!isJsonObject(value)) throw new ProviderError('malformed', `${id} sent an event that is not JSON: ${data}`);
  const { error } = value;
  // A response of the Responses API carries an `error` of its own; an event that is nothing but an error has no other place for it.
  if (error !== undefined && error !== null) throw streamError(id, error);
  return value;
}

/** An error that a stream reports. What came before it may have to be paid for. */
export function streamError(id: string, error: unknown): ProviderError {
  const message = isJsonObject(error) ? error['message'] : error;
  const text = typeof message === 'string' ? message : JSON.stringify(error);
  return new ProviderError('server', `${id}: ${text}`, null, null, undefined, true);
}
