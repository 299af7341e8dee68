/**
 * What an error of a provider means, by what it says: its code, its status, its type, at last its words. The same wherever it
 * occurs: with an HTTP status, in a body with status 200, in a stream, in a line of a batch.
 * Sources: error pages of OpenAI, Anthropic, OpenRouter, Gemini, Bedrock, Mistral, Groq, DeepSeek, Moonshot, vLLM, LiteLLM, Alibaba.
 */
import type { ProviderFailure } from '../../core/problems/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';

/** What an HTTP status of a provider means. */
export function failureOfStatus(status: number): ProviderFailure {
  if (status === 401 || status === 403) return 'authentication';
  if (status === 402) return 'quota';
  if (status === 404) return 'not-found';
  if (status === 408) return 'timeout';
  if (status === 429) return 'rate-limit';
  return status >= 500 ? 'server' : 'bad-request';
}

/** Whether the same request may end otherwise the next time. */
export const mayPass = (failure: ProviderFailure): boolean =>
  ['rate-limit', 'server', 'timeout', 'connection', 'unfinished'].includes(failure);

/**
 * What an error means. `error`: the object or text that the provider reports as `error`. `status`: of the HTTP response when it
 * is an error; null: the response itself was a success.
 */
export function failureOfError(error: JsonValue | undefined, status: number | null): ProviderFailure {
  const found = detailsOf(error);
  const message = errorMessage(error) ?? '';
  const names = [found['code'], found['status'], found['type']].filter((name) => typeof name === 'string');
  const named = names.map((name) => ERRORS.get(normalised(name)));
  if (named.includes('quota') || QUOTA.test(message)) return 'quota';
  const special = names.map((name) => specificFailure(normalised(name))).find((failure) => failure !== null);
  if (special !== undefined) return special;
  const said = reportedStatus(error) ?? status;
  if (said !== null) return failureOfStatus(said);
  return named.find((failure) => failure !== undefined) ?? WORDS.find(([pattern]) => pattern.test(message))?.[1] ?? 'server';
}

/** The HTTP status that an error states in itself, as OpenRouter and vLLM write it; null: none. */
export function reportedStatus(error: JsonValue | undefined): number | null {
  const found = detailsOf(error);
  return [found['code'], found['status'], found['status_code']].map(asStatus).find((status) => status !== null) ?? null;
}

function asStatus(value: JsonValue | undefined): number | null {
  const number = typeof value === 'string' && /^[45]\d\d$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 400 && number < 600 ? number : null;
}

/** The provider's own words; null: it has none. */
export function errorMessage(error: JsonValue | undefined): string | null {
  if (typeof error === 'string') return error === '' ? null : error;
  const found = detailsOf(error);
  return (
    [found['message'], found['detail'], found['error']].find((text): text is string => typeof text === 'string' && text !== '') ?? null
  );
}

/** Some wrap the error once more. */
function detailsOf(error: JsonValue | undefined): JsonObject {
  if (!isJsonObject(error)) return {};
  return isJsonObject(error['error']) ? error['error'] : error;
}

const normalised = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[-. ]/g, '_');

/** Codes that say more than the status that they come with. */
const SPECIFIC_NAMES: Partial<Record<ProviderFailure, readonly string[]>> = {
  authentication: [
    ...['invalid_api_key', 'invalid_authentication_error', 'incorrect_api_key_error', 'account_deactivated', 'unauthenticated'],
    ...['access_denied_exception', 'expired_token_exception', 'unrecognized_client_exception', 'invalid_signature_exception'],
    ...['missing_authentication_token_exception', 'incomplete_signature_exception'],
  ],
  'rate-limit': [
    ...['rate_limit_exceeded', 'rate_limit_error', 'rate_limit_reached_error', 'rate_limited', 'too_many_requests'],
    ...['resource_exhausted', 'throttling', 'throttling_exception', 'tokens_per_minute_exceeded', 'model_not_ready_exception'],
  ],
  'not-found': ['model_not_found', 'not_found_error', 'resource_not_found_error', 'resource_not_found_exception', 'deployment_not_found'],
  'bad-request': [
    ...['context_length_exceeded', 'string_above_max_length', 'content_policy_violation', 'content_filter', 'invalid_prompt'],
    ...['unsupported_parameter', 'unsupported_value', 'invalid_value', 'invalid_argument', 'failed_precondition', 'request_too_large'],
    ...['json_validate_failed', 'tool_use_failed', 'data_inspection_failed', 'invalid_parameter_error', 'invalid_image'],
  ],
  timeout: ['model_timeout_exception'],
  server: [
    ...['overloaded_error', 'engine_overloaded_error', 'model_overloaded', 'overloaded', 'unavailable', 'service_unavailable'],
    ...['service_unavailable_exception', 'internal_server_exception', 'model_error_exception', 'model_stream_error_exception'],
  ],
};

/** Types that say as much as a status, and less than one that is there. */
const GENERAL_NAMES: Partial<Record<ProviderFailure, readonly string[]>> = {
  authentication: ['authentication_error', 'permission_error', 'permission_denied', 'unauthorized', 'forbidden', 'access_denied'],
  quota: [
    ...['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active', 'billing_error', 'exceeded_current_quota_error'],
    ...['insufficient_balance', 'payment_required', 'insufficient_credits', 'service_quota_exceeded_exception'],
  ],
  'not-found': ['not_found'],
  'bad-request': [
    'invalid_request_error',
    'invalid_request',
    'bad_request',
    'bad_request_error',
    'unprocessable_entity',
    'validation_error',
    'validation_exception',
  ],
  timeout: ['timeout', 'timeout_error', 'request_timeout', 'deadline_exceeded'],
  server: ['server_error', 'api_error', 'internal', 'internal_error', 'internal_server_error', 'bad_gateway', 'network_error'],
};

const byName = (table: Partial<Record<ProviderFailure, readonly string[]>>): readonly (readonly [string, ProviderFailure])[] =>
  Object.entries(table).flatMap(([failure, names]) => names.map((name) => [name, failure as ProviderFailure] as const));

const SPECIFIC: ReadonlyMap<string, ProviderFailure> = new Map(byName(SPECIFIC_NAMES));
const ERRORS: ReadonlyMap<string, ProviderFailure> = new Map([...byName(GENERAL_NAMES), ...SPECIFIC]);

/** OpenAI alone has 20 codes for an image or a parameter that it cannot use. */
const UNUSABLE = /^(invalid|unsupported)_(?!request)|_image|image_|_too_(large|long|small)$|policy_violation$/;

const specificFailure = (name: string): ProviderFailure | null => SPECIFIC.get(name) ?? (UNUSABLE.test(name) ? 'bad-request' : null);

/** Anthropic has no code for it (400, `invalid_request_error`). */
const QUOTA = /credit balance is too low|insufficient (balance|credits)/i;

/** Where an error has nothing but a message. */
const WORDS: readonly (readonly [RegExp, ProviderFailure])[] = [
  [/rate.?limit|too many requests/i, 'rate-limit'],
  [/maximum context length|context length exceeded|context window/i, 'bad-request'],
  [/(invalid|incorrect) api key|unauthori[sz]ed/i, 'authentication'],
  [/model .{0,80}(not found|does not exist)/i, 'not-found'],
];
