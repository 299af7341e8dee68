/** The chunks of a streamed chat completion → one answer. */
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import { ProviderError } from '../../../core/errors.ts';
import { usageFromOpenai } from '../../../core/economics/reported-usage.ts';
import type { Usage } from '../../../core/economics/usage.ts';
import type { FinishReason, ModelCallOptions, ModelResponse } from '../../../core/run/model-client.ts';
import { ToolCallCollector } from './tool-calls.ts';

type Chunk = Pick<ChatCompletionChunk, 'usage' | 'choices'>;

/** Time to first token is that of the first content, not of the first chunk. */
export class StreamedAnswer {
  private output = '';
  private ttftMs: number | null = null;
  private reason: FinishReason | null = null;
  private refused = false;
  private usage: Usage | null = null;
  private readonly calls = new ToolCallCollector();

  constructor(
    private readonly elapsed: () => number,
    private readonly callbacks: Pick<ModelCallOptions, 'onText' | 'onFirstToken'>,
  ) {}

  /** The model has ended its answer; usage may still come. */
  get isWhole(): boolean {
    return this.reason !== null;
  }

  add(chunk: Chunk): void {
    if (chunk.usage) this.usage = usageFromOpenai(chunk.usage);
    const choice = chunk.choices?.[0];
    if (!choice) return;
    const { content, refusal, tool_calls: toolCalls } = choice.delta ?? {};
    const text = content ?? refusal ?? '';
    if (refusal) this.refused = true;
    if (this.ttftMs === null && (text !== '' || (toolCalls?.length ?? 0) > 0)) {
      this.ttftMs = this.elapsed();
      this.callbacks.onFirstToken?.();
    }
    if (text !== '') {
      this.output += text;
      this.callbacks.onText?.(text);
    }
    for (const call of toolCalls ?? []) this.calls.add(call);
    if (choice.finish_reason) this.reason = FINISH[choice.finish_reason] ?? 'stop';
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

/** A server that does not stream sends the answer in one piece: a single chunk, then. */
export function wholeAnswer({ choices, usage }: ChatCompletion): Chunk {
  return {
    ...(usage ? { usage } : {}),
    choices: (choices ?? []).map(({ index, finish_reason, message: { content, refusal, tool_calls: calls } }) => ({
      index,
      finish_reason,
      delta: {
        content,
        refusal,
        ...(calls ? { tool_calls: calls.flatMap((call, i) => (call.type === 'function' ? [{ ...call, index: i }] : [])) } : {}),
      },
    })),
  };
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content-filter',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  refusal: 'refusal',
};
