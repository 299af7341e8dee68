/** Bedrock's compatible APIs with a key, and Vertex and Azure with a token command: the addresses, headers and bodies that their documentation lists. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { modelOpener } from '../../src/adapters/models/open-model.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { chatServer } from './providers/chat-server.ts';
import { messagesServer } from './providers/messages-server.ts';
import { KEY, RunningServer, type Json, type ProviderServer } from './providers/provider-server.ts';
import { responsesServer } from './providers/responses-server.ts';

/** The server of a format under another address, for another model; it refuses every other address, header and field. */
const at = (server: ProviderServer, address: string, model: string): ProviderServer => ({
  ...server,
  path: address,
  schema: JSON.parse(JSON.stringify(server.schema).replace('"model":{"const":"m"}', `"model":{"const":"${model}"}`)) as Json,
});

/** Azure takes OpenAI's name for the limit. */
const azureServer: ProviderServer = {
  ...chatServer,
  schema: JSON.parse(JSON.stringify(chatServer.schema).replace('"max_tokens":', '"max_completion_tokens":')) as Json,
};

interface Row {
  readonly server: ProviderServer;
  /** Below the server's root. */
  readonly base: string;
  readonly path: string;
  readonly model: string;
  readonly settings: string;
}

const WITH_KEY = 'apiKeyEnv: AWS_BEARER_TOKEN_BEDROCK';
const ROWS: Readonly<Record<string, Row>> = {
  'Bedrock’s Chat Completions': {
    server: chatServer,
    base: '/openai/v1',
    path: '/openai/v1/chat/completions',
    model: 'openai.gpt-oss-120b-1:0',
    settings: `kind: openai-compatible, ${WITH_KEY}`,
  },
  'Bedrock’s Responses': {
    server: responsesServer,
    base: '/v1',
    path: '/v1/responses',
    model: 'openai.gpt-oss-120b',
    settings: `kind: openai, api: responses, ${WITH_KEY}`,
  },
  'Anthropic’s Messages on Bedrock': {
    server: messagesServer,
    base: '/anthropic',
    path: '/anthropic/v1/messages',
    model: 'anthropic.claude-sonnet-5',
    settings: `kind: anthropic, ${WITH_KEY}`,
  },
  'Vertex’s Chat Completions': {
    server: chatServer,
    base: '/v1/projects/P/locations/global/endpoints/openapi',
    path: '/v1/projects/P/locations/global/endpoints/openapi/chat/completions',
    model: 'google/gemini-3.6-flash',
    settings: 'kind: openai-compatible, server: gemini, tokenCommand: TOKEN',
  },
  'Azure’s Chat Completions with Entra ID': {
    server: azureServer,
    base: '/openai/v1',
    path: '/openai/v1/chat/completions',
    model: 'my-deployment',
    settings: 'kind: openai-compatible, server: azure, tokenCommand: TOKEN',
  },
  'Claude on Foundry with Entra ID': {
    server: messagesServer,
    base: '/anthropic',
    path: '/anthropic/v1/messages',
    model: 'claude-sonnet-5',
    settings: 'kind: anthropic, tokenCommand: TOKEN',
  },
};

describe('a compatible API of a cloud', () => {
  let root = '';
  before(() => {
    root = path.join(mkdtempSync(path.join(os.tmpdir(), 'goldset-cloud-')), 'work');
    mkdirSync(root);
  });
  after(() => rmSync(path.dirname(root), { recursive: true, force: true }));

  for (const [name, { server, base, path: address, model, settings }] of Object.entries(ROWS))
    it(`${name}: text, finish and usage of ${model} by ${address}`, async () => {
      const running = new RunningServer(at(server, address, model));
      try {
        const url = (await running.listen()).replace(/\/v1$/, base);
        const command = JSON.stringify([process.execPath, '-e', `process.stdout.write(${JSON.stringify(KEY)})`]);
        const { config, diagnostics } = readGoldsetYaml(
          'goldset.yaml',
          `providers: { cloud: { ${settings.replace('TOKEN', () => (settings.includes('tokenCommand') ? command : 'TOKEN'))}, baseUrl: "${url}" } }\n`,
        );
        assert.deepEqual(diagnostics, []);
        const opener = modelOpener({
          root,
          config,
          keys: {
            keyForOrigin: () => Promise.resolve(null),
            variable: (variable) => (variable === 'AWS_BEARER_TOKEN_BEDROCK' ? KEY : null),
            isAllowed: () => true,
          },
          matcher: { matchScript: () => Promise.reject(new Error('There is no scripted model here.')) },
          clock: { now: () => performance.now(), sleep: () => Promise.resolve() },
          mayRunPrograms: () => true,
          permit: () => undefined,
        });
        const client = await opener.open(`cloud:${model}`, root);
        const answer = await client.complete(
          {
            messages: [
              { role: 'system', content: [{ text: 'You help.' }] },
              { role: 'user', content: [{ text: 'scene:cached' }] },
            ],
            tools: [],
            output: { format: null, name: null, schema: null, strict: false },
            parameters: { maxOutputTokens: 50 },
            repeat: 0,
          },
          { signal: new AbortController().signal },
        );
        assert.deepEqual([answer.output, answer.finish], ['Hello, wörld.', 'stop']);
        assert.deepEqual(answer.usage, { input: 1200, cacheRead: 1024, cacheWriteShort: 64, cacheWriteLong: 0, output: 30, reasoning: 12 });
        assert.equal(running.received[0]?.headers['api-key'], undefined);
      } finally {
        running.close();
      }
    });
});
