/** `goldset/runtime/otlp` sends to a receiver that asks for a token, over a real socket, and is bundled for runtimes without Node. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import esbuild from 'esbuild';
import OpenAI from 'openai';
import { CaptureReceiver } from '../../src/adapters/capture/capture-job.ts';
import { startCapture, type RunningCapture } from '../../src/adapters/capture/start-capture.ts';
import type * as Otlp from '../../src/runtime/goldset-runtime-otlp.d.ts';
import { CaptureRoot } from './captured.ts';
import { MemoryProvider } from './sdks/memory-provider.ts';

const TOKEN = 'planted-token-4711-of-the-receiver';

describe('goldset/runtime/otlp', () => {
  let root: CaptureRoot;
  let running: RunningCapture;
  let library: typeof Otlp;
  const secretBefore = process.env['GOLDSET_USER_SECRET'];
  before(async () => {
    // One of this machine is told, once for all tests of the process.
    process.env['GOLDSET_USER_SECRET'] = 'for these tests';
    library = (await import(path.resolve('dist/runtime/otlp.mjs'))) as typeof Otlp;
    root = new CaptureRoot();
    const receiver = new CaptureReceiver();
    running = await startCapture({
      thread: { capture: (job) => receiver.take(job), dispose: () => Promise.resolve() },
      retention: { retain: () => Promise.resolve({ deleted: [], problems: [] } as never), dispose: () => Promise.resolve() },
      ...{ root: root.root, host: '127.0.0.1', port: 0, token: TOKEN, onChange: () => undefined },
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
  const sinkWith = (token: string, problems: string[]): Otlp.OtlpSink => ({
    endpoint: `http://127.0.0.1:${running.port}`,
    headers: { authorization: `Bearer ${token}` },
    onProblem: (problem) => problems.push(problem),
  });

  it('sends a call and its signal, redacted, with the ids that Node gives', async () => {
    const problems: string[] = [];
    const openai = new OpenAI({ apiKey: 'x', fetch: new MemoryProvider(900_000).fetch, maxRetries: 0 });
    const client = library.withCapture(openai, { sink: sinkWith(TOKEN, problems), user: 'ana', conversation: 'c-1' });
    const completion = await client.chat.completions.parse({ model: 'm', messages: [{ role: 'user', content: 'I am ana@example.com' }] });
    library.signal(library.interactionOf(completion) ?? '', 'thumb', 'down');
    await library.flush();
    assert.deepEqual(problems, []);
    const interaction = await root.interaction();
    assert.deepEqual([interaction.responseId, interaction.conversation, interaction.user], [completion.id, 'c-1', null]);
    assert.ok(!JSON.stringify(interaction).includes('ana@'));
    const [followUp] = await root.followUps();
    assert.deepEqual(
      followUp?.signals.map(({ name, value }) => [name, value]),
      [['thumb', 'down']],
    );
  });

  it('a wrong token stores nothing and is told; without one, or to read, nothing is answered', async () => {
    const problems: string[] = [];
    const before = (await root.interactions()).length;
    const openai = new OpenAI({ apiKey: 'x', fetch: new MemoryProvider(950_000).fetch, maxRetries: 0 });
    await library.withCapture(openai, { sink: sinkWith(`${TOKEN}x`, problems) }).chat.completions.create({ model: 'm', messages: [] });
    await library.flush();
    assert.match(problems.join(), /status 401/);
    assert.equal((await root.interactions()).length, before);
    const status = async (headers: Record<string, string>, method = 'POST', to = '/signals'): Promise<number> => {
      const answer = await fetch(`http://127.0.0.1:${running.port}${to}`, {
        ...{ method, headers: { 'content-type': 'application/json', connection: 'close', ...headers } },
        ...(method === 'POST' ? { body: '[]' } : {}),
      });
      await answer.arrayBuffer();
      return answer.status;
    };
    const bearer = { authorization: `Bearer ${TOKEN}` };
    assert.deepEqual(
      [
        await status({}),
        await status({ authorization: 'Basic x' }),
        await status({ ...bearer, origin: 'https://evil.example' }),
        await status(bearer),
        await status(bearer, 'GET'),
        await status(bearer, 'GET', '/interactions'),
      ],
      [401, 401, 403, 200, 405, 404],
    );
  });

  it('an address that others can reach is not opened without a token', () =>
    assert.rejects(
      startCapture({
        thread: { capture: () => Promise.reject(new Error('unused')), dispose: () => Promise.resolve() },
        retention: { retain: () => Promise.reject(new Error('unused')), dispose: () => Promise.resolve() },
        ...{ root: root.root, host: '0.0.0.0', port: 0, onChange: () => undefined, onFailure: () => undefined, onProblem: () => undefined },
      }),
      { code: 'capture/token' },
    ));

  it('is bundled for a browser and for edge runtimes, and runs where nothing of Node is there', async () => {
    for (const [platform, conditions] of [
      ['browser', ['browser']],
      ['neutral', ['edge-light', 'workerd', 'worker']],
    ] as const) {
      const { metafile, outputFiles } = await esbuild.build({
        stdin: { contents: `export * from './dist/runtime/otlp.mjs';`, resolveDir: process.cwd() },
        ...{ bundle: true, write: false, metafile: true, format: 'iife', globalName: 'library', logLevel: 'silent' },
        ...{ platform, conditions: [...conditions] },
      });
      assert.deepEqual(
        Object.values(metafile.outputs).flatMap((output) => output.imports),
        [],
      );
      const before = (await root.interactions()).length;
      const web = { fetch, crypto, Headers, Response, URL, AbortSignal, TextEncoder, setTimeout, clearTimeout, performance, console, btoa };
      const edge = createContext({
        ...web,
        sink: sinkWith(TOKEN, root.problems),
        answer: { id: platform, choices: [{ message: { content: 'hi' }, finish_reason: 'stop' }] },
      });
      runInContext(outputFiles[0]?.text ?? '', edge);
      const script = `
        const client = library.withCapture({ apiKey: 'sk-planted-4711-secret', chat: { completions: { create: async () => answer } } }, { sink });
        client.chat.completions.create({ model: 'm', messages: [] }).then(() => Promise.resolve()).then(() => library.flush());`;
      await (runInContext(script, edge) as Promise<void>);
      assert.equal((await root.interactions()).length, before + 1);
    }
  });
});
