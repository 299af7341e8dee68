/** The events of a streamed response → one answer. */
import { ProviderError } from '../../../core/problems/errors.ts';
import { serviceOf } from '../../../core/economics/prices/price.ts';
import { chargesField, chargesInItems } from '../../../core/economics/prices/charges.ts';
import { costField } from '../../../core/economics/prices/reported-cost.ts';
import { reportedUsage, usageField } from '../../../core/economics/prices/reported-usage.ts';
import type { Usage } from '../../../core/economics/prices/usage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import { partKind, readContent, readToolCall } from '../../../core/model/answer-content.ts';
import { endingOf, type Ending } from '../../../core/model/finish-reasons.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import type { ToolCall } from '../../../core/tool.ts';
import { excerpt } from '../../../core/text/text.ts';
import { refuseReportedError, reportedError } from '../reported-error.ts';
import { brokenOff, requireReadable, unfinished, unreadable, type AnswerReader, type ArrivingText } from '../wire.ts';

/** Items that are neither text nor a call of the prompt's tools, and no answer by themselves. */
const BESIDE =
  /^(reasoning|message|function_call|compaction|\w+_call_output|(web_search|file_search|code_interpreter|mcp)_call|mcp_list_tools)$/;

export class ResponsesAnswer implements AnswerReader {
  /** The response object of the last event that carries it whole. */
  private ended: JsonObject | null = null;
  private sawMarker = false;
  private refused = false;
  private unread: string | null = null;
  private readonly calls = new Map<string, ToolCall>();
  /** Calls that have begun, as they began. */
  private readonly called = new Map<string, JsonObject>();
  private readonly reasoning = new Map<string, JsonObject>();
  /** The text of every item that has ended, by its place; whole as soon as the response is. */
  private readonly items = new Map<number, string>();
  /** The text of every part that has ended, by its place. */
  private readonly parts = new Map<number, string>();

  /** `onId`: hears the response's id, for comparing later requests with this one. */
  constructor(
    private readonly id: string,
    private readonly arriving: ArrivingText,
    private readonly onId: (id: string) => void,
  ) {}

  get isWhole(): boolean {
    return this.ended !== null;
  }

  get usage(): Usage | null {
    return reportedUsage(this.ended?.['usage'], this.arriving.text !== '' || this.calls.size > 0);
  }

  markEnd(): void {
    this.sawMarker = true;
  }

  add(event: JsonObject): void {
    const { type, delta, item, output_index: index } = event;
    switch (type) {
      case 'response.output_text.delta':
        if (typeof delta === 'string') this.arriving.add(delta);
        break;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        this.arriving.think(delta);
        break;
      case 'response.reasoning_summary_part.added':
        if (event['summary_index'] !== 0) this.arriving.think('\n\n');
        break;
      case 'response.refusal.delta':
        this.refused = true;
        if (typeof delta === 'string') this.arriving.add(delta);
        break;
      case 'response.output_text.done':
        if (typeof event['text'] === 'string') this.addDone(event, event['text']);
        break;
      case 'response.refusal.done':
        this.refused = true;
        if (typeof event['refusal'] === 'string') this.addDone(event, event['refusal']);
        break;
      case 'response.content_part.done':
        if (isJsonObject(event['part'])) this.addPart(event, event['part']);
        break;
      case 'response.function_call_arguments.done':
        this.addArguments(event);
        break;
      case 'response.output_item.added':
        if (isJsonObject(item) && partKind(item) === 'call') this.called.set(keyOf({ id: item['id'] ?? null }, Number(index)), item);
        break;
      case 'response.output_item.done':
        if (isJsonObject(item)) this.addItem(item, typeof index === 'number' ? index : this.items.size);
        this.complete();
        break;
      case 'response.completed':
      case 'response.done':
      case 'response.incomplete':
      case 'response.failed':
        this.end(event['response']);
        break;
      case 'error':
        throw reportedError(this.id, event['error'] ?? event, { hasBegun: this.arriving.ttftMs !== null });
      default:
        refuseReportedError(this.id, event, this.arriving);
    }
  }

  addWhole(body: JsonObject, status: number): void {
    refuseReportedError(this.id, body, this.arriving);
    if (!Array.isArray(body['output']))
      throw new ProviderError(
        'malformed',
        `${this.id} answered with JSON that is not a response: ${excerpt(JSON.stringify(body))}`,
        status,
      );
    this.end(body);
  }

  finish(): ModelResponse {
    const { ended, arriving, id } = this;
    if (ended === null) throw unfinished(id, this.sawMarker ? '[DONE]' : null);
    const toolCalls = [...this.calls.values()];
    const [ending, reason] = endOf(ended, toolCalls.length > 0);
    if (ending.brokenOff !== null) throw brokenOff(id, ending.brokenOff, reason);
    requireReadable(id, { output: arriving.text, toolCalls }, this.unread);
    const miss = missOf(ended['prompt_cache_diagnostics']);
    return {
      output: arriving.text,
      toolCalls,
      finish: this.refused ? 'refusal' : ending.finish,
      ...usageField(ended['usage'], arriving.text !== '' || toolCalls.length > 0),
      ttftMs: arriving.ttftMs,
      latencyMs: arriving.elapsedMs,
      ...costField(ended['usage']),
      ...chargesField(chargesInItems(ended['output'])),
      ...(toolCalls.length > 0 && this.reasoning.size > 0 ? { reasoning: [...this.reasoning.values()] } : {}),
      ...serviceOf(ended['service_tier']),
      ...(miss === null ? {} : { cacheMiss: miss }),
    };
  }

  /** The text of one part, whole. Servers that send no deltas for it send it only here. */
  private addDone({ output_index: item, content_index: part }: JsonObject, text: string): void {
    const place = (typeof item === 'number' ? item : 0) * 1000 + (typeof part === 'number' ? part : 0);
    this.parts.set(place, text);
    this.extendTo(inOrder(this.parts));
  }

  private addPart(event: JsonObject, part: JsonObject): void {
    const { texts, refusals } = readContent(part);
    if (refusals.length > 0) this.refused = true;
    this.addDone(event, [...texts, ...refusals].join(''));
  }

  /** The arguments of a call, whole; its name came when it began. The item of the call, if it comes, says the same. */
  private addArguments({ item_id: id, output_index: index, arguments: text, name }: JsonObject): void {
    const begun = this.called.get(keyOf({ id: id ?? null }, Number(index)));
    if (begun === undefined && typeof name !== 'string') return;
    this.addItem({ type: 'function_call', ...(typeof name === 'string' ? { name } : {}), ...begun, arguments: text ?? '' }, Number(index));
  }

  private addItem(item: JsonObject, index: number): void {
    const { type } = item;
    if (type === 'reasoning') this.reasoning.set(keyOf(item, index), item);
    if (type === 'function_call' || partKind(item) === 'call') {
      this.arriving.begin();
      const { id, name, arguments: text } = readToolCall(item);
      this.calls.set(keyOf(item, index), { id, name, arguments: text ?? '' });
    } else if (typeof type === 'string' && !BESIDE.test(type)) this.unread ??= `an item of the type ${JSON.stringify(type.slice(0, 60))}`;
    if (type !== 'message' && type !== undefined) return;
    const { texts, refusals, unread } = readContent(item['content']);
    if (unread !== null) throw unreadable(this.id, unread);
    if (refusals.length > 0) this.refused = true;
    this.items.set(index, [...texts, ...refusals].join(''));
  }

  /** What has arrived so far, as the items have it: an item without deltas of its own adds its text here. */
  private complete(): void {
    this.extendTo(inOrder(this.items));
  }

  private extendTo(text: string): void {
    const { arriving } = this;
    if (text.length > arriving.text.length && text.startsWith(arriving.text)) arriving.add(text.slice(arriving.text.length));
  }

  /** @throws {ProviderError} when the response says that it failed. */
  private end(response: JsonValue | undefined): void {
    if (!isJsonObject(response)) throw new ProviderError('malformed', `${this.id} ended its stream without a response.`);
    const { status, error, output, id } = response;
    if (status === 'failed' || saysError(error))
      throw reportedError(this.id, error ?? 'the response failed', { hasBegun: this.arriving.ttftMs !== null });
    this.ended = response;
    if (Array.isArray(output)) {
      // What an item said while it streamed stays; what only the whole response has is added.
      if (output.length > 0) this.items.clear();
      output.forEach((item, i) => {
        if (isJsonObject(item)) this.addItem(item, i);
      });
      this.complete();
    } else if (output !== undefined && output !== null) this.unread ??= 'an `output` that is not a list';
    if (this.arriving.text === '' && typeof response['output_text'] === 'string') this.arriving.add(response['output_text']);
    if (typeof id === 'string') this.onId(id);
  }
}

const saysError = (error: JsonValue | undefined): boolean => error !== undefined && error !== null;

const inOrder = (texts: ReadonlyMap<number, string>): string =>
  [...texts.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, text]) => text)
    .join('');

/** The same item comes when it ends and again with the whole response. */
const keyOf = ({ call_id: call, id }: JsonObject, index: number): string =>
  typeof call === 'string' && call !== '' ? call : typeof id === 'string' && id !== '' ? id : `#${index}`;

/** How it ended, with the word that says so. */
function endOf({ status, incomplete_details: details }: JsonObject, calledTools: boolean): readonly [Ending, string] {
  const why = isJsonObject(details) && typeof details['reason'] === 'string' ? details['reason'] : null;
  const word = status === 'incomplete' && why !== null ? why : typeof status === 'string' ? status : 'completed';
  const ending = endingOf(word);
  return [ending.finish === 'stop' && calledTools ? { ...ending, finish: 'tool-calls' } : ending, word];
}

/** OpenAI, `prompt_cache_diagnostics`: why the compared prefix was not found. */
function missOf(diagnostics: JsonValue | undefined): string | null {
  if (!isJsonObject(diagnostics) || diagnostics['type'] !== 'cache_miss' || typeof diagnostics['reason'] !== 'string') return null;
  return diagnostics['reason'];
}
