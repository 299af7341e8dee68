/** `prompt.ask` and `goldset run` answer each other, in each format that providers speak. */
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { APIError } from 'openai';
import { flush, interactionOf, loadPrompt, LoadPromptError, withCapture } from '../../src/runtime/index.ts';
import type { Answer, AskOptions } from '../../src/runtime/goldset-runtime.d.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { NO_USAGE } from '../../src/core/economics/prices/usage.ts';
import { allowedHere, TestWorkspace, type RunJson } from './command-line.ts';
import { chatServer } from './providers/chat-server.ts';
import { messagesServer } from './providers/messages-server.ts';
import { KEY, RunningServer, type ProviderServer } from './providers/provider-server.ts';
import { responsesServer } from './providers/responses-server.ts';

const PROMPT = `---
model: local:m
config: { maxOutputTokens: 300, temperature: 0.5 }
---
{{role "system"}}Be kind.
{{role "user"}}Question: {{x}}`;

interface World {
  readonly workspace: TestWorkspace;
  readonly server: RunningServer;
  readonly url: string;
  client(key?: string): OpenAI | Anthropic;
  run(...args: string[]): Promise<RunJson>;
  /** Asks as an application. */
  ask(x: string, options?: AskOptions, client?: object): Promise<Answer>;
}

const FORMATS: readonly ProviderServer[] = [chatServer, responsesServer, messagesServer];

async function inWorld(provider: ProviderServer, work: (world: World) => Promise<void>): Promise<void> {
  const server = new RunningServer(provider);
  const url = await server.listen();
  const config = JSON.stringify({ ...provider.config, baseUrl: url, apiKeyEnv: 'LOCAL_MODEL' });
  const workspace = new TestWorkspace({
    'goldset.yaml': `providers:\n  local: ${config}\n`,
    'prompts/a.prompt': PROMPT,
    'prompts/a.golden.yaml': '- { id: one, vars: { x: first } }\n- { id: two, vars: { x: second } }\n',
  });
  const client = (key = KEY): OpenAI | Anthropic =>
    provider === messagesServer
      ? new Anthropic({ apiKey: null, authToken: key, baseURL: url.slice(0, -3), maxRetries: 0 })
      : new OpenAI({ apiKey: key, baseURL: url, maxRetries: 0 });
  try {
    await work({
      workspace,
      server,
      url,
      client,
      async run(...args) {
        const { out, err } = await workspace.run(['run', '--json', '--yes', '--allow-unknown-price', ...args], {
          environment: { LOCAL_MODEL: KEY, ...allowedHere('LOCAL_MODEL') },
        });
        assert.ok(out.startsWith('{'), err);
        return JSON.parse(out) as RunJson;
      },
      async ask(x, options = { cache: 'use' }, by = client()) {
        return (await loadPrompt('a', { root: workspace.root })).ask(by, { x }, options);
      },
    });
  } finally {
    server.close();
    workspace.dispose();
  }
}

describe('prompt.ask', () => {
  for (const format of FORMATS) {
    it(`${format.name}: what a run sent answers the application, and what the application sent answers a run`, () =>
      inWorld(format, async ({ server, run, ask }) => {
        await run('--case', 'one');
        assert.equal(server.received.length, 1);
        const known = await ask('first');
        assert.deepEqual([known.text, known.source, server.received.length], ['Hello, wörld.', 'cache', 1]);
        const texts: string[] = [];
        const fresh = await ask('second', { cache: 'use', onText: (text) => texts.push(text) });
        assert.deepEqual([fresh.text, fresh.source, server.received.length], ['Hello, wörld.', 'model', 2]);
        assert.deepEqual([texts.join(''), texts.length > 1], ['Hello, wörld.', true]);
        // It is sent as a run sends it.
        assert.deepEqual(Object.keys(server.received[1]?.body ?? {}), Object.keys(server.received[0]?.body ?? {}));
        const report = await run();
        assert.equal(server.received.length, 2);
        assert.deepEqual(
          report.results.map(({ source, output }) => [source, output]),
          [
            ['cache', 'Hello, wörld.'],
            ['cache', 'Hello, wörld.'],
          ],
        );
        const again: string[] = [];
        const cached = await ask('second', { cache: 'frozen', onText: (text) => again.push(text) });
        assert.deepEqual([cached.text, cached.usage, cached.finish, again], [fresh.text, fresh.usage, fresh.finish, ['Hello, wörld.']]);
        assert.notEqual(fresh.usage, null);
        assert.equal((await ask('third')).text, 'Hello, wörld.');
        assert.equal(server.received.length, 3);
      }));
  }

  it('a prompt that says something else is another request', () =>
    inWorld(chatServer, async ({ workspace, server, run, ask }) => {
      await run('--case', 'one');
      for (const [from, to] of [
        ['temperature: 0.5', 'temperature: 0.6'],
        ['Be kind.', 'Be short.'],
        ['maxOutputTokens: 300', 'maxOutputTokens: 301'],
        ['{{role "user"}}', ''],
      ] as const) {
        workspace.write({ 'prompts/a.prompt': PROMPT.replace(from, to) });
        await assert.rejects(ask('first', { cache: 'frozen' }), /frozen, so nothing is sent/, to);
      }
      workspace.write({ 'prompts/a.prompt': PROMPT });
      assert.equal((await ask('first', { cache: 'frozen' })).source, 'cache');
      assert.equal(server.received.length, 1);
    }));

  it('frozen: a miss is an error that says so; off, which is the default, and refresh send', () =>
    inWorld(chatServer, async ({ server, run, ask }) => {
      await run('--case', 'one');
      assert.equal((await ask('first', { cache: 'frozen' })).source, 'cache');
      const error = await ask('fourth', { cache: 'frozen' }).catch((reason: unknown) => reason);
      assert.ok(error instanceof LoadPromptError);
      assert.equal(error.code, 'cache/miss');
      assert.equal(server.received.length, 1);
      for (const options of [{}, { cache: 'off' }, { cache: 'refresh' }] as const)
        assert.equal((await ask('first', options)).source, 'model');
      assert.equal(server.received.length, 4);
      await ask('fifth', { cache: 'off' });
      await assert.rejects(ask('fifth', { cache: 'frozen' }), /cache/);
      await ask('fifth', { cache: 'refresh' });
      assert.equal((await ask('fifth', { cache: 'frozen' })).source, 'cache');
    }));

  it('another account has answers of its own, and errors are those of the client', () =>
    inWorld(chatServer, async ({ server, run, ask, client }) => {
      await run('--case', 'one');
      const error = await ask('first', { cache: 'use' }, client('sk-another-account-0815')).catch((reason: unknown) => reason);
      assert.ok(error instanceof APIError);
      assert.match(error.message, /no key in authorization/);
      assert.equal(server.received.length, 2);
    }));

  it('a captured client records the prompt and the variables; what the cache answers costs nothing', () =>
    inWorld(chatServer, async ({ workspace, ask, client, server }) => {
      const captured = withCapture(client(), { sink: { root: workspace.root }, provider: 'local', environment: 'test' });
      const answers = [await ask('first', { cache: 'use' }, captured), await ask('first', { cache: 'use' }, captured)];
      assert.deepEqual([answers.map(({ source }) => source), server.received.length], [['model', 'cache'], 1]);
      await flush();
      const all: Interaction[] = [];
      new InteractionFiles(workspace.root).read(null, (line) => 'interaction' in line && all.push(line.interaction));
      assert.deepEqual(
        all.map(({ id }) => id),
        answers.map((answer) => interactionOf(answer)),
      );
      const { version } = await loadPrompt('a', { root: workspace.root });
      for (const { prompt, variables, output, model, environment } of all) {
        assert.deepEqual(prompt, { name: 'prompts/a.prompt', version, contentHash: version });
        assert.deepEqual([variables, output, model, environment], [{ x: 'first' }, 'Hello, wörld.', 'local:m', 'test']);
      }
      const [sent, known] = all;
      assert.deepEqual([known?.usage, known?.costUsd], [NO_USAGE, 0]);
      assert.deepEqual(sent?.messages, known?.messages);
      assert.equal(sent?.usage?.input, answers[0]?.usage?.input);
      assert.notEqual(sent?.usage?.input, 0);
      assert.equal(interactionOf(await ask('first')), null);
    }));

  it('says when the client cannot send the prompt', () =>
    inWorld(chatServer, async ({ ask, server, workspace, client }) => {
      for (const wrong of [new Anthropic({ apiKey: 'x' }), {}]) {
        const error = await ask('first', {}, wrong).catch((reason: unknown) => reason);
        assert.ok(error instanceof LoadPromptError, String(error));
        assert.equal(error.code, 'ask/client');
      }
      const claude = await loadPrompt('a', { root: workspace.root, model: 'anthropic:claude-sonnet-5' });
      await assert.rejects(claude.ask(client(), { x: '' }), /client from @anthropic-ai\/sdk for Claude/);
      const unknown = await loadPrompt('a', { root: workspace.root, model: 'nowhere:m' });
      await assert.rejects(unknown.ask(client(), { x: '' }), /nowhere:m, which is not on a server/);
      assert.equal(server.received.length, 0);
    }));

  it('an answer that the application breaks off is not kept', () =>
    inWorld(chatServer, async ({ ask }) => {
      const abort = new AbortController();
      await assert.rejects(ask('first', { cache: 'use', signal: abort.signal, onText: () => abort.abort() }), { name: 'AbortError' });
      await assert.rejects(ask('first', { cache: 'frozen' }), /nothing is sent/);
    }));

  it('a cache that cannot be written or read is told once, and the calls go on', () =>
    inWorld(chatServer, async ({ workspace, client, server }) => {
      workspace.write({
        'blocked/goldset.yaml': workspace.read('goldset.yaml'),
        'blocked/a.prompt': PROMPT,
        'blocked/.goldset': 'a file',
      });
      const problems: string[] = [];
      const prompt = await loadPrompt('a', { root: `${workspace.root}/blocked` });
      for (const x of ['first', 'second']) {
        const { text } = await prompt.ask(client(), { x }, { cache: 'use', onProblem: (problem) => problems.push(problem) });
        assert.equal(text, 'Hello, wörld.');
      }
      assert.equal(server.received.length, 2);
      assert.equal(problems.length, 1);
      assert.match(problems.join(), /cannot be used/);
    }));
});
