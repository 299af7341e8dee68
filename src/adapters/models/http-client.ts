/** A provider over HTTP, by its official SDK. Streams; one attempt a call. */
import { ProviderError, isConfigurationError, isProviderError } from '../../core/problems/errors.ts';
import type { Execution } from '../../core/trust/execution.ts';
import type { BatchEndpoint } from '../../core/model/batch-endpoint.ts';
import type { CachingRule } from '../../core/economics/data/caching-rules.ts';
import { costInHeaders } from '../../core/economics/prices/reported-cost.ts';
import type { Pricing } from '../../core/economics/prices/price.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelCallOptions, ModelClient } from '../../core/model/model-client.ts';
import type { MediaSupport } from '../../core/model/media-support.ts';
import type { ModelRequest, ModelResponse } from '../../core/model/model-request.ts';
import { refusedParameter } from '../../core/model/refused-parameter.ts';
import { readReportedLimits } from '../../core/model/reported-limits.ts';
import { fitParameters } from '../../core/model/sent-without.ts';
import { hideKeyIn, keyFilter } from './hide-key.ts';
import { readAnswer } from './event-stream.ts';
import type { Fit } from './fitted-wire.ts';
import { retryAfterOf } from './retry-after.ts';
import { providerErrorOf, secretsOf, type CallTarget, type SdkErrors } from './sdk-errors.ts';
import type { AnswerReader, Wire } from './wire.ts';

/** AWS's binary stream of events. */
const FRAMES = 'application/vnd.amazon.eventstream';

/** What of an SDK is used: it builds the request, sends it, and says what went wrong. */
export interface Sdk {
  readonly errors: SdkErrors;
  post(path: string, body: JsonObject | FormData, signal: AbortSignal): Promise<Response>;
  get(path: string, signal: AbortSignal): Promise<Response>;
  /** Signs in, where that takes time, so that no call is measured with it; absent: nothing to do. @throws {ProviderError} */
  ready?(signal: AbortSignal): Promise<void>;
  /** Tokens that requests carried; absent: none. */
  readonly tokens?: () => readonly string[];
}

export interface HttpClientOptions {
  readonly id: string;
  readonly baseUrl: string;
  /** Null for servers that need none. It goes to the origin of `baseUrl` only: redirects are refused. */
  readonly apiKey: string | null;
  readonly account: string | null;
  readonly endpoint: string;
  readonly pricing: Pricing | null;
  readonly caching: CachingRule | null;
  readonly takesCacheKeys: boolean;
  readonly outputLimit?: number;
  readonly batch?: BatchEndpoint;
  readonly media?: MediaSupport;
  /** How long one call may take, ms. */
  readonly deadlineMs: number;
  /** The program that each sign-in runs; absent: none. */
  readonly executes?: Execution;
  readonly now: () => number;
  readonly fit?: Fit;
}

export class HttpModelClient implements ModelClient {
  readonly source = 'model';
  readonly id: string;
  readonly pricing: Pricing | null;
  readonly caching: CachingRule | null;
  readonly takesCacheKeys: boolean;
  readonly outputLimit?: number;
  readonly batch?: BatchEndpoint;
  readonly media?: MediaSupport;
  readonly origin: string;
  readonly endpoint: string;
  readonly account: string | null;
  readonly executes?: Execution;
  readonly fit?: Fit;
  /** Parameters that the provider has refused for this model since the client was opened. */
  private readonly refused = new Set<string>();

  constructor(
    private readonly options: HttpClientOptions,
    private readonly wire: Wire,
    private readonly sdk: Sdk,
  ) {
    const { id, pricing, caching, takesCacheKeys, outputLimit, batch, media, account, baseUrl, endpoint, executes, fit } = options;
    this.id = id;
    this.pricing = pricing;
    this.caching = caching;
    this.account = account;
    this.takesCacheKeys = takesCacheKeys;
    if (outputLimit !== undefined) this.outputLimit = outputLimit;
    if (batch !== undefined) this.batch = batch;
    if (executes !== undefined) this.executes = executes;
    if (media !== undefined) this.media = media;
    if (fit !== undefined) this.fit = fit;
    this.origin = new URL(baseUrl).origin;
    this.endpoint = endpoint;
  }

  /** A parameter that the provider refuses by name is left out, once for each, here and in later requests. */
  async complete(request: ModelRequest, options: ModelCallOptions): Promise<ModelResponse> {
    for (;;) {
      const { parameters, changes } = fitParameters(request.parameters, null, NOWHERE, this.refused);
      const sent = changes.length === 0 ? request : { ...request, parameters };
      try {
        const response = await this.attempt(sent, options);
        return changes.length === 0 ? response : { ...response, sentWithout: changes };
      } catch (error) {
        const name = isProviderError(error) ? refusedParameter(error, sent.parameters) : null;
        if (name === null || options.signal.aborted) throw error;
        this.refused.add(name);
      }
    }
  }

  private async attempt(request: ModelRequest, { signal, onText, onThinking, ...callbacks }: ModelCallOptions): Promise<ModelResponse> {
    const { deadlineMs, now } = this.options;
    await this.sdk.ready?.(signal);
    const shown = onText === undefined ? null : keyFilter(() => this.secrets, onText);
    const thought = onThinking === undefined ? null : keyFilter(() => this.secrets, onThinking);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), deadlineMs);
    const cancel = (): void => deadline.abort();
    signal.addEventListener('abort', cancel, { once: true });
    const started = now();
    let headers: Headers | undefined;
    const answer = this.wire.reader(request, () => now() - started, {
      ...callbacks,
      ...(shown === null ? {} : { onText: (text) => shown.add(text) }),
      ...(thought === null ? {} : { onThinking: (text) => thought.add(text) }),
    });
    try {
      if (signal.aborted) deadline.abort();
      await this.receive(request, deadline.signal, answer, (response) => {
        ({ headers } = response);
        const limits = readReportedLimits((name) => response.headers.get(name), new Date());
        if (limits !== null) callbacks.onLimits?.(limits);
      });
    } catch (error) {
      if (isConfigurationError(error)) throw error;
      // The answer was there; only the end of its stream was not.
      if (!answer.isWhole || isProviderError(error)) throw withWait(this.failure(error, signal, deadline.signal), headers);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    }
    if (deadline.signal.aborted && !answer.isWhole) throw this.failure(null, signal, deadline.signal);
    thought?.end();
    shown?.end();
    let response: ModelResponse;
    try {
      response = answer.finish();
    } catch (error) {
      // What a server names in an answer that cannot be read may be the key.
      throw this.failure(error, signal, deadline.signal);
    }
    return hideKeyIn(this.billed(response, headers), this.secrets);
  }

  /** With what the response says about its cost beside the answer, and when it came, where the price has dates. */
  private billed(response: ModelResponse, headers: Headers | undefined): ModelResponse {
    const inHeaders = response.costUsd === undefined ? costInHeaders((name) => headers?.get(name) ?? null) : null;
    return {
      ...response,
      ...(inHeaders === null ? {} : { costUsd: inHeaders }),
      ...(this.pricing?.table.dated === undefined ? {} : { answeredAt: new Date().toISOString() }),
    };
  }

  private get secrets(): readonly string[] {
    return secretsOf(this.target);
  }

  private get target(): CallTarget {
    const { tokens } = this.sdk;
    return tokens === undefined ? this.options : { ...this.options, tokens };
  }

  private async receive(
    request: ModelRequest,
    signal: AbortSignal,
    answer: AnswerReader,
    onResponse: (response: Response) => void,
  ): Promise<void> {
    const { wire, sdk } = this;
    const { id } = this.options;
    const response = await sdk.post(wire.path(request), { ...wire.body(request), ...wire.stream }, signal);
    onResponse(response);
    const contentType = response.headers.get('content-type') ?? 'text/event-stream';
    const { body: stream, status } = response;
    if (stream === null) throw new ProviderError('malformed', `${id} answered without a body.`, status);
    if (contentType.includes(FRAMES)) {
      const { readFrames } = await import('./bedrock/event-frames.ts');
      return readFrames(id, stream, (event) => answer.add(event));
    }
    await readAnswer({ id, stream, contentType, status }, answer);
  }

  private failure(error: unknown, signal: AbortSignal, deadline: AbortSignal): ProviderError {
    if (signal.aborted) return new ProviderError('aborted', 'The call was cancelled.');
    if (deadline.aborted) return new ProviderError('timeout', `${this.id} did not finish within ${this.options.deadlineMs / 1000} s.`);
    return providerErrorOf(error, this.target, this.sdk.errors);
  }
}

/** What the provider has refused does not depend on the format. */
const NOWHERE = { api: null, hasTools: false };

/** An error inside a response with status 200 has no headers of its own: how long to wait is in those of the response. */
function withWait(error: ProviderError, headers: Headers | undefined): ProviderError {
  if (error.failure !== 'rate-limit' || error.retryAfterMs !== null) return error;
  const { failure, message, status, hint, mayBeBilled } = error;
  return new ProviderError(failure, message, status, retryAfterOf(headers, Date.now()), hint, mayBeBilled);
}
