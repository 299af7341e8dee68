/** Bedrock's Converse over a real socket: signed requests, real frames split at any byte, exceptions, tools, usage, sign-in by a command. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { KeySource } from '../../src/adapters/models/keys.ts';
import { modelOpener } from '../../src/adapters/models/open-model.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { ProviderError } from '../../src/core/problems/errors.ts';
import type { ModelClient } from '../../src/core/model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../../src/core/model/model-request.ts';
import type { Message } from '../../src/core/prompt/request.ts';
import { ACCESS_KEY, ConverseServer, SECRET } from './providers/converse-server.ts';

/** One that takes sampling parameters. */
const CLAUDE = 'us.anthropic.claude-opus-4-6-v1:0';
const says = (role: string, text: string): Message => ({ role, content: [{ text }] });
const TOOL = {
  name: 'weather',
  description: 'The weather of a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};
const SCHEMA = { type: 'object', properties: { label: { type: 'string' } }, required: ['label'], additionalProperties: false };
const PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PLAIN: ModelRequest = {
  messages: [says('system', 'You help.'), says('user', 'scene:text')],
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  parameters: {},
  repeat: 0,
};
const request = (scene: string, rest: Partial<ModelRequest> = {}): ModelRequest => ({
  ...PLAIN,
  messages: [says('system', 'You help.'), says('user', `scene:${scene}`)],
  ...rest,
});
const { signal } = new AbortController();

const failure = async (promise: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ProviderError, String(error));
  assert.ok(!`${error.message} ${error.hint ?? ''}`.includes(SECRET), 'the secret is in the error');
  return error;
};

describe('Bedrock', () => {
  const server = new ConverseServer();
  let base = '';
  let root = '';
  let url = '';
  let variables: Record<string, string> = {};
  /** Instead of the usual ones. */
  let given: Partial<KeySource> = {};

  /** As goldset.yaml has it, where the user allowed what is needed. */
  const open = async (rest = '', model = CLAUDE): Promise<ModelClient> => {
    const text = `providers: { aws: { kind: bedrock, baseUrl: "${url}", region: us-east-1${rest} } }\npromptCache: { breakpoints: true }\n`;
    const { config, diagnostics } = readGoldsetYaml('goldset.yaml', text);
    assert.deepEqual(diagnostics, []);
    const opener = modelOpener({
      root,
      config,
      keys: { keyForOrigin: () => Promise.resolve(null), variable: (name) => variables[name] ?? null, isAllowed: () => true, ...given },
      matcher: { matchScript: () => Promise.reject(new Error('There is no scripted model here.')) },
      clock: { now: () => performance.now(), sleep: () => Promise.resolve() },
      mayRunPrograms: () => true,
      permit: () => undefined,
    });
    return opener.open(`aws:${model}`, root);
  };
  const ask = async (scene: string, rest: Partial<ModelRequest> = {}, settings = ''): Promise<ModelResponse> =>
    (await open(settings)).complete(request(scene, rest), { signal });
  const sent = (): Record<string, unknown> => server.received.at(-1)?.body ?? {};

  before(async () => {
    url = await server.listen();
    base = mkdtempSync(path.join(os.tmpdir(), 'goldset-bedrock-'));
    root = path.join(base, 'work');
    mkdirSync(root);
  });
  beforeEach(() => {
    given = {};
    variables = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET };
    server.credentials = { secret: SECRET, sessionToken: null };
  });
  after(() => {
    server.close();
    rmSync(base, { recursive: true, force: true });
  });

  for (const settings of ['', ', stream: false']) {
    describe(settings === '' ? 'ConverseStream' : 'Converse', () => {
      it('gives text as it arrives, the finish, the usage with both caches, and the tier', async () => {
        const pieces: string[] = [];
        const client = await open(settings);
        const answer = await client.complete(request('text'), { signal, onText: (piece) => pieces.push(piece) });
        assert.deepEqual(
          [answer.output, answer.finish, pieces.join(''), answer.service],
          ['Hello, wörld.', 'stop', 'Hello, wörld.', 'flex'],
        );
        if (settings === '') assert.ok(pieces.length > 3);
        assert.deepEqual(answer.usage, { input: 1200, cacheRead: 1024, cacheWriteShort: 0, cacheWriteLong: 64, output: 30, reasoning: 0 });
        assert.ok(answer.ttftMs !== null && answer.ttftMs <= (answer.latencyMs ?? 0));
      });

      it('calls a tool, and takes two results back in one message with the reasoning that they belong to', async () => {
        const client = await open(settings);
        const asked = request('tool', { tools: [TOOL] });
        const first = await client.complete(asked, { signal });
        assert.deepEqual(
          [first.toolCalls, first.finish],
          [[{ id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' }], 'tool-calls'],
        );
        assert.deepEqual(first.reasoning, [{ reasoningContent: { reasoningText: { text: 'Use the tool.', signature: 'c2lnbmVk' } } }]);
        const result = (id: string): Message => ({
          role: 'tool',
          content: [{ toolResult: { id, name: 'weather', text: '{"sky":"blue"}' } }],
        });
        const called = [
          ...(first.reasoning ?? []).map((reasoning) => ({ reasoning })),
          ...first.toolCalls.map((toolCall) => ({ toolCall })),
        ];
        const messages: Message[] = [...asked.messages, { role: 'model', content: called }, result('call_1'), result('call_2')];
        const second = await client.complete({ ...asked, messages }, { signal });
        assert.deepEqual([second.output, second.finish], ['It is sunny.', 'stop']);
        const last = (sent()['messages'] as { content: unknown[] }[]).at(-1);
        assert.equal(last?.content.length, 2);
      });

      it('sends structured output, effort, limits, stop texts and images as Converse has them, and marks the end of the prefix', async () => {
        const output = { format: 'json', name: 'verdict', schema: SCHEMA, strict: true } as const;
        const parameters = { reasoningEffort: 'low', temperature: 0, maxOutputTokens: 50, stop: ['END'], topK: 5 };
        const messages: Message[] = [
          says('system', 'You help.'),
          { role: 'user', content: [{ text: 'scene:json' }, { media: { url: PIXEL } }] },
        ];
        assert.equal((await ask('json', { output, parameters, messages }, settings)).output, '{"label":"refund"}');
        assert.deepEqual(sent(), {
          system: [{ text: 'You help.' }, { cachePoint: { type: 'default' } }],
          messages: [
            { role: 'user', content: [{ text: 'scene:json' }, { image: { format: 'png', source: { bytes: PIXEL.split(',')[1] } } }] },
          ],
          outputConfig: {
            textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: JSON.stringify(SCHEMA), name: 'verdict' } } },
          },
          inferenceConfig: { temperature: 0, maxTokens: 50, stopSequences: ['END'] },
          additionalModelRequestFields: { output_config: { effort: 'low' }, top_k: 5 },
        });
        assert.equal(
          server.received.at(-1)?.path,
          `/model/us.anthropic.claude-opus-4-6-v1%3A0/converse${settings === '' ? '-stream' : ''}`,
        );
      });

      it('reads why an answer ended', async () => {
        assert.equal((await ask('length', {}, settings)).finish, 'length');
        assert.equal((await ask('guarded', {}, settings)).finish, 'content-filter');
        const broken = await failure(ask('malformed', {}, settings));
        assert.equal(broken.failure, 'malformed');
      });
    });
  }

  for (const piece of [1, 2, 3, 7, 11, 4096])
    it(`reads frames that the network gives in pieces of ${piece} bytes`, async () => {
      server.piece = piece;
      assert.equal((await ask('text').finally(() => (server.piece = 64))).output, 'Hello, wörld.');
    });

  for (const [name, kind] of [
    ['throttlingException', 'rate-limit'],
    ['internalServerException', 'server'],
    ['serviceUnavailableException', 'server'],
    ['modelStreamErrorException', 'server'],
    ['modelTimeoutException', 'timeout'],
    ['validationException', 'bad-request'],
  ] as const)
    it(`reads a ${name} inside a stream as ${kind}, with what was said, and as something that may have to be paid for`, async () => {
      const error = await failure(ask(`throws-${name}`));
      assert.deepEqual([error.failure, error.mayBeBilled], [kind, true]);
      assert.match(error.message, new RegExp(`no more: ${name}`));
    });

  it('takes a stream that is cut for an error of the connection', async () => {
    const error = await failure(ask('cut'));
    assert.deepEqual([error.failure, error.mayBeBilled], ['connection', true]);
  });

  for (const [status, type, kind] of [
    [400, 'ValidationException', 'bad-request'],
    [400, 'ServiceQuotaExceededException', 'quota'],
    [403, 'AccessDeniedException', 'authentication'],
    [403, 'UnrecognizedClientException', 'authentication'],
    [404, 'ResourceNotFoundException', 'not-found'],
    [408, 'ModelTimeoutException', 'timeout'],
    [424, 'ModelErrorException', 'server'],
    [429, 'ThrottlingException', 'rate-limit'],
    [429, 'ModelNotReadyException', 'rate-limit'],
    [500, 'InternalServerException', 'server'],
    [503, 'ServiceUnavailableException', 'server'],
  ] as const)
    it(`${status} ${type} is ${kind}`, async () => {
      server.failures.push({ status, type, message: 'said' });
      const error = await failure(ask('text'));
      assert.deepEqual([error.failure, error.status], [kind, status]);
      assert.match(error.message, /said/);
    });

  it('leaves out what the model is known to reject, and keeps the rest', async () => {
    const client = await open('', 'anthropic.claude-sonnet-5-v1:0');
    await client.complete(request('text', { parameters: { temperature: 0, maxOutputTokens: 50 } }), { signal });
    assert.deepEqual(sent()['inferenceConfig'], { maxTokens: 50 });
  });

  it('has a request with an unknown field refused by the server', async () => {
    const error = await failure(ask('text', { parameters: { colour: 'red' } }));
    assert.equal(error.failure, 'bad-request');
    assert.match(error.message, /colour/);
  });

  it('refuses an image behind an address, which Converse does not take, and sends nothing', async () => {
    const before = server.received.length;
    const messages: Message[] = [{ role: 'user', content: [{ media: { url: 'https://example.com/a.png' } }] }];
    const error = await failure(ask('text', { messages }));
    assert.deepEqual([error.failure, error.mayBeBilled, server.received.length], ['bad-request', false, before]);
  });

  it('signs with temporary credentials of the environment', async () => {
    variables['AWS_SESSION_TOKEN'] = 'IQoJb3JpZ2luX2VjEXAMPLE';
    server.credentials = { secret: SECRET, sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE' };
    assert.equal((await ask('text')).output, 'Hello, wörld.');
  });

  it('is refused by a server that computes another signature', async () => {
    variables['AWS_SECRET_ACCESS_KEY'] = `${SECRET.slice(0, -1)}Z`;
    const error = await failure(ask('text'));
    assert.deepEqual([error.failure, error.status], ['authentication', 403]);
    assert.match(error.message, /the signature is wrong/);
  });

  it('sends a Bedrock API key instead of a signature where there is one', async () => {
    variables['AWS_BEARER_TOKEN_BEDROCK'] = 'bedrock-api-key-EXAMPLE';
    server.credentials = { bearer: 'bedrock-api-key-EXAMPLE' };
    assert.equal((await ask('text')).output, 'Hello, wörld.');
    assert.equal(server.received.at(-1)?.headers['x-amz-date'], undefined);
  });

  it('sends the key that the user gives this server, asked whether the credentials may go there, and signs nothing with it', async () => {
    const key = 'bedrock-api-key-OWN';
    let kept: string | null = null;
    const asked: string[] = [];
    given = {
      isAllowed: () => false,
      keyForOrigin: () => Promise.resolve(kept),
      mayLeave: ({ variable }) => {
        asked.push(variable);
        kept = key;
        return Promise.resolve('kept');
      },
    };
    server.credentials = { bearer: key };
    assert.equal((await ask('text')).output, 'Hello, wörld.');
    assert.equal(server.received.at(-1)?.headers['x-amz-date'], undefined);
    assert.deepEqual(asked, ['AWS_ACCESS_KEY_ID']);
  });

  it('never sends as a key what signs requests', async () => {
    for (const variable of ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SESSION_TOKEN']) {
      variables[variable] = SECRET;
      await assert.rejects(open(`, apiKeyEnv: ${variable}`), { code: 'key/signing', hint: /Remove `apiKeyEnv`/ });
    }
  });

  it('says which variables are missing, and names the command that gives credentials', async () => {
    variables = {};
    await assert.rejects(open(), { code: 'key/missing', hint: /aws, configure, export-credentials, --format, process/ });
  });

  describe('with credentials of a command', () => {
    const settings = (): string => `, tokenCommand: ["${process.execPath}", "${path.join(base, 'print.cjs')}"]`;
    const runs = (): number => readFileSync(path.join(base, 'runs'), 'utf8').length;
    /** Each run of the program prints the next; the last stays. */
    const print = (...sessionTokens: string[]): void => {
      const all = sessionTokens.map((SessionToken) => {
        const expires = { Expiration: '2099-01-01T00:00:00Z' };
        return JSON.stringify({ Version: 1, AccessKeyId: ACCESS_KEY, SecretAccessKey: SECRET, SessionToken, ...expires });
      });
      writeFileSync(path.join(base, 'credentials.json'), JSON.stringify(all));
    };
    const accepts = (sessionToken: string): void => void (server.credentials = { secret: SECRET, sessionToken });
    const expired = { status: 403, type: 'ExpiredTokenException', message: 'The security token included in the request is expired' };

    beforeEach(() => {
      variables = {};
      writeFileSync(path.join(base, 'runs'), '');
      const script = [
        `const fs = require('fs'), all = JSON.parse(fs.readFileSync(__dirname + '/credentials.json', 'utf8'));`,
        `const runs = fs.readFileSync(__dirname + '/runs', 'utf8').length; fs.appendFileSync(__dirname + '/runs', 'x');`,
        `process.stdout.write(all[Math.min(runs, all.length - 1)]);`,
      ];
      writeFileSync(path.join(base, 'print.cjs'), script.join('\n'));
    });

    it('signs with what `aws configure export-credentials --format process` prints, and runs it once for several requests', async () => {
      print('first-session-EXAMPLE');
      accepts('first-session-EXAMPLE');
      const client = await open(settings());
      await Promise.all([1, 2, 3].map(() => client.complete(request('text'), { signal })));
      assert.equal(runs(), 1);
    });

    it('runs the command once more after a 403 for an expired token, and sends the request again', async () => {
      print('first-session-EXAMPLE', 'second-session-EXAMPLE');
      accepts('second-session-EXAMPLE');
      server.failures.push(expired);
      assert.equal((await ask('text', {}, settings())).output, 'Hello, wörld.');
      assert.equal(runs(), 2);
    });

    it('does not run the command again after another 403', async () => {
      print('first-session-EXAMPLE');
      accepts('first-session-EXAMPLE');
      server.failures.push({ status: 403, type: 'AccessDeniedException', message: 'not authorized to perform: bedrock:InvokeModel' });
      assert.equal((await failure(ask('text', {}, settings()))).failure, 'authentication');
      assert.equal(runs(), 1);
    });

    it('gives up when the new credentials are refused as well', async () => {
      print('first-session-EXAMPLE');
      server.failures.push(expired, expired);
      const before = server.received.length;
      assert.equal((await failure(ask('text', {}, settings()))).failure, 'authentication');
      assert.deepEqual([runs(), server.received.length - before], [2, 2]);
    });
  });
});
