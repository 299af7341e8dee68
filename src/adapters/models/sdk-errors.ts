/** Errors of an SDK in our words, with the provider's own message and never a key. */
import { messageOf, ProviderError, isProviderError } from '../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../core/json/json.ts';
import { excerpt } from '../../core/text/text.ts';
import { hideCutKeys } from './hide-key.ts';
import { errorMessage, failureOfError, reportedStatus } from './provider-failure.ts';
import { retryAfterOf, waitIn } from './retry-after.ts';

type ErrorClass<T extends Error = Error> = abstract new (...args: never[]) => T;

/** The error classes of the SDKs, which are made by the same generator. */
export interface SdkErrors {
  readonly APIError: ErrorClass<Error & { readonly status?: unknown; readonly headers?: unknown; readonly code?: unknown }>;
  readonly APIConnectionError: ErrorClass;
  readonly APIConnectionTimeoutError: ErrorClass;
  readonly APIUserAbortError: ErrorClass;
}

export interface CallTarget {
  readonly id: string;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Tokens that requests carried; absent: none. */
  readonly tokens?: () => readonly string[];
}

/** What no answer of a server may bring back. */
export const secretsOf = ({ apiKey, tokens }: Pick<CallTarget, 'apiKey' | 'tokens'>): readonly string[] => [
  ...(apiKey === null ? [] : [apiKey]),
  ...(tokens?.() ?? []),
];

export function providerErrorOf(error: unknown, target: CallTarget, sdk: SdkErrors): ProviderError {
  const message = excerpt(hideCutKeys(spoken(error), secretsOf(target)), 500);
  if (isProviderError(error)) {
    const { failure, status, retryAfterMs, hint, mayBeBilled } = error;
    return new ProviderError(failure, message, status, retryAfterMs, hint, mayBeBilled);
  }
  if (error instanceof sdk.APIUserAbortError) return new ProviderError('aborted', 'The call was cancelled.');
  if (error instanceof sdk.APIConnectionTimeoutError) return new ProviderError('timeout', `${target.id} did not answer in time.`);
  if (error instanceof sdk.APIConnectionError) return connectionError(error, target);
  if (error instanceof sdk.APIError && typeof error.status === 'number') {
    return new ProviderError(
      failureOfError(reportedBy(error), error.status),
      `${target.id}: ${message}`,
      error.status,
      retryAfterOf(error.headers as Headers | undefined, Date.now()) ?? waitIn(reportedBy(error)),
      hintOf(error.status, target),
    );
  }
  if (error instanceof SyntaxError) return new ProviderError('malformed', `${target.id} sent invalid JSON: ${message}`);
  if (error instanceof sdk.APIError) {
    // Reported inside a stream: it says by itself what it is.
    const reported = reportedBy(error);
    const failure = failureOfError(reported, null);
    return new ProviderError(failure, `${target.id}: ${message}`, reportedStatus(reported), waitIn(reported));
  }
  return new ProviderError(
    'connection',
    `The connection to ${originOf(target.baseUrl)} broke: ${excerpt(hideCutKeys(deepestMessage(error), secretsOf(target)), 300)}`,
  );
}

/** What the provider said; Anthropic's SDK gives the whole body. */
function spoken(error: unknown): string {
  const reported = reportedBy(error);
  const inner = isJsonObject(reported) && isJsonObject(reported['error']) ? errorMessage(reported) : null;
  return inner ?? messageOf(error);
}

/** What the body holds of an error, as OpenAI's SDK gives it, or the whole body, as Anthropic's does. */
function reportedBy(error: unknown): JsonValue {
  const body: unknown = error instanceof Error && 'error' in error ? error.error : null;
  if (isJsonObject(body)) return body;
  if (typeof body === 'string') return body;
  // Gemini's compatible endpoint puts the error into a list, which the SDK gives only as a text after the status.
  const listed = parseJson(messageOf(error).replace(/^\d{3} (?=\[)/, ''));
  const first = Array.isArray(listed) ? listed[0] : undefined;
  return isJsonObject(first) ? first : messageOf(error);
}

function connectionError(error: Error, target: CallTarget): ProviderError {
  const { baseUrl } = target;
  const reason = excerpt(hideCutKeys(deepestMessage(error), secretsOf(target)), 300);
  return new ProviderError(
    isFinal(error) ? 'unreachable' : 'connection',
    `No connection to ${originOf(baseUrl)}: ${reason}`,
    null,
    null,
    'Check that the server is running and that its address is correct.',
    !isFinal(error) && !/^(ECONNREFUSED|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(codeOf(error)),
  );
}

/** No such host, a certificate that is not trusted, a redirect: the next attempt would end the same way. */
function isFinal(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOTFOUND' || code === 'EPROTO' || /CERT|SELF_SIGNED|^ERR_(TLS|SSL|REDIRECT)/.test(code);
}

const codeOf = (error: unknown): string => String((deepest(error) as { code?: unknown }).code);

/** The SDK wraps what happened ("Connection error."); the innermost cause says it. */
function deepest(error: unknown): unknown {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error && current.cause instanceof Error; depth++) current = current.cause;
  return current;
}

function deepestMessage(error: unknown): string {
  const current = deepest(error);
  const code = (current as { code?: unknown }).code;
  const message = messageOf(current);
  if (message !== '') return message;
  return typeof code === 'string' ? code : 'unknown reason';
}

function hintOf(status: number, { id, baseUrl }: CallTarget): string | undefined {
  if (status === 401 || status === 403) return `Check the key for ${originOf(baseUrl)}.`;
  if (status === 404) return `Check that ${originOf(baseUrl)} has the model of ${id}.`;
  return undefined;
}

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);
