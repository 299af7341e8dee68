/** How often a call was requested, as the SDKs retry by themselves: a server that refuses first counts the requests, and records say the same. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import AnthropicBefore from 'anthropic-0';
import OpenAI from 'openai';
import OpenAIBefore from 'openai-6';
import { action, withCapture } from '../../src/runtime/index.ts';
import { CaptureRoot } from './captured.ts';

interface Client {
  readonly of: OpenAI | Anthropic;
  ask(content: string, options: { readonly stream?: boolean }): Promise<unknown>;
}

const whole = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', usage: { prompt_tokens: 3, completion_tokens: 1 } };
const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Yes.' } };
const message = {
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', stop_reason: 'end_turn', stop_sequence: null },
  ...{ content: [{ type: 'text', text: 'Yes.' }], usage: { input_tokens: 3, output_tokens: 1 } },
};
const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'm' };
const chunks = [
  { ...chunk, choices: [{ index: 0, delta: { role: 'assistant', content: 'Yes.' }, finish_reason: null }] },
  { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
];

describe('how often a call was requested', () => {
  let server: Server;
  let baseURL: string;
  let captured: CaptureRoot;
  /** By what the user said: requests so far. */
  const requests = new Map<string, number>();

  before(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        const body = JSON.parse(text) as { messages?: { content: string }[]; input?: string; stream?: boolean };
        const said = body.messages?.at(-1)?.content ?? body.input ?? '';
        const sent = (requests.get(said) ?? 0) + 1;
        requests.set(said, sent);
        const status = Number(/^(\d+)/.exec(said.split(' ')[sent] ?? '200')?.[1]);
        if (status === 0) return void response.destroy();
        response.statusCode = status;
        if (status !== 200) {
          response.setHeader('retry-after-ms', '1');
          return void response.end(JSON.stringify({ error: { type: 'api_error', message: 'Later.' } }));
        }
        if (body.stream === true) {
          response.setHeader('content-type', 'text/event-stream');
          return void response.end([...chunks.map((item) => JSON.stringify(item)), '[DONE]'].map((item) => `data: ${item}\n\n`).join(''));
        }
        response.setHeader('content-type', 'application/json');
        const isEmbedding = request.url?.endsWith('/embeddings') === true;
        const answer = isEmbedding
          ? {
              object: 'list',
              model: 'm',
              data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
              usage: { prompt_tokens: 3, total_tokens: 3 },
            }
          : request.url?.endsWith('/messages') === true
            ? message
            : { ...whole, choices: [choice] };
        response.end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    requests.clear();
    captured = new CaptureRoot();
  });
  afterEach(() => captured.dispose());

  const openai = (Sdk: typeof OpenAI | typeof OpenAIBefore, maxRetries = 3): Client => {
    const of = withCapture(new Sdk({ apiKey: 'x', baseURL, maxRetries }) as OpenAI, { sink: captured.sink });
    return { of, ask: (content, options) => of.chat.completions.create({ model: 'm', messages: [{ role: 'user', content }], ...options }) };
  };
  const anthropic = (Sdk: typeof Anthropic | typeof AnthropicBefore, maxRetries = 3): Client => {
    const of = withCapture(new Sdk({ apiKey: 'x', baseURL, maxRetries }) as Anthropic, { sink: captured.sink });
    return { of, ask: (content) => of.messages.create({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content }] }) };
  };
  /** By what the user said. */
  const recorded = async (): Promise<Record<string, number | undefined>> =>
    Object.fromEntries(
      (await captured.interactions()).map(({ messages, attempts }) => [(messages[0] as { content: string }).content, attempts]),
    );

  for (const [name, make] of [
    ['openai', (retries?: number) => openai(OpenAI, retries)],
    ['openai, the major version before', (retries?: number) => openai(OpenAIBefore, retries)],
    ['@anthropic-ai/sdk', (retries?: number) => anthropic(Anthropic, retries)],
    ['@anthropic-ai/sdk, a version before', (retries?: number) => anthropic(AnthropicBefore, retries)],
  ] as const) {
    it(`${name}: answered after refusals, refused to the end, and side by side`, async () => {
      const client = make();
      const few = make(1);
      const said = ['a 429 500 200', 'b 200', 'c 503 200', 'd 400'];
      await Promise.allSettled([...said.map((text) => client.ask(text, {})), few.ask('e 500 500', {})]);
      const attempts = await recorded();
      assert.deepEqual(attempts, { 'a 429 500 200': 3, 'b 200': 1, 'c 503 200': 2, 'd 400': 1, 'e 500 500': 2 });
      assert.deepEqual(attempts, Object.fromEntries(requests));
    });
  }

  it('a connection that breaks is a request, too', async () => {
    const few = openai(OpenAI, 1);
    const claude = anthropic(Anthropic, 1);
    await Promise.allSettled([few.ask('f 0 0', {}), claude.ask('g 0 200', {})]);
    assert.deepEqual(await recorded(), { 'f 0 0': 2, 'g 0 200': 2 });
  });

  it('streams and embeddings', async () => {
    const client = openai(OpenAI);
    for await (const _event of (await client.ask('h 429 200', { stream: true })) as AsyncIterable<unknown>);
    await (client.of as OpenAI).embeddings.create({ model: 'm', input: 'i 500 200' });
    assert.deepEqual(
      (await captured.interactions()).map(({ attempts, operation }) => [operation?.type, attempts]),
      [
        [undefined, 2],
        ['embeddings', 2],
      ],
    );
  });

  it('a client that says nothing about retries, and what was never sent, have none', async () => {
    const own = { baseURL, chat: { completions: { create: () => Promise.resolve({ ...whole, choices: [choice] }) } } };
    await withCapture(own, { sink: captured.sink }).chat.completions.create();
    action('ticket', 't-1', { sink: captured.sink }).cost('search', 0.01);
    assert.deepEqual(
      (await captured.interactions()).map(({ attempts }) => attempts),
      [undefined, undefined],
    );
  });
});
