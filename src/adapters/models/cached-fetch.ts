/** `fetch` that knows the response cache: the same keys, answers and modes as in runs. What a run could not have asked goes through. */
import { messageOf } from '../../core/errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json.ts';
import type { CacheMode } from '../../core/run/calls/answers.ts';
import { requestKey } from '../../core/run/calls/request-key.ts';
import type { ModelResponse } from '../../core/run/model-request.ts';
import { accountOf } from './account.ts';
import { answerBody, answerEvents, type AnswerHead } from './answer-body.ts';
import { answerReader } from './answer-reader.ts';
import { requestOf, type BodyFormat } from './asked-before.ts';
import { readEvents } from './event-stream.ts';
import { hideKeyIn } from './hide-key.ts';
import { ArrivingText, type AnswerReader } from './wire.ts';
import { answersAt } from './endpoint.ts';
import { ResponseCache } from '../storage/response-cache/response-cache.ts';
import { sha256 } from '../workspace/golden-hash.ts';
import { findRoot } from '../workspace/root.ts';

export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface CachedFetchOptions {
  readonly fetch: Fetch;
  readonly mode: CacheMode;
  /** Undefined: it is looked for upward from the current folder. */
  readonly root: string | undefined;
  readonly apiKey: unknown;
  readonly onProblem: (problem: string) => void;
}

/** The header of an answer that was not asked for again. */
export const CACHE_HEADER = 'x-goldset-cache';

const PATHS: readonly (readonly [ending: string, BodyFormat])[] = [
  ['/chat/completions', 'chat'],
  ['/responses', 'responses'],
  ['/v1/messages', 'messages'],
];

interface Asked {
  readonly format: BodyFormat;
  readonly model: string;
  readonly key: string;
  readonly isStream: boolean;
  readonly withUsage: boolean;
}

const caches = new Map<string, ResponseCache>();

export class ResponseCacheFetch {
  private readonly apiKey: string | null;
  private readonly told = new Set<string>();
  private place: { readonly cache: ResponseCache; readonly account: string | null } | null = null;

  constructor(private readonly options: CachedFetchOptions) {
    this.apiKey = typeof options.apiKey === 'string' ? options.apiKey : null;
  }

  async fetch(url: string | URL | Request, init?: RequestInit): Promise<Response> {
    const { fetch, mode } = this.options;
    const asked = this.quietly(() => askedIn(url, init)) ?? null;
    if (asked === null) return fetch(url, init);
    const known = mode === 'refresh' ? null : (this.quietly(() => this.opened().cache.find(asked.key, this.opened().account)) ?? null);
    if (known !== null) return cachedResponse(asked, known);
    if (mode === 'frozen') return missing();
    const began = performance.now();
    const response = await fetch(url, init);
    // The application reads its own copy; an answer that it ends early is none.
    const copy = response.ok ? this.quietly(() => response.clone()) : undefined;
    if (copy !== undefined) void this.keep(asked, copy, began);
    return response;
  }

  private async keep({ format, model, key }: Asked, response: Response, began: number): Promise<void> {
    try {
      const reader = answerReader(format, model, new ArrivingText(() => performance.now() - began, {}));
      await readAnswer(reader, response, model);
      if (!reader.isWhole) return;
      const { cache, account } = this.opened();
      if (!cache.keep(key, account, hideKeyIn(reader.finish(), this.apiKey)))
        this.problem('The response cache cannot be written: answers are not kept.');
    } catch (error) {
      // An aborted or malformed answer is the application's to see, and nothing to keep.
      if (error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code))
        this.problem(`The response cache cannot be used: ${messageOf(error)}.`);
    }
  }

  private opened(): { readonly cache: ResponseCache; readonly account: string | null } {
    if (this.place !== null) return this.place;
    const root = findRoot(this.options.root ?? process.cwd());
    const cache = caches.get(root) ?? new ResponseCache(root);
    if (caches.size === 0) process.once('exit', () => caches.forEach((each) => each.close()));
    caches.set(root, cache);
    // A key that nobody can read here is an account of its own.
    this.place = { cache, account: accountOf(root, this.apiKey ?? '') };
    return this.place;
  }

  /** Undefined: it failed; the call goes on without a cache. */
  private quietly<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.problem(`The response cache cannot be used: ${messageOf(error)}.`);
      return undefined;
    }
  }

  private problem(text: string): void {
    if (this.told.has(text)) return;
    this.told.add(text);
    try {
      this.options.onProblem(text);
    } catch (error) {
      this.told.add(messageOf(error));
    }
  }
}

/** Null: it is no request that a run could have made. */
function askedIn(url: string | URL | Request, init: RequestInit | undefined): Asked | null {
  const address = typeof url === 'string' ? url : url instanceof URL ? url.href : null;
  const path = PATHS.find(([ending]) => address?.endsWith(ending) === true);
  if (address === null || path === undefined || init?.method?.toUpperCase() !== 'POST' || typeof init.body !== 'string') return null;
  const body = parseJson(init.body);
  if (!isJsonObject(body) || typeof body['model'] !== 'string') return null;
  const { model } = body as { model: string };
  const [ending, format] = path;
  const baseUrl = address.slice(0, -ending.length).replace(/\/+$/, '');
  const request = requestOf(format, baseUrl, body);
  if (request === null) return null;
  const { stream, stream_options: streamOptions } = body;
  return {
    format,
    model,
    key: requestKey(answersAt({ baseUrl, model, format }), request, sha256),
    isStream: stream === true,
    withUsage: isJsonObject(streamOptions) && streamOptions['include_usage'] === true,
  };
}

function cachedResponse({ format, model, key, isStream, withUsage }: Asked, answer: ModelResponse): Response {
  const head: AnswerHead = { id: `cached_${key.slice(0, 24)}`, model, created: Math.floor(Date.now() / 1000) };
  return isStream
    ? new Response(answerEvents(format, head, answer, withUsage), { headers: headersOf('text/event-stream') })
    : new Response(JSON.stringify(answerBody(format, head, answer)), { headers: headersOf('application/json') });
}

const headersOf = (type: string): Record<string, string> => ({ 'content-type': type, [CACHE_HEADER]: 'hit' });

function missing(): Response {
  const error: JsonObject = {
    type: 'cache_miss',
    code: 'cache_miss',
    message: 'The response cache has no answer to this request, and is frozen: nothing is asked. Use mode "use" once, or goldset run.',
  };
  // A status that no client tries again.
  return new Response(JSON.stringify({ type: 'error', error }), { status: 404, headers: { 'content-type': 'application/json' } });
}

async function readAnswer(reader: AnswerReader, response: Response, model: string): Promise<void> {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('application/json')) {
    const body: unknown = await response.json();
    if (isJsonObject(body)) reader.addWhole(body, response.status);
  } else if (type.includes('text/event-stream') && response.body !== null)
    await readEvents(model, response.body, (event) => reader.add(event));
}
