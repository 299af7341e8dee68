/** What is asked of whatever answers a prompt, and what it answers. */
import type { Charges } from '../economics/prices/charges.ts';
import type { Service } from '../economics/prices/price.ts';
import type { Usage } from '../economics/prices/usage.ts';
import type { JsonObject } from '../json/json.ts';
import type { OutputSpec, Parameters } from '../prompt/document.ts';
import type { CacheMark, Message } from '../prompt/request.ts';
import type { ToolCall, ToolDefinition } from '../tool.ts';
import type { ParameterChange } from './sent-without.ts';

export interface ModelRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
  readonly parameters: Parameters;
  /** Which of several samples of the same request this is. */
  readonly repeat: number;
  /** Where the prefix is marked for the provider's cache, by a client that sets marks; absent: at the end of the system text. */
  readonly marks?: readonly CacheMark[];
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
  /** Why the usage is unknown, as a clause; absent: it is known, or nothing is said about it. */
  readonly usageUnknown?: string;
  /** ms from the request to the first content; null when there was none. */
  readonly ttftMs: number | null;
  /** ms; null: it was not waited for, so it is not measured. */
  readonly latencyMs: number | null;
  /** How the provider says that it served the call, where that changes the price; absent: as usual. */
  readonly service?: Service;
  /** Why the provider's cache did not have the prefix, in its own words; absent: it did, or does not say. */
  readonly cacheMiss?: string;
  /** What the provider wants back with the results of tools, in its own form. */
  readonly reasoning?: readonly JsonObject[];
  /** USD, if the responder reports it: it is preferred to a computed cost. */
  readonly costUsd?: number;
  /** Where it was served, as the response says, where that changes the price. */
  readonly region?: string;
  /** What the provider charges for besides tokens, as it reports it; absent: nothing. */
  readonly charges?: Charges;
  /** ISO 8601; absent: its price has no dates, or the provider of a batch does not say. */
  readonly answeredAt?: string;
  /** The usage is counted by us, since the provider reports none. */
  readonly usageEstimated?: boolean;
  /** What a pipeline found before it answered, best first. */
  readonly context?: readonly string[];
  /** Parameters that were not sent as they are written; absent: none. */
  readonly sentWithout?: readonly ParameterChange[];
}
