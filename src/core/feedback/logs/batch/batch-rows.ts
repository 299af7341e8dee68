/** Rows of batch files: a request, and an answer with its envelope. */
import { reportedCost } from '../../../economics/prices/reported-cost.ts';
import { reportedUsage } from '../../../economics/prices/reported-usage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import type { Interaction } from '../../interactions/interaction.ts';
import { newInteraction } from '../../interactions/record-fields.ts';
import { responseFactsIn } from '../../interactions/response-facts.ts';
import { userIn, type PersonHash } from '../../redaction/persons.ts';
import { answerIn } from '../answer-envelope.ts';
import type { ReadRow } from '../log-format.ts';
import { recordedEnding } from '../recorded-ending.ts';
import { requestParameters } from '../request-parameters.ts';
import { conversationIn } from '../row-messages.ts';
import { parseTime } from '../row-values.ts';

export type BatchRequest = JsonObject;

const textIn = (object: JsonObject, name: string): string | null => {
  const text = object[name];
  return typeof text === 'string' && text !== '' ? text : null;
};
const objectIn = (object: JsonObject, name: string): JsonObject | null => {
  const value = object[name];
  return isJsonObject(value) ? value : null;
};

/** What joins a request with its answer: `custom_id`, Gemini's `key`. */
export const batchIdOf = (row: JsonObject): string => textIn(row, 'custom_id') ?? textIn(row, 'key') ?? '';

/** A line of the input file: OpenAI's `body`, Anthropic's `params`, Gemini's `request`. */
export const isBatchRequest = (row: JsonValue): row is BatchRequest =>
  isJsonObject(row) &&
  batchIdOf(row) !== '' &&
  row['response'] === undefined &&
  row['result'] === undefined &&
  (objectIn(row, 'body') !== null ||
    objectIn(row, 'params') !== null ||
    (objectIn(row, 'request') !== null && textIn(row, 'key') !== null));

/** A line of the output file, or of the file of errors. */
export const isBatchAnswer = (row: JsonValue): row is JsonObject => {
  if (!isJsonObject(row) || batchIdOf(row) === '') return false;
  const response = objectIn(row, 'response');
  if (response !== null && (objectIn(response, 'body') !== null || Array.isArray(response['candidates']))) return true;
  if (textIn(objectIn(row, 'result') ?? {}, 'type') !== null) return true;
  return row['response'] === null || (objectIn(row, 'error') !== null && Object.hasOwn(row, 'response'));
};

const ANTHROPIC_ENDS: Readonly<Record<string, string>> = {
  canceled: 'The batch was cancelled before this request was sent.',
  expired: 'The batch expired before this request was sent.',
};

const NEVER_SENT = 'The batch expired or was cancelled before this request was sent.';

const isUnsent = (error: JsonObject | null): boolean => error !== null && /^batch_(expired|cancelled)$/.test(textIn(error, 'code') ?? '');

/**
 * `time`: of answers that say none, as the user gives it; else it is when the file was written. An answer that was never made because the batch
 * was cancelled or expired is no call.
 */
export function batchAnswerLine(
  row: JsonObject,
  request: BatchRequest | null,
  { writtenMs, time, hash }: { readonly writtenMs: number; readonly time: string | null; readonly hash: PersonHash },
): ReadRow {
  const result = objectIn(row, 'result');
  const ended = result === null ? undefined : ANTHROPIC_ENDS[textIn(result, 'type') ?? ''];
  const response = objectIn(row, 'response');
  if (ended !== undefined || (response === null && isUnsent(objectIn(row, 'error')))) return { skipped: ended ?? NEVER_SENT };
  const body =
    (result === null ? null : objectIn(result, 'message')) ?? (response === null ? null : (objectIn(response, 'body') ?? response)) ?? {};
  const sent = request === null ? {} : (objectIn(request, 'body') ?? objectIn(request, 'params') ?? objectIn(request, 'request') ?? {});
  const startMs = parseTime(body['created']) ?? parseTime(body['created_at']) ?? (time === null ? writtenMs : parseTime(time));
  if (startMs === null) return { problem: `The time "${(time ?? '').slice(0, 60)}" of the mapping is not a valid time.` };
  const { messages } = conversationIn(Object.keys(sent).length === 0 ? undefined : sent, null, undefined);
  const error = errorOf(row, response, result, body);
  const answer = error === null ? answerIn(body) : { output: null, finish: null };
  const ending = recordedEnding(answer.finish);
  const usage = body['usage'] ?? body['usageMetadata'];
  const user = userIn(sent);
  const interaction = newInteraction({
    id: textIn(row, 'id') ?? textIn(body, 'id') ?? `batch-${batchIdOf(row)}`,
    time: new Date(startMs).toISOString(),
    responseId: textIn(body, 'id') ?? textIn(body, 'responseId'),
    user: user === null ? null : hash(user),
    model: textIn(sent, 'model') ?? textIn(body, 'model') ?? textIn(body, 'modelVersion'),
    parameters: requestParameters(sent),
    messages,
    tools: Array.isArray(sent['tools']) ? sent['tools'] : [],
    output: answer.output,
    finish: ending.finish,
    usage: reportedUsage(usage, answer.output !== null && answer.output !== ''),
    served: { service: 'batch' },
    costUsd: reportedCost(usage),
    response: error === null ? responseFactsIn(body) : undefined,
    // What a batch takes says nothing of the model's latency.
    error: error ?? ending.error,
  });
  return { interaction };
}

function errorOf(row: JsonObject, response: JsonObject | null, result: JsonObject | null, body: JsonObject): Interaction['error'] {
  const given = objectIn(row, 'error') ?? (result === null ? null : objectIn(result, 'error')) ?? objectIn(body, 'error');
  const inner = given === null ? null : (objectIn(given, 'error') ?? given);
  const status = response?.['status_code'];
  const isFailed = typeof status === 'number' && status >= 400;
  if (inner === null && !isFailed) return null;
  const type = inner === null ? null : (textIn(inner, 'type') ?? textIn(inner, 'code'));
  const message = inner === null ? null : textIn(inner, 'message');
  return { type: type ?? 'error', message: message ?? (typeof status === 'number' ? `HTTP ${status}` : '') };
}
