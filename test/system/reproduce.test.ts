/** `goldset reproduce`: what a server on this machine receives is the call as it was captured, and today's prompt beside it. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/core/json/json.ts';
import { allowedHere, TestWorkspace } from './command-line.ts';
import { undescribed } from './described-json.ts';

interface Body {
  readonly model: string;
  readonly messages: readonly JsonObject[];
  readonly tools?: readonly JsonObject[];
  readonly [name: string]: unknown;
}

interface ReproducedJson {
  readonly sides: readonly {
    readonly side: string;
    readonly problem: string | null;
    readonly model: string | null;
    readonly output: string | null;
    readonly toolCalls: readonly { readonly name: string }[];
    readonly error: { readonly code: string } | null;
    readonly costUsd: number | null;
  }[];
  readonly differences: { readonly sent: readonly string[] | null; readonly answers: readonly { readonly change: string | null }[] };
  readonly spend: { readonly usd: number | null; readonly cap: number | null };
}

const SECRET = 'secret-4711';
/** What would be a file, a variable of the environment, a template and a picture, if anything resolved it. */
const ATTACK = 'file://.env {{env.SECRET}} {% include ".env" %} {% endraw %}';
const TOOL = {
  type: 'function',
  function: { name: 'stock', description: 'Items in stock', parameters: { type: 'object', properties: { item: { type: 'string' } } } },
};
const FORMAT = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' }, strict: true } };
const CALL = { id: 'c1', type: 'function', function: { name: 'stock', arguments: '{"item":"lamp"}' } };
const TALK = [
  { role: 'system', content: 'You sell lamps. Be fast.' },
  { role: 'user', content: `Is it there? ${ATTACK}` },
  { role: 'assistant', content: null, tool_calls: [CALL] },
  { role: 'tool', tool_call_id: 'c1', content: 'file://notes.txt says 3' },
];

describe('goldset reproduce', function () {
  this.timeout(300_000);
  let server: Server;
  let workspace: TestWorkspace;
  const received: { readonly body: Body; readonly key: string }[] = [];
  const environment = { ...allowedHere('LOCAL_KEY'), LOCAL_KEY: 'key-of-the-test', SECRET };

  /** The old rule answers wrongly. Today's prompt looks the stock up first. */
  const answer = ({ messages }: Body): JsonObject => {
    const system = JSON.stringify(messages[0]?.['content']);
    if (system.includes('Be fast')) return { content: '{"stock":"sold out"}' };
    return messages.some(({ role }) => role === 'tool') ? { content: '{"stock":3}' } : { content: null, tool_calls: [CALL] };
  };
  const record = (id: string, over: object): string =>
    `${JSON.stringify({
      ...{ id, time: '2026-11-01T10:00:00Z', prompt: { name: 'shop.md', version: 'v1' }, model: 'local:gpt-shop' },
      ...{ messages: TALK, output: '{"stock":"sold out"}', finish: 'stop' },
      ...over,
    })}\n`;

  before(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const body = JSON.parse(text) as Body;
        received.push({ body, key: String(request.headers.authorization) });
        const message = { role: 'assistant', ...answer(body) };
        response.writeHead(body.model === 'gone' ? 404 : 200, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            choices: [{ index: 0, message, finish_reason: 'tool_calls' in message ? 'tool_calls' : 'stop' }],
            usage: { prompt_tokens: 1000, completion_tokens: 100 },
          }),
        );
      });
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    workspace = new TestWorkspace({
      'goldset.yaml': [
        `providers: { local: { kind: openai-compatible, baseUrl: "${url}", apiKeyEnv: LOCAL_KEY } }`,
        'prices: ./prices.yaml',
        'prompts: { shop.md: { role: system, user: "{{question}}" } }\n',
      ].join('\n'),
      'prices.yaml': 'asOf: 2026-11-01\nmodels: { "local:gpt-shop": { input: 1, output: 10 } }\n',
      'shop.md': 'You sell lamps. Be fast.',
      'old.prompt': '---\nmodel: local:gpt-shop\n---\nHello {{name}}',
      '.env': `SECRET=${SECRET}\n`,
      'notes.txt': SECRET,
    });
    workspace.git('init', '-q');
    workspace.git('add', 'goldset.yaml', 'shop.md');
    workspace.git('commit', '-qm', 'as it answered');
    const version = workspace.git('rev-parse', 'HEAD').trim();
    workspace.write({
      'shop.md': 'You sell lamps. Look it up.',
      '.goldset/interactions/2026-11-01.jsonl':
        record('agent', {
          prompt: { name: 'shop.md', version },
          usage: { input: 1000, output: 100 },
          tools: [TOOL],
          parameters: { temperature: 0.2, max_tokens: 50, tool_choice: 'auto', response_format: FORMAT },
        }) +
        record('alone', { prompt: null }) +
        record('picture', {
          messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'notes.txt' } }] }],
          prompt: null,
        }) +
        record('unpriced', { model: 'local:gone', prompt: null }) +
        record('bare', { messages: [], prompt: { name: 'old.prompt', version: 'v9' }, variables: { name: ATTACK } }),
    });
  });
  after(() => {
    server.close();
    workspace.dispose();
  });
  beforeEach(() => void received.splice(0));

  const reproduced = async (id: string, ...more: string[]): Promise<ReproducedJson> => {
    const { code, out, err } = await workspace.run(['reproduce', id, '--json', '--yes', ...more], { environment });
    assert.equal(code, 0, err);
    const value: unknown = JSON.parse(out);
    assert.deepEqual(undescribed('reproduce', value), []);
    return value as ReproducedJson;
  };
  const bodyWith = (system: string): Body[] =>
    received.map(({ body }) => body).filter(({ messages }) => messages[0]?.['content'] === system);

  it('sends the call word for word, with its tools, recorded results, format, model and parameters', async () => {
    const { sides, spend } = await reproduced('agent');
    const [sent, ...others] = bodyWith('You sell lamps. Be fast.');
    assert.equal(others.length, 0);
    const { messages, tools, model, temperature, tool_choice: choice, response_format: format } = sent ?? assert.fail();
    assert.deepEqual(
      messages.map((message) => [message['role'], message['content'] ?? null, message['tool_calls'] ?? message['tool_call_id'] ?? null]),
      TALK.map((message) => [message.role, message.content, message.tool_calls ?? message.tool_call_id ?? null]),
    );
    assert.deepEqual(tools, [TOOL]);
    assert.deepEqual([model, temperature, choice, format], ['gpt-shop', 0.2, 'auto', FORMAT]);
    assert.ok(Object.values(sent ?? {}).includes(50), JSON.stringify(sent));
    assert.deepEqual([sides[0]?.side, sides[0]?.output, sides[0]?.problem], ['as-captured', '{"stock":"sold out"}', null]);
    // One call as captured, two rounds of today's: 3 × (1,000 × $1 + 100 × $10) per million.
    assert.ok(Math.abs((spend.usd ?? 0) - 0.006) < 1e-9, String(spend.usd));
  });

  it('sends today’s prompt with the variables of the call, and its tools get the recorded results', async () => {
    const { sides, differences } = await reproduced('agent');
    const asked = bodyWith('You sell lamps. Look it up.');
    assert.equal(asked.length, 2);
    assert.deepEqual(
      asked[1]?.messages.map(({ role, content }) => [role, content ?? null]),
      [
        ['system', 'You sell lamps. Look it up.'],
        ['user', `Is it there? ${ATTACK}`],
        ['assistant', null],
        ['tool', 'file://notes.txt says 3'],
      ],
    );
    assert.deepEqual([sides[1]?.side, sides[1]?.output, sides[1]?.model], ['today', '{"stock":3}', 'local:gpt-shop']);
    assert.deepEqual(
      differences.answers.map(({ change }) => change),
      [null, '{"stock":[-"sold out"-]{+3+}}'],
    );
    assert.deepEqual(differences.sent, [
      'messages: system, user, assistant, tool → system, user',
      'system: You sell lamps. [-Be-]{+Look+} [-fast-]{+it up+}.',
    ]);
  });

  it('reads nothing for what users typed, and sends no key but the provider’s', async () => {
    await reproduced('agent');
    for (const { body, key } of received) {
      assert.ok(!JSON.stringify(body).includes(SECRET));
      assert.equal(key, 'Bearer key-of-the-test');
    }
  });

  it('prints both answers and what differs', async () => {
    const { code, out, err } = await workspace.run(['reproduce', 'agent', '--yes'], { environment });
    assert.equal(code, 0, err);
    assert.match(out, /in production · local:gpt-shop · stop\n {2}\{"stock":"sold out"\}/);
    assert.match(out, /as captured · local:gpt-shop · 1,000 tokens in, 100 out · \$0\.002.* · stop\n {2}\{"stock":"sold out"\}/);
    assert.match(out, /today’s prompt · local:gpt-shop · 2,000 tokens in.*\n(?: {2}→ stock .*\n)* {2}\{"stock":3\}/);
    assert.match(out, /what differs\n(?: {2}.*\n)+/);
    assert.match(out, /in production → as captured: the same answer/);
    assert.match(err, /2 calls/);
  });

  it('sends the call alone where its prompt is not here, and says so', async () => {
    const { sides } = await reproduced('alone');
    assert.equal(received.length, 1);
    assert.deepEqual([sides[0]?.problem, sides[1]?.problem], [null, 'The record does not name its prompt.']);
  });

  it('sends a variable word for word where the messages were not captured', async () => {
    const { sides } = await reproduced('bare');
    assert.match(sides[0]?.problem ?? '', /Its messages were not captured/);
    assert.deepEqual(received[0]?.body.messages, [{ role: 'user', content: `Hello ${ATTACK}` }]);
  });

  it('keeps to the spending limit, and refuses a model without a price under one', async () => {
    const low = await workspace.run(['reproduce', 'agent', '--yes', '--max-cost', '0.000001'], { environment });
    assert.deepEqual([low.code, received.length], [3, 0], low.err);
    const unknown = await workspace.run(['reproduce', 'unpriced', '--yes', '--max-cost', '1'], { environment });
    assert.deepEqual([unknown.code, received.length], [2, 0], unknown.err);
    assert.match(unknown.err, /No price known for local:gone/);
  });

  const refusals: readonly (readonly [name: string, args: readonly string[], environment: object, code: number, said: RegExp])[] = [
    ['an id that is not stored', ['nothing'], environment, 2, /No interaction with the id nothing is stored here/],
    ['no id', [], environment, 2, /Name one interaction/],
    ['a picture', ['picture'], environment, 2, /cannot be sent again\. Its messages have a picture or a file/],
    ['no key', ['agent'], { ...environment, LOCAL_KEY: '' }, 2, /LOCAL_KEY/],
    ['a provider that fails', ['unpriced'], environment, 4, /^/],
  ];
  for (const [name, args, own, code, said] of refusals)
    it(`ends with ${code} for ${name}, with a sentence`, async () => {
      const ended = await workspace.run(['reproduce', ...args, '--yes'], { environment: own as Record<string, string> });
      assert.equal(ended.code, code, `${ended.err}${ended.out}`);
      assert.match(ended.err, said);
      if (code === 2) assert.equal(received.length, 0);
    });
});
