/** The events of a streamed response → one answer. */
import { ProviderError } from '../../../core/errors.ts';
import { serviceOf } from '../../../core/economics/prices/price.ts';
import { usageFromOpenai } from '../../../core/economics/prices/reported-usage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { FinishReason, ModelResponse } from '../../../core/model/model-request.ts';
import type { ToolCall } from '../../../core/tool.ts';
import { excerpt } from '../../../core/text.ts';
import { streamError } from '../event-stream.ts';
import type { AnswerReader, ArrivingText } from '../wire.ts';

export class ResponsesAnswer implements AnswerReader {
  /** The response object of the last event that carries it whole. */
  private ended: JsonObject | null = null;
  private refused = false;
  private readonly calls: ToolCall[] = [];
  private readonly reasoning: JsonObject[] = [];

  /** `onId`: hears the response's id, for comparing later requests with this one. */
  constructor(
    private readonly id: string,
    private readonly arriving: ArrivingText,
    private readonly onId: (id: string) => void,
  ) {}

  get isWhole(): boolean {
    return this.ended !== null;
  }

  add(event: JsonObject): void {
    switch (event['type']) {
      case 'response.output_text.delta':
        if (typeof event['delta'] === 'string') this.arriving.add(event['delta']);
        break;
      case 'response.refusal.delta':
        this.refused = true;
        if (typeof event['delta'] === 'string') this.arriving.add(event['delta']);
        break;
      case 'response.output_item.done':
        if (isJsonObject(event['item'])) this.addItem(event['item']);
        break;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        this.end(event['response']);
        break;
      case 'error':
        throw streamError(this.id, event['message'] ?? event);
    }
  }

  addWhole(body: JsonObject, status: number): void {
    const { output } = body;
    if (!Array.isArray(output))
      throw new ProviderError(
        'malformed',
        `${this.id} answered with JSON that is not a response: ${excerpt(JSON.stringify(body))}`,
        status,
      );
    for (const item of output) {
      if (!isJsonObject(item)) continue;
      this.addItem(item);
      for (const part of Array.isArray(item['content']) ? item['content'] : []) this.addPart(part);
    }
    this.end(body);
  }

  finish(): ModelResponse {
    const { ended, arriving } = this;
    if (ended === null) throw new ProviderError('connection', 'The stream ended before the answer was complete.');
    const miss = missOf(ended['prompt_cache_diagnostics']);
    return {
      output: arriving.text,
      toolCalls: this.calls,
      finish: this.finishReason(ended),
      usage: usageFromOpenai(ended['usage']),
      ttftMs: arriving.ttftMs,
      latencyMs: arriving.elapsedMs,
      ...(this.calls.length > 0 && this.reasoning.length > 0 ? { reasoning: this.reasoning } : {}),
      ...serviceOf(ended['service_tier']),
      ...(miss === null ? {} : { cacheMiss: miss }),
    };
  }

  private addItem(item: JsonObject): void {
    const { type, call_id: id, name, arguments: text } = item;
    if (type === 'reasoning') this.reasoning.push(item);
    if (type !== 'function_call' || typeof name !== 'string') return;
    this.arriving.begin();
    this.calls.push({ id: typeof id === 'string' ? id : null, name, arguments: typeof text === 'string' ? text : '' });
  }

  private addPart(part: JsonValue): void {
    if (!isJsonObject(part)) return;
    if (part['type'] === 'output_text' && typeof part['text'] === 'string') this.arriving.add(part['text']);
    if (part['type'] === 'refusal' && typeof part['refusal'] === 'string') {
      this.refused = true;
      this.arriving.add(part['refusal']);
    }
  }

  /** @throws {ProviderError} when the response says that it failed. */
  private end(response: JsonValue | undefined): void {
    if (!isJsonObject(response)) throw new ProviderError('malformed', `${this.id} ended its stream without a response.`);
    if (response['status'] === 'failed') throw failedResponse(this.id, response['error']);
    this.ended = response;
    if (typeof response['id'] === 'string') this.onId(response['id']);
  }

  private finishReason({ status, incomplete_details: details }: JsonObject): FinishReason {
    if (this.refused) return 'refusal';
    if (status === 'incomplete') {
      return isJsonObject(details) && details['reason'] === 'content_filter' ? 'content-filter' : 'length';
    }
    return this.calls.length > 0 ? 'tool-calls' : 'stop';
  }
}

/** `error.code` of a response (API reference): only these will go better another time. */
function failedResponse(id: string, error: JsonValue | undefined): ProviderError {
  const { code, message } = isJsonObject(error) ? error : {};
  const text = `${id}: ${typeof message === 'string' ? message : 'the response failed'}`;
  if (code === 'rate_limit_exceeded') return new ProviderError('rate-limit', text);
  if (code === 'server_error' || code === undefined) return new ProviderError('server', text, null, null, undefined, true);
  return new ProviderError('bad-request', text);
}

/** OpenAI, `prompt_cache_diagnostics`: why the compared prefix was not found. */
function missOf(diagnostics: JsonValue | undefined): string | null {
  if (!isJsonObject(diagnostics) || diagnostics['type'] !== 'cache_miss' || typeof diagnostics['reason'] !== 'string') return null;
  return diagnostics['reason'];
}
