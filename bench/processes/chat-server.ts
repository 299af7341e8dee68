/** Answers every chat completion at once, or after so many ms, with three chunks and usage. Nothing of Goldset is in here. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export type ToServer = 'tell-next' | 'count';
export type FromServer =
  | { readonly type: 'listening'; readonly port: number }
  /** The first request since `tell-next`. */
  | { readonly type: 'arrived' }
  /** So far. */
  | { readonly type: 'requests'; readonly requests: number };

const chunk = (delta: object, finish: string | null, usage: object | null = null): string =>
  `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model: 'm', choices: usage ? [] : [{ index: 0, delta, finish_reason: finish }], usage })}\n\n`;
const BODY =
  chunk({ role: 'assistant', content: '' }, null) +
  chunk({ content: '{"label":' }, null) +
  chunk({ content: '"shipping"}' }, null) +
  chunk({}, 'stop') +
  chunk({}, null, { prompt_tokens: 40, completion_tokens: 8, total_tokens: 48 }) +
  'data: [DONE]\n\n';

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
  request.resume().on('end', () => {
    const answer = (): void => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(BODY);
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => tell({ type: 'listening', port: (server.address() as AddressInfo).port }));
