/** The answer in a line of batch results: read by its format's own reader, at the price of a batch. */
import type { BatchFailure } from '../../../core/model/batch-endpoint.ts';
import { isProviderError } from '../../../core/problems/errors.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { ModelRequest, ModelResponse } from '../../../core/model/model-request.ts';
import { errorMessage, failureOfError, mayPass } from '../provider-failure.ts';
import type { Wire } from '../wire.ts';

/**
 * No call waited for it, so no time is measured. `answeredAt`: ms since 1970, when the provider answered, for prices with dates; NaN or null:
 * it does not say.
 */
export function batchAnswer(wire: Wire, like: ModelRequest, body: JsonObject, answeredAt: number | null): ModelResponse | BatchFailure {
  try {
    const reader = wire.reader(like, () => 0, {});
    reader.addWhole(body, 200);
    const at = new Date(answeredAt ?? NaN);
    const moment = Number.isNaN(at.getTime()) ? {} : { answeredAt: at.toISOString() };
    return { ...reader.finish(), ttftMs: null, latencyMs: null, service: 'batch', ...moment };
  } catch (error) {
    if (!isProviderError(error)) throw error;
    return { failure: error.failure, message: error.message, mayGoAgain: mayPass(error.failure) };
  }
}

/** Refused for reasons of its own (a bad request) or of the moment (too much at once, a fault of the server). */
export function refused(error: JsonValue | undefined, status: number | null): BatchFailure {
  const failure = failureOfError(error, status);
  const message = errorMessage(error) ?? 'The request was rejected without a reason.';
  return { failure, message, mayGoAgain: mayPass(failure) };
}

/** Asks for a stream nowhere: a batch has nobody to stream to. */
export function batchBody(wire: Wire, request: ModelRequest): JsonObject {
  const { stream: _stream, stream_options: _options, ...body } = wire.body(request);
  return body;
}
