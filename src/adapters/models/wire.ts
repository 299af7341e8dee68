/** What differs between the formats that providers speak; how requests are sent and what can go wrong on the way does not. */
import { ProviderError, type ProviderFailure } from '../../core/problems/errors.ts';
import type { Usage } from '../../core/economics/prices/usage.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { brokenOffMessage } from '../../core/model/finish-reasons.ts';
import type { ModelCallOptions } from '../../core/model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../../core/model/model-request.ts';

/** Takes the events of one answer as they arrive. */
export interface AnswerReader {
  /** The model has ended its answer; usage may still come. */
  readonly isWhole: boolean;
  /** As far as it was reported, also for an answer that the provider broke off; null: unknown. */
  readonly usage: Usage | null;
  /** The server said that nothing more comes. */
  markEnd(): void;
  /** @throws {ProviderError} when the event says that there will be no answer. */
  add(event: JsonObject): void;
  /** The answer of a server that does not stream. @throws {ProviderError} when there is no answer in it. */
  addWhole(body: JsonObject, status: number): void;
  /** @throws {ProviderError} when the stream ended before the answer did, the provider broke it off, or it cannot be read. */
  finish(): ModelResponse;
}

/** What hears of an answer as it arrives. */
export type AnswerCallbacks = Pick<ModelCallOptions, 'onText' | 'onThinking' | 'onFirstToken'>;

export interface Wire {
  /** Below the base URL. */
  path(request: ModelRequest): string;
  /** Without what asks for a stream. */
  body(request: ModelRequest): JsonObject;
  /** What asks for a stream. */
  readonly stream: JsonObject;
  reader(request: ModelRequest, elapsed: () => number, callbacks: AnswerCallbacks): AnswerReader;
}

/** Text as it arrives, with the time of the first. Time to first token is that of the first content, not of the first event. */
export class ArrivingText {
  text = '';
  ttftMs: number | null = null;

  constructor(
    private readonly elapsed: () => number,
    private readonly callbacks: AnswerCallbacks,
  ) {}

  /** Something of the answer is here, be it a tool call without text. */
  begin(): void {
    if (this.ttftMs !== null) return;
    this.ttftMs = this.elapsed();
    this.callbacks.onFirstToken?.();
  }

  add(text: string): void {
    if (text === '') return;
    this.begin();
    this.text += text;
    this.callbacks.onText?.(text);
  }

  /** What the model thinks is beside its answer: no first token, and no part of its text. */
  think(text: unknown): void {
    if (typeof text === 'string' && text !== '') this.callbacks.onThinking?.(text);
  }

  get elapsedMs(): number {
    return this.elapsed();
  }
}

/** An answer whose end did not come. `marker`: what the server ended the stream with; null: the connection just ended. */
export function unfinished(id: string, marker: string | null): ProviderError {
  if (marker === null) return new ProviderError('connection', 'The stream ended before the answer was complete.');
  return new ProviderError(
    'unfinished',
    `${id}: the stream ended with ${marker} but without a finish reason, so the answer may be incomplete.`,
    null,
    null,
    'Goldset sends such a request at most twice. Check whether the server, or a proxy in front of it, drops the last event.',
  );
}

/** A whole body in which there is neither an answer nor a reason why it ended: some routers send it while a model starts. */
export const noAnswer = (id: string, status: number): ProviderError =>
  new ProviderError(
    'unfinished',
    `${id} answered without a text, a tool call or a finish reason.`,
    status,
    null,
    'Goldset sends such a request at most twice.',
  );

/** An answer that the provider did not finish. It may have to be paid for. */
export const brokenOff = (id: string, failure: ProviderFailure, reason: string): ProviderError =>
  new ProviderError(failure, `${id}: ${brokenOffMessage(reason)}`, null, null, undefined, true);

/** An answer that has something in it, but nothing that can be read. */
export const unreadable = (id: string, what: string): ProviderError =>
  new ProviderError(
    'malformed',
    `${id} answered with ${what}, which Goldset cannot read.`,
    null,
    null,
    'See docs/models.md for what is read.',
  );

/**
 * Refuses an answer that would pass for an empty one, or a call that names no tool. `unread`: what could not be read; null: nothing.
 * @throws {ProviderError} `malformed`
 */
export function requireReadable(
  id: string,
  { output, toolCalls }: Pick<ModelResponse, 'output' | 'toolCalls'>,
  unread: string | null,
): void {
  if (output === '' && toolCalls.length === 0 && unread !== null) throw unreadable(id, unread);
  if (toolCalls.some(({ name }) => name === '')) throw unreadable(id, 'a tool call without a name');
}
