/** The events of a streamed message → one answer. */
import { ProviderError } from '../../../core/errors.ts';
import { serviceOf } from '../../../core/economics/prices/price.ts';
import { usageFromAnthropic } from '../../../core/economics/prices/reported-usage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { FinishReason, ModelResponse } from '../../../core/model/model-request.ts';
import { excerpt } from '../../../core/text.ts';
import type { AnswerReader, ArrivingText } from '../wire.ts';

/** A content block as far as it has arrived. */
interface Block {
  readonly start: JsonObject;
  /** JSON of a tool's input. */
  json: string;
  thinking: string;
  signature: string;
}

export class MessagesAnswer implements AnswerReader {
  private readonly blocks = new Map<number, Block>();
  private reason: string | null = null;
  private usage: JsonObject = {};
  private miss: string | null = null;

  constructor(
    private readonly id: string,
    private readonly arriving: ArrivingText,
    private readonly onId: (id: string) => void,
  ) {}

  get isWhole(): boolean {
    return this.reason !== null;
  }

  add(event: JsonObject): void {
    switch (event['type']) {
      case 'message_start':
        if (isJsonObject(event['message'])) this.begin(event['message']);
        break;
      case 'content_block_start':
        if (isJsonObject(event['content_block'])) this.startBlock(indexOf(event), event['content_block']);
        break;
      case 'content_block_delta':
        if (isJsonObject(event['delta'])) this.addDelta(indexOf(event), event['delta']);
        break;
      case 'message_delta':
        // Its usage is the sum up to here, so it replaces what the start said.
        this.count(event['usage']);
        if (isJsonObject(event['delta']) && typeof event['delta']['stop_reason'] === 'string') this.reason = event['delta']['stop_reason'];
    }
  }

  addWhole(body: JsonObject, status: number): void {
    const { content, stop_reason: reason } = body;
    if (!Array.isArray(content) || body['type'] !== 'message')
      throw new ProviderError('malformed', `${this.id} answered with JSON that is not a message: ${excerpt(JSON.stringify(body))}`, status);
    this.begin(body);
    content.forEach((block, i) => {
      if (!isJsonObject(block)) return;
      this.startBlock(i, block);
      const known = this.blocks.get(i);
      if (block['type'] === 'tool_use' && known) known.json = JSON.stringify(block['input'] ?? {});
    });
    this.reason = typeof reason === 'string' ? reason : null;
  }

  finish(): ModelResponse {
    if (this.reason === null) throw new ProviderError('connection', 'The stream ended before the answer was complete.');
    const { arriving, usage } = this;
    const blocks = [...this.blocks.entries()].sort(([a], [b]) => a - b).map(([, block]) => block);
    const toolCalls = blocks.filter(({ start }) => start['type'] === 'tool_use').map(toolCallOf);
    const reasoning = blocks.flatMap(reasoningBlock);
    return {
      output: arriving.text,
      toolCalls,
      finish: FINISH[this.reason] ?? 'stop',
      usage: usageFromAnthropic(usage),
      ttftMs: arriving.ttftMs,
      latencyMs: arriving.elapsedMs,
      ...(toolCalls.length > 0 && reasoning.length > 0 ? { reasoning } : {}),
      // Fast answers have a price of their own; that of a committed capacity is nobody's list price.
      ...serviceOf(usage['speed'] === 'fast' ? 'priority' : usage['service_tier']),
      ...(this.miss === null ? {} : { cacheMiss: this.miss }),
    };
  }

  private begin(message: JsonObject): void {
    this.count(message['usage']);
    if (typeof message['id'] === 'string') this.onId(message['id']);
    const diagnostics = message['diagnostics'];
    const reason = isJsonObject(diagnostics) ? diagnostics['cache_miss_reason'] : null;
    if (isJsonObject(reason) && typeof reason['type'] === 'string') this.miss = reason['type'];
  }

  private count(usage: JsonValue | undefined): void {
    if (!isJsonObject(usage)) return;
    const known = Object.entries(usage).filter(([, value]) => value !== null);
    this.usage = { ...this.usage, ...Object.fromEntries(known) };
  }

  private startBlock(index: number, start: JsonObject): void {
    const { type, text, thinking, signature } = start;
    this.blocks.set(index, {
      start,
      json: '',
      thinking: typeof thinking === 'string' ? thinking : '',
      signature: typeof signature === 'string' ? signature : '',
    });
    if (type === 'tool_use') this.arriving.begin();
    if (type === 'text' && typeof text === 'string') this.arriving.add(text);
  }

  private addDelta(index: number, { type, text, partial_json: json, thinking, signature }: JsonObject): void {
    const block = this.blocks.get(index);
    if (type === 'text_delta' && typeof text === 'string') this.arriving.add(text);
    if (!block) return;
    if (type === 'input_json_delta' && typeof json === 'string') block.json += json;
    if (type === 'thinking_delta' && typeof thinking === 'string') block.thinking += thinking;
    if (type === 'signature_delta' && typeof signature === 'string') block.signature += signature;
  }
}

const indexOf = ({ index }: JsonObject): number => (typeof index === 'number' ? index : 0);

const toolCallOf = ({ start, json }: Block): ModelResponse['toolCalls'][number] => ({
  id: typeof start['id'] === 'string' ? start['id'] : null,
  name: typeof start['name'] === 'string' ? start['name'] : '',
  arguments: json === '' ? '{}' : json,
});

/** Thinking is signed: it goes back as it came, or the provider refuses the results of tools. */
function reasoningBlock({ start, thinking, signature }: Block): JsonObject[] {
  if (start['type'] === 'redacted_thinking') return [start];
  return start['type'] === 'thinking' ? [{ type: 'thinking', thinking, signature }] : [];
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'refusal',
};
