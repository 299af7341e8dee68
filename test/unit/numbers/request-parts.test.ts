/** Tokens of tools and images, against tables whose values were measured, published or worked out by hand. */
import assert from 'node:assert/strict';
import { addedForTools } from '../../../src/core/economics/data/tool-tokens.ts';
import { imageTokens } from '../../../src/core/economics/data/image-tokens.ts';
import { tokenizerFact } from '../../../src/core/economics/data/tokenizers.ts';
import { countRequest, toolTokens, type RequestTokens } from '../../../src/core/economics/tokens/request-tokens.ts';
import type { StreamedRequest } from '../../../src/core/economics/tokens/request-stream.ts';
import { encodeText } from '../../../src/core/economics/tokens/tokenizer.ts';
import type { JsonValue } from '../../../src/core/json/json.ts';
import type { ToolDefinition } from '../../../src/core/tool.ts';
import { table } from './table.ts';
import { analyse, RULE } from '../analyse.ts';
import { isJsonObject } from '../../../src/core/json/json.ts';

const count = (text: string): number => encodeText(text).length;
const counted = (model: string, over: object): RequestTokens =>
  countRequest(
    { messages: [], tools: [], output: { schema: null }, ...over } as unknown as StreamedRequest,
    model,
    tokenizerFact(model),
    count,
  );

interface ToolRow {
  readonly name: string;
  readonly model: string;
  readonly fields?: number;
  readonly tools: readonly ToolDefinition[];
  readonly text: number;
  readonly between: readonly [number, number];
  readonly reference: string;
}

/** The tools with the fields that stand for FIELDS. */
function filled(value: JsonValue, fields: number): JsonValue {
  if (value === 'FIELDS') {
    const names = Array.from({ length: fields }, (_, i) => i + 1);
    const field = (n: number): JsonValue => ({ type: 'string', description: `The value of field number ${n} of the customer record` });
    return Object.fromEntries(names.map((n) => [`field_${n}`, field(n)]));
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, fields));
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, fields)])) : value;
}

const toolsOf = ({ tools, fields = 0 }: ToolRow): ToolDefinition[] =>
  filled(tools as unknown as JsonValue, fields) as unknown as ToolDefinition[];

describe('the tokens of tools', () => {
  for (const row of table('tools') as readonly ToolRow[])
    it(`of ${row.name} are about ${row.text} and never ± 0`, () => {
      const { tools, band, exact } = counted(row.model, { tools: toolsOf(row) });
      // Pieces that are counted apart may differ by a token where they meet.
      assert.ok(Math.abs(tools - row.text) <= 3, `${tools} instead of ${row.text}`);
      assert.ok(band > 0 && !exact);
      const [low, high] = row.between;
      assert.ok(tools - band <= low && tools + band >= high, `${tools} ± ${band} does not hold ${low} to ${high}`);
    });

  it('are the same in the input and in its stable prefix', () => {
    const [, nested] = table('tools') as readonly ToolRow[];
    assert.ok(nested);
    const tools = toolsOf(nested);
    const defs = tools.map(({ name, description, parameters }) => ({ name, description, inputSchema: parameters }));
    const { analysis } = analyse({
      prompt: `---\nmodel: test:model\ntoolDefs: ${JSON.stringify(defs)}\n---\nhi`,
      facts: { model: 'gpt-4o' },
    });
    const [model] = analysis.models;
    assert.ok(model);
    const { text } = toolTokens(tools, 'gpt-4o', count);
    // The tools, the frame of the message and its text.
    assert.ok(
      model.stableTokens >= text && model.stableTokens <= model.input.p50,
      `${model.stableTokens} of ${model.input.p50}, tools ${text}`,
    );
    assert.ok(!model.isExact && model.band > 0.05);
    // The share by which a rendering that is not published may differ, of the tools alone.
    const { band } = toolTokens(tools, 'gpt-4o', count);
    assert.equal(model.stableBand, Math.ceil(band));
  });

  it('are the same in the prefix, in its replay and in the place of a break', () => {
    const [, nested] = table('tools') as readonly ToolRow[];
    assert.ok(nested);
    const tools = toolsOf({ ...nested, fields: 120 });
    const defs = tools.map(({ name, description, parameters }) => ({ name, description, inputSchema: parameters }));
    const rules = 'Answer in one sentence. '.repeat(20);
    const { analysis } = analyse({
      prompt: `---\nmodel: test:model\ntoolDefs: ${JSON.stringify(defs)}\n---\n${rules}{{q}}`,
      cases: ['one', 'two', 'three'].map((q) => ({ vars: { q } })),
      facts: { model: 'gpt-4o', caching: { ...RULE, minimum: 1024, block: 128 } },
    });
    const [model] = analysis.models;
    assert.ok(model);
    // OpenAI caches whole blocks of what the model reads: the tools, the frame and role of the message, the rules.
    const read = toolTokens(tools, 'gpt-4o', count).text + 4 + count(rules.trimEnd());
    assert.ok(Math.abs(model.stableTokens - read) <= 2, `${model.stableTokens}, by hand ${read}`);
    assert.equal(model.prefix.tokens, Math.floor(model.stableTokens / 128) * 128);
    assert.deepEqual(
      model.cached.requests.map((_request, i) => model.cache?.uses?.[i]?.warm.read),
      Array(3).fill(model.prefix.tokens),
    );
    const asJson = tools.reduce((sum, tool) => sum + count(JSON.stringify(tool)), 0);
    assert.ok(asJson > read * 1.1, 'the JSON is longer, so that it would show');
    assert.ok(Math.abs((model.sharing.breaks[0]?.tokensBefore ?? 0) - model.stableTokens) <= 1);
  });

  for (const { model, tokens } of table('added-tools') as readonly { model: string; tokens: number | null }[])
    it(`of ${model} ${tokens === null ? 'have a system prompt of unknown length' : `have ${tokens} added`}`, () => {
      assert.equal(addedForTools(model), tokens);
      const tool = { name: 'ping', description: null, parameters: {} };
      const [one, none] = [counted(model, { tools: [tool] }), counted(model, {})];
      assert.equal(one.fixed, tokens ?? 0);
      // The longest that is published; what is not published can only be more.
      assert.equal(one.above, tokens === null ? 804 : 0);
      assert.deepEqual([none.fixed, none.above], [0, 0]);
    });
});

interface ImageRow {
  readonly model: string;
  readonly reference: string;
  readonly sizes: readonly (readonly [number, number, number])[];
  readonly within?: boolean;
}

describe('the tokens of an image', () => {
  for (const { model, sizes, within = false } of table('images') as readonly ImageRow[])
    for (const [width, height, tokens] of sizes)
      it(`of ${width} × ${height} for ${model} are ${tokens}${within ? ' within the band' : ''}`, () => {
        const { low, likely, high } = imageTokens(model, { width, height });
        if (!within) assert.deepEqual([low, likely, high], [tokens, tokens, tokens]);
        else assert.ok(low <= tokens && tokens <= high && low < high, `${low} to ${high}`);
      });

  it('of unknown size have a band that holds a small picture and a photo of 12 megapixels', () => {
    for (const model of new Set((table('images') as readonly ImageRow[]).map((row) => row.model))) {
      const unknown = imageTokens(model, null);
      for (const size of [
        { width: 64, height: 64 },
        { width: 1024, height: 1024 },
        { width: 4032, height: 3024 },
      ]) {
        const { low, high } = imageTokens(model, size);
        assert.ok(unknown.low <= low && high <= unknown.high, `${model}: ${unknown.low} to ${unknown.high}`);
      }
      const request = { messages: [{ role: 'user', content: [{ media: { url: 'https://x.example/a.png' } }] }] };
      const { band, above, exact } = counted(model, request);
      assert.ok(band + above > 0 && !exact, model);
    }
  });
});
