/** Usage in the shapes of every provider, each with the counts that a person worked out by hand. */
import assert from 'node:assert/strict';
import { costUsd, NO_SERVICES, splitCost } from '../../src/core/economics/prices/price.ts';
import type { PriceTable } from '../../src/core/economics/prices/price-table.ts';
import { embeddingUsage, mergeReported, reportedUsage } from '../../src/core/economics/prices/reported-usage.ts';
import type { Usage } from '../../src/core/economics/prices/usage.ts';
import { usageIn } from '../../src/core/feedback/logs/otlp/call-figures.ts';
import { usageOfDetails } from '../../src/core/feedback/logs/usage-details.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';

/** input, cacheRead, cacheWriteShort, cacheWriteLong, output, reasoning. */
type Counts = readonly [number, number, number, number, number, number];

const countsOf = (usage: Usage | null): Counts | null =>
  usage === null ? null : [usage.input, usage.cacheRead, usage.cacheWriteShort, usage.cacheWriteLong, usage.output, usage.reasoning];

function check(rows: readonly (readonly [string, JsonObject, Counts | null])[], read: (raw: JsonObject) => Usage | null): void {
  for (const [name, raw, expected] of rows) assert.deepEqual(countsOf(read(raw)), expected, name);
}

describe('the usage that a provider reports', () => {
  it('is read in every provider’s shape', () => {
    check(
      [
        ['OpenAI Chat', { prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 }, [19, 0, 0, 0, 10, 0]],
        [
          'OpenAI Chat with cache and reasoning',
          {
            prompt_tokens: 2006,
            completion_tokens: 300,
            total_tokens: 2306,
            prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 0 },
            completion_tokens_details: { reasoning_tokens: 192, accepted_prediction_tokens: 0 },
          },
          [2006, 1920, 0, 0, 300, 192],
        ],
        [
          'OpenAI Responses with writes of both lifetimes',
          {
            input_tokens: 9,
            output_tokens: 3,
            total_tokens: 12,
            input_tokens_details: { cached_tokens: 4, cache_write_tokens: 3, cache_write_tokens_details: { ttl_12h_tokens: 1 } },
            output_tokens_details: { reasoning_tokens: 2 },
          },
          [9, 4, 2, 1, 3, 2],
        ],
        [
          'Anthropic, whose input leaves the cache out',
          {
            input_tokens: 21,
            output_tokens: 393,
            cache_read_input_tokens: 188_086,
            cache_creation_input_tokens: 248,
            cache_creation: { ephemeral_5m_input_tokens: 148, ephemeral_1h_input_tokens: 100 },
            output_tokens_details: { thinking_tokens: 90 },
          },
          // 21 + 188,086 + 248
          [188_355, 188_086, 148, 100, 393, 90],
        ],
        [
          'Anthropic that only splits what it wrote',
          { input_tokens: 5, output_tokens: 7, cache_creation: { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 3 } },
          [10, 0, 2, 3, 7, 0],
        ],
        [
          'Gemini, whose thoughts stand beside the answer',
          { promptTokenCount: 10, candidatesTokenCount: 4, thoughtsTokenCount: 6, cachedContentTokenCount: 8, totalTokenCount: 20 },
          [10, 8, 0, 0, 10, 6],
        ],
        ['Gemini that only thought', { promptTokenCount: 9, thoughtsTokenCount: 94, totalTokenCount: 103 }, [9, 0, 0, 0, 94, 94]],
        [
          'Gemini with the results of tools in its prompt',
          { promptTokenCount: 1, toolUsePromptTokenCount: 2, candidatesTokenCount: 3, totalTokenCount: 6 },
          [3, 0, 0, 0, 3, 0],
        ],
        ['Gemini’s compatible endpoint', { prompt_tokens: 9, completion_tokens: 3, total_tokens: 105 }, [9, 0, 0, 0, 96, 93]],
        [
          'xAI, whose reasoning stands beside the completion',
          { prompt_tokens: 32, completion_tokens: 9, total_tokens: 135, completion_tokens_details: { reasoning_tokens: 94 } },
          [32, 0, 0, 0, 103, 94],
        ],
        [
          'DeepSeek',
          {
            prompt_tokens: 100,
            completion_tokens: 40,
            total_tokens: 140,
            prompt_cache_hit_tokens: 64,
            prompt_cache_miss_tokens: 36,
            completion_tokens_details: { reasoning_tokens: 12 },
          },
          [100, 64, 0, 0, 40, 12],
        ],
        [
          'Moonshot and Together',
          { prompt_tokens: 2989, completion_tokens: 5, total_tokens: 2994, cached_tokens: 2989 },
          [2989, 2989, 0, 0, 5, 0],
        ],
        [
          'LiteLLM in front of Claude',
          {
            prompt_tokens: 120,
            completion_tokens: 8,
            total_tokens: 128,
            prompt_tokens_details: { cached_tokens: 80, cache_creation_tokens: 30 },
            cache_read_input_tokens: 80,
            cache_creation_input_tokens: 30,
          },
          [120, 80, 30, 0, 8, 0],
        ],
        [
          'a proxy that passes Claude’s input on without the cache, as its total shows',
          { prompt_tokens: 10, completion_tokens: 8, total_tokens: 128, cache_read_input_tokens: 80, cache_creation_input_tokens: 30 },
          [120, 80, 30, 0, 8, 0],
        ],
        [
          'OpenRouter',
          {
            prompt_tokens: 194,
            completion_tokens: 2,
            total_tokens: 196,
            cost: 0.95,
            prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 100 },
            completion_tokens_details: { reasoning_tokens: 0 },
          },
          [194, 0, 100, 0, 2, 0],
        ],
        [
          'vLLM without details',
          { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9, prompt_tokens_details: null },
          [7, 0, 0, 0, 2, 0],
        ],
        [
          'Groq with its times',
          { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9, prompt_time: 0.001, queue_time: 0.5 },
          [7, 0, 0, 0, 2, 0],
        ],
        ['Ollama’s own format', { prompt_eval_count: 26, eval_count: 298 }, [26, 0, 0, 0, 298, 0]],
        [
          'Bedrock’s Converse, whose total leaves the cache out',
          { inputTokens: 4, outputTokens: 195, totalTokens: 199, cacheReadInputTokens: 1000, cacheWriteInputTokens: 50 },
          [1054, 1000, 50, 0, 195, 0],
        ],
        [
          'the AI SDK',
          { inputTokens: 50, outputTokens: 5, totalTokens: 55, cachedInputTokens: 20, reasoningTokens: 2 },
          [50, 20, 0, 0, 5, 2],
        ],
        [
          'Goldset’s own fields, from a pipeline',
          { input: 30, output: 4, cacheRead: 10, cacheWriteShort: 5, cacheWriteLong: 1, reasoning: 2 },
          [30, 10, 5, 1, 4, 2],
        ],
        ['a prompt that only the total tells', { completion_tokens: 4, total_tokens: 12 }, [8, 0, 0, 0, 4, 0]],
      ],
      (raw) => reportedUsage(raw, true),
    );
  });

  it('is unknown where it is missing, is no count, is zero beside an answer, or contradicts itself', () => {
    check(
      [
        ['nothing', {}, null],
        ['half of it', { prompt_tokens: 5 }, null],
        ['the other half', { output_tokens: 5 }, null],
        ['a text', { prompt_tokens: '5', completion_tokens: 1 }, null],
        ['a negative count', { prompt_tokens: 5, completion_tokens: -1 }, null],
        ['a negative detail', { prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: -4 } }, null],
        ['zeros beside a text', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }, null],
        ['no output beside a text', { prompt_tokens: 5, completion_tokens: 0 }, null],
        ['no input beside a text', { input_tokens: 0, output_tokens: 5 }, null],
        [
          'more from the cache than there was',
          { prompt_tokens: 100, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 80_000 } },
          null,
        ],
        [
          'the same with a total that does not explain it',
          { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110, prompt_tokens_details: { cached_tokens: 80_000 } },
          null,
        ],
        [
          'more reasoning than output',
          { prompt_tokens: 5, completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 94 } },
          null,
        ],
        ['a total below its parts', { prompt_tokens: 100, completion_tokens: 10, total_tokens: 50 }, null],
        [
          'more written for long than was written',
          { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 3, cache_creation: { ephemeral_1h_input_tokens: 4 } },
          null,
        ],
        ['more in Goldset’s own fields than there was', { input: 10, output: 1, cacheRead: 11 }, null],
      ],
      (raw) => reportedUsage(raw, true),
    );
  });

  it('may be zero in its output where nothing was answered', () => {
    assert.deepEqual(countsOf(reportedUsage({ prompt_tokens: 5, completion_tokens: 0 }, false)), [5, 0, 0, 0, 0, 0]);
    assert.equal(reportedUsage({ prompt_tokens: 0, completion_tokens: 0 }, false), null);
    assert.deepEqual(countsOf(embeddingUsage({ prompt_tokens: 8, total_tokens: 8 })), [8, 0, 0, 0, 0, 0]);
    assert.equal(embeddingUsage({ prompt_tokens: -8 }), null);
  });

  it('is never lowered by a later event of its stream', () => {
    const events: JsonValue[] = [
      { prompt_tokens: 100, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 40 } },
      null,
      { prompt_tokens: 0, completion_tokens: 12, prompt_tokens_details: { cached_tokens: 0 } },
      { completion_tokens: 3, prompt_tokens_details: null },
    ];
    const merged = events.reduce<JsonObject | null>(mergeReported, null);
    assert.deepEqual(countsOf(reportedUsage(merged, true)), [100, 40, 0, 0, 12, 0]);
  });
});

describe('the usage that logs record', () => {
  const details = (of: JsonObject): Usage | null => usageOfDetails(of, true);

  it('of Langfuse stands apart, unless the total shows that it overlaps', () => {
    check(
      [
        ['apart', { input: 10, input_cached_tokens: 90, output: 5, output_reasoning_tokens: 2, total: 107 }, [100, 90, 0, 0, 7, 2]],
        ['apart, without a total', { input: 10, cache_read_input_tokens: 90, output: 5 }, [100, 90, 0, 0, 5, 0]],
        ['cache inside the input', { input: 100, input_cache_read: 90, output: 5, total: 105 }, [100, 90, 0, 0, 5, 0]],
        ['reasoning inside the output', { input: 10, output: 7, output_reasoning_tokens: 2, total: 17 }, [10, 0, 0, 0, 7, 2]],
        [
          'cache inside, reasoning beside',
          { input: 100, input_cached_tokens: 90, output: 5, output_reasoning_tokens: 2, total: 107 },
          [100, 90, 0, 0, 7, 2],
        ],
        [
          'written to the cache',
          { input: 1, input_cache_creation: 30, cache_read_input_tokens: 4, output: 2, total: 37 },
          [35, 4, 30, 0, 2, 0],
        ],
        ['audio beside the text', { input: 1, input_audio_tokens: 3, output: 2, output_audio_tokens: 4, total: 10 }, [4, 0, 0, 0, 6, 0]],
        ['a total that no reading explains', { input: 10, output: 5, total: 4 }, null],
        ['no output', { input: 10 }, null],
      ],
      details,
    );
  });

  it('of OpenTelemetry includes the cache, except where Claude’s was passed on as it came', () => {
    const span = (of: JsonObject): Usage | null => usageIn(new Map(Object.entries(of)), true);
    const base = { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 10 };
    check(
      [
        ['inside', { ...base, 'gen_ai.usage.cache_read.input_tokens': 40 }, [100, 40, 0, 0, 10, 0]],
        [
          'beside, of Anthropic',
          { ...base, 'gen_ai.provider.name': 'anthropic', 'gen_ai.usage.cache_read_input_tokens': 80_000 },
          [80_100, 80_000, 0, 0, 10, 0],
        ],
        ['impossible, of another', { ...base, 'gen_ai.provider.name': 'openai', 'gen_ai.usage.cache_read_input_tokens': 80_000 }, null],
        [
          'beside, by its total',
          { ...base, 'gen_ai.usage.cache_read_input_tokens': 50, 'gen_ai.usage.total_tokens': 160 },
          [150, 50, 0, 0, 10, 0],
        ],
        [
          'reasoning beside, by its total',
          { ...base, 'gen_ai.usage.reasoning_tokens': 94, 'llm.token_count.total': 204 },
          [100, 0, 0, 0, 104, 94],
        ],
        ['a negative count', { ...base, 'gen_ai.usage.input_tokens': -5 }, null],
        [
          'Langfuse’s details',
          { 'langfuse.observation.usage_details': '{"input":100,"input_cached_tokens":90,"output":5,"total":105}' },
          [100, 90, 0, 0, 5, 0],
        ],
      ],
      span,
    );
  });
});

describe('the cost of a usage that cannot be', () => {
  const table: PriceTable = {
    info: { asOf: '2026-11-01', source: 'test', basis: 'exact', basedOn: null },
    rates: { input: 10, cacheRead: 1, cacheWriteShort: null, cacheWriteLong: null, output: 20 },
    tiers: [],
    service: NO_SERVICES,
  };

  it('is unknown, never below zero', () => {
    const impossible = { input: 100, cacheRead: 80_000, cacheWriteShort: 0, cacheWriteLong: 0, output: 10, reasoning: 0 };
    assert.equal(splitCost(table, impossible), null);
    assert.equal(costUsd(table, { ...impossible, cacheRead: 0, output: -1 }), null);
    // 100 at $10 and 10 at $20 a million.
    assert.ok(Math.abs((costUsd(table, { ...impossible, cacheRead: 0 }) ?? 0) - 0.0012) < 1e-12);
  });
});
