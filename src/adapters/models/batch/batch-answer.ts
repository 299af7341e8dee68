/** The answer in a line of batch results: read by its format's own reader, at the price of a batch. */
import type { BatchFailure } from '../../../core/model/batch-endpoint.ts';
import { isProviderError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { ModelRequest, ModelResponse } from '../../../core/model/model-request.ts';
import { failureOfStatus } from '../provider-failure.ts';
import type { Wire } from '../wire.ts';

/** Nobody waited for it, so there is no time to measure. */
export function batchAnswer(wire: Wire, like: ModelRequest, body: JsonObject): ModelResponse | BatchFailure {
  try {
    const reader = wire.reader(like, () => 0, {});
    reader.addWhole(body, 200);
    return { ...reader.finish(), ttftMs: null, latencyMs: null, service: 'batch' };
  } catch (error) {
    if (!isProviderError(error)) throw error;
    return { failure: error.failure, message: error.message, mayGoAgain: false };
  }
}

/** Refused for reasons of its own (a bad request) or of the moment (too much at once, a fault of the server). */
export function refused(status: number, message: string): BatchFailure {
  const failure = failureOfStatus(status);
  return { failure, message, mayGoAgain: failure === 'rate-limit' || failure === 'server' || failure === 'timeout' };
}

/** Asks for a stream nowhere: a batch has nobody to stream to. */
export function batchBody(wire: Wire, request: ModelRequest): JsonObject {
  const { stream: _stream, stream_options: _options, ...body } = wire.body(request);
  return body;
}
