/** Gemini's own API: what is sent for a request, what is read from an answer, and which names lead to it. */
import assert from 'node:assert/strict';
import { endpointOf, wireOf } from '../../src/adapters/models/endpoint.ts';
import { contentBody } from '../../src/adapters/models/gemini/content-body.ts';
import { EMPTY_CONFIG } from '../../src/core/config/goldset-yaml.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import type { ModelRequest } from '../../src/core/model/model-request.ts';
import type { Message } from '../../src/core/prompt/request.ts';
import { failureOf, streamed, whole } from './wire-reading.ts';

const request = (rest: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [
    { role: 'system', content: [{ text: 'Be brief.' }] },
    { role: 'user', content: [{ text: 'Hi' }] },
  ],
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  parameters: {},
  repeat: 0,
  ...rest,
});
const TOOL = { name: 'weather', description: null, parameters: { type: 'object' } };

describe('a request to Gemini', () => {
  it('has system text apart from the contents, and parameters in generationConfig by the names of the API', () => {
    const parameters = {
      temperature: 0,
      topP: 0.5,
      stop: ['END'],
      seed: 7,
      maxOutputTokens: 50,
      frequency_penalty: 1,
      n: 2,
      serviceTier: 'flex',
    };
    assert.deepEqual(contentBody('gemini-2.5-flash', request({ parameters })), {
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      generationConfig: {
        ...{ temperature: 0, topP: 0.5, stopSequences: ['END'], seed: 7, maxOutputTokens: 50, frequencyPenalty: 1, candidateCount: 2 },
      },
      serviceTier: 'flex',
    });
  });

  const efforts: readonly (readonly [string, string, JsonObject])[] = [
    ['gemini-4-argon', 'low', { thinkingLevel: 'LOW' }],
    ['gemini-3.8-flash', 'minimal', { thinkingLevel: 'MINIMAL' }],
    // OpenAI compatibility, Thinking: the budgets of Gemini 2.5.
    ['gemini-2.5-flash', 'medium', { thinkingBudget: 8192 }],
    ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }],
  ];
  for (const [model, effort, expected] of efforts)
    it(`has a thinking effort in the words of the model: ${model}, ${effort}`, () =>
      assert.deepEqual(contentBody(model, request({ parameters: { reasoningEffort: effort } }))['generationConfig'], {
        thinkingConfig: expected,
      }));

  it('sends a signed call back as it came, and says of a call that has no signature where it is from', () => {
    const signed = { functionCall: { name: 'weather', args: { city: 'Rome' } }, thoughtSignature: 'c2ln' };
    const call = { toolCall: { id: null, name: 'weather', arguments: '{"city":"Rome"}' } };
    const result: Message = { role: 'tool', content: [{ toolResult: { id: null, name: 'weather', text: '["sun"]' } }] };
    const sent = (model: string, content: Message['content']): unknown =>
      contentBody(model, request({ tools: [TOOL], messages: [{ role: 'model', content }, result] }))['contents'];
    const answered = { role: 'user', parts: [{ functionResponse: { name: 'weather', response: { output: ['sun'] } } }] };
    assert.deepEqual(sent('gemini-4-argon', [{ reasoning: signed }, call]), [{ role: 'model', parts: [signed] }, answered]);
    const unsigned = { functionCall: { name: 'weather', args: { city: 'Rome' } } };
    const marked = { ...unsigned, thoughtSignature: 'skip_thought_signature_validator' };
    assert.deepEqual(sent('gemini-4-argon', [call]), [{ role: 'model', parts: [marked] }, answered]);
    assert.deepEqual(sent('gemini-2.5-pro', [call]), [{ role: 'model', parts: [unsigned] }, answered]);
  });

  it('uses an explicit cache by its name, and is refused before it is sent when it repeats what the cache holds', () => {
    const parameters = { cachedContent: 'cachedContents/abc' };
    const user: Message[] = [{ role: 'user', content: [{ text: 'Hi' }] }];
    assert.deepEqual(contentBody('gemini-4-argon', request({ parameters, messages: user })), {
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      cachedContent: 'cachedContents/abc',
    });
    assert.match(
      failureOf(() => contentBody('gemini-4-argon', request({ parameters }))),
      /^bad-request: .*explicit cache/,
    );
    assert.match(
      failureOf(() => contentBody('gemini-4-argon', request({ parameters, messages: user, tools: [TOOL] }))),
      /^bad-request: .*tools/,
    );
  });

  it('refuses a file at an address that does not show its type', () => {
    const messages: Message[] = [{ role: 'user', content: [{ media: { url: 'https://x.example/file' } }] }];
    assert.match(
      failureOf(() => contentBody('gemini-4-argon', request({ messages }))),
      /^bad-request: .*needs the type/,
    );
  });
});

describe('the names of Gemini', () => {
  const OWN = 'https://generativelanguage.googleapis.com/v1beta';
  for (const id of [
    'google:gemini-4-argon',
    'googleai/gemini-4-argon',
    'vertexai/gemini-4-argon',
    'gemini-4-argon',
    'vertex:gemini-4-argon',
  ])
    it(`lead to its own API with GEMINI_API_KEY, without configuration: ${id}`, () => {
      const endpoint = endpointOf(id, EMPTY_CONFIG);
      assert.deepEqual([endpoint?.baseUrl, endpoint?.keyVariable, endpoint?.dialect.keyHeader], [OWN, 'GEMINI_API_KEY', 'x-goog-api-key']);
      assert.equal(endpoint === null ? null : wireOf(endpoint).path(request()), '/models/gemini-4-argon:streamGenerateContent?alt=sse');
    });

  it('lead elsewhere where another maker’s model is meant, and to no other address by what they contain', () => {
    assert.equal(endpointOf('vertexai/claude-sonnet-5-5', EMPTY_CONFIG), null);
    const endpoint = endpointOf('google:../x?key=1#y', EMPTY_CONFIG);
    assert.equal(endpoint === null ? null : wireOf(endpoint).path(request()), '/models/..%2Fx%3Fkey%3D1%23y:streamGenerateContent?alt=sse');
  });
});

const chunk = (parts: readonly JsonObject[], finishReason?: string, usageMetadata?: JsonObject): JsonObject => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [...parts] }, ...(finishReason === undefined ? {} : { finishReason }) }],
  ...(usageMetadata === undefined ? {} : { usageMetadata }),
});

describe('an answer of Gemini', () => {
  it('leaves thoughts out of the output and counts them as output tokens', () => {
    const answer = streamed('generate-content', [
      chunk([{ text: 'Let me see.', thought: true }], undefined, { promptTokenCount: 100, thoughtsTokenCount: 40, totalTokenCount: 140 }),
      chunk([{ text: 'Hi' }], 'STOP', {
        ...{ promptTokenCount: 100, cachedContentTokenCount: 64, candidatesTokenCount: 2, thoughtsTokenCount: 50, totalTokenCount: 152 },
      }),
    ]);
    assert.equal(answer.output, 'Hi');
    assert.deepEqual(answer.usage, { input: 100, cacheRead: 64, cacheWriteShort: 0, cacheWriteLong: 0, output: 52, reasoning: 50 });
  });

  const ends: readonly (readonly [string, string | null])[] = [
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['OTHER', null],
  ];
  for (const [reason, finish] of ends)
    it(`ends in the words of the one table: ${reason}`, () =>
      assert.equal(whole('generate-content', chunk([{ text: 'x' }], reason)).finish, finish));

  it('is no answer when its call was malformed, its stream was cut, or it cannot be read', () => {
    const cut = failureOf(() => streamed('generate-content', [chunk([{ text: 'H' }])]));
    assert.match(cut, /^connection: The stream ended before/);
    assert.match(
      failureOf(() => whole('generate-content', chunk([], 'MALFORMED_FUNCTION_CALL'))),
      /^malformed: /,
    );
    assert.match(
      failureOf(() => whole('generate-content', chunk([{ inlineData: { mimeType: 'image/png', data: 'AA' } }], 'STOP'))),
      /^malformed: .*inlineData/,
    );
    assert.match(
      failureOf(() => whole('generate-content', { output: 'x' })),
      /^malformed: /,
    );
  });

  it('is empty and filtered when the prompt was blocked, for whatever reason', () => {
    for (const blockReason of ['SAFETY', 'OTHER', 'JAILBREAK']) {
      const { output, finish } = streamed('generate-content', [{ promptFeedback: { blockReason } }]);
      assert.deepEqual([output, finish], ['', 'content-filter']);
    }
  });

  it('calls several tools, and keeps what it signed for the results', () => {
    const first = { functionCall: { name: 'a', args: {} }, thoughtSignature: 'c2ln' };
    const answer = whole('generate-content', chunk([first, { functionCall: { id: 'x', name: 'b', args: { n: 1 } } }], 'STOP'));
    assert.deepEqual(answer.toolCalls, [
      { id: null, name: 'a', arguments: '{}' },
      { id: 'x', name: 'b', arguments: '{"n":1}' },
    ]);
    assert.deepEqual([answer.finish, answer.reasoning], ['tool-calls', [first]]);
  });
});
