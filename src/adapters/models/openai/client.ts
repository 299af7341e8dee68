/** OpenAI and every server that speaks its chat completions, by the official SDK. Streams; one attempt a call. */
import OpenAI from 'openai';
import type { ChatCompletion, ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { ProviderError } from '../../../core/errors.ts';
import type { CachingRule } from '../../../core/economics/data/caching-rules.ts';
import type { Pricing } from '../../../core/economics/price.ts';
import type { ModelCallOptions, ModelClient, ModelRequest, ModelResponse } from '../../../core/run/model-client.ts';
import { readReportedLimits } from '../../../core/run/reported-limits.ts';
import { isJsonObject } from '../../../core/json.ts';
import { excerpt } from '../../../core/text.ts';
import { keepAliveFetch } from '../keep-alive-fetch.ts';
import { chatBody } from './body.ts';
import { providerErrorOf } from './errors.ts';
import { readEvents } from './event-stream.ts';
import { StreamedAnswer, wholeAnswer } from './streamed-answer.ts';

export interface OpenaiClientOptions {
  readonly id: string;
  readonly model: string;
  readonly baseUrl: string;
  /** Null for servers that need none. It goes to the origin of `baseUrl` only: redirects are refused. */
  readonly apiKey: string | null;
  readonly account: string | null;
  readonly official: boolean;
  readonly pricing: Pricing | null;
  readonly caching: CachingRule | null;
  readonly takesCacheKeys: boolean;
  readonly takesBreakpoints: boolean;
  /** How long one call may take, ms. */
  readonly deadlineMs: number;
  readonly now: () => number;
}

/** @throws {ProviderError} when there is no answer in it; asking again would give the same. */
function completionOf(id: string, status: number, value: unknown): ChatCompletion {
  const choices = isJsonObject(value) ? value['choices'] : undefined;
  if (Array.isArray(choices) && choices.length > 0 && choices.every((choice) => isJsonObject(choice) && isJsonObject(choice['message'])))
    return value as ChatCompletion;
  throw new ProviderError(
    'malformed',
    `${id} answered with JSON that is no chat completion: ${excerpt(JSON.stringify(value) ?? '')}`,
    status,
  );
}

export class OpenaiClient implements ModelClient {
  readonly source = 'model';
  readonly id: string;
  readonly pricing: Pricing | null;
  readonly caching: CachingRule | null;
  readonly takesCacheKeys: boolean;
  readonly origin: string;
  readonly endpoint: string;
  readonly account: string | null;
  private readonly api: OpenAI;

  constructor(private readonly options: OpenaiClientOptions) {
    const { id, pricing, caching, takesCacheKeys, account, apiKey, baseUrl, model, deadlineMs } = options;
    this.id = id;
    this.pricing = pricing;
    this.caching = caching;
    this.account = account;
    this.takesCacheKeys = takesCacheKeys;
    this.origin = new URL(baseUrl).origin;
    this.endpoint = `${baseUrl}#${model}`;
    this.api = new OpenAI({
      apiKey: apiKey ?? 'none',
      baseURL: baseUrl,
      organization: null,
      project: null,
      maxRetries: 0,
      timeout: deadlineMs,
      logLevel: 'off',
      fetch: keepAliveFetch,
      ...(apiKey === null ? { defaultHeaders: { Authorization: null } } : {}),
    });
  }

  async complete(request: ModelRequest, { signal, ...callbacks }: ModelCallOptions): Promise<ModelResponse> {
    const { deadlineMs, now } = this.options;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), deadlineMs);
    const cancel = (): void => deadline.abort();
    signal.addEventListener('abort', cancel, { once: true });
    const started = now();
    const answer = new StreamedAnswer(() => now() - started, callbacks);
    try {
      if (signal.aborted) deadline.abort();
      await this.stream(request, deadline.signal, answer, callbacks.onLimits);
    } catch (error) {
      // The answer was there; only the end of its stream was not.
      if (!answer.isWhole || error instanceof ProviderError) throw this.failure(error, signal, deadline.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    }
    if (deadline.signal.aborted && !answer.isWhole) throw this.failure(null, signal, deadline.signal);
    return answer.finish();
  }

  private async stream(
    request: ModelRequest,
    signal: AbortSignal,
    answer: StreamedAnswer,
    onLimits: ModelCallOptions['onLimits'],
  ): Promise<void> {
    const { id, model, official, takesBreakpoints: breakpoint } = this.options;
    const body = { ...chatBody(model, { ...request, breakpoint }, official), stream: true, stream_options: { include_usage: true } };
    const call = this.api.chat.completions.create(body as unknown as ChatCompletionCreateParamsStreaming, { signal });
    const response = await call.asResponse();
    const limits = readReportedLimits((name) => response.headers.get(name), new Date());
    if (limits !== null) onLimits?.(limits);
    const type = response.headers.get('content-type') ?? 'text/event-stream';
    if (type.includes('application/json')) return answer.add(wholeAnswer(completionOf(id, response.status, await response.json())));
    const { body: stream } = response;
    if (stream === null || !type.includes('text/event-stream')) {
      await stream?.cancel();
      throw new ProviderError('malformed', `${id} answered with ${type.slice(0, 80)} instead of a stream of events.`, response.status);
    }
    await readEvents(id, stream, (chunk) => answer.add(chunk));
  }

  private failure(error: unknown, signal: AbortSignal, deadline: AbortSignal): ProviderError {
    if (signal.aborted) return new ProviderError('aborted', 'The call was cancelled.');
    if (deadline.aborted) return new ProviderError('timeout', `${this.id} did not finish within ${this.options.deadlineMs / 1000} s.`);
    return providerErrorOf(error, this.options);
  }
}
