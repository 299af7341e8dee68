/** What a configuration asks of a provider's cache, and whose caching rule an address has. */
import assert from 'node:assert/strict';
import os from 'node:os';
import { endpointOf, sentCache } from '../../src/adapters/models/endpoint.ts';
import { resolveFacts } from '../../src/adapters/models/resolve-facts.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import type { ModelFacts } from '../../src/core/economics/model-facts.ts';

const configOf = (yaml: string) => {
  const { config, diagnostics } = readGoldsetYaml('goldset.yaml', yaml);
  assert.deepEqual(diagnostics, []);
  return config;
};
const factsOf = (id: string, yaml: string): Promise<ModelFacts> =>
  resolveFacts(id, os.tmpdir(), configOf(yaml), new Map(), null, os.tmpdir());

describe('the cache of a request', () => {
  it('is marked only where goldset.yaml says so, for as long as the format has it', () => {
    const of = (id: string, promptCache: string) => {
      const endpoint = endpointOf(id, configOf(`promptCache: ${promptCache}\n`));
      assert.ok(endpoint);
      return sentCache(endpoint);
    };
    assert.deepEqual(of('anthropic:claude-sonnet-5-5', '{ ttl: 1h }'), { marks: false, ttlSeconds: null, isLong: false });
    assert.deepEqual(of('anthropic:claude-sonnet-5-5', '{ breakpoints: true, ttl: 1h }'), { marks: true, ttlSeconds: 3600, isLong: true });
    assert.deepEqual(of('anthropic:claude-sonnet-5-5', '{ breakpoints: true }'), { marks: true, ttlSeconds: 300, isLong: false });
    assert.deepEqual(of('openai:gpt-6-luna', '{ breakpoints: true, ttl: 12h }'), { marks: true, ttlSeconds: 43_200, isLong: false });
    assert.deepEqual(of('openai:gpt-6-luna', '{ breakpoints: true, ttl: 1h }'), { marks: true, ttlSeconds: null, isLong: false });
    // gpt-4o refuses marks.
    assert.deepEqual(of('openai:gpt-4o', '{ breakpoints: true }'), { marks: false, ttlSeconds: null, isLong: false });
  });

  it('is Vertex’s at an address of Vertex, whatever the provider is called and however the model is written', async () => {
    const at = (host: string, kind: string): string => `providers: { g: { kind: ${kind}, baseUrl: "https://${host}/v1" } }\n`;
    for (const host of ['aiplatform.googleapis.com', 'europe-west1-aiplatform.googleapis.com'])
      for (const kind of ['openai-compatible', 'gemini'])
        for (const model of ['gemini-3.6-flash', 'google/gemini-3.6-flash']) {
          const { caching, price } = await factsOf(`g:${model}`, at(host, kind));
          assert.match(caching?.source ?? '', /^Vertex AI/, `${host} ${kind} ${model}`);
          assert.ok(price !== null, 'at Google’s price');
        }
    const { caching } = await factsOf('g:gemini-3.6-flash', at('generativelanguage.googleapis.com', 'gemini'));
    assert.match(caching?.source ?? '', /^Gemini API/);
    const elsewhere = await factsOf('g:gemini-3.6-flash', at('aiplatform.googleapis.com.example.org', 'openai-compatible'));
    assert.doesNotMatch(elsewhere.caching?.source ?? '', /^Vertex AI/);
  });
});
