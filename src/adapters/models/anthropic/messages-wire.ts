/** Anthropic's Messages API. */
import { ArrivingText, type Wire } from '../wire.ts';
import { MessagesAnswer } from './messages-answer.ts';
import { messagesBody, type MessagesCache } from './messages-body.ts';

export interface MessagesWireOptions {
  readonly id: string;
  readonly model: string;
  readonly ttl: MessagesCache['ttl'];
  /** Ask why a prefix was not in the cache: each request is compared with the one before it. */
  readonly diagnose: boolean;
  readonly streams: boolean;
}

export function messagesWire({ id, model, ttl, diagnose, streams }: MessagesWireOptions): Wire {
  let last: string | null = null;
  return {
    path: () => '/v1/messages',
    body: (request) => messagesBody(model, request, { ttl, comparedWith: diagnose ? last : null }),
    stream: streams ? { stream: true } : {},
    reader: (_request, elapsed, callbacks) => new MessagesAnswer(id, new ArrivingText(elapsed, callbacks), (message) => (last = message)),
  };
}
