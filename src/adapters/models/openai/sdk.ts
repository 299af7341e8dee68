/** What of the `openai` SDK is used, for OpenAI and every server that is reached as it is. */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import type { Dialect } from '../../../core/config/dialects.ts';
import { keepAliveFetch } from '../../http/keep-alive-fetch.ts';
import type { Sdk } from '../http-client.ts';
import { withoutVariables } from '../without-variables.ts';

export interface OpenaiSdkOptions {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly keyHeader: Dialect['keyHeader'];
  readonly deadlineMs: number;
}

export function openaiSdk({ baseUrl, apiKey, keyHeader, deadlineMs }: OpenaiSdkOptions): Sdk {
  const headers =
    apiKey === null ? { Authorization: null } : keyHeader === 'authorization' ? null : { Authorization: null, [keyHeader]: apiKey };
  const api = withoutVariables(
    ['OPENAI_CUSTOM_HEADERS'],
    () =>
      new OpenAI({
        adminAPIKey: null,
        webhookSecret: null,
        apiKey: apiKey ?? 'none',
        baseURL: baseUrl,
        organization: null,
        project: null,
        maxRetries: 0,
        timeout: deadlineMs,
        logLevel: 'off',
        fetch: keepAliveFetch,
        ...(headers === null ? {} : { defaultHeaders: headers }),
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
