/** Errors that a server reports inside an answer with status 200: in the body, in a choice, in an event of the stream. */
import { ProviderError } from '../../core/problems/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { excerpt } from '../../core/text/text.ts';
import { errorMessage, failureOfError, reportedStatus } from './provider-failure.ts';
import { waitIn } from './retry-after.ts';
import type { ArrivingText } from './wire.ts';

/** @throws {ProviderError} when the body or event reports an error, whatever else it holds. */
export function refuseReportedError(id: string, body: JsonObject, arriving: ArrivingText): void {
  const error = errorIn(body);
  if (error !== null) throw reportedError(id, error, { hasBegun: arriving.ttftMs !== null });
}

/** `hasBegun`: a part of the answer had arrived, so it may have to be paid for. */
export function reportedError(id: string, error: JsonValue, { hasBegun }: { readonly hasBegun: boolean }): ProviderError {
  const failure = failureOfError(error, null);
  const mayBeBilled = hasBegun || failure === 'server' || failure === 'timeout';
  const message = `${id}: ${errorMessage(error) ?? excerpt(JSON.stringify(error), 200)}`;
  return new ProviderError(failure, message, reportedStatus(error), waitIn(error), undefined, mayBeBilled);
}

/** Null: it is not reported. Groq reports it in `x_groq`, OpenRouter in the choice. */
function errorIn(body: JsonObject): JsonValue | null {
  const { error, x_groq: groq, choices } = body;
  // The whole body is the error, as older vLLM sends it.
  if (body['object'] === 'error') return body;
  const inChoices = (Array.isArray(choices) ? choices : [])
    .filter(isJsonObject)
    .flatMap((choice) => [choice['error'], ...[choice['delta'], choice['message']].filter(isJsonObject).map((part) => part['error'])]);
  return [error, isJsonObject(groq) ? groq['error'] : null, ...inChoices].find(saysSomething) ?? null;
}

const saysSomething = (error: JsonValue | undefined): error is JsonValue =>
  error !== undefined && error !== null && error !== '' && error !== false && !(isJsonObject(error) && Object.keys(error).length === 0);
