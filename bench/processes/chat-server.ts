/** Answers every chat completion at once, or after so many ms: whole, or with three chunks and usage. Nothing of Goldset is in here. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export type ToServer = 'tell-next' | 'count';
export type FromServer =
  | { readonly type: 'listening'; readonly port: number }
  /** The first request since `tell-next`. */
  | { readonly type: 'arrived' }
  /** So far. */
  | { readonly type: 'requests'; readonly requests: number };

const head = { id: 'x', created: 0, model: 'm' };
const USAGE = { prompt_tokens: 40, completion_tokens: 8, total_tokens: 48 };
const chunk = (delta: object, finish: string | null, usage: object | null = null): string =>
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: usage ? [] : [{ index: 0, delta, finish_reason: finish }], usage })}\n\n`;
const STREAM =
  chunk({ role: 'assistant', content: '' }, null) +
  chunk({ content: '{"label":' }, null) +
  chunk({ content: '"shipping"}' }, null) +
  chunk({}, 'stop') +
  chunk({}, null, USAGE) +
  'data: [DONE]\n\n';
const message = { role: 'assistant', content: '{"label":"shipping"}', refusal: null };
const WHOLE = JSON.stringify({ ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage: USAGE });

const delayMs = Number(process.argv[2] ?? 0);
const tell = (message: FromServer): void => void process.send?.(message);
let isWaited = false;
let requests = 0;
process.on('message', (message: ToServer) => {
  if (message === 'tell-next') isWaited = true;
  else tell({ type: 'requests', requests });
});
const server = http.createServer((request, response) => {
  requests++;
  if (isWaited) tell({ type: 'arrived' });
  isWaited = false;
  let body = '';
  request.on('data', (part) => (body += String(part)));
  request.on('end', () => {
    const isStream = body.includes('"stream":true');
    const answer = (): void =>
      void response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' }).end(isStream ? STREAM : WHOLE);
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => tell({ type: 'listening', port: (server.address() as AddressInfo).port }));
