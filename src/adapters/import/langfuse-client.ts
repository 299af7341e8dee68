/** Langfuse's public API, page by page, as far as an import needs it. Keys go to its own origins, or to one that the user has named. */
import { hideKey } from '../models/hide-key.ts';
import { keyFor, type KeySource } from '../models/keys.ts';
import { retryAfterOf } from '../models/retry-after.ts';
import { keepAliveFetch, longBody } from '../http/keep-alive-fetch.ts';
import { ConfigurationError, messageOf, ProviderError, isProviderError } from '../../core/problems/errors.ts';
import { langfusePage, type LangfusePage } from '../../core/feedback/logs/langfuse/langfuse-rows.ts';
import { excerpt, withoutBom } from '../../core/text/text.ts';
import { addressProblem, isUnencrypted } from '../../core/config/key-pair.ts';

export const LANGFUSE_CLOUD = 'https://cloud.langfuse.com';
const [PUBLIC, SECRET] = ['LANGFUSE_PUBLIC_KEY', 'LANGFUSE_SECRET_KEY'];
/** The variables that hold the two keys. */
export const LANGFUSE_KEYS: readonly string[] = [PUBLIC, SECRET];
/** Variables in which the user's environment says where the keys belong. An environment file cannot: it may come with a repository. */
export const LANGFUSE_HOSTS = ['LANGFUSE_BASE_URL', 'LANGFUSE_HOST'];

const ATTEMPTS = 6;
/** ms: of one request; between attempts at first and at most; what a server may ask to wait. */
const [TIMEOUT, FIRST_WAIT, MOST_WAIT, MOST_ASKED] = [120_000, 500, 30_000, 300_000];
/** Bytes of one page. */
const MOST_BYTES = 256 << 20;

export type LangfuseList = 'observations' | 'scores';

const LISTS = {
  observations: {
    path: '/api/public/v2/observations',
    limit: 100,
    fields: 'core,basic,time,io,model,usage,prompt,metrics,trace_context',
    from: 'fromStartTime',
    to: 'toStartTime',
  },
  scores: { path: '/api/public/v3/scores', limit: 100, fields: 'details,subject,annotation', from: 'fromTimestamp', to: 'toTimestamp' },
} as const;

export interface LangfuseWindow {
  /** ISO 8601; `to` is not in it. */
  readonly from: string;
  readonly to: string;
}

export interface LangfuseOpener {
  /** As the user gave it. */
  readonly host: string | null;
  /** Of the process, without what an environment file supplies. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly keys: KeySource;
  readonly wait: (ms: number) => Promise<void>;
}

export class LangfuseClient {
  private constructor(
    readonly host: string,
    readonly publicKey: string,
    private readonly secretKey: string,
    private readonly wait: (ms: number) => Promise<void>,
  ) {}

  /**
   * `host`: null: as the environment says, else Langfuse's own.
   * @throws {ConfigurationError} `key/missing`, or what `keyFor` throws when the keys may not go there.
   */
  static async open({ host, environment, keys, wait }: LangfuseOpener): Promise<LangfuseClient> {
    const own = LANGFUSE_HOSTS.flatMap((name) => environment[name]?.trim() || []).map(urlOf);
    const url = host === null ? (own[0] ?? urlOf(LANGFUSE_CLOUD)) : urlOf(host);
    // The user's environment names the server next to the keys.
    const isOwn = own.some(({ origin }) => origin === url.origin);
    const source: KeySource = isOwn ? { ...keys, isAllowed: () => true } : keys;
    const request = { provider: 'langfuse', baseUrl: url.href, namedBy: host === null ? 'The environment' : '--host' };
    if (keys.variable(PUBLIC) === null || keys.variable(SECRET) === null) throw noKeys();
    const publicKey = await keyFor({ ...request, keyVariable: PUBLIC }, source);
    const secretKey = await keyFor({ ...request, keyVariable: SECRET }, source);
    if (publicKey === null || secretKey === null) throw noKeys();
    return new LangfuseClient(`${url.origin}${url.pathname.replace(/\/+$/, '')}`, publicKey, secretKey, wait);
  }

  /** Tries again what may pass. @throws {ProviderError} when it does not. */
  async page(list: LangfuseList, window: LangfuseWindow, cursor: string | null): Promise<LangfusePage> {
    const { path, limit, fields, from, to } = LISTS[list];
    const query = new URLSearchParams({ fields, limit: String(limit), [from]: window.from, [to]: window.to });
    if (cursor !== null) query.set('cursor', cursor);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.ask(`${this.host}${path}?${query.toString()}`);
      } catch (error) {
        const failure = isProviderError(error)
          ? error
          : new ProviderError('connection', `Langfuse could not be reached: ${this.hidden(messageOf(error))}`);
        const asked = failure.retryAfterMs ?? 0;
        const mayPass = ['rate-limit', 'server', 'connection'].includes(failure.failure);
        if (!mayPass || attempt >= ATTEMPTS || asked > MOST_ASKED) throw failure;
        await this.wait(failure.retryAfterMs ?? Math.min(FIRST_WAIT * 2 ** (attempt - 1), MOST_WAIT));
      }
    }
  }

  private async ask(url: string): Promise<LangfusePage> {
    const response = await keepAliveFetch(url, {
      headers: { authorization: `Basic ${this.credentials}`, accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const text = await bodyOf(response);
    if (!response.ok) throw this.failureOf(response, text);
    const page = langfusePage(text);
    if (page === null) throw new ProviderError('malformed', `Langfuse did not return a page of a list: ${excerpt(this.hidden(text))}`);
    return page;
  }

  private failureOf({ status, headers }: Response, text: string): ProviderError {
    const said = excerpt(this.hidden(text), 200);
    const wait = retryAfterOf(headers, Date.now());
    if (status === 401 || status === 403)
      return new ProviderError(
        'authentication',
        `Langfuse rejected the keys (${status}): ${said}`,
        status,
        null,
        `Check ${PUBLIC} and ${SECRET}, and that they belong to ${this.host}.`,
      );
    if (status === 404)
      return new ProviderError(
        'not-found',
        `${this.host} does not support this part of Langfuse’s API.`,
        status,
        null,
        'It needs Langfuse 4 (3.179 for scores). Export from its web page and import the file instead.',
      );
    if (status === 429)
      return new ProviderError(
        'rate-limit',
        `Langfuse rate limit reached: ${said}`,
        status,
        wait,
        'Run the same command again later. It resumes where it stopped.',
      );
    if (status >= 500)
      return new ProviderError(
        'server',
        `Langfuse failed (${status}): ${said}`,
        status,
        wait,
        'Run the same command again later. It resumes where it stopped.',
      );
    return new ProviderError('bad-request', `Langfuse rejected the request (${status}): ${said}`, status);
  }

  private hidden(text: string): string {
    return [this.credentials, this.secretKey, this.publicKey].reduce(hideKey, text);
  }

  private get credentials(): string {
    return Buffer.from(`${this.publicKey}:${this.secretKey}`).toString('base64');
  }
}

const noKeys = (): ConfigurationError =>
  new ConfigurationError(
    'key/missing',
    `Langfuse needs ${PUBLIC} and ${SECRET}.`,
    'Set both in the environment, or in a file for --env-file.',
  );

/** Encrypted, unless it is this machine. */
function urlOf(text: string): URL {
  if (addressProblem(text) === null && !isUnencrypted(text)) return new URL(text);
  throw new ConfigurationError('usage', `"${excerpt(text)}" is not the address of a Langfuse server.`, `Write it as ${LANGFUSE_CLOUD}.`);
}

async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of longBody(response, Infinity)) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES)
      throw new ProviderError(
        'malformed',
        `A page of Langfuse is larger than ${MOST_BYTES >> 20} MB.`,
        null,
        null,
        'Import fewer days at a time.',
      );
  }
  return withoutBom(Buffer.concat(chunks).toString('utf8'));
}
