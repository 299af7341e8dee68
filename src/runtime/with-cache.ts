/** `withCache`: the response cache of the runs below a client. What it knows it answers as the provider would, whole or as a stream. */
import { ResponseCacheFetch, type Fetch } from '../adapters/models/cached-fetch.ts';
import { tell } from '../adapters/capture/open-sink.ts';
import type { CacheOptions } from './goldset-runtime.d.ts';
import { sayOnce } from './unheard.ts';

/** What of a client is used: both SDKs have it. */
interface Copyable {
  readonly apiKey?: unknown;
  readonly authToken?: unknown;
  readonly fetch?: unknown;
  withOptions?(options: { readonly fetch: Fetch }): unknown;
}

export function withCache<Client extends object>(client: Client, { mode = 'use', root, onProblem }: CacheOptions = {}): Client {
  const { fetch: own, apiKey, authToken, withOptions } = client as Copyable;
  if (mode === 'off') return client;
  if (typeof withOptions !== 'function') {
    sayOnce('withCache knows clients of openai and @anthropic-ai/sdk: this one goes without a cache.');
    return client;
  }
  const fetchOfClient = typeof own === 'function' ? (own as Fetch) : fetch;
  const cached = new ResponseCacheFetch({ fetch: fetchOfClient, mode, root, apiKey: apiKey ?? authToken, onProblem: onProblem ?? tell });
  return Reflect.apply(withOptions, client, [
    { fetch: (url: unknown, init: unknown) => cached.fetch(url as string, init as RequestInit) },
  ]) as Client;
}
