/** The port to whatever answers a prompt. */
import type { CachingRule } from '../economics/data/caching-rules.ts';
import type { Pricing, Service } from '../economics/price.ts';
import type { Usage } from '../economics/usage.ts';
import type { ToolCall } from '../prompt/tool.ts';
import type { JsonObject } from '../json.ts';
import type { OutputSpec, Parameters } from '../prompt/document.ts';
import type { ToolDefinition } from '../prompt/tool.ts';
import type { Message } from '../prompt/request.ts';
import type { ReportedLimits } from './reported-limits.ts';

export interface ModelRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
  readonly parameters: Parameters;
  /** Which of several samples of the same request this is. */
  readonly repeat: number;
  /** Of the case; only for a client that takes them. */
  readonly variables?: JsonObject;
  /** Which of the provider's caches should hold the prefix; it changes no answer. Absent: the provider decides. */
  readonly cacheKey?: string;
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
  /** How the provider says that it served the call, where that changes the price; absent: as usual. */
  readonly service?: Service;
  /** Why the provider's cache did not have the prefix, in its own words; absent: it did, or does not say. */
  readonly cacheMiss?: string;
  /** What the provider wants back with the results of tools, in its own form. */
  readonly reasoning?: readonly JsonObject[];
  /** USD, where whoever answers says it. */
  readonly costUsd?: number;
  /** The usage is counted by us, since the provider reports none. */
  readonly usageEstimated?: boolean;
  /** What a pipeline found before it answered, best first. */
  readonly context?: readonly string[];
}

export interface ModelCallOptions {
  readonly signal: AbortSignal;
  /** Called with each piece of text as it arrives. */
  readonly onText?: (text: string) => void;
  /** Called once, when the answer begins: from now on the provider can read the prefix from its cache. */
  readonly onFirstToken?: () => void;
  /** Called with what the response says about the provider's limits, also of a refusal. */
  readonly onLimits?: (limits: ReportedLimits) => void;
}

export interface ModelClient {
  /** `provider:model` as the user writes it. */
  readonly id: string;
  readonly source: 'model' | 'scripted';
  readonly pricing: Pricing | null;
  /** When the provider caches a prefix; null: never, or nobody knows. */
  readonly caching: CachingRule | null;
  /** Output tokens that it asks for where the prompt sets no limit; absent: none. */
  readonly outputLimit?: number;
  /** It answers from the case's variables, not from the rendered prompt alone. */
  readonly takesVariables?: boolean;
  /** The user agreed to send cache keys, and the provider takes them. */
  readonly takesCacheKeys: boolean;
  /** Whose limits and health count: scheme, host and port, or a scripted model's file. */
  readonly origin: string;
  /** What answers: base URL and model, or a hash of what a scripted model says. Two clients with the same answer alike. */
  readonly endpoint: string;
  /** Keyed hash of whose key it is, never the key; null: there is none. */
  readonly account: string | null;
  /**
   * One attempt; retries are the run's.
   * @throws {ProviderError} for anything that the provider or the way to it did.
   */
  complete(request: ModelRequest, options: ModelCallOptions): Promise<ModelResponse>;
}
