/** OpenAI's Chat Completions, which its compatible servers speak too. */
import type { JsonObject } from '../../../core/json/json.ts';
import { ArrivingText, type Wire } from '../wire.ts';
import { chatBody } from './chat-body.ts';
import { ChatAnswer } from './chat-answer.ts';
import type { Dialect } from '../../../core/config/dialects.ts';

export interface ChatWireOptions {
  readonly id: string;
  readonly model: string;
  readonly dialect: Dialect;
  /** Mark the prefix for the provider's cache. */
  readonly breakpoint: boolean;
}

export function chatWire({ id, model, dialect, breakpoint }: ChatWireOptions): Wire {
  const stream: JsonObject = { stream: true, ...(dialect.streamOptions ? { stream_options: { include_usage: true } } : {}) };
  return {
    path: () => '/chat/completions',
    body: (request) => chatBody(model, { ...request, breakpoint }, dialect),
    stream: dialect.streams ? stream : {},
    reader: (_request, elapsed, callbacks) => new ChatAnswer(id, new ArrivingText(elapsed, callbacks)),
  };
}
