/** What the built command line makes of what servers say over a real socket: encodings, errors, ends, usage. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { answer, FaultyServer, piece, type Call } from './faulty-server.ts';
import { allowedHere, TestWorkspace, type Ended, type RunJson } from './command-line.ts';
import { report } from './run-workspace.ts';

const json = (body: object): string => JSON.stringify(body);
const completion = (of: object = {}, choice: object = {}): string =>
  json({
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'ok' }, ...choice }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
    ...of,
  });
const events = (...chunks: readonly object[]): string => `${chunks.map((chunk) => `data: ${json(chunk)}\n\n`).join('')}data: [DONE]\n\n`;
const streamed = events(
  { choices: [{ index: 0, delta: { content: 'ok' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  { choices: [], usage: { prompt_tokens: 100, completion_tokens: 10 } },
);

const sendJson = ({ response }: Call, body: string | Buffer, headers: Record<string, string> = {}): void =>
  void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
const sendEvents = ({ response }: Call, body: string | Buffer, headers: Record<string, string> = {}): void =>
  void response.writeHead(200, { 'content-type': 'text/event-stream', ...headers }).end(body);

/** Whether it is sent anew when it failed before: the second time it is answered. */
const once =
  (send: (call: Call) => void) =>
  (call: Call): void =>
    call.attempt === 1 ? send(call) : answer(call.response);

interface Row {
  readonly send: (call: Call) => void;
  /** `pass`, or the code of its error with what its message says. */
  readonly expected: 'pass' | readonly [string, RegExp];
  readonly attempts: number;
  /** USD: 100 tokens at $1 and 10 at $2 a million. */
  readonly costUsd: number | null;
}

const PAID = 0.00012;
const passes = (send: Row['send'], attempts = 1, costUsd: number | null = PAID): Row => ({ send, expected: 'pass', attempts, costUsd });
const fails = (send: Row['send'], code: string, message: RegExp, attempts = 1): Row => ({
  send,
  expected: [code, message],
  attempts,
  costUsd: null,
});

const ROWS: Readonly<Record<string, Row>> = {
  'a plain stream': passes(({ response }) => answer(response)),
  'a stream with gzip': passes((call) => sendEvents(call, gzipSync(streamed), { 'content-encoding': 'gzip' })),
  'a body with br': passes((call) => sendJson(call, brotliCompressSync(completion()), { 'content-encoding': 'br' })),
  'a body with deflate': passes((call) => sendJson(call, deflateSync(completion()), { 'content-encoding': 'deflate' })),
  'a body with deflate without its header': passes((call) =>
    sendJson(call, deflateRawSync(completion()), { 'content-encoding': 'deflate' }),
  ),
  'a body with two encodings': passes((call) =>
    sendJson(call, gzipSync(brotliCompressSync(completion())), { 'content-encoding': 'br, gzip' }),
  ),
  'a body with a BOM': passes((call) => sendJson(call, `\uFEFF${completion()}`)),
  'a stream with a BOM': passes((call) => sendEvents(call, `\uFEFF${streamed}`)),
  'a 200 with error.code 429, once': passes(
    once((call) => sendJson(call, json({ error: { code: 429, message: 'slow down' } }), { 'retry-after': '0.1' })),
    2,
  ),
  'a 429 with Retry-After −3, once': passes(
    once(({ response }) => void response.writeHead(429, { 'retry-after': '-3' }).end(json({ error: { message: 'slow' } }))),
    2,
  ),
  'a finish reason error, once': passes(
    once((call) => sendEvents(call, events({ choices: [{ index: 0, delta: { content: 'o' }, finish_reason: 'error' }] }))),
    2,
  ),
  'a temporary error in a stream, once': passes(
    once((call) => sendEvents(call, events({ error: { code: 502, message: 'provider down' } }))),
    2,
  ),
  'an unknown finish reason': passes((call) => sendJson(call, completion({}, { finish_reason: 'because' }))),
  'usage that is zero beside a text': passes(
    (call) => sendJson(call, completion({ usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } })),
    1,
    null,
  ),
  'usage with more from the cache than there was': passes(
    (call) =>
      sendJson(
        call,
        completion({
          usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110, prompt_tokens_details: { cached_tokens: 80_000 } },
        }),
      ),
    1,
    null,
  ),
  'usage in x_groq': passes((call) =>
    sendJson(call, completion({ usage: null, x_groq: { usage: { prompt_tokens: 100, completion_tokens: 10 } } })),
  ),
  'reasoning beside the completion': passes(
    // 100 at $1 and 10 + 90 at $2 a million.
    (call) =>
      sendJson(
        call,
        completion({
          usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 200, completion_tokens_details: { reasoning_tokens: 90 } },
        }),
      ),
    1,
    0.0003,
  ),
  'the second of two choices first': passes((call) =>
    sendJson(
      call,
      json({
        choices: [
          { index: 1, finish_reason: 'stop', message: { content: 'other' } },
          { index: 0, finish_reason: 'stop', message: { content: 'ok' } },
        ],
        usage: { prompt_tokens: 100, completion_tokens: 10 },
      }),
    ),
  ),
  'content as a list': passes((call) =>
    sendJson(
      call,
      completion(
        {},
        {
          message: {
            content: [
              { type: 'text', text: 'o' },
              { type: 'text', text: 'k' },
            ],
          },
        },
      ),
    ),
  ),
  'content that cannot be read': fails(
    (call) => sendJson(call, completion({}, { message: { content: 42 } })),
    'provider/malformed',
    /cannot read/,
  ),
  'a permanent error in a stream': fails(
    (call) =>
      sendEvents(call, events({ error: { type: 'invalid_request_error', code: 'context_length_exceeded', message: 'too many tokens' } })),
    'provider/bad-request',
    /too many tokens/,
  ),
  'an error beside null content': fails(
    (call) => sendJson(call, completion({ error: { code: 400, message: 'bad schema' } }, { message: { content: null } })),
    'provider/bad-request',
    /bad schema/,
  ),
  'a call that the provider could not write': fails(
    (call) => sendJson(call, completion({}, { finish_reason: 'MALFORMED_FUNCTION_CALL' })),
    'provider/malformed',
    /broke off the answer \(finish reason "MALFORMED_FUNCTION_CALL"\)/,
  ),
  'a stream that ends with [DONE] without a finish reason': fails(
    (call) => sendEvents(call, `${piece({ content: 'ok' })}data: [DONE]\n\n`),
    'provider/unfinished',
    /the stream ended with \[DONE\] but without a finish reason/,
    2,
  ),
  'a body with five encodings': fails(
    (call) =>
      sendJson(
        call,
        Array.from({ length: 5 }).reduce<Buffer>((body) => gzipSync(body), Buffer.from(completion())),
        { 'content-encoding': 'gzip, gzip, gzip, gzip, gzip' },
      ),
    'provider/malformed',
    /encoding "gzip, gzip, gzip/,
  ),
  'an encoding that is not known': fails(
    (call) => sendJson(call, 'x', { 'content-encoding': 'zstd' }),
    'provider/malformed',
    /encoding "zstd"/,
  ),
};

const NAMES = Object.keys(ROWS);

describe('what a server says over a real socket', function () {
  this.timeout(300_000);
  const seen = new Map<string, number>();
  const encodings = new Set<string | undefined>();
  let workspace: TestWorkspace;
  let server: FaultyServer;
  let first: RunJson;
  let firstRun: Ended;

  before(async () => {
    server = new FaultyServer((call) => {
      seen.set(call.user, (seen.get(call.user) ?? 0) + 1);
      encodings.add(call.request.headers['accept-encoding']);
      ROWS[call.user]?.send(call);
    });
    const url = await server.listen();
    workspace = new TestWorkspace({
      'goldset.yaml': `providers:\n  local: { kind: openai-compatible, baseUrl: "${url}" }\nprices: ./prices.yaml\n`,
      'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  local:m: { input: 1, output: 2, cacheRead: 0.1 }\n',
      'a.prompt': '---\nmodel: local:m\nconfig: { maxOutputTokens: 50 }\n---\n{{x}}',
      'a.golden.jsonl': NAMES.map((x, i) => json({ id: `c${i}`, vars: { x }, expected: 'ok' })).join('\n'),
    });
    firstRun = await workspace.run(['run', '--json']);
    first = report(firstRun.out);
  });
  after(() => {
    workspace.dispose();
    server.close();
  });

  const resultOf = (name: string): RunJson['results'][number] => {
    const found = first.results.find(({ case: id }) => id === `c${NAMES.indexOf(name)}`);
    assert.ok(found, `${name}: no result; ${firstRun.err}`);
    return found;
  };

  for (const [name, { expected, attempts, costUsd }] of Object.entries(ROWS))
    it(`${name} is ${expected === 'pass' ? 'an answer' : `the error ${expected[0]}`}, after ${attempts === 1 ? 'one request' : `${attempts} requests`}`, () => {
      const found = resultOf(name);
      if (expected === 'pass') assert.deepEqual([found.verdict, found.error], ['pass', null]);
      else {
        assert.deepEqual([found.verdict, found.error?.code], ['error', expected[0]]);
        assert.match(found.error?.message ?? '', expected[1]);
      }
      assert.equal(found.attempts, attempts);
      assert.equal(found.costUsd === null ? null : found.costUsd.toFixed(6), costUsd === null ? null : costUsd.toFixed(6));
    });

  it('every request says that it takes no encoding', () => assert.deepEqual([...encodings], ['identity']));

  it('what was an error is not kept: another run sends it again, and nothing else', async () => {
    const before = new Map(seen);
    await workspace.run(['run', '--json']);
    const again = NAMES.filter((name) => (seen.get(name) ?? 0) > (before.get(name) ?? 0));
    assert.deepEqual(
      again,
      NAMES.filter((name) => ROWS[name]?.expected !== 'pass'),
    );
  });
});

describe('a byte order mark', function () {
  it('is skipped in the answer of a pipeline, and in an environment file', async () => {
    const keys = new Set<string | undefined>();
    const server = new FaultyServer(({ request, response }) => {
      keys.add(request.headers.authorization);
      answer(response);
    });
    const url = await server.listen();
    const workspace = new TestWorkspace({
      'goldset.yaml': `providers:\n  local: { kind: openai-compatible, baseUrl: "${url}", apiKeyEnv: LOCAL_KEY }\n  rag: { kind: command, command: [node, rag.mjs] }\n`,
      'rag.mjs': `process.stdin.resume().on('end', () => process.stdout.write('\\uFEFF' + JSON.stringify({ output: 'ok' })));`,
      'a.prompt': '---\nmodel: local:m\n---\n{{x}}',
      'a.golden.yaml': '- { id: one, vars: { x: "1" }, expected: ok }\n',
      'b.prompt': '---\nmodel: rag\n---\n{{x}}',
      'b.golden.yaml': '- { id: one, vars: { x: "1" }, expected: ok }\n',
    });
    try {
      writeFileSync(path.join(workspace.root, 'keys.env'), '\uFEFFLOCAL_KEY=a-key-of-this-test\n');
      const { out, code, err } = await workspace.run(['run', '--json', '--env-file', 'keys.env'], {
        environment: allowedHere('LOCAL_KEY'),
      });
      assert.deepEqual([code, report(out).results.map(({ output }) => output)], [0, ['ok', 'ok']], err);
      assert.deepEqual([...keys], ['Bearer a-key-of-this-test']);
    } finally {
      workspace.dispose();
      server.close();
    }
  });
});
