/** The events of ConverseStream, or the body of Converse → one answer. */
import { ProviderError } from '../../../core/problems/errors.ts';
import { serviceOf } from '../../../core/economics/prices/price.ts';
import { mergeReported, reportedUsage, usageField } from '../../../core/economics/prices/reported-usage.ts';
import type { Usage } from '../../../core/economics/prices/usage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import { endingOf } from '../../../core/model/finish-reasons.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import { excerpt } from '../../../core/text/text.ts';
import { refuseReportedError } from '../reported-error.ts';
import { brokenOff, requireReadable, unfinished, unreadable, type AnswerReader, type ArrivingText } from '../wire.ts';

/** A block of content as far as it has arrived. */
interface Block {
  call: { readonly id: string | null; readonly name: string; input: string } | null;
  thinking: string;
  signature: string;
  redacted: string;
}

const emptyBlock = (): Block => ({ call: null, thinking: '', signature: '', redacted: '' });

export class ConverseAnswer implements AnswerReader {
  private readonly blocks = new Map<number, Block>();
  private reason: string | null = null;
  private isComplete = false;
  private sawMarker = false;
  private reported: JsonObject | null = null;
  private tier: JsonValue | undefined;
  private unread: string | null = null;

  constructor(
    private readonly id: string,
    private readonly arriving: ArrivingText,
  ) {}

  get isWhole(): boolean {
    return this.reason !== null || this.isComplete;
  }

  get usage(): Usage | null {
    return reportedUsage(this.reported, this.arriving.text !== '' || this.calls.length > 0);
  }

  markEnd(): void {
    this.sawMarker = true;
  }

  add(event: JsonObject): void {
    refuseReportedError(this.id, event, this.arriving);
    const { contentBlockStart: start, contentBlockDelta: delta, messageStop: stop, metadata } = event;
    if (isJsonObject(start) && start['start'] !== undefined) this.addBlock(indexOf(start), start['start']);
    if (isJsonObject(delta)) this.addBlock(indexOf(delta), delta['delta']);
    if (isJsonObject(stop)) {
      if (typeof stop['stopReason'] === 'string') this.reason = stop['stopReason'];
      else this.markEnd();
    }
    if (isJsonObject(metadata)) this.addMetadata(metadata);
  }

  addWhole(body: JsonObject, status: number): void {
    refuseReportedError(this.id, body, this.arriving);
    const message = isJsonObject(body['output']) ? body['output']['message'] : undefined;
    const content = isJsonObject(message) ? message['content'] : undefined;
    if (!Array.isArray(content))
      throw new ProviderError('malformed', `${this.id} answered with JSON that is no message: ${excerpt(JSON.stringify(body))}`, status);
    content.forEach((block, i) => this.addBlock(i, block));
    this.reason = typeof body['stopReason'] === 'string' ? body['stopReason'] : null;
    this.addMetadata(body);
    this.isComplete = true;
  }

  finish(): ModelResponse {
    const { id, reason, arriving } = this;
    if (!this.isWhole) throw unfinished(id, this.sawMarker ? 'messageStop' : null);
    const { finish, brokenOff: broken } = endingOf(reason);
    if (broken !== null) throw brokenOff(id, broken, reason ?? '');
    const toolCalls = this.calls.map(({ id: callId, name, input }) => ({ id: callId, name, arguments: input === '' ? '{}' : input }));
    requireReadable(id, { output: arriving.text, toolCalls }, this.unread);
    const reasoning = this.inOrder.flatMap(reasoningBlock);
    return {
      output: arriving.text,
      toolCalls,
      finish,
      ...usageField(this.reported, this.arriving.text !== '' || this.calls.length > 0),
      ttftMs: arriving.ttftMs,
      latencyMs: arriving.elapsedMs,
      ...(toolCalls.length > 0 && reasoning.length > 0 ? { reasoning } : {}),
      ...serviceOf(this.tier),
    };
  }

  private get inOrder(): Block[] {
    return [...this.blocks.entries()].sort(([a], [b]) => a - b).map(([, block]) => block);
  }

  private get calls(): NonNullable<Block['call']>[] {
    return this.inOrder.flatMap(({ call }) => call ?? []);
  }

  private addMetadata({ usage, serviceTier }: JsonObject): void {
    this.reported = mergeReported(this.reported, usage);
    if (isJsonObject(serviceTier)) this.tier = serviceTier['type'];
  }

  /** A block, its start, or a piece of it: a union whose one field names what it is. */
  private addBlock(index: number, piece: JsonValue | undefined): void {
    if (!isJsonObject(piece)) throw unreadable(this.id, 'a block of content that is not an object');
    const block = this.blocks.get(index) ?? emptyBlock();
    this.blocks.set(index, block);
    const { text, toolUse, reasoningContent, citationsContent, citation } = piece;
    if (typeof text === 'string') this.arriving.add(text);
    else if (isJsonObject(toolUse)) this.addCall(block, toolUse);
    else if (isJsonObject(reasoningContent)) this.arriving.think(addReasoning(block, reasoningContent));
    else if (isJsonObject(citationsContent)) this.addCited(citationsContent);
    else if (!isJsonObject(citation)) this.unread ??= `a block of the type ${JSON.stringify(Object.keys(piece)[0] ?? null).slice(0, 60)}`;
  }

  private addCall(block: Block, { toolUseId, name, input }: JsonObject): void {
    this.arriving.begin();
    block.call ??= { id: typeof toolUseId === 'string' ? toolUseId : null, name: typeof name === 'string' ? name : '', input: '' };
    if (typeof input === 'string') block.call.input += input;
    else if (input !== undefined && input !== null) block.call.input = JSON.stringify(input);
  }

  private addCited({ content }: JsonObject): void {
    for (const part of Array.isArray(content) ? content : [])
      if (isJsonObject(part) && typeof part['text'] === 'string') this.arriving.add(part['text']);
  }
}

const indexOf = ({ contentBlockIndex: index }: JsonObject): number => (typeof index === 'number' ? index : 0);

/** What is thought in this piece. In a stream the text and its signature come one after the other, in a body together. */
function addReasoning(block: Block, content: JsonObject): JsonValue | undefined {
  const { text, signature } = isJsonObject(content['reasoningText']) ? content['reasoningText'] : content;
  if (typeof text === 'string') block.thinking += text;
  if (typeof signature === 'string') block.signature += signature;
  if (typeof content['redactedContent'] === 'string') block.redacted += content['redactedContent'];
  return text;
}

/** Thinking is signed: it goes back as it came, or the model refuses the results of tools. */
function reasoningBlock({ thinking, signature, redacted }: Block): JsonObject[] {
  if (redacted !== '') return [{ reasoningContent: { redactedContent: redacted } }];
  if (thinking === '' && signature === '') return [];
  return [{ reasoningContent: { reasoningText: { text: thinking, ...(signature === '' ? {} : { signature }) } } }];
}
