/** OpenAI and every server that speaks its chat completions, by the official SDK. Streams; one attempt a call. */
import OpenAI from 'openai';
import type { ChatCompletionChunk, ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { ProviderError } from '../../../core/errors.ts';
import type { Pricing } from '../../../core/economics/price.ts';
import { usageFromOpenai } from '../../../core/economics/reported-usage.ts';
import type { Usage } from '../../../core/economics/usage.ts';
import type { FinishReason, ModelCallOptions, ModelClient, ModelRequest, ModelResponse } from '../../../core/run/model-client.ts';
import { chatBody } from './body.ts';
import { providerErrorOf } from './errors.ts';
import { ToolCallCollector } from './tool-calls.ts';

export interface OpenaiClientOptions {
  readonly id: string;
  readonly model: string;
  readonly baseUrl: string;
  /** Null for servers that need none. It goes to the origin of `baseUrl` only: redirects are refused. */
  readonly apiKey: string | null;
  readonly official: boolean;
  readonly pricing: Pricing | null;
  readonly fetch?: typeof fetch;
  readonly now: () => number;
}

/** No answer of a chat model takes longer; a server that hangs is an error, not a run without an end. ms. */
const DEADLINE = 300_000;

export class OpenaiClient implements ModelClient {
  readonly source = 'model';
  readonly id: string;
  readonly pricing: Pricing | null;
  private readonly api: OpenAI;

  constructor(private readonly options: OpenaiClientOptions) {
    this.id = options.id;
    this.pricing = options.pricing;
    this.api = new OpenAI({
      apiKey: options.apiKey ?? 'none',
      baseURL: options.baseUrl,
      organization: null,
      project: null,
      maxRetries: 0,
      timeout: DEADLINE,
      logLevel: 'off',
      fetchOptions: { redirect: 'error' },
      ...(options.apiKey === null ? { defaultHeaders: { Authorization: null } } : {}),
      ...(options.fetch ? { fetch: options.fetch } : {}),
    });
  }

  async complete(request: ModelRequest, { signal, onText }: ModelCallOptions): Promise<ModelResponse> {
    const { model, official, now } = this.options;
    const body = { ...chatBody(model, request, official), stream: true, stream_options: { include_usage: true } };
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), DEADLINE);
    const cancel = (): void => deadline.abort();
    signal.addEventListener('abort', cancel, { once: true });
    const started = now();
    const answer = new StreamedAnswer(() => now() - started);
    try {
      if (signal.aborted) deadline.abort();
      const stream = await this.api.chat.completions.create(body as unknown as ChatCompletionCreateParamsStreaming, {
        signal: deadline.signal,
      });
      for await (const chunk of stream) answer.add(chunk, onText);
    } catch (error) {
      throw this.failure(error, signal, deadline.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    }
    if (deadline.signal.aborted) throw this.failure(null, signal, deadline.signal);
    return answer.finish();
  }

  private failure(error: unknown, signal: AbortSignal, deadline: AbortSignal): ProviderError {
    if (signal.aborted) return new ProviderError('aborted', 'The call was cancelled.');
    if (deadline.aborted) return new ProviderError('timeout', `${this.id} did not finish within ${DEADLINE / 1000} s.`);
    return providerErrorOf(error, this.options);
  }
}

/** Gathers the chunks of one stream. Time to first token is that of the first content, not of the first chunk. */
class StreamedAnswer {
  private output = '';
  private ttftMs: number | null = null;
  private reason: FinishReason | null = null;
  private refused = false;
  private usage: Usage | null = null;
  private readonly calls = new ToolCallCollector();

  constructor(private readonly elapsed: () => number) {}

  add(chunk: ChatCompletionChunk, onText: ((text: string) => void) | undefined): void {
    if (chunk.usage) this.usage = usageFromOpenai(chunk.usage);
    const choice = chunk.choices?.[0];
    if (!choice) return;
    const { content, refusal, tool_calls: toolCalls } = choice.delta ?? {};
    const text = content ?? refusal ?? '';
    if (refusal) this.refused = true;
    if (text !== '' || (toolCalls?.length ?? 0) > 0) this.ttftMs ??= this.elapsed();
    if (text !== '') {
      this.output += text;
      onText?.(text);
    }
    for (const call of toolCalls ?? []) this.calls.add(call);
    if (choice.finish_reason) this.reason = finishOf(choice.finish_reason);
  }

  /** @throws {ProviderError} when the stream ended before the answer did. */
  finish(): ModelResponse {
    if (this.reason === null) throw new ProviderError('connection', 'The stream ended before the answer was complete.');
    return {
      output: this.output,
      toolCalls: this.calls.list(),
      finish: this.refused ? 'refusal' : this.reason,
      usage: this.usage,
      ttftMs: this.ttftMs,
      latencyMs: this.elapsed(),
    };
  }
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content-filter',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  refusal: 'refusal',
};

const finishOf = (reason: string): FinishReason => FINISH[reason] ?? 'stop';
