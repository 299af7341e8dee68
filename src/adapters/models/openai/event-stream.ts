/**
 * The events of a streamed chat completion. The SDK's own reader passes each chunk through five async generators; this
 * one reads the body in one loop (`npm run bench` shows the difference).
 */
import { createParser } from 'eventsource-parser';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import { ProviderError } from '../../../core/errors.ts';
import { isJsonObject, parseJson } from '../../../core/json.ts';

/** Until `[DONE]` or the end. @throws {ProviderError} when the server reports an error or sends no JSON. */
export async function readEvents(id: string, body: AsyncIterable<Uint8Array>, take: (chunk: ChatCompletionChunk) => void): Promise<void> {
  let isDone = false;
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') isDone = true;
      else if (!isDone) take(chunkOf(id, data));
    },
  });
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    if (isDone) return;
  }
}

function chunkOf(id: string, data: string): ChatCompletionChunk {
  const value = parseJson(data);
  if (!isJsonObject(value)) throw new ProviderError('malformed', `${id} sent something that is no JSON: ${data}`);
  const { error } = value;
  if (error !== undefined && error !== null) {
    const message = isJsonObject(error) ? error['message'] : error;
    const text = typeof message === 'string' ? message : JSON.stringify(error);
    // What came before the error may have to be paid for.
    throw new ProviderError('server', `${id}: ${text}`, null, null, undefined, true);
  }
  return value as unknown as ChatCompletionChunk;
}
