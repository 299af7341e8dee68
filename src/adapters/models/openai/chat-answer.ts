/** The chunks of a streamed chat completion → one answer. */
import { ProviderError } from '../../../core/problems/errors.ts';
import { serviceOf } from '../../../core/economics/prices/price.ts';
import { chargesField, reportedCharges } from '../../../core/economics/prices/charges.ts';
import { costField } from '../../../core/economics/prices/reported-cost.ts';
import { mergeReported, reportedUsage, usageField } from '../../../core/economics/prices/reported-usage.ts';
import type { Usage } from '../../../core/economics/prices/usage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import { isNoCall, readContent } from '../../../core/model/answer-content.ts';
import { endingOf, laterEnding, type Ending } from '../../../core/model/finish-reasons.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import { excerpt } from '../../../core/text/text.ts';
import { refuseReportedError } from '../reported-error.ts';
import { brokenOff, noAnswer, requireReadable, unfinished, unreadable, type AnswerReader, type ArrivingText } from '../wire.ts';
import { ToolCallCollector } from './tool-calls.ts';

/** Fields of a message or a delta that are read, or that are beside the answer. */
const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  ...['role', 'content', 'refusal', 'tool_calls', 'function_call', 'name', 'annotations', 'citations', 'index', 'id'],
  ...['reasoning', 'reasoning_content', 'reasoning_details', 'reasoning_text', 'thinking', 'reasoning_signature', 'reasoning_opaque'],
]);

export class ChatAnswer implements AnswerReader {
  private ending: Ending | null = null;
  private reason = '';
  private sawMarker = false;
  private refused = false;
  private reported: JsonObject | null = null;
  private tier: JsonValue | undefined;
  /** What could not be read, as long as nothing else was read. */
  private unread: string | null = null;
  private readonly calls = new ToolCallCollector();
  private readonly legacy = new ToolCallCollector();

  constructor(
    private readonly id: string,
    private readonly arriving: ArrivingText,
  ) {}

  get isWhole(): boolean {
    return this.ending !== null;
  }

  get usage(): Usage | null {
    return reportedUsage(this.reported, this.arriving.text !== '' || this.toolCalls.length > 0);
  }

  markEnd(): void {
    this.sawMarker = true;
  }

  add(chunk: JsonObject): void {
    refuseReportedError(this.id, chunk, this.arriving);
    this.addBill(chunk);
    const choice = firstChoice(chunk['choices']);
    if (choice === null) return;
    const part = messageIn(choice, choice['delta'] ?? choice['message']);
    if (part !== null) this.addContent(part, false);
    this.addReason(choice);
  }

  addWhole(body: JsonObject, status: number): void {
    refuseReportedError(this.id, body, this.arriving);
    const choice = firstChoice(body['choices']);
    const message = choice === null ? null : messageIn(choice, choice['message']);
    if (choice === null || message === null)
      throw new ProviderError(
        'malformed',
        `${this.id} answered with JSON that is not a chat completion: ${excerpt(JSON.stringify(body))}`,
        status,
      );
    this.addBill(body);
    if (!Object.hasOwn(message, 'content')) this.unread ??= 'a message without content';
    this.addContent(message, true);
    this.addReason(choice);
    // The body is whole, whether or not it says why the answer ended; without a reason and an answer it is malformed.
    if (this.ending === null && this.unread === null && this.arriving.text === '' && this.toolCalls.length === 0)
      throw noAnswer(this.id, status);
    this.ending ??= endingOf(null);
  }

  finish(): ModelResponse {
    const { arriving, ending, id } = this;
    if (ending === null) throw unfinished(id, this.sawMarker ? '[DONE]' : null);
    if (ending.brokenOff !== null) throw brokenOff(id, ending.brokenOff, this.reason);
    const { toolCalls } = this;
    requireReadable(id, { output: arriving.text, toolCalls }, this.unread);
    return {
      output: arriving.text,
      toolCalls,
      finish: this.refused ? 'refusal' : ending.finish,
      ...usageField(this.reported, arriving.text !== '' || toolCalls.length > 0),
      ttftMs: arriving.ttftMs,
      latencyMs: arriving.elapsedMs,
      ...costField(this.reported),
      ...chargesField(reportedCharges(this.reported)),
      ...serviceOf(this.tier),
    };
  }

  private get toolCalls(): ModelResponse['toolCalls'] {
    return [...this.calls.list(), ...this.legacy.list()];
  }

  /** Groq has the usage in `x_groq`, Moonshot in the choice. */
  private addBill({ usage, x_groq: groq, choices, service_tier: tier }: JsonObject): void {
    this.reported = mergeReported(this.reported, usage);
    if (isJsonObject(groq)) this.reported = mergeReported(this.reported, groq['usage']);
    for (const choice of Array.isArray(choices) ? choices : [])
      if (isJsonObject(choice)) this.reported = mergeReported(this.reported, choice['usage']);
    this.tier ??= tier ?? undefined;
  }

  private addReason({ finish_reason: given }: JsonObject): void {
    const reason = isJsonObject(given) ? given['type'] : given;
    if (typeof reason !== 'string' || reason === '') return;
    const ending = laterEnding(this.ending, endingOf(reason));
    if (ending !== this.ending) this.reason = reason;
    this.ending = ending;
  }

  private addContent(message: JsonObject, isWhole: boolean): void {
    const { content, refusal, tool_calls: calls, function_call: legacy } = message;
    this.arriving.think(message['reasoning_content'] ?? message['reasoning'] ?? message['thinking']);
    const read = readContent(content);
    if (read.unread !== null) throw unreadable(this.id, read.unread);
    const refusals = [...(typeof refusal === 'string' && refusal !== '' ? [refusal] : []), ...read.refusals];
    if (refusals.length > 0) this.refused = true;
    for (const call of [...(Array.isArray(calls) ? calls : [calls]), ...read.calls]) {
      if (call === undefined || call === null) continue;
      if (!isJsonObject(call)) throw unreadable(this.id, 'a tool call that is not an object');
      if (isWhole && isNoCall(call)) continue;
      this.arriving.begin();
      if (isWhole) this.calls.addWhole(call);
      else this.calls.add(call);
    }
    if (isJsonObject(legacy) && !isNoCall(legacy)) {
      this.arriving.begin();
      this.legacy.add(legacy);
    }
    const texts = read.texts.join('');
    if (texts !== '') this.arriving.add(texts);
    else for (const text of refusals) this.arriving.add(text);
    const other = Object.entries(message).find(([name, value]) => !KNOWN_FIELDS.has(name) && saysSomething(value));
    if (other !== undefined) this.unread ??= `the field ${JSON.stringify(other[0].slice(0, 60))} instead of content`;
  }
}

/** Of several answers (`n`) the first by its index, wherever in the list it is; null: this has none of it. */
function firstChoice(choices: JsonValue | undefined): JsonObject | null {
  const list = Array.isArray(choices) ? choices.filter(isJsonObject) : [];
  return list.find(({ index }) => index === 0) ?? list.find(({ index }) => typeof index !== 'number') ?? null;
}

/** The message or delta of a choice; servers of the older completions put a `text` beside the index. Null: the choice has neither. */
function messageIn({ text }: JsonObject, message: JsonValue | undefined): JsonObject | null {
  if (isJsonObject(message)) return message;
  return typeof text === 'string' ? { content: text } : null;
}

const saysSomething = (value: JsonValue): boolean =>
  typeof value === 'string' ? value !== '' : typeof value === 'object' && value !== null && Object.keys(value).length > 0;
