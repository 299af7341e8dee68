/**
 * What real instrumentations export of the same few calls, as records. The fixtures are made by scripts/instrumentations/record.mjs, and what
 * each call was is written down here; `npm run test:all` records them again.
 */
import assert from 'node:assert/strict';
import { ANA, recordsIn } from './recorded-spans.ts';

const SYSTEM = { role: 'system', content: 'Be brief.' };
const HELLO = { role: 'user', content: 'Hello' };
const WEATHER = { role: 'user', content: 'What is the weather?' };
const CITY = { type: 'object', properties: { city: { type: 'string' } } };
const STRICT = { $schema: 'http://json-schema.org/draft-07/schema#', ...CITY, required: ['city'], additionalProperties: false };
const tool = (parameters: object): object => ({
  type: 'function',
  function: { name: 'weather', description: 'The weather in a city', parameters },
});
const CALLED = '[{"id":"call_1","name":"weather","arguments":"{\\"city\\":\\"Berlin\\"}"}]';
const AGAIN = [
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Berlin"}' } }],
  },
  { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
];
const USAGE = { input: 20, cacheRead: 12, cacheWriteShort: 0, cacheWriteLong: 0, output: 6, reasoning: 2 };
const WHERE = { environment: 'production', attributes: { release: '2.4.0' } };
const ANSWER = { responseId: 'chatcmpl-1', output: 'It is sunny.', finish: 'stop', usage: USAGE };
const RESPONSE = { model: 'gpt-5-mini-2025-08-07', systemFingerprint: null, serviceTier: null };
const ASKED = { model: 'openai:gpt-5-mini', messages: [SYSTEM, HELLO] };

describe('spans of real instrumentations as records', () => {
  it('of OpenInference for the OpenAI client', () => {
    const response = { ...RESPONSE, systemFingerprint: 'fp_44709d6fcb', serviceTier: 'default' };
    const parameters = { temperature: 0.5 };
    assert.deepEqual(recordsIn('openinference-openai'), [
      // The user is a hash, and so is what the request groups by.
      {
        ...ASKED,
        ...ANSWER,
        ...WHERE,
        response,
        user: ANA,
        parameters: { ...parameters, prompt_cache_key: `hash-${'b'.repeat(16)}`, metadata: { plan: 'pro' } },
      },
      {
        ...ASKED,
        ...ANSWER,
        ...WHERE,
        response,
        parameters,
        messages: [SYSTEM, WEATHER],
        tools: [tool(CITY)],
        output: CALLED,
        finish: 'tool-calls',
      },
      // Of a stream it tells neither usage nor what the answer says of itself nor the time of the first token.
      { ...ASKED, ...WHERE, parameters, output: 'It is sunny.', finish: 'stop' },
      // Of embeddings it tells no tokens.
      { ...WHERE, model: 'openai:text-embedding-3-small', operation: { type: 'embeddings', name: null } },
    ]);
  });

  it('of OpenLLMetry for the OpenAI client, which tells neither cache nor reasoning nor user', () => {
    const usage = { ...USAGE, cacheRead: 0, reasoning: 0 };
    const call = { ...ASKED, ...ANSWER, ...WHERE, usage, response: RESPONSE, parameters: { temperature: 0.5 } };
    const { usage: _none, ...stream } = call;
    assert.deepEqual(recordsIn('traceloop-openai'), [
      call,
      { ...call, messages: [SYSTEM, WEATHER], tools: [tool(CITY)], output: CALLED, finish: 'tool-calls' },
      stream,
    ]);
  });

  const said = {
    ...{
      user: ANA,
      conversation: 's-1',
      action: { type: 'ticket', id: 't-1' },
      prompt: { name: 'weather', version: '3', contentHash: null },
    },
    ...{ environment: 'production', attributes: { tenant: 'acme', release: '2.4.0' }, response: RESPONSE },
  };
  const object = { messages: [{ role: 'user', content: 'Which city?' }], output: '{"city":"Berlin"}' };

  it('of the AI SDK 6', () => {
    const call = { ...ASKED, ...ANSWER, ...said };
    const withTool = { ...call, parameters: { temperature: 0.5 }, tools: [tool(STRICT)] };
    assert.deepEqual(recordsIn('ai-6'), [
      { ...withTool, messages: [SYSTEM, WEATHER], output: CALLED, finish: 'tool-calls' },
      { ...withTool, messages: [SYSTEM, WEATHER, ...AGAIN] },
      { ...call, ttftMs: 1 },
      // It tells the usage of objects without its parts.
      { ...call, ...object, usage: { ...USAGE, cacheRead: 0, reasoning: 0 } },
    ]);
  });

  it('of the AI SDK 7, whose spans around a call say who it is for', () => {
    const call = { ...ASKED, ...ANSWER, ...said };
    assert.deepEqual(recordsIn('ai-7'), [
      { ...call, tools: [tool(STRICT)], messages: [SYSTEM, WEATHER], output: CALLED, finish: 'tool-calls' },
      { ...call, tools: [tool(STRICT)], messages: [SYSTEM, WEATHER, ...AGAIN] },
      { ...call, ttftMs: 1 },
      { ...call, ...object },
    ]);
  });

  it('of LangGraph by OpenInference: metadata, variables of the prompt, scores of documents', () => {
    assert.deepEqual(recordsIn('langgraph'), [
      {
        ...{
          ...ASKED,
          ...ANSWER,
          environment: 'production',
          attributes: { tenant: 'acme', release: '2.4.0' },
          user: ANA,
          conversation: 'th-1',
        },
        ...{ parameters: { temperature: 0.5 }, response: { ...RESPONSE, systemFingerprint: 'fp_44709d6fcb' } },
        messages: [{ role: 'system', content: 'Be brief. Berlin is sunny.' }, HELLO],
        variables: { question: 'Hello', facts: 'Berlin is sunny.' },
        chunks: [{ id: 'doc-1', text: 'Berlin is sunny.', score: 0.87 }],
      },
    ]);
  });
});
