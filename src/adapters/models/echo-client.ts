/** `echo`: the model that answers with what it was sent, as promptfoo's provider of this name does. It is free and needs no key. */
import { ProviderError } from '../../core/problems/errors.ts';
import type { ModelCallOptions, ModelClient } from '../../core/model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../../core/model/model-request.ts';
import type { Message } from '../../core/prompt/request.ts';

/** The name of the model. */
export const ECHO = 'echo';

export class EchoClient implements ModelClient {
  readonly id = ECHO;
  readonly source = 'scripted';
  readonly pricing = null;
  readonly caching = null;
  readonly takesCacheKeys = false;
  readonly origin = ECHO;
  readonly endpoint = ECHO;
  readonly account = null;

  complete({ messages }: ModelRequest, { signal, onText, onFirstToken }: ModelCallOptions): Promise<ModelResponse> {
    if (signal.aborted) return Promise.reject(new ProviderError('aborted', 'The call was cancelled.'));
    const output = echoed(messages);
    onFirstToken?.();
    onText?.(output);
    return Promise.resolve({ output, toolCalls: [], finish: 'stop', usage: null, ttftMs: 0, latencyMs: 0 });
  }
}

/** What `echo` answers. A prompt of one message is its text; a chat is JSON, as promptfoo sends it. */
export function echoed(messages: readonly Message[]): string {
  const [first, ...others] = messages.map((message) => ({
    role: message.role === 'model' ? 'assistant' : message.role,
    content: textOf(message),
  }));
  return first !== undefined && others.length === 0 && first.role === 'user' ? first.content : JSON.stringify([first, ...others], null, 2);
}

const textOf = ({ content }: Message): string => content.map((part) => ('text' in part ? part.text : '')).join('');
