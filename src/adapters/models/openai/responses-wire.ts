/** OpenAI's Responses API: better use of the prompt cache, and the reason of a miss. */
import { ArrivingText, type Wire } from '../wire.ts';
import type { ChatWireOptions } from './chat-wire.ts';
import { chatWire } from './chat-wire.ts';
import { ResponsesAnswer } from './responses-answer.ts';
import { needsChat, responsesBody } from './responses-body.ts';

export interface ResponsesWireOptions extends ChatWireOptions {
  readonly ttl: '30m' | '12h' | null;
  /** Ask why a prefix was not in the cache: each request is compared with the one before it, which OpenAI then keeps. */
  readonly diagnose: boolean;
  readonly streams: boolean;
}

/** A request with a parameter that only Chat Completions has goes there. */
export function responsesWire(options: ResponsesWireOptions): Wire {
  const { id, model, breakpoint, ttl, diagnose, streams } = options;
  const chat = chatWire(options);
  let last: string | null = null;
  return {
    path: (request) => (needsChat(request.parameters) ? chat.path(request) : '/responses'),
    body: (request) =>
      needsChat(request.parameters)
        ? { ...chat.body(request), ...chat.stream }
        : responsesBody(model, { ...request, breakpoint }, { ttl, comparedWith: diagnose ? last : null, store: diagnose }),
    stream: streams ? { stream: true } : {},
    reader: (request, elapsed, callbacks) =>
      needsChat(request.parameters)
        ? chat.reader(request, elapsed, callbacks)
        : new ResponsesAnswer(id, new ArrivingText(elapsed, callbacks), (response) => (last = response)),
  };
}
