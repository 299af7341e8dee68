/** The port to whatever answers a prompt. */
import type { BatchEndpoint } from './batch-endpoint.ts';
import type { Execution } from '../trust/execution.ts';
import type { CachingRule } from '../economics/data/caching-rules.ts';
import type { Pricing } from '../economics/prices/price.ts';
import type { MediaSupport } from './media-support.ts';
import type { ModelRequest, ModelResponse } from './model-request.ts';
import type { ReportedLimits } from './reported-limits.ts';
import type { FittedParameters } from './sent-without.ts';

export interface ModelCallOptions {
  readonly signal: AbortSignal;
  /** Called with each piece of text as it arrives. */
  readonly onText?: (text: string) => void;
  /** Called with each piece of what the model thinks, where its provider shows it. */
  readonly onThinking?: (text: string) => void;
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
  /** When the provider caches a prefix; null: never, or unknown. */
  readonly caching: CachingRule | null;
  /** Output tokens that it asks for where the prompt sets no limit; absent: none. */
  readonly outputLimit?: number;
  /** Which files it is sent; absent: it decides by itself. */
  readonly media?: MediaSupport;
  /** The parameters as the model accepts them, before anything is sent; absent: they are sent as they are written. */
  readonly fit?: (request: Pick<ModelRequest, 'parameters' | 'tools'>) => FittedParameters;
  /** It answers from the case's variables, not from the rendered prompt alone. */
  readonly takesVariables?: boolean;
  /** The user agreed to send cache keys, and the provider takes them. */
  readonly takesCacheKeys: boolean;
  /** The provider's batch service; absent: it has none, or Goldset does not speak it. */
  readonly batch?: BatchEndpoint;
  /** Each request may count against a quota of the user's; absent: it is paid for by tokens, or free. */
  readonly countsAgainstQuota?: true;
  /** A program of the workspace that each call runs; absent: none. */
  readonly executes?: Execution;
  /** Whose limits and health count: scheme, host and port, or a scripted model's file. */
  readonly origin: string;
  /** Its only answer, which was there before; absent: it is a model. */
  readonly given?: string;
  /** What answers: base URL and model, or a hash of what a scripted model says. Two clients with the same answer alike. */
  readonly endpoint: string;
  /** Keyed hash of whose key it is, never the key; null: there is none. */
  readonly account: string | null;
  /**
   * One attempt; retries are the run's. Only a parameter that the provider refuses by name is left out at once, and the answer says so.
   * @throws {ProviderError} for anything that the provider or the way to it did.
   */
  complete(request: ModelRequest, options: ModelCallOptions): Promise<ModelResponse>;
}
