/** What a pipeline is told, and what it says: the same over HTTP and as a program. `docs/models.md` has the contract. */
import { ProviderError } from '../../../core/problems/errors.ts';
import { costField } from '../../../core/economics/prices/reported-cost.ts';
import { usageField } from '../../../core/economics/prices/reported-usage.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import type { ModelRequest, ModelResponse } from '../../../core/model/model-request.ts';
import { failureOfStatus } from '../provider-failure.ts';
import { excerpt, withoutBom } from '../../../core/text/text.ts';

export const PIPELINE_SCHEMA = 'goldset.pipeline/1';

/** Variables of the case, and the prompt rendered with them for a pipeline that wants it. */
export function pipelineRequest(model: string, { messages, parameters, repeat, variables }: ModelRequest): JsonObject {
  return {
    schema: PIPELINE_SCHEMA,
    model,
    variables: variables ?? {},
    messages: messages as unknown as JsonValue,
    parameters: parameters as JsonObject,
    repeat,
  };
}

/** @throws {ProviderError} when there is no answer in it, or the pipeline reports an `error`, whatever else it says. */
export function pipelineAnswer(id: string, text: string, latencyMs: number): ModelResponse {
  const value = parseJson(withoutBom(text));
  if (isJsonObject(value)) refuseReportedError(id, value['error']);
  const output = isJsonObject(value) ? value['output'] : undefined;
  if (!isJsonObject(value) || output === undefined)
    throw new ProviderError(
      'malformed',
      `${id} must answer with a JSON object that has an \`output\`, not: ${excerpt(text.trim(), 200)}`,
      null,
      null,
      'See docs/models.md for the answer format.',
    );
  const { ttftMs, costUsd, context, usage } = value;
  return {
    output: typeof output === 'string' ? output : JSON.stringify(output),
    toolCalls: [],
    finish: 'stop',
    ...usageField(usage, output !== ''),
    ttftMs: isAmount(ttftMs) ? ttftMs : null,
    latencyMs,
    ...(isAmount(costUsd) ? { costUsd } : costField(usage)),
    ...(Array.isArray(context) ? { context: context.map(chunkText) } : {}),
  };
}

/** `error` as text, as `{ message, status }`, or as anything that is not null, false or empty. */
function refuseReportedError(id: string, error: JsonValue | undefined): void {
  if (error === undefined || error === null || error === false || error === '') return;
  const detail = isJsonObject(error) ? error : {};
  const message = typeof error === 'string' ? error : typeof detail['message'] === 'string' ? detail['message'] : JSON.stringify(error);
  const status = [detail['status'], detail['code']].find((item) => typeof item === 'number') ?? null;
  throw new ProviderError(
    status === null ? 'bad-request' : failureOfStatus(status),
    `${id} reported an error: ${excerpt(message, 300)}`,
    status,
    null,
    'Fix it in the pipeline, then run again.',
  );
}

const isAmount = (value: JsonValue | undefined): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const chunkText = (chunk: JsonValue): string =>
  typeof chunk === 'string' ? chunk : isJsonObject(chunk) && typeof chunk['text'] === 'string' ? chunk['text'] : JSON.stringify(chunk);
