import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { calibrate } from '../../src/core/economics/tokens/calibration.ts';
import { publicModelFacts } from '../../src/core/economics/model-facts.ts';
import { cachedPrefix, hitShare } from '../../src/core/economics/prefix/caching.ts';
import { cachingRule, isCachingRules } from '../../src/core/economics/data/caching-rules.ts';
import { imageTokens } from '../../src/core/economics/data/image-tokens.ts';
import { sizeOfDataUrl } from '../../src/core/economics/tokens/image-size.ts';
import { nondeterminismOf } from '../../src/core/economics/prefix/nondeterminism.ts';
import { genaiPrices } from '../../src/core/economics/prices/genai-prices.ts';
import { PriceBook, type ModelPrices } from '../../src/core/economics/prices/price-book.ts';
import { readPriceOverrides } from '../../src/core/economics/prices/price-overrides.ts';
import { costUsd, splitCost, staleDays } from '../../src/core/economics/prices/price.ts';
import { reportedUsage } from '../../src/core/economics/prices/reported-usage.ts';
import { countRequest } from '../../src/core/economics/tokens/request-tokens.ts';
import { TokenCounter } from '../../src/core/economics/tokens/token-counter.ts';
import { encode as encodeHarmony } from 'gpt-tokenizer/encoding/o200k_harmony';
import { CL100K } from '../../src/core/economics/tokens/cl100k.ts';
import { encodeText, O200K } from '../../src/core/economics/tokens/tokenizer.ts';
import type { VocabularyName } from '../../src/core/economics/tokens/vocabulary.ts';
import { tokenizerFact } from '../../src/core/economics/data/tokenizers.ts';
import { NO_USAGE } from '../../src/core/economics/prices/usage.ts';
import { count, usd } from '../../src/core/display/figures.ts';
import { analyse } from './analyse.ts';
import { tokenTexts } from './token-texts.ts';

const close = (actual: number | null | undefined, expected: number): void => {
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= Math.abs(expected) * 1e-9 + 1e-12, `${actual} is not ${expected}`);
};
const counter = new TokenCounter(O200K);
const cl100k = new TokenCounter(CL100K);

describe('tokens', () => {
  const { counts } = JSON.parse(readFileSync('test/unit/fixtures/token-counts.json', 'utf8')) as {
    counts: Record<VocabularyName, number[]>;
  };

  for (const vocabulary of [O200K, CL100K]) {
    it(`of ${vocabulary.name} are those of tiktoken for 2,000 texts of many kinds`, () => {
      const own = new TokenCounter(vocabulary);
      const expected = counts[vocabulary.name];
      const wrong = tokenTexts().flatMap((text, i) =>
        own.count(text) === expected[i] ? [] : [`${i}: ${own.count(text)} not ${expected[i]}`],
      );
      assert.deepEqual(wrong, []);
      assert.equal(expected.length, 2000);
    });
  }

  it('of o200k_harmony, the vocabulary of gpt-oss, are those of o200k_base', () => {
    const { vocabulary } = tokenizerFact('gpt-oss-120b');
    assert.equal(vocabulary, 'o200k_base');
    for (const text of [...tokenTexts().slice(0, 300), '<|start|>system<|message|>Hi<|end|>'])
      assert.deepEqual(encodeText(text), encodeHarmony(text, { disallowedSpecial: new Set() }), text);
  });

  it('of pieces, put together, are those of the whole, for any text', () => {
    const part = fc.constantFrom(
      '\n',
      '\n\n',
      'a',
      ' ',
      '  ',
      '.',
      '/',
      '\r',
      '日本',
      '12',
      '\t',
      '\u00a0',
      "'s",
      '-',
      '{',
      'é',
      '\u2028',
      '😀',
      'foo',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 24 }), (parts) => {
        const text = parts.join('');
        assert.deepEqual([...counter.encode(text)], encodeText(text));
        assert.deepEqual([...cl100k.encode(text)], CL100K.encode(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('of 100 kB without a break are counted, and special tokens are text', () => {
    for (const text of ['a'.repeat(100_000), ' '.repeat(100_000), '漢'.repeat(50_000)]) assert.ok(counter.count(text) > 500);
    assert.equal(counter.count('<|endoftext|>'), 7);
  });

  it('of a chat are the cookbook’s 19 for its example', () => {
    const request = {
      messages: [
        { role: 'system', content: [{ text: 'You are a helpful assistant.' }] },
        { role: 'user', content: [{ text: 'Hello!' }] },
      ],
      tools: [],
      output: { format: null, name: null, schema: null, strict: false },
    };
    const tokens = countRequest(request, 'gpt-4o', { exact: true }, (text) => counter.count(text));
    assert.equal(tokens.total, 19);
    assert.equal(tokens.exact, true);
  });

  it('of images follow the provider’s formula', () => {
    const cases: [string, number, number, number][] = [
      ['gpt-4o', 1024, 1024, 765],
      ['gpt-6-luna', 1024, 1024, 1229],
      ['gpt-6-luna', 1920, 1080, 2448],
      ['claude-sonnet-4-5', 512, 512, 361],
      ['claude-sonnet-4-5', 1024, 1024, 1369],
      ['gemini-2.5-flash', 300, 300, 258],
    ];
    for (const [model, width, height, tokens] of cases)
      assert.equal(imageTokens(model, { width, height }).likely, tokens, `${model} ${width}×${height}`);
  });

  it('know the size of a PNG in a data address', () => {
    const header = Buffer.from('89504e470d0a1a0a0000000d494844520000028000000168', 'hex');
    assert.deepEqual(sizeOfDataUrl(`data:image/png;base64,${header.toString('base64')}`), { width: 640, height: 360 });
    assert.equal(sizeOfDataUrl('https://example.com/a.png'), null);
  });

  it('are corrected by what the provider reported', () => {
    const pairs = Array.from({ length: 20 }, (_, i) => ({ reported: 145 + (i % 3), counted: 100 }));
    const learnt = calibrate(pairs);
    close(learnt?.factor, 1.46);
    assert.equal(calibrate(pairs.slice(0, 4)), null);
    assert.equal(calibrate(pairs.map((pair) => ({ ...pair, reported: 9000 }))), null);
    const facts = { tokenizer: { exact: false, factor: 1, band: 0.2, source: 'x' } };
    const prompt = '---\nmodel: test:model\n---\nSay {{x}}';
    const before = analyse({ prompt, cases: [{ vars: { x: 'hello there' } }], facts }).analysis.models[0];
    const after = analyse({
      prompt,
      cases: [{ vars: { x: 'hello there' } }],
      facts,
      learnt: new Map([['test:model', { factor: 2, band: 0.1, samples: 9 }]]),
    });
    assert.equal(after.analysis.models[0]?.input.p50, (before?.input.p50 ?? 0) * 2);
  });
});

describe('usage', () => {
  it('of OpenAI includes cached tokens in the input', () => {
    const chat = {
      prompt_tokens: 2006,
      completion_tokens: 300,
      prompt_tokens_details: { cached_tokens: 1920, cache_write_tokens: 40 },
      completion_tokens_details: { reasoning_tokens: 64 },
    };
    assert.deepEqual(reportedUsage(chat, true), {
      input: 2006,
      cacheRead: 1920,
      cacheWriteShort: 40,
      cacheWriteLong: 0,
      output: 300,
      reasoning: 64,
    });
    const response = {
      input_tokens: 100,
      output_tokens: 5,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 90, cache_write_tokens_details: { ttl_12h_tokens: 60 } },
    };
    assert.deepEqual(reportedUsage(response, true), {
      input: 100,
      cacheRead: 0,
      cacheWriteShort: 30,
      cacheWriteLong: 60,
      output: 5,
      reasoning: 0,
    });
    assert.equal(reportedUsage({ prompt_tokens: 10, completion_tokens: 1, prompt_cache_hit_tokens: 8 }, true)?.cacheRead, 8);
  });

  it('of Anthropic does not, so they are added', () => {
    const message = {
      input_tokens: 50,
      cache_read_input_tokens: 100_000,
      cache_creation_input_tokens: 248,
      cache_creation: { ephemeral_1h_input_tokens: 200 },
      output_tokens: 500,
    };
    assert.deepEqual(reportedUsage(message, true), {
      input: 100_298,
      cacheRead: 100_000,
      cacheWriteShort: 48,
      cacheWriteLong: 200,
      output: 500,
      reasoning: 0,
    });
  });

  it('of Gemini has thoughts beside the answer', () => {
    assert.deepEqual(
      reportedUsage({ promptTokenCount: 10, candidatesTokenCount: 4, thoughtsTokenCount: 6, cachedContentTokenCount: 8 }, true),
      {
        ...NO_USAGE,
        input: 10,
        cacheRead: 8,
        output: 10,
        reasoning: 6,
      },
    );
  });

  it('that is not there, or no number, is null and never zero', () => {
    for (const raw of [null, {}, [], 'x', { prompt_tokens: 'many' }, { input_tokens: -1 }]) {
      assert.equal(reportedUsage(raw, true), null);
    }
  });
});

const BOOK = new PriceBook([genaiPrices()]);
const NOW = new Date('2026-11-28T12:00:00Z');

describe('cost', () => {
  const price = (provider: string, model: string): ModelPrices['price'] => {
    const found = BOOK.find(provider, model, NOW);
    assert.ok(found);
    return found.price;
  };

  it('follows each provider’s billing rule', () => {
    // Rates of the model pages as of 2026-09-23 (genai-prices 0.1.8): 4 / 0.4 / 5 (write) / 20 USD per million tokens.
    close(
      costUsd(price('openai', 'gpt-5.6-sol'), { ...NO_USAGE, input: 100_000, cacheRead: 80_000, cacheWriteShort: 10_000, output: 1000 }),
      0.142,
    );
    // OpenAI, gpt-6-sol above 272,000 input tokens: the whole request at 4 USD input and 15 USD output.
    close(costUsd(price('openai', 'gpt-6-sol'), { ...NO_USAGE, input: 300_000, output: 1000 }), 1.2 + 0.015);
    close(costUsd(price('openai', 'gpt-6-sol'), { ...NO_USAGE, input: 272_000, output: 0 }), 0.544);
    // Anthropic, claude-sonnet-5: 2 / 0.2 read / 2.5 five-minute write / 4 one-hour write / 10.
    close(
      costUsd(price('anthropic', 'claude-sonnet-5'), {
        ...NO_USAGE,
        input: 100_298,
        cacheRead: 100_000,
        cacheWriteShort: 48,
        cacheWriteLong: 200,
        output: 500,
      }),
      0.0001 + 0.02 + 0.00012 + 0.0008 + 0.005,
    );
    // Gemini 3.5 Flash: 1.5 / 0.15 / 9; no charge for writing.
    close(
      costUsd(price('google', 'gemini-3.5-flash'), { ...NO_USAGE, input: 10_000, cacheRead: 4000, cacheWriteShort: 2000, output: 100 }),
      0.006 * 1.5 + 0.004 * 0.15 + 0.0009,
    );
  });

  it('halves by batch, and is unknown where the rate is', () => {
    const luna = publicModelFacts({ id: 'openai:gpt-6-luna', servedBy: null, api: null }, BOOK, new Map(), NOW).price;
    assert.ok(luna);
    close(costUsd(luna, { ...NO_USAGE, input: 100_000 }, 'batch'), 0.005);
    assert.equal(costUsd(price('anthropic', 'claude-sonnet-5'), { ...NO_USAGE, input: 1 }, 'flex'), null);
    assert.equal(splitCost(price('openai', 'gpt-6-sol'), { ...NO_USAGE, input: 10, cacheWriteLong: 5 }), null);
  });

  it('never takes a model for another in silence', () => {
    assert.equal(BOOK.find('openai', 'gpt-6-luna', NOW)?.price.info.basis, 'exact');
    assert.equal(BOOK.find('openai', 'gpt-6-luna-2026-10-01', NOW)?.price.info.basis, 'exact');
    const guessed = BOOK.find('anthropic', 'claude-sonnet-5-9', NOW)?.price.info;
    assert.deepEqual([guessed?.basis, guessed?.basedOn], ['estimated', 'claude-sonnet-5']);
    assert.equal(BOOK.find('openai', 'gpt-99', NOW), null);
    assert.equal(BOOK.find('openai', 'gpt-6.1-sol', NOW)?.price.rates.cacheRead, 0.1);
  });

  it('says how old a price is', () => {
    const { info } = price('openai', 'gpt-6-luna');
    assert.equal(staleDays(info, new Date('2026-11-20')), null);
    assert.equal(staleDays(info, new Date('2026-11-24')), 62);
  });

  it('takes the user’s own prices, and refuses what is none', () => {
    const text =
      'asOf: 2026-11-01\nmodels:\n  openai:gpt-6-luna: { input: 0.08, output: 0.4, caching: { minimumTokens: 10 } }\n  a/b: { output: 1 }\n  c:d: { input: -1, output: 2 }\n';
    const { overrides, diagnostics } = readPriceOverrides('prices.yaml', text);
    assert.equal(overrides.get('openai:gpt-6-luna')?.price.rates.input, 0.08);
    assert.equal(overrides.get('openai:gpt-6-luna')?.caching?.minimum, 10);
    assert.deepEqual(
      diagnostics.map((item) => item.code),
      ['prices/invalid-value', 'prices/invalid-value', 'prices/invalid-value'],
    );
    assert.equal(overrides.size, 1);
  });

  it('mixes cold and warm calls by the traffic', () => {
    const system = 'Always answer in full sentences and never guess. '.repeat(20);
    const prompt = `---\nmodel: test:model\nconfig: { maxOutputTokens: 100 }\n---\n{{role "system"}}${system}\n{{role "user"}}{{q}}`;
    const situation = { prompt, cases: [{ vars: { q: 'one' } }, { vars: { q: 'two' } }] };
    // Without traffic: the golden cases once, in order. The first of the two is cold.
    const once = analyse(situation).analysis.models[0]?.cost;
    assert.ok(once);
    close(once.costPerCallUsd.expected, ((once.costPerCallUsd.cold ?? NaN) + (once.costPerCallUsd.warm ?? NaN)) / 2);
    assert.equal(once.perDayUsd, null);
    const busy = analyse({ ...situation, traffic: { callsPerDay: 86_400, action: 'ticket', callsPerAction: 1.5 } }).analysis.models[0]
      ?.cost;
    assert.ok(busy);
    close(busy.hitShare, 1 - Math.exp(-300));
    close(busy.costPerCallUsd.expected, busy.costPerCallUsd.warm ?? NaN);
    assert.ok((busy.costPerCallUsd.warm ?? 1) < (busy.costPerCallUsd.cold ?? 0));
    close(busy.perActionUsd, (busy.costPerCallUsd.expected ?? 0) * 1.5);
    close(hitShare(288, 300), 1 - Math.exp(-1));
  });

  it('is unknown for a model without a price, never zero', () => {
    const { analysis } = analyse({ prompt: '---\nmodel: a:b\n---\nhi', facts: { price: null } });
    assert.equal(analysis.models[0]?.cost.costPerCallUsd.expected, null);
    const silent = analyse({ prompt: '---\nmodel: a:b\n---\nhi' }).analysis.models[0]?.cost;
    assert.ok(silent?.costPerCallUsd.expected === null && (silent.inputPerCallUsd ?? 0) > 0);
    assert.equal(usd(null), 'unknown');
    assert.equal(count(null), 'unknown');
    assert.equal(usd(0.0021), '$0.0021');
  });
});

describe('caching rules', () => {
  it('are those of the model', () => {
    const minimum = (provider: string, model: string): number | undefined => cachingRule(provider, model)?.minimum;
    assert.equal(minimum('openai', 'gpt-6-luna'), 1024);
    assert.equal(cachingRule('openai', 'gpt-5.5')?.block, 128);
    assert.equal(cachingRule('openai', 'gpt-5.6-sol')?.block, 1);
    assert.deepEqual(
      ['claude-opus-5', 'claude-opus-4-7', 'claude-opus-4-5', 'claude-sonnet-5', 'claude-haiku-4-5'].map((model) =>
        minimum('anthropic', model),
      ),
      [512, 2048, 4096, 1024, 4096],
    );
    assert.equal(minimum('nobody', 'x'), undefined);
  });

  it('round to whole blocks, and below the minimum nothing is cached', () => {
    const rule = { minimum: 1024, block: 128, ttlSeconds: 300, kind: 'automatic', asOf: 'x', source: 'x' } as const;
    assert.equal(cachedPrefix(1023, rule).cacheable, false);
    assert.equal(cachedPrefix(1300, rule).tokens, 1280);
    assert.equal(cachedPrefix(99, null).cacheable, false);
  });

  it('from a download are data, never a runaway pattern', () => {
    const row = { provider: 'p', models: '^a', minimum: 1, block: 1, ttlSeconds: 1, kind: 'automatic', asOf: 'x', source: 'x' };
    assert.equal(isCachingRules([row]), true);
    for (const bad of [[], null, [{ ...row, models: '(a+)+$' }], [{ ...row, models: '(' }], [{ ...row, minimum: '1' }]])
      assert.equal(isCachingRules(bad), false);
  });
});

describe('text that changes by itself', () => {
  it('is told by its form', () => {
    const is = [
      '2026-11-23',
      '2026-11-23T10:00:00Z',
      '2026-11-23 10:00',
      '23.11.2026',
      'November 23, 2026',
      'Monday, 23 November 2026',
      '10:42',
      '10:42 pm',
      '1764000000',
      '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      'deadbeefdeadbeef12',
    ];
    const isNot = ['', 'refund', 'I wrote on 2026-11-23', '4711', 'May', '12', 'abcdefabcdefabcdef', 'GPT-6', '1.5'];
    for (const text of is) assert.notEqual(nondeterminismOf(text), null, text);
    for (const text of isNot) assert.equal(nondeterminismOf(text), null, text);
  });
});
