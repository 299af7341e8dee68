/** Hosts of providers: the table against the patterns of the price data, and a price for what is called there. */
import assert from 'node:assert/strict';
import { InteractionModels } from '../../src/adapters/interactions/interaction-models.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { providerOfUrl } from '../../src/core/economics/prices/genai-prices.ts';
import { providerOfHost } from '../../src/core/economics/provider-hosts.ts';
import { newInteraction } from '../../src/core/feedback/interactions/record-fields.ts';

const CALLS: readonly (readonly [host: string, model: string])[] = [
  ['api.groq.com', 'llama-3.3-70b-versatile'],
  ['openrouter.ai', 'openai/gpt-5-mini'],
  ['api.mistral.ai', 'mistral-small-latest'],
  ['api.together.xyz', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
  ['api.deepseek.com', 'deepseek-chat'],
];
const OTHERS = [
  'api.openai.com',
  'api.anthropic.com',
  'generativelanguage.googleapis.com',
  'api.fireworks.ai',
  'api.x.ai',
  'api.perplexity.ai',
];
const MORE = [
  'api.cerebras.ai',
  'api.novita.ai',
  'api.cohere.com',
  'api.moonshot.ai',
  'shop.openai.azure.com',
  'bedrock-runtime.eu-west-1.amazonaws.com',
];

describe('hosts of providers', () => {
  for (const host of [...CALLS.map(([name]) => name), ...OTHERS, ...MORE])
    it(`${host} is the one of the price data`, () => assert.equal(providerOfHost(host), providerOfUrl(`https://${host}/v1`)));
  for (const host of ['llm.example.com', 'api.groq.com.example.com', 'notopenrouter.ai', 'localhost'])
    it(`${host} is not known`, () => assert.equal(providerOfHost(host), null));

  for (const [host, model] of CALLS)
    it(`a call of ${host} has a price, as the library records it and as earlier versions did`, async () => {
      const models = new InteractionModels('.', readGoldsetYaml('goldset.yaml', '').config, new Map());
      for (const name of [`${providerOfHost(host) ?? ''}:${model}`, `${host}:${model}`]) {
        await models.load(name);
        const usage = { input: 1_000_000, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, output: 0, reasoning: 0 };
        const usd = models.costOf(newInteraction({ id: 'i', time: '2026-11-20T10:00:00.000Z', model: name, usage }));
        assert.ok(usd !== null && usd > 0.01 && usd < 10, `${name}: ${usd}`);
      }
    });
});
