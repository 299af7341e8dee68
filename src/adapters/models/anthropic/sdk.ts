/** What of the `@anthropic-ai/sdk` is used. */
import Anthropic, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import { keepAliveFetch } from '../../http/keep-alive-fetch.ts';
import type { Sdk } from '../http-client.ts';
import { withoutVariables } from '../without-variables.ts';

export interface AnthropicSdkOptions {
  /** Without `/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly deadlineMs: number;
}

export function anthropicSdk({ baseUrl, apiKey, deadlineMs }: AnthropicSdkOptions): Sdk {
  const api = withoutVariables(
    ['ANTHROPIC_CUSTOM_HEADERS'],
    () =>
      new Anthropic({
        webhookKey: null,
        apiKey: apiKey ?? 'none',
        authToken: null,
        baseURL: baseUrl,
        maxRetries: 0,
        timeout: deadlineMs,
        logLevel: 'off',
        fetch: keepAliveFetch,
        ...(apiKey === null ? { defaultHeaders: { Authorization: null } } : {}),
      }),
  );
  return {
    errors: { APIError, APIConnectionError, APIConnectionTimeoutError, APIUserAbortError },
    post: (path, body, signal) => {
      const stream = !(body instanceof FormData) && body['stream'] === true;
      return api.post(path, { body, signal, stream }).asResponse();
    },
    get: (path, signal) => api.get(path, { signal }).asResponse(),
  };
}
