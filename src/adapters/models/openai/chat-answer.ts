/** The chunks of a streamed chat completion → one answer. */
import { ProviderError } from '../../../core/errors.ts';
import { serviceOf } from '../../../core/economics/prices/price.ts';
import { usageFromOpenai } from '../../../core/economics/prices/reported-usage.ts';
import type { Usage } from '../../../core/economics/prices/usage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { FinishReason, ModelResponse } from '../../../core/model/model-request.ts';
import { excerpt } from '../../../core/text.ts';
import type { AnswerReader, ArrivingText } from '../wire.ts';
import { ToolCallCollector } from './tool-calls.ts';

export class ChatAnswer implements AnswerReader {
  private reason: FinishReason | null = null;
  private refused = false;
  private usage: Usage | null = null;
  private tier: JsonValue | undefined;
  private readonly calls = new ToolCallCollector();

  constructor(
    private readonly id: string,
    private readonly arriving: ArrivingText,
  ) {}

  get isWhole(): boolean {
    return this.reason !== null;
  }

  add(chunk: JsonObject): void {
    this.addBill(chunk);
    const choices = chunk['choices'];
    const choice = Array.isArray(choices) ? choices[0] : undefined;
    if (isJsonObject(choice)) this.addChoice(choice, choice['delta']);
  }

  addWhole(body: JsonObject, status: number): void {
    const { choices } = body;
    if (!Array.isArray(choices) || choices.length === 0 || !choices.every((item) => isJsonObject(item) && isJsonObject(item['message'])))
      throw new ProviderError(
        'malformed',
        `${this.id} answered with JSON that is not a chat completion: ${excerpt(JSON.stringify(body))}`,
        status,
      );
    this.addBill(body);
    const [choice] = choices as [JsonObject];
    const message = choice['message'] as JsonObject;
    const calls = message['tool_calls'];
    const indexed = Array.isArray(calls)
      ? { ...message, tool_calls: calls.map((call, index) => (isJsonObject(call) ? { ...call, index } : call)) }
      : message;
    this.addChoice(choice, indexed);
  }

  finish(): ModelResponse {
    if (this.reason === null) throw new ProviderError('connection', 'The stream ended before the answer was complete.');
    const { arriving } = this;
    return {
      output: arriving.text,
      toolCalls: this.calls.list(),
      finish: this.refused ? 'refusal' : this.reason,
      usage: this.usage,
      ttftMs: arriving.ttftMs,
      latencyMs: arriving.elapsedMs,
      ...serviceOf(this.tier),
    };
  }

  private addBill({ usage, service_tier: tier }: JsonObject): void {
    if (isJsonObject(usage)) this.usage = usageFromOpenai(usage);
    this.tier ??= tier ?? undefined;
  }

  private addChoice(choice: JsonObject, message: JsonValue | undefined): void {
    if (isJsonObject(message)) this.addContent(message);
    const reason = choice['finish_reason'];
    if (typeof reason === 'string' && reason !== '') this.reason = FINISH[reason] ?? 'stop';
  }

  private addContent({ content, refusal, tool_calls: calls }: JsonObject): void {
    if (typeof refusal === 'string' && refusal !== '') this.refused = true;
    if (Array.isArray(calls) && calls.length > 0) {
      this.arriving.begin();
      for (const call of calls) if (isJsonObject(call)) this.calls.add(call);
    }
    if (typeof content === 'string' && content !== '') this.arriving.add(content);
    else if (typeof refusal === 'string') this.arriving.add(refusal);
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
