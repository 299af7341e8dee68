/** Tokens of a request, with a counter that counts characters, so that each number is by hand; and which cases are counted. */
import assert from 'node:assert/strict';
import { countRequest } from '../../src/core/economics/tokens/request-tokens.ts';
import { pieceTokens, requestPieces, type StreamedRequest } from '../../src/core/economics/tokens/request-stream.ts';
import { renderCases } from '../../src/core/economics/rendered-cases.ts';
import { TokenCounter } from '../../src/core/economics/tokens/token-counter.ts';
import { encodeText, O200K } from '../../src/core/economics/tokens/tokenizer.ts';
import { cachingRule, isCachingRules } from '../../src/core/economics/data/caching-rules.ts';
import { tokenizerFact } from '../../src/core/economics/data/tokenizers.ts';
import type { GoldenCase } from '../../src/core/golden/case.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';

const characters = (text: string): number => text.length;
const request = (over: object = {}): StreamedRequest =>
  ({
    messages: [{ role: 'user', content: [{ text: 'hello' }] }],
    tools: [],
    output: { schema: null },
    ...over,
  }) as unknown as StreamedRequest;
/** A model has `each` tokens for a character. */
const EXACT = { exact: true, each: 1 };
const count = (over: object = {}, model = 'gpt-4o', { exact, each } = EXACT) =>
  countRequest(request(over), model, { exact }, (text) => characters(text) * each);

describe('tokens of a request', () => {
  it('are those of its texts, three and the role a message, three for the answer', () => {
    // 3 + "user" + "hello", and "assistant".
    assert.deepEqual(count(), { messages: [12], tools: 0, schema: 0, total: 15, fixed: 0, band: 0, above: 0, exact: true });
    const two = count({
      messages: [
        { role: 'model', content: [{ text: 'a' }, { text: 'bc' }] },
        { role: 'tool', content: [] },
      ],
    });
    assert.deepEqual([two.messages, two.total], [[15, 7], 25]);
    // The frames of the message and of the answer are three in every vocabulary: 3 + 6 + 7.5, and 3.
    assert.deepEqual(count({}, 'gpt-4o', { exact: false, each: 1.5 }), {
      messages: [17],
      tools: 0,
      schema: 0,
      total: 20,
      fixed: 0,
      band: 0,
      above: 0,
      exact: false,
    });
  });

  it('of a schema are those of its JSON, and not exact', () => {
    const { schema, total, exact } = count({ output: { schema: { a: 1 } } }, 'gpt-4o', { exact: true, each: 2 });
    // {"a":1} has seven, "user" and "hello" nine.
    assert.deepEqual([schema, total, exact], [14, 3 + 2 * 9 + 3 + 14, false]);
  });

  it('of an image are those of its size, whatever the vocabulary', () => {
    const png = `data:image/png;base64,${Buffer.from([0x89, 0x50, ...Array<number>(14).fill(0), 0, 0, 2, 0, 0, 0, 2, 0]).toString('base64')}`;
    const image = (url: string, each = 2) =>
      count({ messages: [{ role: 'user', content: [{ media: { url } }] }] }, 'gpt-4o', { exact: true, each });
    // 512 × 512 is one tile: 85 + 170; of unknown size four tiles. The message has 3 + 8 besides, the answer 3.
    assert.deepEqual([image(png).messages, image(png).fixed, image(png).total, image(png).exact], [[255 + 11], 255, 255 + 14, false]);
    assert.equal(image('https://x.example/a.png').fixed, 85 + 4 * 170);
  });

  const tool = (over: object = {}) => ({ name: 'find', description: null, parameters: {}, ...over });
  it('of tools are those of OpenAI’s TypeScript, nested fields with their descriptions', () => {
    const frame = '# Tools\n\n## functions\n\nnamespace functions {\n\n} // namespace functions'.length;
    const tools = (...list: object[]): number => count({ tools: list }).tools - frame;
    const empty = 'type find = () => any;\n\n'.length;
    assert.deepEqual([tools(tool()), tools(tool(), tool())], [empty, 2 * empty]);
    assert.equal(tools(tool({ description: 'Finds it.\nAll.' })), empty + '// Finds it.\n// All.\n'.length);
    const field = (property: JsonValue, required: string[] = []): number =>
      tools(tool({ parameters: { properties: { q: property }, required } })) - 'type find = (_: {\n}) => any;\n\n'.length;
    const cases: readonly (readonly [property: JsonValue, text: string])[] = [
      [{ type: 'string', description: 'What.' }, '// What.\nq?: string,\n'],
      [{}, 'q?: any,\n'],
      [4, 'q?: any,\n'],
      [{ type: 'integer', default: 10 }, 'q?: number, // default: 10\n'],
      [{ type: ['string', 'null'] }, 'q?: string | null,\n'],
      [{ type: 'string', enum: ['ab', 12] }, 'q?: "ab" | 12,\n'],
      [{ type: 'array', items: { type: 'integer' } }, 'q?: number[],\n'],
      [{ type: 'array' }, 'q?: any[],\n'],
      [{ type: 'object' }, 'q?: object,\n'],
      [{ oneOf: [{ type: 'string' }, { type: 'boolean' }] }, 'q?: string | boolean,\n'],
      [{ allOf: [{ type: 'string' }, {}] }, 'q?: string & any,\n'],
      [{ type: 'object', properties: { a: { type: 'string', description: 'A' } }, required: ['a'] }, 'q?: {\n// A\na: string,\n},\n'],
      [{ type: 'array', items: { properties: { a: {} } } }, 'q?: {\na?: any,\n}[],\n'],
    ];
    for (const [property, text] of cases) assert.equal(field(property), text.length, text);
    assert.equal(field({ type: 'string' }, ['q']), 'q: string,\n'.length);
    assert.deepEqual([count({ tools: [tool()] }).exact, count({ tools: [tool()] }).fixed], [false, 0]);
    assert.equal(count({ tools: [tool()] }, 'gpt-4o', { exact: true, each: 2 }).tools, 2 * (frame + empty));
    // 5 % of a flat tool, 16 % of a nested one; rounded up.
    assert.equal(count({ tools: [tool()] }).band, Math.ceil(0.05 * empty));
    const nested = tool({ parameters: { properties: { q: { type: 'object', properties: { a: {} } } } } });
    assert.equal(count({ tools: [nested] }).band, Math.ceil(0.16 * 'type find = (_: {\nq?: {\na?: any,\n},\n}) => any;\n\n'.length));
  });

  it('of a tool whose schema holds itself end', () => {
    let schema: JsonObject = { type: 'string' };
    for (let depth = 0; depth < 200; depth++) schema = { type: 'object', properties: { a: schema } };
    assert.ok(count({ tools: [tool({ parameters: schema })] }).tools < 1000);
  });

  it('of tools of Anthropic’s are those of their JSON, and the system prompt of the model', () => {
    const json = JSON.stringify(tool()).length;
    const { tools, fixed, total } = count({ tools: [tool(), tool()] }, 'claude-sonnet-5', { exact: false, each: 2 });
    // Two tools, 3 + 2 × 9 of the message, 3 of the answer.
    assert.deepEqual([tools, fixed, total], [4 * json + 354, 354, 24 + 4 * json + 354]);
    assert.deepEqual([count({}, 'claude-sonnet-5').total, count({ tools: [tool()] }, 'my-claude-x').fixed], [15, 0]);
  });

  it('stand in the provider’s order: tools, schema, messages, the beginning of the answer', () => {
    const pieces = requestPieces(
      request({
        tools: [{ name: 't' }],
        output: { schema: { a: 1 } },
        messages: [{ role: 'model', content: [{ text: 'x' }, { media: { url: 'u' } }, { data: {} }] }],
      }),
    );
    assert.deepEqual(pieces, [
      { kind: 'tool', text: '{"name":"t"}' },
      { kind: 'schema', text: '{"a":1}' },
      { kind: 'frame', message: 0, role: 'assistant' },
      { kind: 'text', message: 0, part: 0, text: 'x' },
      { kind: 'media', message: 0, part: 1, url: 'u', media: { url: 'u' } },
      { kind: 'frame', message: null, role: '' },
    ]);
    assert.equal(requestPieces(request())[0]?.kind, 'frame');
    const codes = (text: string): number[] => Array.from(text, (one) => one.charCodeAt(0));
    assert.deepEqual(pieceTokens({ kind: 'frame', message: 0, role: 'u' }, codes), [-1, -2, -3, 117]);
    assert.deepEqual(pieceTokens({ kind: 'text', message: 0, part: 0, text: 'ab' }, codes), [97, 98]);
    assert.equal(pieceTokens({ kind: 'media', message: 0, part: 0, url: 'u'.repeat(300) }, codes).length, 256);
  });
});

describe('a counter of tokens', () => {
  it('counts the lines of a text as the whole', () => {
    const counter = new TokenCounter(O200K);
    for (const text of ['', 'a', 'one\ntwo\n\nthree', 'a\n/b\n c', '\n', 'end\n']) {
      assert.deepEqual([...counter.encode(text)], encodeText(text), JSON.stringify(text));
      assert.equal(counter.count(text), encodeText(text).length);
    }
  });

  it('cuts a long run into pieces whose tokens are nearly those of the whole, and no character apart', () => {
    for (const text of [
      'x'.repeat(5000),
      '😀'.repeat(2500),
      ' '.repeat(4000),
      `${'7'.repeat(1999)}😀${'7'.repeat(3000)}`,
      '-'.repeat(4001),
    ]) {
      const tokens = encodeText(text);
      assert.ok(tokens.length > 0 && tokens.length <= text.length * 2);
      assert.equal(tokens.length, new TokenCounter(O200K).count(text));
    }
    // A run of 2,001 is cut at 1,998: three more characters.
    assert.deepEqual(encodeText('ab'.repeat(1500)), [...encodeText('ab'.repeat(999)), ...encodeText('ab'.repeat(501))]);
    // A pair of surrogates at the cut stays together.
    const [left, right] = [`${'x'.repeat(1997)}😀`, 'x'.repeat(2000)];
    assert.deepEqual(encodeText(left + right), [
      ...encodeText(left),
      ...encodeText(right.slice(0, 1998)),
      ...encodeText(right.slice(1998)),
    ]);
    assert.deepEqual(encodeText('<|endoftext|>').length > 1, true);
  });
});

describe('the cases that are counted', () => {
  const document = (text: string) => readPrompt('p.prompt', text, []).document;
  const cases = (count: number, of: (i: number) => JsonObject = (i) => ({ q: `${i}` })): GoldenCase[] =>
    Array.from({ length: count }, (_, i) => ({
      id: `c${i}`,
      vars: of(i),
      prefix: undefined,
      suffix: undefined,
    })) as unknown as GoldenCase[];
  const prompt = document('---\nmodel: a:b\n---\n{{q}}');

  it('are 200 at most, spread over all', () => {
    const ids = (count: number): (string | undefined)[] => renderCases(prompt, [], cases(count)).map(({ goldenCase }) => goldenCase?.id);
    assert.deepEqual([ids(200).length, ids(201).length, ids(400).length], [200, 200, 200]);
    assert.deepEqual([ids(400)[0], ids(400)[1], ids(400)[199], ids(3).join()], ['c0', 'c2', 'c398', 'c0,c1,c2']);
  });

  it('end after 12 million characters, with two at least', () => {
    const large = (i: number): JsonObject => ({ q: 'x'.repeat(i < 2 ? 7 * 1024 * 1024 : 1) });
    assert.equal(renderCases(prompt, [], cases(5, large)).length, 2);
    assert.equal(
      renderCases(
        prompt,
        [],
        cases(3, (i) => ({ q: 'x'.repeat(i === 0 ? 13 * 1024 * 1024 : 1) })),
      ).length,
      2,
    );
    assert.equal(
      renderCases(
        prompt,
        [],
        cases(3, () => ({ q: 'x'.repeat(5 * 1024 * 1024) })),
      ).length,
      3,
    );
  });

  it('are the defaults where there is no case, and none where nothing can be rendered', () => {
    const [only, ...others] = renderCases(document('---\nmodel: a:b\n---\nhi {{q}}'), [], []);
    assert.deepEqual([only?.goldenCase, others.length, only?.request.messages[0]?.content], [null, 0, [{ text: 'hi ' }]]);
    assert.deepEqual(renderCases(document('---\nmodel: a:b\n---\n{{#each q}}'), [], cases(1)), []);
  });
});

describe('what is known about models', () => {
  const rule = (provider: string, model: string): unknown[] | null => {
    const found = cachingRule(provider, model);
    return found === null ? null : [found.minimum, found.block, found.ttlSeconds, found.kind];
  };
  it('caching rules, by provider and model', () => {
    for (const [provider, model, expected] of [
      ['openai', 'gpt-5.6-sol', [1024, 1, 1800, 'marked']],
      ['openai', 'gpt-6-luna', [1024, 1, 1800, 'marked']],
      ['openai', 'gpt-4o-mini', [1024, 128, 300, 'automatic']],
      ['openai', 'o3', [1024, 128, 300, 'automatic']],
      ['openai', 'babbage', null],
      ['openai', 'my-gpt-6', null],
      ['azure', 'anything', [1024, 128, 300, 'automatic']],
      ['anthropic', 'claude-opus-5', [512, 1, 300, 'marked']],
      ['anthropic', 'claude-3-5-haiku', [2048, 1, 300, 'marked']],
      ['anthropic', 'claude-haiku-4-5', [4096, 1, 300, 'marked']],
      ['anthropic', 'claude-sonnet-4', [1024, 1, 300, 'marked']],
      ['google', 'gemini-3-pro', [4096, 1, 300, 'best-effort']],
      ['google', 'gemini-3-flash', [1024, 1, 300, 'best-effort']],
      ['google', 'gemini-2.5-pro', [2048, 1, 300, 'best-effort']],
      ['deepseek', 'chat', [64, 64, 3600, 'automatic']],
      ['xai', 'grok', [128, 128, 300, 'best-effort']],
      ['nobody', 'gpt-6', null],
    ] as const)
      assert.deepEqual(rule(provider, model), expected, `${provider}:${model}`);
    for (const provider of ['azure', 'deepseek', 'xai', 'google', 'anthropic']) {
      const found = cachingRule(provider, 'any');
      assert.match(`${found?.asOf} ${found?.source}`, /^20\d\d-\d\d-\d\d \w+/, provider);
    }
  });

  it('caching rules that were loaded are refused unless each is one', () => {
    const row = { provider: 'p', models: '^m', minimum: 1, block: 1, ttlSeconds: 1, kind: 'automatic', asOf: 'a', source: 's' };
    for (const kind of ['automatic', 'marked', 'best-effort']) assert.equal(isCachingRules([{ ...row, kind }]), true, kind);
    assert.deepEqual(
      [isCachingRules([]), isCachingRules(null), isCachingRules({}), isCachingRules([row, null])],
      [false, false, false, false],
    );
    for (const over of [
      { minimum: 0 },
      { block: '1' },
      { ttlSeconds: -1 },
      { kind: 'other' },
      { provider: 1 },
      { models: 4 },
      { asOf: null },
      { source: undefined },
      { models: '(a+)+$' },
      { models: '[' },
      { models: 'x'.repeat(201) },
      { models: '' },
    ])
      assert.equal(isCachingRules([row, { ...row, ...over }]), false, JSON.stringify(over));
  });

  it('vocabularies, by model', () => {
    // Exact by these vocabularies (tiktoken, openai_public.py and model.py); else by the rates of these, measured or not.
    for (const [model, by, isMeasured] of [
      ['gpt-4o-mini', 'o200k_base', true],
      ['gpt-4.1', 'o200k_base', true],
      ['gpt-4.5-preview', 'o200k_base', true],
      ['gpt-5-mini', 'o200k_base', true],
      ['o3', 'o200k_base', true],
      ['gpt-oss-120b', 'o200k_base', true],
      ['gpt-4', 'cl100k_base', true],
      ['gpt-4-0613', 'cl100k_base', true],
      ['gpt-4-turbo', 'cl100k_base', true],
      ['gpt-4-32k', 'cl100k_base', true],
      ['gpt-3.5-turbo-0125', 'cl100k_base', true],
      ['gpt-35-turbo', 'cl100k_base', true],
      ['text-embedding-3-small', 'cl100k_base', true],
      ['gpt-6-luna', 'openai', false],
      ['claude-opus-5', 'claude-5', false],
      ['claude-haiku-5', 'claude-5', false],
      ['claude-sonnet-4', 'claude', false],
      ['gemini-3-pro', 'gemma3', true],
      ['gemma3', 'gemma3', true],
      ['llama-3.3-70b-instruct', 'llama3', true],
      ['llama3.2:3b', 'llama3', true],
      ['meta.llama3-1-70b-instruct', 'llama3', true],
      ['llama-4-scout', 'open', false],
      ['qwen2.5-72b-instruct', 'qwen3', true],
      ['qwen3-32b', 'qwen3', true],
      ['qwen3.5-plus', 'open', false],
      ['deepseek-chat', 'deepseek3', true],
      ['deepseek-v4', 'open', false],
      ['mistral-small-latest', 'tekken', true],
      ['grok-4', 'open', false],
      ['my-gpt-4o', 'open', false],
      ['', 'open', false],
    ] as const) {
      const fact = tokenizerFact(model);
      assert.deepEqual([fact.rates ?? fact.vocabulary, fact.exact, fact.isMeasured], [by, by.endsWith('_base'), isMeasured], model);
      assert.equal(fact.band > 0, !fact.exact, model);
      assert.equal(fact.source.includes('not measured'), !isMeasured, model);
      assert.notEqual(fact.source, '');
    }
  });
});
