/** The port to whatever answers a prompt. */
import type { Pricing } from '../economics/price.ts';
import type { Usage } from '../economics/usage.ts';
import type { ToolCall } from '../grade/assertion.ts';
import type { OutputSpec, Parameters } from '../prompt/document.ts';
import type { ToolDefinition } from '../prompt/tool.ts';
import type { Message } from '../prompt/request.ts';

export interface ModelRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
  readonly parameters: Parameters;
  /** Which of several samples of the same request this is. */
  readonly repeat: number;
}

export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'refusal';

export interface ModelResponse {
  readonly output: string;
  readonly toolCalls: readonly ToolCall[];
  /** Null when the provider did not say. */
  readonly finish: FinishReason | null;
  /** Null when the provider did not report any. */
  readonly usage: Usage | null;
  /** ms from the request to the first content; null when there was none. */
  readonly ttftMs: number | null;
  readonly latencyMs: number;
}

export interface ModelCallOptions {
  readonly signal: AbortSignal;
  /** Called with each piece of text as it arrives. */
  readonly onText?: (text: string) => void;
}

export interface ModelClient {
  /** `provider:model` as the user writes it. */
  readonly id: string;
  readonly source: 'model' | 'scripted';
  readonly pricing: Pricing | null;
  /**
   * One attempt; retries are the run's.
   * @throws {ProviderError} for anything that the provider or the way to it did.
   */
  complete(request: ModelRequest, options: ModelCallOptions): Promise<ModelResponse>;
}
