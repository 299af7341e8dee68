/** What is kept of answers that a provider broke off or that cannot be read: by capture, imports and batches. */
import assert from 'node:assert/strict';
import { batchAnswer, refused } from '../../src/adapters/models/batch/batch-answer.ts';
import { AnthropicBatches } from '../../src/adapters/models/batch/anthropic-batches.ts';
import type { BatchHttp } from '../../src/adapters/models/batch/batch-http.ts';
import { OpenaiBatches } from '../../src/adapters/models/batch/openai-batches.ts';
import { messagesWire } from '../../src/adapters/models/anthropic/messages-wire.ts';
import { chatWire } from '../../src/adapters/models/openai/chat-wire.ts';
import { DIALECTS } from '../../src/core/config/dialects.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { observationLine } from '../../src/core/feedback/logs/langfuse/langfuse-rows.ts';
import { guessMapping } from '../../src/core/feedback/logs/rows/guess-mapping.ts';
import { interactionOfRow } from '../../src/core/feedback/logs/rows/row-interaction.ts';
import { interactionOfSpan } from '../../src/core/feedback/logs/otlp/interaction-of-span.ts';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import { isProviderError } from '../../src/core/problems/errors.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import type { ModelRequest } from '../../src/core/model/model-request.ts';
import { RecordedCall } from '../../src/runtime/recorded-call.ts';

describe('a call that an application makes', () => {
  const recorded = (format: 'chat' | 'messages', work: (call: RecordedCall) => void): Interaction => {
    const written: Interaction[] = [];
    const before = {
      ...{ id: 'i', time: '2026-11-29T12:00:00.000Z', action: null, conversation: null, user: null, prompt: null, variables: {} },
      ...{ model: 'openai:m', parameters: {}, messages: [], tools: [], chunks: [], environment: null },
    };
    const errorOf = (error: unknown): { type: string; message: string } =>
      isProviderError(error) ? { type: error.failure, message: error.message } : { type: 'other', message: String(error) };
    work(new RecordedCall(format, before, errorOf, (interaction) => written.push(interaction)));
    assert.equal(written.length, 1);
    return written[0] as Interaction;
  };
  const chunk = (content: string, finish: string | null): JsonObject => ({
    id: 'c',
    choices: [{ index: 0, delta: { content }, finish_reason: finish }],
  });

  it('and that the provider broke off is recorded as an error, with the text and the usage that came', () => {
    const { output, finish, error, usage } = recorded('chat', (call) => {
      call.add(chunk('Half', null));
      call.add({ ...chunk('', 'error'), usage: { prompt_tokens: 7, completion_tokens: 2 } });
      call.end();
    });
    assert.deepEqual([output, finish, error?.type, usage?.output], ['Half', null, 'server', 2]);
    assert.match(error?.message ?? '', /broke off the answer \(finish reason "error"\)/);
  });

  it('and whose answer cannot be read is recorded as an error', () => {
    const { output, error } = recorded('chat', (call) => call.whole({ choices: [{ message: { content: 42 }, finish_reason: 'stop' }] }));
    assert.deepEqual([output, error?.type], [null, 'malformed']);
  });

  it('and whose usage contradicts itself has none', () => {
    const { usage, output } = recorded('chat', (call) =>
      call.whole({
        choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 100, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 80_000 } },
      }),
    );
    assert.deepEqual([output, usage], ['Hi', null]);
  });
});

describe('a row of a log', () => {
  const hashes = { user: (name: string) => name, content: (text: string) => text };
  const rowOf = (row: JsonObject): Interaction => {
    const { mapping } = guessMapping([row]);
    const read = interactionOfRow(row, mapping, hashes);
    assert.ok('interaction' in read);
    return read.interaction;
  };
  const completion = (usage: JsonObject, finish = 'stop'): JsonObject => ({
    ...{ id: 'x', created: 1_764_151_200, model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
    ...{ choices: [{ index: 0, message: { role: 'assistant', content: 'Yo' }, finish_reason: finish }], usage },
  });

  it('has the usage that its provider reports, whatever its shape', () => {
    const xai = rowOf(
      completion({ prompt_tokens: 32, completion_tokens: 9, total_tokens: 135, completion_tokens_details: { reasoning_tokens: 94 } }),
    );
    assert.deepEqual([xai.usage?.output, xai.usage?.reasoning], [103, 94]);
    const moonshot = rowOf(completion({ prompt_tokens: 10, completion_tokens: 3, total_tokens: 13, cached_tokens: 8 }));
    assert.equal(moonshot.usage?.cacheRead, 8);
    assert.equal(rowOf(completion({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 })).usage, null);
    assert.equal(
      rowOf({ time: '2026-11-01', input: 'Hi', output: 'Yo', usage: { prompt_tokens: 10, completion_tokens: 3, cached_tokens: 8 } }).usage
        ?.cacheRead,
      8,
    );
  });

  it('has its counts from single columns by the same rules', () => {
    const columns = (of: JsonObject): Interaction['usage'] => rowOf({ time: '2026-11-01', input: 'Hi', output: 'Yo', ...of }).usage;
    assert.deepEqual(columns({ prompt_tokens: '10', completion_tokens: '3', total_tokens: '20' })?.output, 10);
    assert.equal(columns({ prompt_tokens: 10, completion_tokens: 3, total_tokens: 5 }), null);
    assert.equal(columns({ prompt_tokens: 10, completion_tokens: 3, cached_tokens: 80 }), null);
    assert.equal(columns({ prompt_tokens: 10, completion_tokens: -3 }), null);
  });

  it('ends as the one table says, and is an error where the provider broke it off', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 3 };
    const ends = ['end_turn', 'MAX_TOKENS', 'because'].map((finish) => rowOf(completion(usage, finish)).finish);
    assert.deepEqual(ends, ['stop', 'length', null]);
    const { finish, error } = rowOf(completion(usage, 'network_error'));
    assert.deepEqual([finish, error?.type], [null, 'server']);
  });
});

describe('a span of OpenTelemetry', () => {
  const spanOf = (attributes: JsonObject): Interaction =>
    interactionOfSpan(
      {
        ...{ traceId: 't', spanId: 's', parentSpanId: null, name: 'chat', startMs: 0, endMs: 1, isError: false, statusMessage: null },
        ...{ attributes: new Map(Object.entries(attributes)), resource: new Map(), events: [], links: [] },
      },
      '2026-11-29T12:00:00.000Z',
      [],
      (name) => name,
    );
  const answered = { 'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"Yo"}]}]' };

  it('ends as the one table says, and is an error where the provider broke it off', () => {
    const ends = ['MAX_TOKENS', 'end_turn', 'because'].map(
      (reason) => spanOf({ ...answered, 'gen_ai.response.finish_reasons': [reason] }).finish,
    );
    assert.deepEqual(ends, ['length', 'stop', null]);
    const { output, finish, error } = spanOf({ ...answered, 'gen_ai.response.finish_reasons': ['insufficient_system_resource'] });
    assert.deepEqual([output, finish, error?.type], ['Yo', null, 'server']);
  });

  it('has no usage where it is zero beside an output', () => {
    const zero = { 'gen_ai.usage.input_tokens': 0, 'gen_ai.usage.output_tokens': 0 };
    assert.deepEqual([spanOf({ ...answered, ...zero }).output, spanOf({ ...answered, ...zero }).usage], ['Yo', null]);
  });
});

describe('a line that an application wrote', () => {
  const usageOf = (usage: JsonObject, more: JsonObject = {}): Interaction['usage'] => {
    const line = { schema: 'goldset.interaction/1', id: 'i', time: '2026-11-29T12:00:00Z', output: 'Yo', usage, ...more };
    const read = readStoredLine(JSON.stringify(line));
    assert.ok('interaction' in read);
    return read.interaction.usage;
  };

  it('has its usage by the same rules, and none only where a cache answered', () => {
    assert.equal(usageOf({ input: 100, cacheRead: 80_000, output: 10 }), null);
    assert.equal(usageOf({ input: 0, output: 0 }), null);
    assert.equal(usageOf({ input: 0, output: 0 }, { costUsd: 0 })?.input, 0);
    assert.equal(usageOf({ input: 100, cacheRead: 80, output: 10 })?.cacheRead, 80);
  });
});

describe('a row of Langfuse', () => {
  it('has no usage where it is zero beside an output', () => {
    const row = {
      id: 'o',
      type: 'GENERATION',
      startTime: '2026-11-01T10:00:00Z',
      output: 'Yo',
      usageDetails: { input: 0, output: 0, total: 0 },
    };
    const read = observationLine(row, (name) => name);
    assert.ok('interaction' in read);
    assert.deepEqual([read.interaction.output, read.interaction.usage], ['Yo', null]);
  });
});

describe('a line of batch results', () => {
  const wire = chatWire({ id: 'm', model: 'm', dialect: DIALECTS.openai, breakpoint: false });
  const like: ModelRequest = {
    messages: [],
    tools: [],
    output: { format: null, name: null, schema: null, strict: false },
    parameters: {},
    repeat: 0,
  };
  const outcome = (body: JsonObject): unknown => {
    const found = batchAnswer(wire, like, body, null);
    return 'failure' in found ? [found.failure, found.mayGoAgain] : [found.output, found.finish, found.usage];
  };
  const choice = (finish: string): JsonObject => ({ choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: finish }] });

  it('is read as an answer of a call is', () => {
    assert.deepEqual(outcome(choice('MAX_TOKENS')), ['Hi', 'length', null]);
    assert.deepEqual(outcome(choice('error')), ['server', true]);
    assert.deepEqual(outcome(choice('malformed_function_call')), ['malformed', false]);
    assert.deepEqual(outcome({ error: { code: 429, message: 'slow' } }), ['rate-limit', true]);
    assert.deepEqual(outcome({ choices: [{ message: { content: 5 } }] }), ['malformed', false]);
  });

  const timed = async (batches: OpenaiBatches | AnthropicBatches, lane: string): Promise<unknown[]> => {
    const found: unknown[] = [];
    for await (const { outcome } of batches.outcomes('job', lane, new AbortController().signal))
      found.push('failure' in outcome ? outcome : outcome.answeredAt);
    return found;
  };
  const http = (job: JsonObject, lines: readonly JsonObject[]): BatchHttp =>
    ({
      get: () => Promise.resolve(job),
      async *lines() {
        yield* await Promise.resolve(lines);
      },
    }) as unknown as BatchHttp;

  it('says when the provider answered, by which its price goes', async () => {
    const options = { model: 'm', baseUrl: 'https://api.openai.com/v1', size: null, settleMs: 0 };
    const line = (body: JsonObject): JsonObject => ({
      custom_id: 'x',
      response: { status_code: 200, body: { ...choice('stop'), ...body } },
    });
    const openai = (completed: JsonObject): OpenaiBatches =>
      new OpenaiBatches(http({ output_file_id: 'f', ...completed }, [line({ created: 1_764_500_000 }), line({})]), wire, options);
    const lane = '/v1/chat/completions m';
    assert.deepEqual(await timed(openai({ completed_at: 1_764_590_400 }), lane), ['2025-11-30T10:53:20.000Z', '2025-12-01T12:00:00.000Z']);
    assert.deepEqual(await timed(openai({}), lane), ['2025-11-30T10:53:20.000Z', undefined]);
    const message = {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 1, output_tokens: 1 },
    };
    const claude = (ended: JsonObject): AnthropicBatches =>
      new AnthropicBatches(
        http(ended, [{ custom_id: 'x', result: { type: 'succeeded', message } }]),
        messagesWire({ id: 'm', model: 'm', diagnose: false, streams: false, ttl: null }),
        { model: 'm', size: null, settleMs: 0 },
      );
    assert.deepEqual(await timed(claude({ ended_at: '2026-11-30T23:59:00Z' }), ''), ['2026-11-30T23:59:00.000Z']);
    assert.deepEqual(await timed(claude({}), ''), [undefined]);
  });

  it('that was refused is so for what the error says', () => {
    assert.deepEqual(refused({ type: 'error', error: { type: 'overloaded_error', message: 'busy' } }, null), {
      failure: 'server',
      message: 'busy',
      mayGoAgain: true,
    });
    assert.deepEqual(refused({ code: 'context_length_exceeded', message: 'long' }, 500), {
      failure: 'bad-request',
      message: 'long',
      mayGoAgain: false,
    });
    assert.deepEqual(refused(undefined, 429), {
      failure: 'rate-limit',
      message: 'The request was rejected without a reason.',
      mayGoAgain: true,
    });
  });
});
