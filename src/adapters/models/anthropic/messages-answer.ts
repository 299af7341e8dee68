/** The events of a streamed message → one answer. */
import { ProviderError } from '../../../core/problems/errors.ts';
import { serviceOf } from '../../../core/economics/prices/price.ts';
import { chargesField, reportedCharges } from '../../../core/economics/prices/charges.ts';
import { costField } from '../../../core/economics/prices/reported-cost.ts';
import { mergeReported, reportedUsage, usageField } from '../../../core/economics/prices/reported-usage.ts';
import type { Usage } from '../../../core/economics/prices/usage.ts';
import { isJsonObject, type JsonObject } from '../../../core/json/json.ts';
import { partKind, readToolCall } from '../../../core/model/answer-content.ts';
import { endingOf } from '../../../core/model/finish-reasons.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import { excerpt } from '../../../core/text/text.ts';
import { refuseReportedError } from '../reported-error.ts';
import { brokenOff, requireReadable, unfinished, unreadable, type AnswerReader, type ArrivingText } from '../wire.ts';

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
  /** The body was whole, whether or not it said why the answer ended. */
  private isComplete = false;
  private sawMarker = false;
  private reported: JsonObject | null = null;
  private unread: string | null = null;
  private miss: string | null = null;

  constructor(
    private readonly id: string,
    private readonly arriving: ArrivingText,
    private readonly onId: (id: string) => void,
  ) {}

  get isWhole(): boolean {
    return this.reason !== null || this.isComplete;
  }

  get usage(): Usage | null {
    const called = [...this.blocks.values()].some(({ start }) => partKind(start) === 'call');
    return reportedUsage(this.reported, this.arriving.text !== '' || called);
  }

  markEnd(): void {
    this.sawMarker = true;
  }

  add(event: JsonObject): void {
    refuseReportedError(this.id, event, this.arriving);
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
        // Its usage is the sum up to here.
        this.reported = mergeReported(this.reported, event['usage']);
        if (isJsonObject(event['delta']) && typeof event['delta']['stop_reason'] === 'string') this.reason = event['delta']['stop_reason'];
        break;
      case 'message_stop':
        this.markEnd();
    }
  }

  addWhole(body: JsonObject, status: number): void {
    refuseReportedError(this.id, body, this.arriving);
    const { stop_reason: reason } = body;
    const content = typeof body['content'] === 'string' ? [{ type: 'text', text: body['content'] }] : body['content'];
    const isMessage = body['type'] === 'message' || (body['type'] === undefined && body['role'] === 'assistant');
    if (!Array.isArray(content) || !isMessage)
      throw new ProviderError('malformed', `${this.id} answered with JSON that is not a message: ${excerpt(JSON.stringify(body))}`, status);
    this.begin(body);
    content.forEach((block, i) => {
      if (!isJsonObject(block)) throw unreadable(this.id, 'a block of content that is not an object');
      this.startBlock(i, block);
    });
    this.reason = typeof reason === 'string' ? reason : null;
    this.isComplete = true;
  }

  finish(): ModelResponse {
    const { arriving, reported, id, reason } = this;
    if (!this.isWhole) throw unfinished(id, this.sawMarker ? 'message_stop' : null);
    const { finish, brokenOff: broken } = endingOf(reason);
    if (broken !== null) throw brokenOff(id, broken, reason ?? '');
    const blocks = [...this.blocks.entries()].sort(([a], [b]) => a - b).map(([, block]) => block);
    const toolCalls = blocks.filter(({ start }) => partKind(start) === 'call').map(toolCallOf);
    requireReadable(id, { output: arriving.text, toolCalls }, this.unread);
    const reasoning = blocks.flatMap(reasoningBlock);
    return {
      output: arriving.text,
      toolCalls,
      finish,
      ...usageField(reported, arriving.text !== '' || toolCalls.length > 0),
      ttftMs: arriving.ttftMs,
      latencyMs: arriving.elapsedMs,
      ...costField(reported),
      ...chargesField(reportedCharges(reported)),
      ...(toolCalls.length > 0 && reasoning.length > 0 ? { reasoning } : {}),
      // Fast answers have a price of their own; a committed capacity has no list price, so it counts at the standard one.
      ...serviceOf(
        reported?.['speed'] === 'fast' ? 'priority' : reported?.['service_tier'] === 'priority' ? null : reported?.['service_tier'],
      ),
      // Another region than the usual one has its own price.
      ...(typeof reported?.['inference_geo'] === 'string' ? { region: reported['inference_geo'] } : {}),
      ...(this.miss === null ? {} : { cacheMiss: this.miss }),
    };
  }

  private begin(message: JsonObject): void {
    this.reported = mergeReported(this.reported, message['usage']);
    if (typeof message['id'] === 'string') this.onId(message['id']);
    const diagnostics = message['diagnostics'];
    const reason = isJsonObject(diagnostics) ? diagnostics['cache_miss_reason'] : null;
    if (isJsonObject(reason) && typeof reason['type'] === 'string') this.miss = reason['type'];
  }

  private startBlock(index: number, start: JsonObject): void {
    const { type, text, thinking, signature } = start;
    this.blocks.set(index, {
      start,
      json: '',
      thinking: typeof thinking === 'string' ? thinking : '',
      signature: typeof signature === 'string' ? signature : '',
    });
    this.arriving.think(thinking);
    const kind = partKind(start);
    if (kind === 'call') this.arriving.begin();
    if (kind === 'text' && typeof text === 'string') this.arriving.add(text);
    if (kind === 'unknown' || kind === 'refusal') this.unread ??= `a block of the type ${JSON.stringify(type ?? null).slice(0, 60)}`;
  }

  private addDelta(index: number, { type, text, partial_json: json, thinking, signature }: JsonObject): void {
    const block = this.blocks.get(index);
    if (type === 'thinking_delta') this.arriving.think(thinking);
    if (type === 'text_delta' && typeof text === 'string') this.arriving.add(text);
    if (!block) return;
    if (type === 'input_json_delta' && typeof json === 'string') block.json += json;
    if (type === 'thinking_delta' && typeof thinking === 'string') block.thinking += thinking;
    if (type === 'signature_delta' && typeof signature === 'string') block.signature += signature;
  }
}

const indexOf = ({ index }: JsonObject): number => (typeof index === 'number' ? index : 0);

/** The input comes in pieces, or whole with the block. */
function toolCallOf({ start, json }: Block): ModelResponse['toolCalls'][number] {
  const { id, name, arguments: whole } = readToolCall(start);
  return { id, name, arguments: json === '' ? (whole ?? '{}') : json };
}

/** Thinking is signed: it goes back as it came, or the provider refuses the results of tools. */
function reasoningBlock({ start, thinking, signature }: Block): JsonObject[] {
  if (start['type'] === 'redacted_thinking') return [start];
  return start['type'] === 'thinking' ? [{ type: 'thinking', thinking, signature }] : [];
}
