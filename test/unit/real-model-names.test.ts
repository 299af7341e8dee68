/** Names of models that real prompt files and promptfoo configurations use: where a request goes without configuration, and with one. */
import assert from 'node:assert/strict';
import { endpointOf } from '../../src/adapters/models/endpoint.ts';
import { EMPTY_CONFIG, readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';

const GEMINI = 'https://generativelanguage.googleapis.com/v1beta';
const OPENAI = 'https://api.openai.com/v1';
const ANTHROPIC = 'https://api.anthropic.com';

/** Name → the address that the provider documents, the model in the request, the variable of the key. */
const ALONE: readonly (readonly [id: string, baseUrl: string, model: string, key: string | null])[] = [
  ['googleai/gemini-2.5-flash', GEMINI, 'gemini-2.5-flash', 'GEMINI_API_KEY'],
  ['googleai/gemini-2.0-flash-exp', GEMINI, 'gemini-2.0-flash-exp', 'GEMINI_API_KEY'],
  ['vertexai/gemini-2.5-pro', GEMINI, 'gemini-2.5-pro', 'GEMINI_API_KEY'],
  ['gemini-2.5-flash', GEMINI, 'gemini-2.5-flash', 'GEMINI_API_KEY'],
  ['google:gemini-2.5-flash', GEMINI, 'gemini-2.5-flash', 'GEMINI_API_KEY'],
  ['openai:chat:gpt-4.1', OPENAI, 'gpt-4.1', 'OPENAI_API_KEY'],
  ['openai:responses:gpt-4.1', OPENAI, 'gpt-4.1', 'OPENAI_API_KEY'],
  ['openai/gpt-4o', OPENAI, 'gpt-4o', 'OPENAI_API_KEY'],
  ['openAI/gpt-4o', OPENAI, 'gpt-4o', 'OPENAI_API_KEY'],
  ['gpt-4.1-mini', OPENAI, 'gpt-4.1-mini', 'OPENAI_API_KEY'],
  ['anthropic:messages:claude-sonnet-4-5', ANTHROPIC, 'claude-sonnet-4-5', 'ANTHROPIC_API_KEY'],
  ['anthropic:claude-sonnet-4-5', ANTHROPIC, 'claude-sonnet-4-5', 'ANTHROPIC_API_KEY'],
  ['claude-sonnet-4-5', ANTHROPIC, 'claude-sonnet-4-5', 'ANTHROPIC_API_KEY'],
  ['ollama:chat:llama3.2', 'http://127.0.0.1:11434/v1', 'llama3.2', null],
  ['ollama:completion:llama3.2:latest', 'http://127.0.0.1:11434/v1', 'llama3.2:latest', null],
  ['ollama/llama3.2', 'http://127.0.0.1:11434/v1', 'llama3.2', null],
];

describe('a model’s name of a real file', () => {
  for (const [id, baseUrl, model, key] of ALONE)
    it(`${id} goes to ${baseUrl} without configuration`, () => {
      const endpoint = endpointOf(id, EMPTY_CONFIG);
      assert.deepEqual([endpoint?.baseUrl, endpoint?.model, endpoint?.keyVariable], [baseUrl, model, key]);
    });

  const config = (text: string) => readGoldsetYaml('goldset.yaml', `providers: { ${text} }`).config;

  for (const [id, providers, key] of [
    ['googleai/gemini-2.5-flash', 'google: { kind: gemini, apiKeyEnv: HOUSE_KEY }', 'HOUSE_KEY'],
    ['google:gemini-2.5-flash', 'googleai: { kind: gemini, apiKeyEnv: HOUSE_KEY }', 'HOUSE_KEY'],
    ['vertexai/gemini-2.5-flash', 'google: { kind: gemini, apiKeyEnv: HOUSE_KEY }', 'HOUSE_KEY'],
    [
      'vertexai/gemini-2.5-flash',
      'vertex: { kind: gemini, apiKeyEnv: VERTEX_KEY }, google: { kind: gemini, apiKeyEnv: HOUSE_KEY }',
      'VERTEX_KEY',
    ],
    [
      'googleai/gemini-2.5-flash',
      'googleai: { kind: gemini, apiKeyEnv: OWN_KEY }, google: { kind: gemini, apiKeyEnv: HOUSE_KEY }',
      'OWN_KEY',
    ],
    ['openai:chat:gpt-4.1', 'openai: { kind: openai, apiKeyEnv: HOUSE_KEY }', 'HOUSE_KEY'],
    ['openai:chat:gpt-4.1', 'google: { kind: gemini, apiKeyEnv: HOUSE_KEY }', 'OPENAI_API_KEY'],
  ] as const)
    it(`${id} uses the key ${key} with ${providers}`, () => {
      assert.equal(endpointOf(id, config(providers))?.keyVariable, key);
    });
});
