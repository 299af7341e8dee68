/** Errors of an API that is reached without an SDK, in the shape in which the SDKs give theirs. */
import { isJsonObject, parseJson, type JsonValue } from '../../core/json/json.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { errorMessage } from './provider-failure.ts';
import type { SdkErrors } from './sdk-errors.ts';

/** The server answered, with an error. */
export class FetchStatusError extends Error {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    /** What the body says of the error. */
    readonly error: JsonValue,
  ) {
    super(errorMessage(error) ?? `status ${status}`);
  }
}

/** There was no answer. */
export class FetchConnectionError extends Error {
  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
  }
}

class NeverThrown extends Error {}

export const FETCH_ERRORS: SdkErrors = {
  APIError: FetchStatusError,
  APIConnectionError: FetchConnectionError,
  APIConnectionTimeoutError: NeverThrown,
  APIUserAbortError: NeverThrown,
};

/** The error of a response that did not succeed. `code`: what the headers say of it; null: nothing. */
export async function statusErrorOf(response: Response, code: string | null): Promise<FetchStatusError> {
  const text = await response.text();
  const body = parseJson(text);
  const said = isJsonObject(body) ? body : { message: text.trim() };
  const message = said['message'] ?? said['Message'] ?? null;
  // AWS writes the type of an error into the body where it is not in a header: `com.amazon.coral.service#ThrottlingException`.
  const type = typeof said['__type'] === 'string' ? (said['__type'].split('#').at(-1) ?? null) : null;
  const named = code ?? type;
  return new FetchStatusError(response.status, response.headers, { ...said, message, ...(named === null ? {} : { code: named }) });
}
