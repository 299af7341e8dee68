/**
 * The body of an answer: a stream of events, or JSON. The SDKs' own readers pass each event through five async generators; this
 * one reads the body in one loop (`npm run bench` shows the difference). Servers and proxies often give a wrong content type, so
 * the first characters decide.
 */
import { createParser, type EventSourceParser } from 'eventsource-parser';
import { ProviderError } from '../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../core/json/json.ts';
import { excerpt } from '../../core/text/text.ts';
import type { AnswerReader } from './wire.ts';

export interface AnswerBody {
  readonly id: string;
  readonly stream: AsyncIterable<Uint8Array>;
  readonly contentType: string;
  readonly status: number;
}

type Form = 'events' | 'json' | 'neither';

/** Gives the reader everything that the body holds. @throws {ProviderError} when it holds neither events nor JSON. */
export async function readAnswer({ id, stream, contentType, status }: AnswerBody, answer: AnswerReader): Promise<void> {
  const decoder = new TextDecoder();
  const events = new EventReader(id, answer);
  let form: Form | null = null;
  let text = '';
  for await (const bytes of stream) {
    const piece = decoder.decode(bytes, { stream: true });
    if (form === 'events') events.feed(piece);
    else text += piece;
    form ??= formOf(text, contentType, false);
    if (form === 'neither') throw notAnAnswer(id, contentType, status);
    if (form === 'events' && text !== '') {
      events.feed(text);
      text = '';
    }
    if (events.isDone) return answer.markEnd();
  }
  text += decoder.decode();
  form ??= formOf(text, contentType, true);
  if (form === 'neither') throw notAnAnswer(id, contentType, status);
  if (form === 'json') return addJson(id, JSON.parse(text) as JsonValue, status, answer);
  events.end(text);
  if (events.isDone) answer.markEnd();
}

const EVENTS = /^(data|event|id|retry)?:/;

/** By the first characters, else by the content type; null: more is needed. */
function formOf(text: string, contentType: string, isAll: boolean): Form | null {
  const start = text.trimStart();
  if (/^[[{]/.test(start)) return 'json';
  if (EVENTS.test(start)) return 'events';
  if (start.length < 'event:'.length && !isAll) return null;
  const type = contentType.toLowerCase();
  if (type.includes('text/event-stream')) return 'events';
  return type.includes('application/json') ? 'json' : 'neither';
}

const notAnAnswer = (id: string, contentType: string, status: number): ProviderError =>
  new ProviderError('malformed', `${id} answered with ${excerpt(contentType, 80)} instead of a stream of events.`, status);

/** Some gateways put the body into a list, or send the pieces of a stream as one. */
function addJson(id: string, body: JsonValue, status: number, answer: AnswerReader): void {
  const [first, ...rest] = Array.isArray(body) ? body : [body];
  if (!isJsonObject(first) || !rest.every(isJsonObject))
    throw new ProviderError('malformed', `${id} answered with JSON that is not an object: ${excerpt(JSON.stringify(body))}`, status);
  if (rest.length === 0) return answer.addWhole(first, status);
  for (const piece of [first, ...rest]) answer.add(piece);
}

class EventReader {
  /** The server said `[DONE]`. */
  isDone = false;
  private isTail = false;
  private readonly parser: EventSourceParser;

  constructor(
    private readonly id: string,
    private readonly answer: AnswerReader,
  ) {
    this.parser = createParser({ onEvent: ({ event, data }) => this.take(event, data.trim()) });
  }

  feed(text: string): void {
    this.parser.feed(text);
  }

  /** The body ended. The empty line after the last event may be missing; what is cut in the middle is not an event. */
  end(text: string): void {
    this.parser.feed(text);
    this.isTail = true;
    this.parser.feed('\n\n');
  }

  private take(name: string | undefined, data: string): void {
    if (this.isDone || data === '') return;
    if (data === '[DONE]') {
      this.isDone = true;
      return;
    }
    const value = parseJson(data);
    if (name === 'error' && !(isJsonObject(value) && (value['type'] === 'error' || 'error' in value)))
      return this.answer.add({ error: value ?? data });
    if (isJsonObject(value)) return this.answer.add(value);
    if (!this.isTail) throw new ProviderError('malformed', `${this.id} sent an event that is not JSON: ${data}`);
  }
}
