/** The openai client over real sockets: against `goldset serve`, and against servers that misbehave. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChildProcess } from 'node:child_process';
import { ProviderError } from '../../src/core/problems/errors.ts';
import type { ModelRequest } from '../../src/core/model/model-request.ts';
import { DIALECTS } from '../../src/core/config/dialects.ts';
import type { HttpModelClient } from '../../src/adapters/models/http-client.ts';
import { chatBody } from '../../src/adapters/models/openai/chat-body.ts';
import { takesBreakpoints } from '../../src/core/economics/data/caching-rules.ts';
import { serverClient } from './server-client.ts';
import { keyFor, officialKey, OPENAI, type ForeignKey, type KeySource } from '../../src/adapters/models/keys.ts';
import { ended, printed, TestWorkspace, type RunJson } from './command-line.ts';
import { cpSync } from 'node:fs';

const REQUEST: ModelRequest = {
  messages: [{ role: 'user', content: [{ text: 'hi' }] }],
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  parameters: {},
  repeat: 0,
};

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const USAGE = `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [], usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, prompt_tokens_details: { cached_tokens: 64 }, completion_tokens_details: { reasoning_tokens: 5 } } })}\n\n`;

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;
const servers: Server[] = [];
async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => handler(request, response, body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}
const clientFor = (baseUrl: string, apiKey: string | null = null): HttpModelClient => serverClient({ baseUrl, apiKey });
const ask = (client: HttpModelClient, signal = new AbortController().signal, onText?: (text: string) => void) =>
  client.complete(REQUEST, { signal, ...(onText ? { onText } : {}) });
const stream = (response: ServerResponse, ...parts: string[]): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  parts.forEach((part) => response.write(part));
};
const failure = async (promise: Promise<unknown>): Promise<ProviderError> => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ProviderError, String(error));
  return error;
};

describe('the openai client', () => {
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('streams: text, time to first content, finish, usage from the last chunk', async () => {
    let sent = '';
    const url = await serve((_request, response, body) => {
      sent = body;
      stream(
        response,
        chunk({ role: 'assistant', content: '' }),
        chunk({ content: 'Hel' }),
        chunk({ content: 'lo' }),
        chunk({}, 'length'),
        USAGE,
        'data: [DONE]\n\n',
      );
      response.end();
    });
    const pieces: string[] = [];
    const answer = await ask(clientFor(url), undefined, (text) => pieces.push(text));
    assert.deepEqual([answer.output, answer.finish, pieces], ['Hello', 'length', ['Hel', 'lo']]);
    assert.deepEqual(answer.usage, { input: 100, cacheRead: 64, cacheWriteShort: 0, cacheWriteLong: 0, output: 20, reasoning: 5 });
    assert.ok(answer.ttftMs !== null && answer.ttftMs > 0 && answer.ttftMs <= (answer.latencyMs ?? 0));
    assert.deepEqual(JSON.parse(sent), {
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('marks the end of the leading system messages, where the user agreed', () => {
    const text = (role: string, content: string) => ({ role, content: [{ text: content }] });
    const messages = [text('system', 'a'), text('system', 'b'), text('user', 'c'), text('system', 'd')];
    assert.deepEqual(chatBody('gpt-6-luna', { ...REQUEST, messages, breakpoint: true, cacheKey: 'goldset-1' }, DIALECTS.openai), {
      model: 'gpt-6-luna',
      messages: [
        { role: 'system', content: 'a' },
        { role: 'system', content: [{ type: 'text', text: 'b', prompt_cache_breakpoint: { mode: 'explicit' } }] },
        { role: 'user', content: 'c' },
        { role: 'system', content: 'd' },
      ],
      prompt_cache_key: 'goldset-1',
    });
    assert.deepEqual(['gpt-5.6-sol', 'gpt-6-luna', 'gpt-5.5', 'gpt-4o', 'o3'].map(takesBreakpoints), [true, true, false, false, false]);
    const own = { ...REQUEST, parameters: { prompt_cache_key: 'mine' }, cacheKey: 'ours' };
    assert.equal(chatBody('m', own, DIALECTS.openai)['prompt_cache_key'], 'mine');
  });

  it('reports no usage as null, tool calls in one piece, a refusal as such', async () => {
    const url = await serve((_request, response) => {
      stream(
        response,
        chunk({ tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'wea', arguments: '{"ci' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { name: 'ther', arguments: 'ty":1}' } }] }),
        chunk({ refusal: 'I will not.' }),
        chunk({}, 'tool_calls'),
      );
      response.end('data: [DONE]\n\n');
    });
    const answer = await ask(clientFor(url));
    assert.equal(answer.usage, null);
    assert.deepEqual(answer.toolCalls, [{ id: 'c1', name: 'weather', arguments: '{"city":1}' }]);
    assert.deepEqual([answer.output, answer.finish], ['I will not.', 'refusal']);
  });

  const faults: readonly (readonly [string, Handler, string, RegExp])[] = [
    [
      '429 with Retry-After',
      (_q, r) => r.writeHead(429, { 'retry-after': '2', 'content-type': 'application/json' }).end('{"error":{"message":"slow down"}}'),
      'rate-limit',
      /slow down/,
    ],
    ['500', (_q, r) => r.writeHead(500).end('{"error":{"message":"oops"}}'), 'server', /oops|500/],
    [
      '401 that repeats the key',
      (_q, r) =>
        r.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"Incorrect key sk-planted-secret-123"}}'),
      'authentication',
      /\[key\]/,
    ],
    [
      '400',
      (_q, r) => r.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"bad field"}}'),
      'bad-request',
      /bad field/,
    ],
    ['404', (_q, r) => r.writeHead(404).end(), 'not-found', /404/],
    [
      'a reset in the middle',
      (_q, r) => (stream(r, chunk({ content: 'a' })), setImmediate(() => r.destroy())),
      'connection',
      /broke|ended|No connection/,
    ],
    ['an end without a finish', (_q, r) => (stream(r, chunk({ content: 'a' })), r.end()), 'connection', /before the answer was complete/],
    ['no JSON in the stream', (_q, r) => (stream(r, 'data: {nope\n\n'), r.end()), 'malformed', /not JSON/],
    ['an empty body', (_q, r) => (stream(r), r.end()), 'connection', /before the answer was complete/],
    [
      'a redirect to somewhere else',
      (_q, r) => r.writeHead(307, { location: 'http://127.0.0.1:9/v1/chat/completions' }).end(),
      'unreachable',
      /redirect|No connection/i,
    ],
  ];
  for (const [name, handler, kind, message] of faults) {
    it(`${name} is a ${kind} error`, async () => {
      const error = await failure(ask(clientFor(await serve(handler), 'sk-planted-secret-123')));
      assert.equal(error.failure, kind, error.message);
      assert.match(error.message, message);
      assert.ok(!error.message.includes('sk-planted-secret-123'));
      if (name.startsWith('429')) assert.equal(error.retryAfterMs, 2000);
    });
  }

  it('keeps an answer that was whole when the connection broke, and no key that a stream repeats', async () => {
    const whole = await ask(
      clientFor(
        await serve((_q, r) => {
          stream(r, chunk({ content: 'all of it' }), chunk({}, 'stop'));
          setTimeout(() => r.destroy(), 20);
        }),
      ),
    );
    assert.deepEqual([whole.output, whole.finish, whole.usage], ['all of it', 'stop', null]);
    const url = await serve((_q, r) => {
      stream(r, chunk({ content: 'a' }), 'data: {"error":{"message":"bad sk-planted-secret-123"}}\n\n');
      r.end();
    });
    const error = await failure(ask(clientFor(url, 'sk-planted-secret-123')));
    assert.deepEqual([error.failure, error.mayBeBilled, error.message.includes('sk-planted')], ['server', true, false]);
    const cut = await serve((_q, r) => void r.writeHead(400).end(`{"error":{"message":"${'x'.repeat(490)}sk-planted-secret-123"}}`));
    assert.ok(!(await failure(ask(clientFor(cut, 'sk-planted-secret-123')))).message.includes('sk-planted'));
  });

  it('a server that is not there is a connection error that names the origin', async () => {
    const error = await failure(ask(clientFor('http://127.0.0.1:9/v1')));
    assert.equal(error.failure, 'connection');
    assert.match(error.message, /127\.0\.0\.1:9/);
  });

  it('aborts before, at, and after the first token, and closes the socket', async () => {
    const closed: Promise<void>[] = [];
    const url = await serve((request, response) => {
      closed.push(new Promise((resolve) => request.socket.once('close', () => resolve())));
      stream(response, chunk({ content: 'a' }));
    });
    const already = AbortSignal.abort();
    assert.equal((await failure(ask(clientFor(url), already))).failure, 'aborted');
    const abort = new AbortController();
    const error = await failure(ask(clientFor(url), abort.signal, () => abort.abort()));
    assert.equal(error.failure, 'aborted');
    await Promise.all(closed);
  });

  it('sends a key only where there is one, and no organisation of the environment', async () => {
    const seen: (string | undefined)[] = [];
    process.env['OPENAI_ORG_ID'] = 'org-from-environment';
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers['openai-organization'] as string | undefined);
      stream(response, chunk({ content: 'a' }, 'stop'));
      response.end();
    });
    await ask(clientFor(url));
    await ask(clientFor(url, 'k'));
    delete process.env['OPENAI_ORG_ID'];
    assert.deepEqual(seen, [undefined, undefined, 'Bearer k', undefined]);
  });
});

describe('keys', () => {
  const keys = (variables: Record<string, string>): KeySource => ({
    keyForOrigin: () => Promise.resolve(null),
    variable: (name) => variables[name] ?? null,
    isAllowed: () => false,
  });
  const request = { provider: 'p', baseUrl: 'https://evil.example/v1', keyVariable: 'OPENAI_API_KEY' };
  it('of an official provider go there without a question, and are needed there', async () => {
    assert.equal(await officialKey(OPENAI, keys({ OPENAI_API_KEY: 'k' })), 'k');
    await assert.rejects(officialKey(OPENAI, keys({})), /OPENAI_API_KEY is not set/);
  });
  it('are not needed where goldset.yaml names no variable, and are missing where it names one that is not set', async () => {
    assert.equal(await keyFor({ ...request, keyVariable: null }, keys({ OPENAI_API_KEY: 'k' })), null);
    await assert.rejects(keyFor({ ...request, keyVariable: 'LOCAL_KEY' }, keys({})), /LOCAL_KEY is not set/);
  });
  it('go elsewhere when the user says so, or that origin gets one of its own', async () => {
    const asked: ForeignKey[] = [];
    const answering = (answer: 'send' | 'kept' | 'no'): KeySource => ({
      ...keys({ OPENAI_API_KEY: 'k' }),
      keyForOrigin: () => Promise.resolve(answer === 'kept' && asked.length > 0 ? 'own' : null),
      mayLeave: (key) => {
        asked.push(key);
        return Promise.resolve(answer);
      },
    });
    assert.equal(await keyFor(request, answering('send')), 'k');
    assert.deepEqual(asked[0], {
      provider: request.provider,
      variable: 'OPENAI_API_KEY',
      origin: 'https://evil.example',
      home: OPENAI.origin,
    });
    asked.length = 0;
    assert.equal(await keyFor(request, answering('kept')), 'own');
    await assert.rejects(keyFor(request, answering('no')), { code: 'key/foreign-origin' });
  });
});

describe('goldset serve', () => {
  let workspace: TestWorkspace;
  let server: ChildProcess;
  let url: string;

  const start = async (script: string): Promise<void> => {
    server = workspace.start(['serve', script]);
    url = (await printed(server, /(http:\/\/127\.0\.0\.1:\d+\/v1)/))[1] ?? '';
  };
  beforeEach(() => {
    workspace = new TestWorkspace({});
  });
  afterEach(async () => {
    const end = ended(server);
    server.kill('SIGTERM');
    await end;
    workspace.dispose();
  });

  it('gives the same verdicts over a socket as in process, for every example', async function () {
    cpSync('examples', workspace.root, { recursive: true, filter: (name) => !name.includes('.goldset') });
    for (const name of ['triage/triage', 'clinic/codes', 'answers/answer']) {
      await start(`${name}.scripted.yaml`);
      workspace.write({ 'goldset.yaml': `providers:\n  local: { kind: openai-compatible, baseUrl: ${url} }\n` });
      const verdicts = async (...args: string[]): Promise<unknown> => {
        const { out, err } = await workspace.run(['run', `${name}.prompt`, '--json', '--concurrency', '16', ...args]);
        assert.ok(out !== '', err);
        return (JSON.parse(out) as RunJson).results.map((result) => [
          result.case,
          result.verdict,
          result.output,
          result.usage?.input,
          result.usage?.output,
        ]);
      };
      assert.deepEqual(await verdicts('--model', 'local:any'), await verdicts());
      const end = ended(server);
      server.kill('SIGTERM');
      assert.equal((await end).code, 0);
    }
    await start('triage/triage.scripted.yaml');
  });

  it('speaks the protocol: models, plain answers, errors in OpenAI’s shape, failures that end, cuts', async () => {
    workspace.write({
      'm.scripted.yaml': `cache: { minimumTokens: 64, blockTokens: 16, ttlSeconds: 300 }
rules:
  - { when: { user: slow }, reply: ok, fail: { status: 429, retryAfter: 1, times: 2 } }
  - { when: { user: gone }, reply: ok, fail: { drop: true, times: 1 } }
  - { when: { user: tool }, toolCalls: [{ name: weather, arguments: { city: Oslo } }] }
  - { when: { user: pick }, replies: [one, two, three] }
  - { when: { user: no }, reply: "I refuse.", finish: refusal }
default: { reply: "one two three four five six seven eight nine ten" }
`,
    });
    await start('m.scripted.yaml');
    const post = async (
      body: object,
    ): Promise<{
      status: number;
      headers: Headers;
      body: {
        choices: { message: { content: string | null; tool_calls?: unknown[]; refusal: string | null }; finish_reason: string }[];
        usage: { prompt_tokens_details: { cached_tokens: number } };
        error: { message: string; type: string };
      };
    }> => {
      const response = await fetch(`${url}/chat/completions`, { method: 'POST', body: JSON.stringify({ model: 'm', ...body }) });
      return { status: response.status, headers: response.headers, body: (await response.json()) as never };
    };
    const user = (content: string): object => ({ messages: [{ role: 'user', content }] });
    const models = (await (await fetch(`${url}/models`)).json()) as { data: { id: string }[] };
    assert.equal(models.data[0]?.id, 'm');
    const slow = [await post(user('slow')), await post(user('slow')), await post(user('slow'))];
    assert.deepEqual(
      slow.map((answer) => answer.status),
      [429, 429, 200],
    );
    assert.equal(slow[0]?.headers.get('retry-after'), '1');
    assert.equal(slow[0].body.error.type, 'rate_limit_exceeded');
    await assert.rejects(post(user('gone')));
    assert.equal((await post(user('gone'))).status, 200);
    assert.equal((await post(user('tool'))).body.choices[0]?.finish_reason, 'tool_calls');
    const picked = [await post(user('pick')), await post(user('pick')), await post({ ...user('pick'), seed: 2 })];
    assert.deepEqual(
      picked.map((answer) => answer.body.choices[0]?.message.content),
      ['one', 'two', 'three'],
    );
    assert.equal((await post(user('no'))).body.choices[0]?.message.refusal, 'I refuse.');
    const cut = await post({ ...user('x'), max_tokens: 3 });
    assert.equal(cut.body.choices[0]?.finish_reason, 'length');
    assert.equal((await post({ messages: [] })).status, 400);
    assert.equal((await fetch(`${url}/nothing`)).status, 404);
    const long = {
      messages: [
        { role: 'system', content: 'word '.repeat(200) },
        { role: 'user', content: 'a' },
      ],
    };
    const cached = [await post(long), await post(long)].map((answer) => answer.body.usage.prompt_tokens_details.cached_tokens);
    assert.equal(cached[0], 0);
    assert.ok((cached[1] ?? 0) >= 192 && (cached[1] ?? 0) % 16 === 0, String(cached));
  });
});
