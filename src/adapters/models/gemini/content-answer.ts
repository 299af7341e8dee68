/** The chunks of a streamed `generateContent` → one answer. */
import { ProviderError } from '../../../core/problems/errors.ts';
import { chargesField, chargesOfCandidate, type Charges } from '../../../core/economics/prices/charges.ts';
import { serviceOf } from '../../../core/economics/prices/price.ts';
import { mergeReported, reportedUsage, usageField } from '../../../core/economics/prices/reported-usage.ts';
import type { Usage } from '../../../core/economics/prices/usage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import { readToolCall } from '../../../core/model/answer-content.ts';
import { endingOf, laterEnding, type Ending } from '../../../core/model/finish-reasons.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import { excerpt } from '../../../core/text/text.ts';
import type { ToolCall } from '../../../core/tool.ts';
import { refuseReportedError } from '../reported-error.ts';
import { brokenOff, requireReadable, unfinished, type AnswerReader, type ArrivingText } from '../wire.ts';

/** What of a part is beside the answer: what Google's own tools did, and what a part says about itself. */
const BESIDE = new Set([
  'thought',
  'thoughtSignature',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
  'partMetadata',
]);

export class ContentAnswer implements AnswerReader {
  private ending: Ending | null = null;
  private reason = '';
  private reported: JsonObject | null = null;
  private tier: JsonValue | undefined;
  private charges: Charges = {};
  private unread: string | null = null;
  private readonly calls: ToolCall[] = [];
  /** Parts that the model wants back as they came: thoughts and calls that it signed. */
  private readonly signed: JsonObject[] = [];

  constructor(
    private readonly id: string,
    private readonly arriving: ArrivingText,
  ) {}

  get isWhole(): boolean {
    return this.ending !== null;
  }

  get usage(): Usage | null {
    return reportedUsage(this.reported, this.arriving.text !== '' || this.calls.length > 0);
  }

  markEnd(): void {
    // The stream has no last event of its own: a finish reason ends the answer.
  }

  add(chunk: JsonObject): void {
    refuseReportedError(this.id, chunk, this.arriving);
    const { usageMetadata: usage, promptFeedback: feedback, candidates } = chunk;
    // Each chunk has the sum up to here.
    this.reported = mergeReported(this.reported, usage);
    if (isJsonObject(usage)) this.tier ??= usage['serviceTier'] ?? trafficTier(usage['trafficType']);
    if (isJsonObject(feedback) && typeof feedback['blockReason'] === 'string' && feedback['blockReason'] !== '') this.block();
    const candidate = firstCandidate(candidates);
    if (candidate === null) return;
    // A later chunk has the queries of the earlier ones too.
    const searched = chargesOfCandidate(candidate);
    if ((searched.webSearches ?? 0) > (this.charges.webSearches ?? 0)) this.charges = searched;
    const content = candidate['content'];
    const parts = isJsonObject(content) ? content['parts'] : undefined;
    for (const part of Array.isArray(parts) ? parts : []) this.addPart(part);
    const reason = candidate['finishReason'];
    if (typeof reason !== 'string' || reason === '') return;
    const ending = laterEnding(this.ending, endingOf(reason));
    if (ending !== this.ending) this.reason = reason;
    this.ending = ending;
  }

  addWhole(body: JsonObject, status: number): void {
    refuseReportedError(this.id, body, this.arriving);
    if (!Array.isArray(body['candidates']) && !isJsonObject(body['promptFeedback']))
      throw new ProviderError(
        'malformed',
        `${this.id} answered with JSON that is not a response of generateContent: ${excerpt(JSON.stringify(body))}`,
        status,
      );
    this.add(body);
    // The body is whole, whether or not it says why the answer ended.
    this.ending ??= endingOf(null);
  }

  finish(): ModelResponse {
    const { arriving, ending, id, calls, signed } = this;
    if (ending === null) throw unfinished(id, null);
    if (ending.brokenOff !== null) throw brokenOff(id, ending.brokenOff, this.reason);
    requireReadable(id, { output: arriving.text, toolCalls: calls }, this.unread);
    return {
      output: arriving.text,
      toolCalls: calls,
      finish: ending.finish === 'stop' && calls.length > 0 ? 'tool-calls' : ending.finish,
      ...usageField(this.reported, arriving.text !== '' || calls.length > 0),
      ttftMs: arriving.ttftMs,
      latencyMs: arriving.elapsedMs,
      ...(calls.length > 0 && signed.length > 0 ? { reasoning: signed } : {}),
      ...serviceOf(this.tier),
      ...chargesField(this.charges),
    };
  }

  /** The prompt itself was refused, so no candidate comes. */
  private block(): void {
    this.ending = { finish: 'content-filter', brokenOff: null };
  }

  private addPart(part: JsonValue): void {
    if (!isJsonObject(part)) {
      this.unread ??= 'a part that is not an object';
      return;
    }
    const { text, thought, functionCall: call } = part;
    const isSigned = typeof part['thoughtSignature'] === 'string';
    if (isJsonObject(call)) {
      this.arriving.begin();
      const { id, name, arguments: given } = readToolCall(call);
      this.calls.push({ id, name, arguments: given ?? '{}' });
      if (isSigned) this.signed.push(part);
    } else if (thought === true) {
      this.arriving.think(text);
      if (isSigned) this.signed.push(part);
    } else if (typeof text === 'string') this.arriving.add(text);
    else {
      const field = Object.keys(part).find((name) => !BESIDE.has(name));
      if (field !== undefined) this.unread ??= `a part with ${JSON.stringify(field.slice(0, 60))}`;
    }
  }
}

/** Of several candidates the first by its index; one without an index is the first. */
function firstCandidate(candidates: JsonValue | undefined): JsonObject | null {
  const list = Array.isArray(candidates) ? candidates.filter(isJsonObject) : [];
  return list.find(({ index }) => index === undefined || index === 0) ?? null;
}

/** Vertex AI: how the request was served (`ON_DEMAND_FLEX`, `ON_DEMAND_PRIORITY`). */
function trafficTier(type: JsonValue | undefined): string | undefined {
  return typeof type === 'string' ? /_(FLEX|PRIORITY)$/.exec(type)?.[1]?.toLowerCase() : undefined;
}
