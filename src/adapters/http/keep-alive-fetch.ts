/**
 * `fetch` by node's http, whose connections are used again. A client that stops reading at `[DONE]` leaves the end of
 * the response unread, and the socket is closed: every call then pays for a new connection and TLS handshake. Here the
 * rest, which the server sends at once, is read.
 *
 * Why not `undici`? Compared with 7.30.2 (8 needs Node 22), each answer of 20 events read to its end by `readEvents`, from a
 * server in another process, on two busy cores; medians of five measurements in turn with 32 requests at once (2,000 requests
 * each), and for the first event of three with 8 at once, where the server waits 20 ms.
 *
 *                                         CPU a request   first event   in the bundle
 *   this file with three proxy packages   0.91 ms         34 ms          24 kB
 *   undici `fetch`, `Agent`               1.51 ms         46 ms         536 kB
 *   undici `fetch`, `EnvHttpProxyAgent`   1.61 ms         –             536 kB
 *   undici `request`, `Agent`             0.73 ms         31 ms         536 kB
 *   Node's own `fetch`                    1.59 ms         41 ms           0 kB
 *
 * `request` is the quickest, but it gives no `Response`: what the SDKs read would still be made here. And in the editor only
 * VS Code's own `http`, `https` and `fetch` know the user's proxy and certificates, so this file would stay, beside a second
 * way to send a request. The proxy rules are no reason either: see proxy.ts.
 */
// Without `node:`: under these names VS Code offers its own modules, which know the user's proxy and certificates.
import http from 'http';
import https from 'https';
import type { Readable } from 'node:stream';
import { ProviderError } from '../../core/problems/errors.ts';
import { decodedBody } from './decoded-body.ts';

/** Bytes of a body that are taken: of an answer, its events, an error, a list of models. */
export const MAX_ANSWER_BYTES = 16 << 20;

/** A server that does not end its response within this is cut off after all. ms. */
const DRAIN_LIMIT = 1000;

const agents = {
  http: new http.Agent({ keepAlive: true, scheduling: 'lifo' }),
  https: new https.Agent({ keepAlive: true, scheduling: 'lifo' }),
};

let routed: (url: URL) => http.Agent | null = () => null;

/** Lets `choose` say which agent a request goes through, and so which proxy; null: it goes directly. */
export function routeThrough(choose: (url: URL) => http.Agent | null): void {
  routed = choose;
}

const agentFor = (url: URL): http.Agent => routed(url) ?? (url.protocol === 'https:' ? agents.https : agents.http);

/**
 * For requests with a text as body, a form, or none. Redirects are refused, so that a key stays with its origin;
 * `redirect: 'manual'` gives them as they are.
 */
export const keepAliveFetch: typeof fetch = async (input, init = {}) => {
  const { body } = init;
  if (body === undefined || body === null || typeof body === 'string') return send(input, init, body ?? '', {});
  const encoded = new Response(body);
  const type = encoded.headers.get('content-type');
  return send(input, init, Buffer.from(await encoded.arrayBuffer()), type === null ? {} : { 'content-type': type });
};

const send = (
  input: Parameters<typeof fetch>[0],
  init: RequestInit,
  body: string | Buffer,
  encoding: Readonly<Record<string, string>>,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const isSecure = url.protocol === 'https:';
    // Compressing a stream holds its first events back.
    const headers = { 'accept-encoding': 'identity', ...Object.fromEntries(new Headers(init.headers)) };
    const request = (isSecure ? https : http).request(url, {
      method: init.method ?? 'GET',
      headers: { ...headers, ...encoding, 'content-length': Buffer.byteLength(body) },
      agent: agentFor(url),
    });
    const { signal } = init;
    let answer: http.IncomingMessage | null = null;
    const cancel = (): void => {
      // A response that has arrived whole has given its connection back.
      if (!answer?.complete) (answer ?? request).destroy(new DOMException('This operation was aborted', 'AbortError'));
    };
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    request.on('error', reject);
    request.once('close', () => signal?.removeEventListener('abort', cancel));
    request.once('response', (message) => {
      answer = message;
      const status = message.statusCode ?? 0;
      if (init.redirect !== 'manual' && status >= 300 && status < 400 && message.headers.location !== undefined) {
        message.destroy();
        return reject(
          Object.assign(new Error('the server answered with a redirect, which Goldset does not follow'), { code: 'ERR_REDIRECT' }),
        );
      }
      resolve(responseOf(url.href, status, message));
    });
    request.end(body);
  });

/** What an HTTP client reads of a Response. */
function responseOf(url: string, status: number, message: http.IncomingMessage): Response {
  // The reader of the body gets this error; there is no other listener.
  message.on('error', () => undefined);
  const headers = new Headers();
  for (let i = 0; i < message.rawHeaders.length; i += 2) headers.append(message.rawHeaders[i] ?? '', message.rawHeaders[i + 1] ?? '');
  const body = decodedBody(message);
  const text = async (): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of bodyOf(body, url, MAX_ANSWER_BYTES)) chunks.push(chunk);
    // Without the mark that some servers write at the start.
    return new TextDecoder().decode(Buffer.concat(chunks));
  };
  const parts = { ok: status >= 200 && status < 300, status, statusText: message.statusMessage ?? '', headers, url, redirected: false };
  return {
    ...parts,
    body: bodyOf(body, url, MAX_ANSWER_BYTES),
    [WITHOUT_END]: body,
    text,
    json: () => text().then(JSON.parse),
  } as unknown as Response;
}

const WITHOUT_END = Symbol('the decoded body of a response, of any length');

/**
 * The body of a response of `keepAliveFetch` as it arrives, of any length, for a reader that keeps no more than a part of it.
 * `most`: bytes after which it is given up all the same. Reading throws {ProviderError} then.
 */
export function longBody(response: Response, most: number): AsyncIterable<Uint8Array> {
  const { [WITHOUT_END]: message } = response as unknown as { readonly [WITHOUT_END]: Readable };
  return bodyOf(message, response.url, most);
}

/** Counted as it arrives: a body that is longer than it may be is never held, and its connection is closed. */
function bodyOf(message: Readable, url: string, most: number): AsyncIterable<Buffer> & { cancel(): Promise<void> } {
  return {
    cancel: () => Promise.resolve(void message.destroy()),
    [Symbol.asyncIterator]: () => {
      const chunks: AsyncIterator<Buffer> = message.iterator({ destroyOnReturn: false });
      let size = 0;
      return {
        next: async () => {
          const next = await chunks.next();
          size += next.done === true ? 0 : next.value.length;
          if (size <= most) return next;
          message.destroy();
          throw bodyTooLarge(url, most);
        },
        return: async () => {
          await chunks.return?.();
          drain(message);
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** What a server has sent may have to be paid for. */
const bodyTooLarge = (url: string, most: number): ProviderError =>
  new ProviderError(
    'malformed',
    `${new URL(url).origin} sent more than ${most >> 20} MB, so the rest was not read.`,
    null,
    null,
    'Limit the answer, for example with the number of output tokens.',
    true,
  );

function drain(message: Readable): void {
  if (message.readableEnded || message.destroyed) return;
  const timer = setTimeout(() => message.destroy(), DRAIN_LIMIT).unref();
  const stop = (): void => clearTimeout(timer);
  // A connection that breaks now harms nobody: the answer is complete.
  message.once('close', stop).resume();
}
