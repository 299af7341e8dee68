/** The providers' count endpoints, over a real socket. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { providerCount } from '../../src/adapters/models/count-endpoint.ts';
import { ANTHROPIC, OPENAI, type KeySource } from '../../src/adapters/models/keys.ts';

const REQUEST = {
  messages: [
    { role: 'system', content: [{ text: 'Be kind.' }] },
    { role: 'user', content: [{ text: 'Hello' }, { media: { url: 'data:image/png;base64,AAAA' } }] },
    { role: 'model', content: [{ text: 'Hi' }] },
  ],
  tools: [{ name: 'find', description: null, parameters: { type: 'object' } }],
  output: { format: 'json' as const, name: null, schema: { type: 'object' }, strict: false },
};
const keys: KeySource = {
  keyForOrigin: () => Promise.resolve(null),
  variable: (name) => (name.endsWith('_API_KEY') ? `sk-${name}` : null),
  // The tests' servers stand for the providers.
  isAllowed: () => true,
};

describe('count endpoints', () => {
  let server: Server;
  let asked: { url: string | undefined; headers: IncomingMessage['headers']; body: Record<string, unknown> }[] = [];
  let answer: [number, string] = [200, '{"input_tokens":42}'];
  let endpoints: Parameters<typeof providerCount>[3];

  before(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        asked.push({ url: request.url, headers: request.headers, body: JSON.parse(text) as Record<string, unknown> });
        response.writeHead(answer[0]).end(answer[1]);
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    endpoints = { openai: { ...OPENAI, origin, baseUrl: `${origin}/v1` }, anthropic: { ...ANTHROPIC, origin, baseUrl: `${origin}/v1` } };
  });
  after(() => server.close());
  beforeEach(() => {
    asked = [];
    answer = [200, '{"input_tokens":42}'];
  });

  it('OpenAI: the whole request in the form of Responses', async () => {
    assert.equal(await providerCount('openai:gpt-6-luna', REQUEST, keys, endpoints), 42);
    const [call] = asked;
    assert.deepEqual([call?.url, call?.headers.authorization], ['/v1/responses/input_tokens', 'Bearer sk-OPENAI_API_KEY']);
    assert.deepEqual(call?.body['input'], [
      { role: 'system', content: 'Be kind.' },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'Hello' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
        ],
      },
      { role: 'assistant', content: 'Hi' },
    ]);
    assert.ok(call.body['text'] && call.body['tools']);
  });

  it('Anthropic: system apart, images as data', async () => {
    assert.equal(await providerCount('anthropic:claude-sonnet-5', REQUEST, keys, endpoints), 42);
    const [call] = asked;
    assert.deepEqual(
      [call?.url, call?.headers.authorization, call?.body['system']],
      ['/v1/messages/count_tokens', 'Bearer sk-ANTHROPIC_API_KEY', [{ type: 'text', text: 'Be kind.' }]],
    );
    assert.deepEqual((call?.body['messages'] as { content: unknown[] }[])[0]?.content[1], {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'AAAA' },
    });
  });

  it('others have none; a refusal keeps the provider’s words and no key', async () => {
    assert.equal(await providerCount('scripted:./a.yaml', REQUEST, keys, endpoints), null);
    assert.equal(await providerCount('mistral:large', REQUEST, keys, endpoints), null);
    answer = [401, '{"error":{"message":"bad key sk-OPENAI_API_KEY"}}'];
    await assert.rejects(
      providerCount('openai:x', REQUEST, keys, endpoints),
      (error: Error) => /bad key …/.test(error.message) && !error.message.includes('sk-'),
    );
    answer = [200, 'oops'];
    await assert.rejects(providerCount('openai:x', REQUEST, keys, endpoints), /no `input_tokens`/);
    await assert.rejects(providerCount('openai:x', REQUEST, { ...keys, variable: () => null }, endpoints), /OPENAI_API_KEY is not set/);
    assert.equal(asked.length, 2);
  });
});
