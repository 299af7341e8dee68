/** What goes wrong with a record is no matter of the application: disks, values, clients and listeners of every bad kind. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import { LineQueue } from '../../src/adapters/capture/line-queue.ts';
import { OTLP_IDS } from '../../src/adapters/capture/otlp-ids.ts';
import type { FollowUp } from '../../src/core/feedback/interactions/interaction.ts';
import { flush, interactionOf, signal, withCapture } from '../../src/runtime/index.ts';
import type { CaptureOptions } from '../../src/runtime/goldset-runtime.d.ts';
import { CaptureRoot } from './captured.ts';
import { chatServer } from './providers/chat-server.ts';
import { KEY, RunningServer } from './providers/provider-server.ts';

const ask = { model: 'm', messages: [{ role: 'user' as const, content: 'hello' }] };
const today = (): string => `${new Date().toISOString().slice(0, 10)}.jsonl`;

describe('a record that cannot be made', () => {
  let server: RunningServer;
  let url: string;
  const folders: string[] = [];
  const closing: { close(): void }[] = [];
  before(async () => {
    server = new RunningServer(chatServer);
    url = await server.listen();
  });
  after(() => server.close());
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    for (const item of closing.splice(0)) item.close();
  });
  const newFolder = (): string => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-faults-'));
    folders.push(folder);
    return folder;
  };
  const client = (options: CaptureOptions): OpenAI => withCapture(new OpenAI({ apiKey: KEY, baseURL: url, maxRetries: 0 }), options);
  const answers = async (api: OpenAI): Promise<void> => {
    assert.equal((await api.chat.completions.create(ask)).choices[0]?.message.content, 'Hello, wörld.');
  };

  it('a full disk: told once, and what waited is written when there is room again', async () => {
    const folder = newFolder();
    const problems: string[] = [];
    symlinkSync('/dev/full', path.join(folder, today()));
    const api = client({ sink: { folder, onProblem: (problem) => problems.push(problem) } });
    for (let i = 0; i < 3; i++) {
      await answers(api);
      await flush();
    }
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /ENOSPC.*They are queued/);
    rmSync(path.join(folder, today()));
    await flush();
    assert.equal(readFileSync(path.join(folder, today()), 'utf8').trim().split('\n').length, 3);
  });

  it('a missing folder is made, and made again; a file in its place is told once', async () => {
    const folder = path.join(newFolder(), 'deep', 'down');
    const problems: string[] = [];
    const api = client({ sink: { folder, onProblem: (problem) => problems.push(problem) } });
    await answers(api);
    await flush();
    rmSync(folder, { recursive: true });
    await answers(api);
    await flush();
    await flush();
    assert.equal(readFileSync(path.join(folder, today()), 'utf8').trim().split('\n').length, 1);
    const blocked = path.join(newFolder(), 'file');
    writeFileSync(blocked, '');
    const other = client({ sink: { folder: path.join(blocked, 'in'), onProblem: (problem) => problems.push(problem) } });
    await answers(other);
    await flush();
    await answers(other);
    await flush();
    assert.deepEqual(
      problems.map((problem) => /ENOENT|ENOTDIR/.exec(problem)?.[0]),
      ['ENOENT', 'ENOTDIR'],
    );
  });

  it('the data folder ignores itself, and keeps what it has', async () => {
    const root = new CaptureRoot();
    folders.push(root.root);
    await answers(client({ sink: root.sink }));
    assert.equal((await root.interactions()).length, 1);
    assert.equal(readFileSync(path.join(root.root, '.goldset', '.gitignore'), 'utf8'), '*\n');
  });

  it('values that have no JSON leave their place, and the rest is recorded', async () => {
    const root = new CaptureRoot();
    folders.push(root.root);
    const cycle: Record<string, unknown> = { name: 'a' };
    cycle['self'] = cycle;
    const bad = {
      toJSON(): never {
        throw new Error('no');
      },
    };
    const getter = Object.defineProperty({}, 'x', {
      enumerable: true,
      get(): never {
        throw new Error('no');
      },
    });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const variables = {
      bad,
      cycle,
      getter,
      big: 10n,
      gone: undefined,
      call: () => 1,
      revoked: revoked.proxy,
      when: new Date(0),
      good: 'yes',
    };
    await answers(client({ sink: root.sink, variables }));
    const interaction = await root.interaction();
    assert.deepEqual(interaction.variables, {
      bad: '[unreadable]',
      cycle: { name: 'a', self: '[unreadable]' },
      getter: '[unreadable]',
      big: '10',
      revoked: '[unreadable]',
      when: '1970-01-01T00:00:00.000Z',
      good: 'yes',
    });
    assert.equal(interaction.output, 'Hello, wörld.');
  });

  it('listeners that throw', async () => {
    const folder = newFolder();
    symlinkSync('/dev/full', path.join(folder, today()));
    const fail = (): never => {
      throw new Error('listener');
    };
    await answers(client({ sink: { folder, onProblem: fail }, onId: fail, action: fail }));
    await flush();
  });

  it('clients of odd shapes answer as they do', async () => {
    const root = new CaptureRoot();
    folders.push(root.root);
    const answer = { id: 'a1', choices: [{ index: 0, message: { content: 'hi' }, finish_reason: 'stop' }] };
    const make = (create: (body: object) => unknown): { chat: { completions: { create: (body: object) => unknown } } } =>
      withCapture(Object.freeze({ chat: Object.freeze({ completions: { create } }) }), { sink: root.sink });
    assert.equal(await make(() => Promise.resolve(answer)).chat.completions.create(ask), answer);
    const own = withCapture({ chat: { completions: { create: (_body: object) => Promise.resolve(answer) } } }, { sink: root.sink });
    assert.equal(await own.chat.completions.create(ask), answer);
    assert.equal(interactionOf(answer), (await root.interaction()).id);
    for (const odd of [undefined, 7, 'text', null, { choices: 'none' }])
      assert.equal(
        withCapture({ chat: { completions: { create: (_body: unknown) => odd } } }, { sink: root.sink }).chat.completions.create(undefined),
        odd,
      );
    const thrower = withCapture(
      {
        messages: {
          create: (_body: unknown): unknown => {
            throw new TypeError('odd');
          },
        },
      },
      { sink: root.sink },
    );
    assert.throws(() => thrower.messages.create({ model: 'm' }), TypeError);
    assert.deepEqual((await root.interactions()).at(-1)?.error, { type: 'TypeError', message: 'odd' });
    const empty = withCapture({}, { sink: root.sink });
    assert.deepEqual(Object.keys(empty), []);
  });

  it('what cannot be written is bounded, the oldest goes first, and the process can still end', async () => {
    const problems: string[] = [];
    let written = 0;
    let mayWrite = false;
    const queue = new LineQueue({
      writer: {
        write: (lines) => {
          if (!mayWrite) return Promise.reject(new Error('no'));
          written += lines.length;
          return Promise.resolve();
        },
      },
      redact: () => Promise.resolve((line) => line),
      onProblem: (problem) => problems.push(problem),
    });
    const followUp = {} as FollowUp;
    for (let i = 0; i < 12_000; i++) queue.add({ followUp }, 300);
    assert.equal(queue.dropped, 2000);
    await queue.end();
    await queue.end();
    assert.deepEqual(
      problems.map((problem) => problem.slice(0, 20)),
      ['Interactions arrive ', 'Interactions cannot ', 'The process is exiti'],
    );
    mayWrite = true;
    await queue.flush();
    assert.equal(written, 10_000);
    queue.add({ followUp }, 100 << 20);
    queue.add({ followUp }, 100 << 20);
    assert.equal(queue.dropped, 2001);
    await queue.flush();
  });

  it('a line that a rule fails on is not written, and others are', async () => {
    const written: unknown[] = [];
    const problems: string[] = [];
    const queue = new LineQueue({
      writer: { write: (lines) => Promise.resolve(void written.push(...lines)) },
      redact: () =>
        Promise.resolve((line) => {
          if ('followUp' in line && line.followUp.reason === 'bad') throw new Error('rule');
          return line;
        }),
      onProblem: (problem) => problems.push(problem),
    });
    for (const reason of ['good', 'bad', 'good']) queue.add({ followUp: { reason } as FollowUp }, 10);
    await queue.flush();
    assert.equal(written.length, 2);
    assert.match(problems.join(), /a rule for redaction failed/);
  });

  it('goes to a server over OTLP/HTTP, again when it is busy, and no further when it refuses', async () => {
    const received: { url: string; body: Record<string, unknown>; key: unknown }[] = [];
    const statuses = [503, 200, 200, 400];
    const otlp: Server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        const status = statuses.shift() ?? 200;
        if (status === 200)
          received.push({ url: request.url ?? '', body: JSON.parse(text) as Record<string, unknown>, key: request.headers['x-key'] });
        response.writeHead(status).end('{}');
      });
    });
    closing.push({ close: () => (otlp.closeAllConnections(), otlp.close()) });
    await new Promise<void>((resolve) => otlp.listen(0, '127.0.0.1', resolve));
    const problems: string[] = [];
    const endpoint = `http://127.0.0.1:${(otlp.address() as AddressInfo).port}`;
    const sink = { endpoint, headers: { 'x-key': 'k' }, onProblem: (problem: string): unknown => problems.push(problem) };
    const api = client({
      sink,
      action: { type: 'ticket', id: 't-1' },
      conversation: 'c-1',
      prompt: { name: 'triage', version: '4' },
      variables: { x: 1 },
    });
    const completion = await api.chat.completions.create({
      ...ask,
      messages: [{ role: 'system', content: 'Be kind.' }, ...ask.messages],
      temperature: 1,
    });
    const id = interactionOf(completion) ?? '';
    signal(id, 'thumb', 'down');
    await flush();
    assert.equal(received.length, 0);
    await flush();
    assert.deepEqual(
      received.map((item) => [item.url, item.key]),
      [
        ['/v1/traces', 'k'],
        ['/v1/logs', 'k'],
      ],
    );
    const [span] = items(received[0]?.body, 'resourceSpans', 'scopeSpans', 'spans');
    const [record] = items(received[1]?.body, 'resourceLogs', 'scopeLogs', 'logRecords');
    assert.deepEqual([span?.['traceId'], span?.['spanId']], [OTLP_IDS.trace(id, null), OTLP_IDS.span(id)]);
    assert.deepEqual(
      [record?.['traceId'], record?.['spanId'], record?.['eventName']],
      [span?.['traceId'], span?.['spanId'], 'gen_ai.evaluation.result'],
    );
    const attributes = attributesOf(span);
    const expected = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'localhost',
      'gen_ai.request.model': 'm',
      'gen_ai.request.temperature': 1,
      'goldset.action.type': 'ticket',
      'goldset.action.id': 't-1',
      'gen_ai.conversation.id': 'c-1',
      'gen_ai.prompt.name': 'triage',
      'gen_ai.prompt.version': '4',
      'gen_ai.prompt.variable.x': '1',
      'gen_ai.response.id': 'c',
      'gen_ai.usage.input_tokens': '1200',
      'gen_ai.usage.cache_read.input_tokens': '1024',
      'gen_ai.system_instructions': '[{"type":"text","content":"Be kind."}]',
      'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"hello"}]}]',
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(attributes[name], value, name);
    assert.deepEqual(attributesOf(record)['gen_ai.evaluation.score.label'], 'down');
    signal(id, 'copied');
    await flush();
    assert.equal(problems.length, 2);
    assert.match(problems[1] ?? '', /status 400/);
  });
});

type Json = Record<string, unknown>;

function items(body: Json | undefined, ...path: readonly string[]): Json[] {
  let list: Json[] = [body ?? {}];
  for (const name of path) list = list.flatMap((item) => (item[name] ?? []) as Json[]);
  return list;
}

function attributesOf(item: Json | undefined): Record<string, unknown> {
  const list = (item?.['attributes'] ?? []) as { key: string; value: Json }[];
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
}
