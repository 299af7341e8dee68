/** What differs between the formats that providers speak; how requests are sent and what can go wrong on the way does not. */
import type { JsonObject } from '../../core/json.ts';
import type { ModelCallOptions } from '../../core/model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../../core/model/model-request.ts';

/** Takes the events of one answer as they arrive. */
export interface AnswerReader {
  /** The model has ended its answer; usage may still come. */
  readonly isWhole: boolean;
  /** @throws {ProviderError} when the event says that there will be no answer. */
  add(event: JsonObject): void;
  /** The answer of a server that does not stream. @throws {ProviderError} when there is no answer in it. */
  addWhole(body: JsonObject, status: number): void;
  /** @throws {ProviderError} when the stream ended before the answer did. */
  finish(): ModelResponse;
}

export interface Wire {
  /** Below the base URL. */
  path(request: ModelRequest): string;
  /** Without what asks for a stream. */
  body(request: ModelRequest): JsonObject;
  /** What asks for a stream. */
  readonly stream: JsonObject;
  reader(request: ModelRequest, elapsed: () => number, callbacks: Pick<ModelCallOptions, 'onText' | 'onFirstToken'>): AnswerReader;
}

/** Text as it arrives, with the time of the first. Time to first token is that of the first content, not of the first event. */
export class ArrivingText {
  text = '';
  ttftMs: number | null = null;

  constructor(
    private readonly elapsed: () => number,
    private readonly callbacks: Pick<ModelCallOptions, 'onText' | 'onFirstToken'>,
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

  get elapsedMs(): number {
    return this.elapsed();
  }
}
