import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { guessMapping } from '../../src/core/feedback/logs/rows/guess-mapping.ts';
import { mappingText, readMapping } from '../../src/core/feedback/logs/rows/mapping-file.ts';
import { EMPTY_MAPPING, TARGET_NAMES, UNITS_OF, valueAt, type ImportMapping } from '../../src/core/feedback/logs/rows/mapping.ts';
import { interactionOfRow } from '../../src/core/feedback/logs/rows/row-interaction.ts';
import { parseAmount, parseTime } from '../../src/core/feedback/logs/row-values.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { storedLineText, readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const HASHES = { content: sha, user: (text: string) => sha(text).slice(0, 16) };

function imported(row: JsonValue, mapping: ImportMapping = guessMapping([row]).mapping): Interaction {
  const read = interactionOfRow(row, mapping, HASHES);
  assert.ok('interaction' in read, JSON.stringify(read));
  return read.interaction;
}

/** Target and column, as a picture. */
const columns = (row: JsonObject): string[] => {
  const { mapping } = guessMapping([row]);
  return [
    ...Object.entries(mapping.fields).map(([target, { from, unit }]) => `${target} ← ${from}${unit === null ? '' : ` ${unit}`}`),
    ...mapping.signals.map(({ from, name }) => `${name ?? '*'} ← ${from}`),
  ];
};

describe('import: what columns mean', () => {
  it('by their names', () => {
    assert.deepEqual(
      columns({
        request_id: 'a',
        createdAt: '2026-11-01T10:00:00Z',
        question: 'q',
        answer: 'a',
        prompt_tokens: 3,
        completion_tokens: 2,
        cost_cents: 1,
        latency_ms: 100,
        thumbs: 'up',
        scores: { fluent: 1 },
        user: { name: 'x' },
        'session id': 's',
      }),
      [
        'id ← request_id',
        'time ← createdAt',
        'input ← question',
        'output ← answer',
        'inputTokens ← prompt_tokens',
        'outputTokens ← completion_tokens',
        'cost ← cost_cents cents',
        'latency ← latency_ms ms',
        'user ← user',
        'conversation ← session id',
        'thumb ← thumbs',
        '* ← scores',
      ],
    );
  });
  it('a duration whose unit nobody has said is left out, and says how to say it', () => {
    const { mapping, notes, left } = guessMapping([{ time: '2026-11-01', input: 'a', latency: 3, colour: 'red' }]);
    assert.equal(mapping.fields.latency, undefined);
    assert.match(notes.join(), /latency: \{ from: latency, unit: s \}/);
    assert.deepEqual(left, ['latency', 'colour']);
  });
  it('a column of which only parts are taken is not told as left', () => {
    assert.deepEqual(guessMapping([{ time: '2026-11-01', input: 'a', meta: { model: 'm' } }]).left, []);
  });

  const shapes: readonly (readonly [string, JsonObject, Partial<Interaction>])[] = [
    [
      'OpenAI’s chat completions',
      {
        id: 'chatcmpl-1',
        created: 1_764_151_200,
        model: 'gpt-6-luna',
        messages: [{ role: 'user', content: 'Hi' }],
        choices: [{ message: { role: 'assistant', content: 'Yo' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 10, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4 } },
      },
      {
        id: 'chatcmpl-1',
        time: '2025-11-26T10:00:00.000Z',
        model: 'gpt-6-luna',
        output: 'Yo',
        finish: 'stop',
        usage: { input: 10, cacheRead: 4, cacheWriteShort: 0, cacheWriteLong: 0, output: 3, reasoning: 0 },
      },
    ],
    [
      'requests and responses of Anthropic’s messages',
      {
        time: '2026-11-01T10:00:00Z',
        request: { system: 'S', messages: [{ role: 'user', content: 'Hi' }] },
        response: {
          id: 'msg_1',
          content: [{ type: 'text', text: 'Yo' }],
          stop_reason: 'end_turn',
          usage: { input_tokens: 10, cache_read_input_tokens: 90, cache_creation_input_tokens: 5, output_tokens: 3 },
        },
      },
      {
        output: 'Yo',
        messages: [
          { role: 'system', content: 'S' },
          { role: 'user', content: 'Hi' },
        ],
        usage: { input: 105, cacheRead: 90, cacheWriteShort: 5, cacheWriteLong: 0, output: 3, reasoning: 0 },
      },
    ],
    [
      'Helicone',
      {
        request_id: 'h1',
        request_created_at: '2026-11-01 10:00:00.123',
        request_body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }),
        response_body: JSON.stringify({ choices: [{ message: { content: 'Yo' }, finish_reason: 'length' }] }),
        delay_ms: '1200',
        prompt_tokens: '7',
        completion_tokens: '2',
        feedback_rating: 'false',
      },
      { id: 'h1', time: '2026-11-01T10:00:00.123Z', output: 'Yo', finish: 'length', latencyMs: 1200, model: 'm', costUsd: null },
    ],
    [
      'LangSmith',
      {
        id: 'r1',
        run_type: 'llm',
        trace_id: 't1',
        start_time: '2026-11-01T10:00:00',
        end_time: '2026-11-01T10:00:01.5',
        inputs: { messages: [[{ id: ['langchain', 'HumanMessage'], kwargs: { content: 'Hi' } }]] },
        outputs: { generations: [[{ text: 'Yo', message: { kwargs: { content: 'Yo' } } }]] },
        extra: { metadata: { ls_model_name: 'm', ls_provider: 'OpenAI' } },
        total_cost: '0.002',
      },
      {
        trace: 't1',
        latencyMs: 1500,
        model: 'openai:m',
        output: 'Yo',
        costUsd: 0.002,
        messages: [{ role: 'user', content: 'Hi' }],
        usage: null,
      },
    ],
    [
      'Braintrust',
      {
        id: 'b1',
        created: '2026-11-01T10:00:01Z',
        root_span_id: 'root',
        input: [{ role: 'user', content: 'Hi' }],
        output: 'Yo',
        expected: 'Yes',
        scores: { factual: 0.5 },
        metrics: { start: 1_761_991_200.5, end: 1_761_991_201, prompt_tokens: 5, completion_tokens: 1 },
        metadata: { model: 'm' },
      },
      { time: '2025-11-01T10:00:00.500Z', latencyMs: 500, trace: 'root', output: 'Yo' },
    ],
    [
      'Phoenix',
      {
        'context.span_id': 'p1',
        'context.trace_id': 't',
        start_time: '2026-11-01T10:00:00+01:00',
        end_time: '2026-11-01T10:00:02+01:00',
        'attributes.llm.model_name': 'm',
        'attributes.llm.input_messages': JSON.stringify([{ 'message.role': 'user', 'message.content': 'Hi' }]),
        'attributes.llm.output_messages': JSON.stringify([{ 'message.role': 'assistant', 'message.content': 'Yo' }]),
      },
      { id: 'p1', time: '2026-11-01T09:00:00.000Z', latencyMs: 2000, messages: [{ role: 'user', content: 'Hi' }], output: 'Yo' },
    ],
  ];
  const more: typeof shapes = [
    [
      'LiteLLM',
      {
        id: 'l1',
        call_type: 'acompletion',
        response_cost: 0.5,
        startTime: 1_793_610_000,
        model: 'm',
        custom_llm_provider: 'openai',
        messages: [{ role: 'user', content: 'Hi' }],
        response: { choices: [{ message: { role: 'assistant', content: 'Yo' }, finish_reason: 'stop' }] },
      },
      { id: 'l1', time: '2026-11-02T09:00:00.000Z', output: 'Yo', finish: 'stop', costUsd: 0.5, model: 'openai:m' },
    ],
    [
      'LiteLLM’s spend logs',
      {
        request_id: 's1',
        call_type: 'aembedding',
        spend: '0.25',
        startTime: '2026-11-02 09:00:00',
        model: 'm',
        total_tokens: 3,
        prompt_tokens: 3,
      },
      { id: 's1', costUsd: 0.25, operation: { type: 'embeddings', name: 'aembedding' }, output: null },
    ],
    [
      'Bedrock’s invocation logs',
      {
        requestId: 'b1',
        timestamp: '2026-11-02T09:00:00Z',
        operation: 'InvokeModel',
        modelId: 'm',
        input: { inputBodyJson: { system: 'S', messages: [{ role: 'user', content: 'Hi' }] }, inputTokenCount: 3 },
        output: { outputBodyJson: { content: [{ type: 'text', text: 'Yo' }], stop_reason: 'max_tokens' }, outputTokenCount: 2 },
      },
      {
        id: 'b1',
        output: 'Yo',
        finish: 'length',
        messages: [
          { role: 'system', content: 'S' },
          { role: 'user', content: 'Hi' },
        ],
        usage: { input: 3, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, output: 2, reasoning: 0 },
      },
    ],
  ];
  for (const [name, row, expected] of [...shapes, ...more]) {
    it(`as ${name} has them`, () => {
      assert.equal(guessMapping([row]).shape, name);
      const found = imported(row);
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(found[key as keyof Interaction], value, key);
    });
  }
  it('scores, and what should have been', () => {
    const row = shapes.find(([name]) => name === 'Braintrust')?.[1] ?? {};
    assert.deepEqual(
      imported(row).signals.map(({ kind, name, value, annotator }) => [kind, name, value, annotator]),
      [
        ['operational', 'factual', 0.5, 'code'],
        ['explicit', 'correction', 'Yes', 'human'],
      ],
    );
  });
});

describe('import: rows', () => {
  const at = (from: string): { from: string; unit: null } => ({ from, unit: null });
  it('in the units that the mapping says', () => {
    const mapping: ImportMapping = {
      fields: {
        time: at('t'),
        input: at('q'),
        cost: { from: 'c', unit: 'cents' },
        latency: { from: 'l', unit: 's' },
        ttft: { from: 'f', unit: 'ms' },
      },
      signals: [],
      constants: { model: 'openai:gpt-6-luna', promptName: 'triage', promptVersion: '3' },
    };
    const { costUsd, latencyMs, ttftMs, model, prompt } = imported({ t: '2026-11-01', q: 'x', c: '12', l: 1.5, f: '80' }, mapping);
    assert.deepEqual([costUsd, latencyMs, ttftMs, model], [0.12, 1500, 80, 'openai:gpt-6-luna']);
    assert.deepEqual(prompt, { name: 'triage', version: '3', contentHash: null });
  });
  it('that say nothing of a thing leave it unknown', () => {
    const { costUsd, usage, latencyMs, model, user, signals } = imported({
      time: '2026-11-01',
      input: 'x',
      cost: '',
      prompt_tokens: 'many',
      user: '',
    });
    assert.deepEqual([costUsd, usage, latencyMs, model, user, signals], [null, null, null, null, null, []]);
  });
  it('the user is a hash', () => {
    assert.equal(imported({ time: '2026-11-01', input: 'x', user_id: 'ana' }).user, sha('ana').slice(0, 16));
  });
  it('without an id have one by their content', () => {
    const [a, again, b] = ['x', 'x', 'y'].map((input) => imported({ time: '2026-11-01', input }).id);
    assert.ok(a === again && a !== b);
  });
  it('an object of inputs is variables; a text is the user’s', () => {
    assert.deepEqual(imported({ time: '2026-11-01', inputs: { ticket: 'T' } }).variables, { ticket: 'T' });
    assert.deepEqual(imported({ time: '2026-11-01', inputs: 'T' }).messages, [{ role: 'user', content: 'T' }]);
    assert.equal(imported({ time: '2026-11-01', input: 'x', output: '{"label":"refund"}' }).output, '{"label":"refund"}');
  });
  it('that are none say why', () => {
    const problem = (row: JsonValue): string => {
      const read = interactionOfRow(row, { fields: { time: at('t'), input: at('i') }, signals: [], constants: {} }, HASHES);
      return 'problem' in read ? read.problem : 'none';
    };
    assert.match(problem(3), /not an object/);
    assert.match(problem({ i: 'x' }), /no call time/);
    assert.match(problem({ t: 'yesterday', i: 'x' }), /"yesterday"/);
    assert.match(problem({ t: '2026-11-01' }), /neither input nor output, and no tokens/);
  });
  it('times', () => {
    const times: readonly (readonly [JsonValue, string | null])[] = [
      ['2026-11-01', '2026-11-01T00:00:00.000Z'],
      ['2026-11-01 10:00', '2026-11-01T10:00:00.000Z'],
      ['2026-11-01 10:00:00.123456', '2026-11-01T10:00:00.123Z'],
      ['2026-11-01T10:00:00 UTC', '2026-11-01T10:00:00.000Z'],
      ['2026-11-01T10:00:00-0530', '2026-11-01T15:30:00.000Z'],
      [1_793_527_200, '2026-11-01T10:00:00.000Z'],
      ['1793527200000', '2026-11-01T10:00:00.000Z'],
      [1_793_527_200_000_000, '2026-11-01T10:00:00.000Z'],
      ['2026-13-01', null],
      ['01/02/2026', null],
      [5, null],
      [true, null],
    ];
    for (const [given, expected] of times) {
      const ms = parseTime(given);
      assert.equal(ms === null ? null : new Date(ms).toISOString(), expected, JSON.stringify(given));
    }
  });
  it('amounts', () => {
    assert.deepEqual(['1.5', '$ 2', '.5', 1e-7, '-1', 'x', '', null, '1,000', 'NaN'].map(parseAmount), [
      1.5,
      2,
      0.5,
      1e-7,
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });
  it('paths go through keys with dots, lists and JSON in texts', () => {
    assert.equal(valueAt({ 'a.b': { c: 1 } }, 'a.b.c'), 1);
    assert.equal(valueAt({ a: '{"b":[5,{"c":7}]}' }, 'a.b.1.c'), 7);
    assert.equal(valueAt({ a: [1, 2] }, 'a.last'), 2);
    assert.equal(valueAt({}, 'constructor'), undefined);
  });
  it('whatever they hold, are an interaction that can be read again, or say why not', () => {
    const key = fc.constantFrom(
      'id',
      'time',
      'input',
      'messages',
      'output',
      'choices',
      'usage',
      'prompt_tokens',
      'cost',
      'scores',
      '__proto__',
      'user',
      'chunks',
    );
    const row = fc.dictionary(key, fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.constant('2026-11-01'), fc.constant('[{"role":"user"}]')));
    fc.assert(
      fc.property(row, (given) => {
        const read = interactionOfRow(given as JsonObject, guessMapping([given as JsonObject]).mapping, HASHES);
        if ('problem' in read) return assert.ok(read.problem !== '');
        const again = readInteraction(storedLineText(read));
        assert.ok('interaction' in again);
        assert.equal(again.interaction.id, read.interaction.id);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('import: a mapping as a file', () => {
  it('is written and read as the same', () => {
    const mapped = fc.record({ from: fc.string({ minLength: 1 }), unit: fc.constant(null) }, { noNullPrototype: true });
    const fields = fc.dictionary(fc.constantFrom(...TARGET_NAMES.filter((name) => UNITS_OF[name] === undefined)), mapped);
    fc.assert(
      fc.property(fields, fc.option(fc.string({ minLength: 1 })), (given, name) => {
        const mapping: ImportMapping = {
          fields: { ...given, latency: { from: 'took', unit: 's' } },
          signals: [{ from: 'thumbs', name }],
          constants: { model: 'x:y' },
        };
        const read = readMapping('m.yaml', mappingText(mapping));
        assert.deepEqual(read.diagnostics, []);
        assert.deepEqual(read.mapping.signals, mapping.signals);
        assert.deepEqual({ ...read.mapping.fields }, { ...mapping.fields });
        assert.deepEqual(read.mapping.constants, mapping.constants);
      }),
    );
  });
  it('that is none says what and where', () => {
    const problems = (text: string): string =>
      readMapping('m.yaml', text)
        .diagnostics.map(({ message }) => message)
        .join(' ');
    assert.match(problems('latency: took'), /`latency` needs a unit/);
    assert.match(problems('latency: { from: took, unit: hours }'), /must be ms, s/);
    assert.match(problems('inptu: x'), /Unknown key `inptu`/);
    assert.match(problems('signals: [thumbs]'), /needs `from`/);
    assert.deepEqual(readMapping('m.yaml', ': [').mapping, EMPTY_MAPPING);
  });
});
