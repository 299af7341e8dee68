/** Everything from outside has a limit: bodies, programs, files, telemetry. What is too much ends with a problem, and soon. */
import assert from 'node:assert/strict';
import { execFileSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { openRegular, readBytes, readBytesSync, readText, readTextSync } from '../../src/adapters/bounded-file.ts';
import { download } from '../../src/adapters/http/download.ts';
import { keepAliveFetch, longBody, MAX_ANSWER_BYTES } from '../../src/adapters/http/keep-alive-fetch.ts';
import { providerCount } from '../../src/adapters/models/count-endpoint.ts';
import { OPENAI, ANTHROPIC } from '../../src/adapters/models/keys.ts';
import { httpTransport } from '../../src/adapters/models/pipeline/pipeline-client.ts';
import { loadScript } from '../../src/adapters/models/scripted/script-file.ts';
import { runProcess, variables } from '../../src/adapters/process/run-process.ts';
import { readMedia } from '../../src/adapters/workspace/media-files.ts';
import { PromptLoader } from '../../src/adapters/workspace/prompt-files.ts';
import { upsertComment } from '../../src/cli/github/comment.ts';
import { EMPTY_CONFIG } from '../../src/core/config/goldset-yaml.ts';
import { messageOf } from '../../src/core/problems/errors.ts';
import { jsonSizeProblem } from '../../src/core/feedback/logs/otlp/json-size.ts';
import { MOST_RECORDS } from '../../src/core/feedback/logs/otlp/telemetry.ts';
import { ended, printed, TestWorkspace, type Ended } from '../system/command-line.ts';
import { serverClient } from '../system/server-client.ts';
import { EndlessServer, type EndlessAnswer } from './endless-server.ts';

const MB = 1 << 20;
const never = new AbortController().signal;
const REQUEST = {
  messages: [{ role: 'user', content: [{ text: 'hi' }] }],
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
} as const;

const JSON_BODY: EndlessAnswer = { status: 200, type: 'application/json', start: '{"a":"', more: 'x' };
const EVENT = 'data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n';

/** Everything that reads a body, and what answers it. */
const READERS: readonly (readonly [name: string, answer: EndlessAnswer, read: (url: string) => Promise<unknown>])[] = [
  ['a body as text', JSON_BODY, async (url) => (await keepAliveFetch(url)).text()],
  ['a body as JSON', JSON_BODY, async (url) => (await keepAliveFetch(url)).json() as Promise<unknown>],
  [
    'a body as it arrives',
    JSON_BODY,
    async (url) => {
      for await (const chunk of (await keepAliveFetch(url)).body as unknown as AsyncIterable<Uint8Array>) assert.ok(chunk);
    },
  ],
  [
    'a body of results, up to its own limit',
    JSON_BODY,
    async (url) => {
      for await (const chunk of longBody(await keepAliveFetch(url), 20 * MB)) assert.ok(chunk);
    },
  ],
  [
    'an answer without a stream',
    JSON_BODY,
    (url) => serverClient({ baseUrl: `${url}/v1` }).complete({ ...REQUEST, parameters: {} } as never, { signal: never }),
  ],
  [
    'a stream of events',
    { status: 200, type: 'text/event-stream', start: '', more: EVENT },
    (url) => serverClient({ baseUrl: `${url}/v1` }).complete({ ...REQUEST, parameters: {} } as never, { signal: never }),
  ],
  [
    'one event without its end',
    { status: 200, type: 'text/event-stream', start: 'data: {"x":"', more: 'x' },
    (url) => serverClient({ baseUrl: `${url}/v1` }).complete({ ...REQUEST, parameters: {} } as never, { signal: never }),
  ],
  [
    'comments of a stream without any event',
    { status: 200, type: 'text/event-stream', start: '', more: ': keep-alive\n\n' },
    (url) => serverClient({ baseUrl: `${url}/v1` }).complete({ ...REQUEST, parameters: {} } as never, { signal: never }),
  ],
  [
    'an error of a provider',
    { ...JSON_BODY, status: 400 },
    (url) => serverClient({ baseUrl: `${url}/v1` }).complete({ ...REQUEST, parameters: {} } as never, { signal: never }),
  ],
  [
    'an error of Anthropic’s protocol',
    { ...JSON_BODY, status: 400 },
    (url) =>
      serverClient({ baseUrl: url, config: { kind: 'anthropic' } }).complete({ ...REQUEST, parameters: {} } as never, { signal: never }),
  ],
  ['an answer of a pipeline', JSON_BODY, (url) => httpTransport('p', url, null, 60_000)('{}', never)],
  ['an error of a pipeline', { ...JSON_BODY, status: 500 }, (url) => httpTransport('p', url, null, 60_000)('{}', never)],
  [
    'a count of tokens',
    JSON_BODY,
    (url) => {
      const official = {
        openai: { ...OPENAI, origin: url, baseUrl: `${url}/v1` },
        anthropic: { ...ANTHROPIC, origin: url, baseUrl: `${url}/v1` },
      };
      return providerCount('openai:m', REQUEST, { keyForOrigin: () => Promise.resolve('k'), variable: () => 'k' } as never, official);
    },
  ],
  ['a download of prices', JSON_BODY, (url) => download(url)],
  [
    'comments of a pull request',
    { ...JSON_BODY, start: '["' },
    (url) => upsertComment({ apiUrl: url, repository: 'a/b', pullRequest: 1, token: 't', key: 'k' }, 'text'),
  ],
];

describe('a body that never ends', function () {
  this.timeout(300_000);
  let server: EndlessServer;
  let url: string;
  beforeEach(async () => {
    server = new EndlessServer();
    url = await server.listen();
  });
  afterEach(() => server.close());

  for (const [name, answer, read] of READERS) {
    it(`is given up at its limit and its connection closed: ${name}`, async () => {
      server.answer = answer;
      await assert.rejects(async () => read(url), /sent more than (16|20) MB/);
      await server.hungUp;
      // What was taken, and what stood in the buffers of both sides.
      assert.ok(server.sent < 20 * MB + 16 * MB, `${server.sent}`);
    });
  }

  it('may be as long as its limit', async () => {
    const whole = http.createServer((_request, response) => response.end('x'.repeat(MAX_ANSWER_BYTES)));
    await new Promise<void>((resolve) => whole.listen(0, '127.0.0.1', resolve));
    const address = whole.address() as net.AddressInfo;
    assert.equal((await (await keepAliveFetch(`http://127.0.0.1:${address.port}`)).text()).length, MAX_ANSWER_BYTES);
    whole.closeAllConnections();
    whole.close();
  });
});

describe('a program that prints without end', () => {
  for (const answer of ['stdout', 'channel'] as const)
    it(`is stopped at the limit of an answer: ${answer}`, async () => {
      const script = `exec yes x >&${answer === 'stdout' ? 1 : 3}`;
      const job = { command: 'sh', args: ['-c', script], cwd: os.tmpdir(), env: variables([]), input: '', timeoutMs: 60_000, answer };
      await assert.rejects(runProcess(job), /more than 16 MB/);
    });
});

/** Kinds of files that are not read, made at a path. */
const KINDS: readonly (readonly [name: string, make: (file: string) => unknown, problem: RegExp])[] = [
  ['a device without end', (file) => symlinkSync('/dev/zero', file), /is not a regular file/],
  ['a terminal or null device', (file) => symlinkSync('/dev/null', file), /is not a regular file/],
  ['a pipe that nobody writes to', (file) => execFileSync('mkfifo', [file]), /is not a regular file/],
  ['a folder', (file) => mkdirSync(file), /is not a regular file/],
  ['a socket', (file) => new Promise<void>((resolve) => net.createServer().unref().listen(file, resolve)), /is not a regular file/],
  ['a file of 2 GB', (file) => (writeFileSync(file, ''), truncateSync(file, 2 ** 31)), /too large/],
];

/** Readers of a file that a person or a repository names. */
const FILE_READERS: readonly (readonly [name: string, file: string, read: (root: string, file: string) => unknown])[] = [
  ['bytes', 'f', (_root, file) => readBytesSync(file)],
  ['bytes, without blocking', 'f', (_root, file) => readBytes(file)],
  ['text', 'f', (_root, file) => readTextSync(file)],
  ['text, without blocking', 'f', (_root, file) => readText(file)],
  ['lines', 'f', (_root, file) => openRegular(file, 2 ** 30)],
  ['a prompt', 'a.prompt', (root, file) => new PromptLoader({ root, config: EMPTY_CONFIG, diagnostics: [] }).load(file)],
  ['an image', 'a.png', (root) => readMedia(root, 'a.png', 'a.prompt')],
  ['a scripted model', 's.yaml', (_root, file) => loadScript(file, null)],
];

describe('a file that cannot be read to its end', function () {
  this.timeout(300_000);
  let root: string;
  beforeEach(() => void (root = mkdtempSync(path.join(os.tmpdir(), 'goldset-limits-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  for (const [kind, make, problem] of KINDS) {
    it(`is refused before it is read, whoever reads it: ${kind}`, async () => {
      for (const [reader, name, read] of FILE_READERS) {
        const file = path.join(root, name);
        rmSync(file, { recursive: true, force: true });
        await make(file);
        // In a workspace, a link to a device is refused because it leads outside, whatever it leads to.
        const either = new RegExp(`${problem.source}|outside the workspace|not.* in this workspace|no file|larger than 20 MB`);
        await assert.rejects(
          Promise.resolve().then(() => read(root, file)),
          either,
          reader,
        );
      }
    });
  }

  it('is read to its end when it says that it is empty, and no further than its limit', () => {
    assert.match(readTextSync('/proc/self/status'), /^Name:/);
    assert.throws(() => readBytesSync('/proc/self/status', 10), /too large/);
  });
});

describe('a file that a repository names', () => {
  let root: string;
  let outside: string;
  beforeEach(() => {
    [root, outside] = ['goldset-root-', 'goldset-outside-'].map((name) => mkdtempSync(path.join(os.tmpdir(), name))) as [string, string];
    writeFileSync(path.join(outside, 'secret.prompt'), 'SECRET {{x}}');
    writeFileSync(path.join(outside, 'secret.yaml'), 'rules: [{ reply: SECRET }]\n');
    writeFileSync(path.join(outside, 'secret.png'), 'SECRET');
  });
  afterEach(() => [root, outside].forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  const load = (file: string): Promise<unknown> =>
    new PromptLoader({ root, config: EMPTY_CONFIG, diagnostics: [] }).load(path.join(root, file));

  it('is refused when it is a prompt that links outside the workspace', async () => {
    symlinkSync(path.join(outside, 'secret.prompt'), path.join(root, 'a.prompt'));
    await assert.rejects(load('a.prompt'), /link to a file outside the workspace/);
  });

  it('is refused when it is a prompt in a folder that links outside the workspace', async () => {
    symlinkSync(outside, path.join(root, 'prompts'));
    await assert.rejects(load('prompts/secret.prompt'), /link to a file outside the workspace/);
  });

  it('is no partial when it links outside the workspace', async () => {
    symlinkSync(path.join(outside, 'secret.prompt'), path.join(root, '_p.prompt'));
    writeFileSync(path.join(root, 'a.prompt'), 'a {{>p}}');
    assert.doesNotMatch(JSON.stringify(await load('a.prompt')), /SECRET/);
  });

  it('is no image when it links outside the workspace', async () => {
    symlinkSync(path.join(outside, 'secret.png'), path.join(root, 'a.png'));
    await assert.rejects(readMedia(root, 'a.png', 'a.prompt'), /no file/);
    await assert.rejects(readMedia(root, `../${path.basename(outside)}/secret.png`, 'a.prompt'), /no file/);
  });

  it('is no scripted model when it is outside the workspace, unless the user named it', async () => {
    const file = path.join(outside, 'secret.yaml');
    symlinkSync(file, path.join(root, 'link.yaml'));
    await assert.rejects(loadScript(file, root), /outside the workspace/);
    await assert.rejects(loadScript(path.join(root, 'link.yaml'), root), /outside the workspace/);
    assert.equal((await loadScript(file, null)).rules.length, 1);
  });

  it('may be a link inside the workspace', async () => {
    writeFileSync(path.join(root, 'real.prompt'), 'hello');
    symlinkSync(path.join(root, 'real.prompt'), path.join(root, 'a.prompt'));
    assert.ok(await load('a.prompt'));
  });
});

describe('JSON that was sent', () => {
  it('may not be parsed when it is nested too deep or has too many values', () => {
    assert.match(jsonSizeProblem(Buffer.from('['.repeat(257))) ?? '', /256 levels/);
    assert.match(jsonSizeProblem(Buffer.from('{"a":'.repeat(257))) ?? '', /256 levels/);
    assert.match(jsonSizeProblem(Buffer.from(`[${'0,'.repeat(4_000_001)}0]`)) ?? '', /4 million values/);
    assert.equal(jsonSizeProblem(Buffer.from('['.repeat(256))), null);
  });

  it('may have brackets and commas in its texts', () => {
    for (const text of ['[[{,:', '\\', '"', '\\"[', '\\\\'])
      assert.equal(jsonSizeProblem(Buffer.from(JSON.stringify([text.repeat(1000)]))), null);
    assert.match(jsonSizeProblem(Buffer.from(`["\\\\",${'['.repeat(257)}`)) ?? '', /256 levels/);
    assert.equal(jsonSizeProblem(Buffer.from(`["\\",${'['.repeat(257)}`)), null);
  });
});

/** Telemetry of a few kilobytes that becomes very much. */
const BOMBS: readonly (readonly [name: string, path: string, type: string, body: Buffer])[] = [
  ['brackets', '/v1/traces', 'application/json', Buffer.alloc(60 * MB, '[')],
  ['empty objects', '/v1/traces', 'application/json', Buffer.from(`{"resourceSpans":[${'{},'.repeat(15 * MB)}{}]}`)],
  [
    'empty spans',
    '/v1/traces',
    'application/json',
    Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(15 * MB)}{}]}]}]}`),
  ],
  ['empty spans in protobuf', '/v1/traces', 'application/x-protobuf', protobufSpans(8 * MB)],
  ['signals', '/signals', 'application/json', Buffer.from(`[${'{},'.repeat(15 * MB)}{}]`)],
];

/** `resource_spans { scope_spans { spans {} spans {} … } }`, by hand. */
function protobufSpans(count: number): Buffer {
  const spans = Buffer.alloc(count * 2, Buffer.from([0x12, 0x00]));
  const wrapped = (bytes: Buffer, tag: number): Buffer => {
    const length: number[] = [];
    for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
      if (rest < 128) {
        length.push(rest);
        break;
      }
      length.push((rest % 128) + 128);
    }
    return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
  };
  return wrapped(wrapped(spans, 0x12), 0x0a);
}

describe('telemetry that becomes very much', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  let child: ChildProcess;
  let whole: Promise<Omit<Ended, 'ms'>>;
  let port: number;
  before(async () => {
    workspace = new TestWorkspace({});
    child = workspace.start(['capture', '--port', '0', '--json']);
    whole = ended(child);
    port = Number((await printed(child, /OTLP_ENDPOINT=http:\/\/127\.0\.0\.1:(\d+)/))[1]);
  });
  after(async () => {
    child.kill('SIGKILL');
    await whole;
    workspace.dispose();
  });

  const send = (target: string, type: string, body: Buffer): { answer: Promise<{ status: number; text: string }>; sent: Promise<void> } => {
    const request = http.request({
      host: '127.0.0.1',
      port,
      path: target,
      method: 'POST',
      agent: false,
      headers: { 'content-type': type, 'content-encoding': 'gzip' },
    });
    const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
    });
    const sent = new Promise<void>((resolve) => void request.end(body, () => resolve()));
    return { answer, sent };
  };

  for (const [name, target, type, body] of BOMBS) {
    it(`is refused, and what comes after it is taken: ${name}`, async () => {
      const bomb = gzipSync(body);
      assert.ok(bomb.length < 64 * 1024, `${bomb.length}`);
      const { answer } = send(target, type, bomb);
      // The server itself is free: what it refuses by itself is answered meanwhile.
      const meanwhile = await send('/nothing', type, gzipSync('{}')).answer;
      assert.equal(meanwhile.status, 404);
      const { status, text } = await answer;
      assert.ok(status === 413 || status === 400, `${status} ${text}`);
      const next = await send(
        '/signals',
        'application/json',
        gzipSync(JSON.stringify({ interaction: name, name: 'thumbs-down', value: true })),
      ).answer;
      assert.equal(next.status, 200, next.text);
    });
  }

  it('does not keep the receiver from ending', async () => {
    const { sent, answer } = send(
      '/v1/traces',
      'application/json',
      gzipSync(Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[${'{"attributes":[{}]},'.repeat(600_000)}{}]}]}]}`)),
    );
    const outcome = answer.then(({ status }) => String(status), messageOf);
    await sent;
    child.kill('SIGTERM');
    const { code } = await whole;
    assert.equal(code, 0);
    await outcome;
    assert.ok(statSync(workspace.root).isDirectory() && MOST_RECORDS > 0);
  });
});
