/** `goldset export otlp` over real sockets and files: `goldset capture` and `goldset import` get the same records; a server that is busy, refuses or redirects. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { CaptureReceiver } from '../../src/adapters/capture/capture-job.ts';
import { startCapture, type RunningCapture } from '../../src/adapters/capture/start-capture.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { CaptureRoot } from './captured.ts';
import { TestWorkspace } from './command-line.ts';

const TOKEN = 'Bearer planted-token-4711-of-the-receiver';
const CALLS = 201;
/** More than one request has. */
const lines = (day: number, from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => {
    const id = `call-${String(from + i).padStart(3, '0')}`;
    return `${JSON.stringify({
      ...{
        schema: 'goldset.interaction/1',
        id,
        time: `2026-11-0${day}T10:00:00.${String(from + i).padStart(3, '0')}Z`,
        trace: `request ${id}`,
      },
      ...{ user: '0123456789abcdef', model: 'openai:gpt-5', latencyMs: 1.5, attributes: { tenant: i % 2 === 0 ? 'acme' : 'other' } },
      ...{ messages: [{ role: 'developer', content: `Question ${id}` }], output: `Answer ${id}`, costUsd: 0.25 },
      usage: { input: 10, output: 5, cacheRead: 0, cacheWriteShort: 3, cacheWriteLong: 2, reasoning: 0 },
    })}\n`;
  }).join('');
const FOLLOW_UP = `${JSON.stringify({
  schema: 'goldset.follow-up/1',
  of: { interaction: 'call-000', response: null, trace: null, conversation: null },
  time: '2026-11-02T11:00:00.000Z',
  signals: [{ kind: 'explicit', name: 'thumb', value: 'down', annotator: 'human', by: 'ana', time: null, note: 'wrong' }],
  ...{ triage: 'dismissed', reason: 'a test', by: 'ben' },
})}\n`;

const storedIn = (root: string): StoredLine[] => {
  const found: StoredLine[] = [];
  assert.equal(new InteractionFiles(root).read(null, (line) => found.push(line)).refused.count, 0);
  return found;
};
const sorted = (given: readonly StoredLine[]): string[] => given.map((line) => JSON.stringify(line)).sort();

describe('goldset export otlp', () => {
  let shop: TestWorkspace;
  before(() => {
    shop = new TestWorkspace({
      '.goldset/interactions/2026-11-01.jsonl': lines(1, 0, CALLS - 1),
      '.goldset/interactions/2026-11-02.jsonl': lines(2, CALLS - 1, CALLS) + FOLLOW_UP,
    });
  });
  after(() => shop.dispose());

  it('writes a file of which `goldset import` makes the same records, and chooses by a filter', async () => {
    const { code, err } = await shop.run(['export', 'otlp', '--to', 'calls.jsonl']);
    assert.equal(code, 0, err);
    assert.match(err, new RegExp(`${CALLS} calls written to calls\\.jsonl`));
    const other = new TestWorkspace({ 'calls.jsonl': shop.read('calls.jsonl') });
    try {
      const imported = await other.run(['import', 'calls.jsonl']);
      assert.equal(imported.code, 0, imported.err);
      assert.deepEqual(sorted(storedIn(other.root)), sorted(storedIn(shop.root)));
    } finally {
      other.dispose();
    }
    const one = await shop.run(['export', 'otlp', 'signal=thumbs-down', '--to', 'one.jsonl']);
    assert.match(one.err, /1 call written/);
    const none = await shop.run(['export', 'otlp', 'tenant=nobody', '--to', 'none.jsonl']);
    assert.match(none.err, /nothing is exported/);
    assert.throws(() => shop.read('none.jsonl'), /ENOENT/);
  });

  describe('to goldset capture', () => {
    let root: CaptureRoot;
    let running: RunningCapture;
    const secretBefore = process.env['GOLDSET_USER_SECRET'];
    before(async () => {
      // One of this machine is told, once for all tests of the process.
      process.env['GOLDSET_USER_SECRET'] = 'for these tests';
      root = new CaptureRoot();
      const receiver = new CaptureReceiver();
      running = await startCapture({
        thread: { capture: (job) => receiver.take(job), dispose: () => Promise.resolve() },
        retention: { retain: () => Promise.resolve({ deleted: [], problems: [] } as never), dispose: () => Promise.resolve() },
        ...{ root: root.root, host: '127.0.0.1', port: 0, token: TOKEN.slice('Bearer '.length), onChange: () => undefined },
        onFailure: (error) => root.problems.push(String(error)),
        onProblem: (problem) => root.problems.push(problem),
      });
    });
    after(async () => {
      await running.stop();
      if (secretBefore === undefined) delete process.env['GOLDSET_USER_SECRET'];
      else process.env['GOLDSET_USER_SECRET'] = secretBefore;
      assert.deepEqual(root.problems, []);
      root.dispose();
    });
    it('sends the same records, with a token that was allowed to go there, and a second time nothing new', async () => {
      const url = `http://127.0.0.1:${running.port}`;
      const args = ['export', 'otlp', '--to', `${url}/v1/traces`, '--header-env', 'authorization=OTLP_AUTH'];
      const run = (): ReturnType<TestWorkspace['run']> =>
        shop.run([...args, '--allow-origin', `OTLP_AUTH@${url}`], { environment: { OTLP_AUTH: TOKEN } });
      for (let i = 0; i < 2; i++) {
        const { code, err } = await run();
        assert.equal(code, 0, err);
        assert.match(err, new RegExp(`${CALLS} calls sent to http://127\\.0\\.0\\.1:\\d+/v1/traces`));
      }
      assert.deepEqual(sorted(storedIn(root.root)), sorted(storedIn(shop.root)));
    });
  });

  describe('to a server that does not take everything', () => {
    let server: http.Server;
    let url: string;
    /** What it answers, one after the other; then 200. */
    let answers: { status: number; headers?: http.OutgoingHttpHeaders; body?: string }[] = [];
    let asked: { path: string; authorization: string | undefined; body: string }[] = [];
    before(async () => {
      server = http.createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          asked.push({ path: request.url ?? '', authorization: request.headers.authorization, body: Buffer.concat(chunks).toString() });
          const { status, headers = {}, body = '{}' } = answers.shift() ?? { status: 200 };
          response.writeHead(status, headers).end(body);
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });
    beforeEach(() => {
      [answers, asked] = [[], []];
    });
    const send = (to: string, more: readonly string[] = []): ReturnType<TestWorkspace['run']> =>
      shop.run(['export', 'otlp', '--to', to, ...more], { environment: { OTLP_AUTH: TOKEN } });
    const HEADER = ['--header-env', 'authorization=OTLP_AUTH'];

    it('sends to exactly the address, and the same request again when the server is busy', async () => {
      answers = [
        { status: 503, headers: { 'retry-after-ms': '1' } },
        { status: 429, headers: { 'retry-after-ms': '1' } },
      ];
      const { code, err } = await send(`${url}/api/otel/v1/traces?project=7`);
      assert.equal(code, 0, err);
      assert.deepEqual(
        asked.map(({ path, authorization }) => [path, authorization]),
        Array.from({ length: 4 }, () => ['/api/otel/v1/traces?project=7', undefined]),
      );
      assert.equal(new Set(asked.slice(0, 3).map(({ body }) => body)).size, 1);
    });
    it('ends after some attempts, and says how many calls were sent, what the server said, and no key', async () => {
      const busy = { status: 503, headers: { 'retry-after-ms': '1' } };
      answers = [{ status: 200 }, busy, busy, busy, busy, { ...busy, body: `no room for ${TOKEN.slice(7)}` }];
      const { code, err } = await send(`${url}/v1/traces`, [...HEADER, '--allow-origin', `OTLP_AUTH@${url}`]);
      assert.equal(code, 2, err);
      assert.equal(asked.length, 6);
      assert.match(err, /status 503: no room for \[key\].*200 calls were sent before/);
      assert.ok(!err.includes(TOKEN.slice(7)));
    });
    it('says what the server left out, and follows no redirect', async () => {
      answers = [{ status: 200, body: '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}' }];
      const part = await send(`${url}/v1/traces`);
      assert.equal(part.code, 1);
      assert.match(part.err, /did not take 3 of them: too old/);
      asked = [];
      answers = [{ status: 307, headers: { location: `${url}/elsewhere` } }];
      const { code, err } = await send(`${url}/v1/traces`);
      assert.equal(code, 2);
      assert.match(err, /redirect.*0 calls were sent before/);
      assert.equal(asked.length, 1);
    });
    it('sends a header nowhere without consent, nor unencrypted to another machine; an address has a path', async () => {
      const { code, err } = await send(`${url}/v1/traces`, HEADER);
      assert.equal(code, 2);
      assert.match(err, /--allow-origin OTLP_AUTH@http:\/\/127\.0\.0\.1:\d+/);
      assert.match((await send('http://otlp.example.com/v1/traces', HEADER)).err, /without encryption/);
      assert.match((await send(url)).err, /127\.0\.0\.1:\d+\/v1\/traces/);
      assert.deepEqual(asked, []);
    });
  });
});
