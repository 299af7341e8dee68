/** Requests to Bedrock's runtime: signed with credentials, or with a Bedrock API key. */
import { isHumanError } from '../../../core/problems/errors.ts';
import { keepAliveFetch } from '../../http/keep-alive-fetch.ts';
import { FETCH_ERRORS, FetchConnectionError, statusErrorOf } from '../fetch-errors.ts';
import type { Sdk } from '../http-client.ts';
import type { AwsCredentials } from '../sign-in/printed-token.ts';
import { signedHeaders } from './signature.ts';

export interface BedrockSdkOptions {
  readonly baseUrl: string;
  readonly region: string;
  /** A text is a Bedrock API key. */
  readonly token: string | AwsCredentials;
}

export function bedrockSdk({ baseUrl, region, token }: BedrockSdkOptions): Sdk {
  const send = async (method: 'GET' | 'POST', path: string, body: string, signal: AbortSignal): Promise<Response> => {
    const url = new URL(`${baseUrl}${path}`);
    const plain: Record<string, string> = { accept: 'application/json', ...(body === '' ? {} : { 'content-type': 'application/json' }) };
    const headers =
      typeof token === 'string'
        ? { ...plain, authorization: `Bearer ${token}` }
        : await signedHeaders({ method, url, headers: plain, body }, token, { region, service: 'bedrock' }, new Date());
    const response = await keepAliveFetch(url, { method, headers, signal, ...(body === '' ? {} : { body }) }).catch((error: unknown) => {
      throw isHumanError(error) ? error : new FetchConnectionError(error);
    });
    if (!response.ok) throw await statusErrorOf(response, codeIn(response.headers));
    return response;
  };
  return {
    errors: FETCH_ERRORS,
    tokens: () => (typeof token === 'string' || token.sessionToken === null ? [] : [token.sessionToken, token.secretAccessKey]),
    post: (path, body, signal) => send('POST', path, JSON.stringify(body), signal),
    get: (path, signal) => send('GET', path, '', signal),
  };
}

/** `ThrottlingException:http://internal.amazon.com/…` */
const codeIn = (headers: Headers): string | null => /^[\w.]+/.exec(headers.get('x-amzn-errortype') ?? '')?.[0] ?? null;
