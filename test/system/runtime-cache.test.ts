/** `withCache` and `goldset run` answer each other, in each format that providers speak, whole and as a stream. */
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { flush, loadPrompt, withCache, withCapture } from '../../src/runtime/index.ts';
import type { CacheOptions, RenderedPrompt } from '../../src/runtime/goldset-runtime.d.ts';
import { InteractionFiles } from '../../src/adapters/storage/interactions/interaction-files.ts';
import type { Interaction } from '../../src/core/feedback/interaction.ts';
import { NO_USAGE } from '../../src/core/economics/usage.ts';
import { TestWorkspace, type RunJson } from './command-line.ts';
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
  run(...args: string[]): Promise<RunJson>;
  /** Asks as an application, and gives the text. */
  ask(x: string, options?: CacheOptions & { readonly stream?: boolean; readonly key?: string }): Promise<string>;
}

const FORMATS: readonly (readonly [
  ProviderServer,
  (client: OpenAI | Anthropic, body: RenderedPrompt, stream: boolean) => Promise<string>,
])[] = [
  [
    chatServer,
    async (client, { chat }, stream) => {
      const { completions } = (client as OpenAI).chat;
      if (!stream) return (await completions.create(chat)).choices[0]?.message.content ?? '';
      return (await completions.stream({ ...chat, stream: true }).finalChatCompletion()).choices[0]?.message.content ?? '';
    },
  ],
  [
    responsesServer,
    async (client, { responses: body }, stream) => {
      const { responses } = client as OpenAI;
      if (!stream) return (await responses.create(body)).output_text;
      let text = '';
      for await (const event of await responses.create({ ...body, stream: true }))
        if (event.type === 'response.output_text.delta') text += event.delta;
      return text;
    },
  ],
  [
    messagesServer,
    async (client, { anthropic }, stream) => {
      const { messages } = client as Anthropic;
      const message = stream ? await messages.stream(anthropic).finalMessage() : await messages.create(anthropic);
      return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    },
  ],
];

async function inWorld(format: (typeof FORMATS)[number], work: (world: World) => Promise<void>): Promise<void> {
  const [provider, send] = format;
  const server = new RunningServer(provider);
  const url = await server.listen();
  const config = JSON.stringify({ ...provider.config, baseUrl: url, apiKeyEnv: 'LOCAL_MODEL' });
  const workspace = new TestWorkspace({
    'goldset.yaml': `providers:\n  local: ${config}\n`,
    'prompts/a.prompt': PROMPT,
    'prompts/a.golden.yaml': '- { id: one, vars: { x: first } }\n- { id: two, vars: { x: second } }\n',
  });
  try {
    await work({
      workspace,
      server,
      url,
      async run(...args) {
        const { out, err } = await workspace.run(['run', '--json', '--yes', '--allow-unknown-price', ...args], {
          environment: { LOCAL_MODEL: KEY },
        });
        assert.ok(out.startsWith('{'), err);
        return JSON.parse(out) as RunJson;
      },
      async ask(x, { stream = false, key = KEY, ...options } = {}) {
        const bare =
          provider === messagesServer
            ? new Anthropic({ apiKey: null, authToken: key, baseURL: url.slice(0, -3), maxRetries: 0 })
            : new OpenAI({ apiKey: key, baseURL: url, maxRetries: 0 });
        const prompt = await loadPrompt('a', { root: workspace.root });
        return send(withCache<OpenAI | Anthropic>(bare, { root: workspace.root, ...options }), prompt.render({ x }), stream);
      },
    });
  } finally {
    server.close();
    workspace.dispose();
  }
}

describe('withCache', () => {
  for (const format of FORMATS) {
    const [{ name }] = format;
    it(`${name}: what a run asked answers the application, and what the application asked answers a run`, () =>
      inWorld(format, async ({ server, run, ask }) => {
        await run('--case', 'one');
        assert.equal(server.received.length, 1);
        assert.equal(await ask('first'), 'Hello, wörld.');
        assert.equal(await ask('first', { stream: true }), 'Hello, wörld.');
        assert.equal(server.received.length, 1);
        assert.equal(await ask('second', { stream: format[0] === chatServer }), 'Hello, wörld.');
        assert.equal(server.received.length, 2);
        await answered(ask);
        const report = await run();
        assert.equal(server.received.length, 2);
        assert.deepEqual(
          report.results.map(({ source, output }) => [source, output]),
          [
            ['cache', 'Hello, wörld.'],
            ['cache', 'Hello, wörld.'],
          ],
        );
        assert.equal(await ask('third'), 'Hello, wörld.');
        assert.equal(server.received.length, 3);
      }));
  }

  /** The answer is kept beside the application's reading of it: asks until it is. */
  async function answered(ask: World['ask']): Promise<void> {
    for (let i = 0; i < 100; i++) {
      const missed = await ask('second', { mode: 'frozen' }).then(
        () => false,
        () => true,
      );
      if (!missed) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error('It is not kept.');
  }
  const chat = FORMATS[0] as (typeof FORMATS)[number];

  it('knows a request that was written by hand, and none that says more or less', () =>
    inWorld(chat, async ({ workspace, server, url, run }) => {
      await run('--case', 'one');
      const client = withCache(new OpenAI({ apiKey: KEY, baseURL: url, maxRetries: 0 }), { root: workspace.root });
      const body = {
        model: 'm',
        messages: [
          { role: 'system' as const, content: 'Be kind.\n' },
          { role: 'user' as const, content: 'Question: first' },
        ],
        temperature: 0.5,
        max_tokens: 300,
      };
      const { data, response } = await client.chat.completions.create(body).withResponse();
      assert.equal(response.headers.get('x-goldset-cache'), 'hit');
      assert.deepEqual([data.usage?.prompt_tokens, data.usage?.prompt_tokens_details?.cached_tokens], [1200, 1024]);
      assert.equal(server.received.length, 1);
      await client.chat.completions.create({ ...body, temperature: 0.6 });
      await client.chat.completions.create({ ...body, messages: body.messages.slice(1) });
      assert.equal(server.received.length, 3);
    }));

  it('frozen: a miss is an error that says so, and nothing is asked; off and refresh ask', () =>
    inWorld(chat, async ({ server, run, ask }) => {
      await run('--case', 'one');
      assert.equal(await ask('first', { mode: 'frozen' }), 'Hello, wörld.');
      await assert.rejects(ask('fourth', { mode: 'frozen' }), /404.*frozen: nothing is asked/);
      assert.equal(server.received.length, 1);
      await ask('first', { mode: 'refresh' });
      await ask('first', { mode: 'off' });
      assert.equal(server.received.length, 3);
    }));

  it('another account has answers of its own', () =>
    inWorld(chat, async ({ server, run, ask }) => {
      await run('--case', 'one');
      await assert.rejects(ask('first', { key: 'sk-somebody-else-0815' }), /no key in authorization/);
      assert.equal(server.received.length, 2);
    }));

  it('a captured call that the cache answered cost nothing', () =>
    inWorld(chat, async ({ workspace, url, run }) => {
      await run('--case', 'one');
      const prompt = await loadPrompt('a', { root: workspace.root });
      const cached = withCache(new OpenAI({ apiKey: KEY, baseURL: url, maxRetries: 0 }), { root: workspace.root });
      const client = withCapture(cached, { sink: { root: workspace.root }, prompt, variables: { x: 'first' }, provider: 'local' });
      await client.chat.completions.create(prompt.render({ x: 'first' }).chat);
      await flush();
      const all: Interaction[] = [];
      new InteractionFiles(workspace.root).read(null, (line) => 'interaction' in line && all.push(line.interaction));
      const [only] = all;
      assert.deepEqual([only?.usage, only?.costUsd, only?.output, only?.model], [NO_USAGE, 0, 'Hello, wörld.', 'local:m']);
      assert.deepEqual(only?.prompt, { name: 'prompts/a.prompt', version: prompt.version, contentHash: prompt.version });
    }));

  it('a cache that cannot be written or read is told once, and the calls go on', () =>
    inWorld(chat, async ({ workspace, ask, server }) => {
      workspace.write({ 'blocked/goldset.yaml': '', 'blocked/.goldset': 'a file' });
      const problems: string[] = [];
      const prompt = { root: `${workspace.root}/blocked`, onProblem: (problem: string) => problems.push(problem) };
      assert.equal(await ask('first', prompt as CacheOptions), 'Hello, wörld.');
      assert.equal(server.received.length, 1);
      assert.match(problems.join(), /cannot be used/);
    }));
});
