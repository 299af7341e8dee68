import assert from 'node:assert/strict';
import fc from 'fast-check';
import { derivedSignals, editDistance } from '../../src/core/feedback/signals/derived-signals.ts';
import { RetryFinder } from '../../src/core/feedback/signals/retry-finder.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';

function interaction(over: object): Interaction {
  const read = readInteraction(JSON.stringify({ id: 'a', time: '2026-11-01T10:00:00Z', output: 'Fine.', ...over }));
  assert.ok('interaction' in read);
  return read.interaction;
}
const names = (over: object, lowScore: number | null = null): string[] =>
  derivedSignals(interaction(over), { lowScore }).map(({ name }) => name);

describe('signals that an interaction shows by itself', () => {
  it('are without what its words say where it is rejected anyway, and JSON that a refusal lacks is no fault', () => {
    const rejected = (over: object): string[] =>
      derivedSignals(interaction(over), { lowScore: null, isRejected: true }).map(({ name }) => name);
    const wanted = { parameters: { response_format: { type: 'json_schema' } } };
    assert.deepEqual(rejected({ output: 'I am sorry, but I cannot help with that.' }), []);
    assert.deepEqual(rejected({ output: Array(6).fill('and then').join('\n') }), []);
    assert.deepEqual(rejected({ ...wanted, output: 'I am sorry, but I cannot help with that.' }), []);
    assert.deepEqual(rejected({ ...wanted, output: 'Sure! Here it is' }), ['invalid-json']);
  });

  const asked = (parameters: object): object => ({ parameters });
  const schema = { type: 'object', required: ['a'], properties: { a: { type: 'number' }, pattern: { type: 'string' } } };
  const slow = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
  const json = { parameters: { response_format: { type: 'json_schema' } } };
  for (const [what, over, wanted] of [
    ['nothing', {}, []],
    ['a refusal by its finish', { finish: 'content_filter' }, ['refusal']],
    ['a refusal by its words', { output: 'I am sorry, but I cannot help with that.' }, ['refusal']],
    ['an answer that was cut off', { finish: 'max_tokens' }, ['truncated']],
    ['an empty answer', { output: ' \n' }, ['empty-output']],
    ['no answer beside a tool call', { output: '', finish: 'tool_calls' }, []],
    ['an output that was not captured', { output: null }, []],
    ['the same line again and again', { output: Array(6).fill('and then').join('\n') }, ['repeated-output']],
    ['a loop at the end', { output: `It is this: ${'we should look at the results again, '.repeat(6)}` }, ['repeated-output']],
    ['a ruler, which is no loop', { output: `Title\n${'-'.repeat(300)}` }, []],
    ['prose where JSON was wanted', { ...json, output: 'Sure! Here it is' }, ['invalid-json']],
    ['JSON where JSON was wanted', { ...json, output: '{"a":1}' }, []],
    [
      'JSON that breaks the schema of a chat',
      { ...asked({ response_format: { type: 'json_schema', json_schema: { schema } } }), output: '{"a":"x"}' },
      ['invalid-json'],
    ],
    [
      'JSON that breaks the schema of a response',
      { ...asked({ text: { format: { type: 'json_schema', schema } } }), output: '{"b":1}' },
      ['invalid-json'],
    ],
    [
      'JSON that breaks the schema of Claude',
      { ...asked({ output_config: { format: { type: 'json_schema', schema } } }), output: '[]' },
      ['invalid-json'],
    ],
    ['JSON that keeps the schema', { ...asked({ text: { format: { type: 'json_schema', schema } } }), output: '{"a":1}' }, []],
    [
      'JSON of a schema that cannot be followed',
      { ...asked({ text: { format: { type: 'json_schema', schema: { $ref: '#/nowhere' } } } }), output: '{}' },
      [],
    ],
    [
      'JSON of a schema whose pattern would hang',
      { ...asked({ text: { format: { type: 'json_schema', schema: slow } } }), output: `{"a":"${'a'.repeat(60)}!"}` },
      [],
    ],
    ['an answer that its user broke off', { output: 'Dear A', error: { type: 'aborted', message: '' } }, ['abandoned']],
    ['prose where nothing was wanted', { output: 'Sure! Here it is' }, []],
    ['an error', { output: null, error: { type: 'timeout', message: 'late' } }, ['error']],
    ['a tool that failed', { messages: [{ role: 'user', content: [{ type: 'tool_result', is_error: true }] }] }, ['tool-failure']],
    [
      'a tool that returned an error',
      {
        messages: [
          { role: 'assistant', tool_calls: [] },
          { role: 'tool', tool_call_id: 'c', content: '{"error":"no such order"}' },
        ],
      },
      ['tool-failure'],
    ],
    [
      'a tool that failed in an earlier call',
      {
        messages: [
          { role: 'tool', content: '{"error":"x"}' },
          { role: 'assistant', content: 'Which one?' },
          { role: 'user', content: 'This' },
        ],
      },
      [],
    ],
    [
      'a tool that failed before the answer that was captured with the messages',
      {
        messages: [
          { role: 'tool', content: '{"error":"x"}' },
          { role: 'assistant', content: 'Sadly not.' },
        ],
      },
      ['tool-failure'],
    ],
    ['what it says already', { finish: 'length', signals: [{ kind: 'operational', name: 'truncated', value: true }] }, []],
  ] as const) {
    it(what, () => assert.deepEqual(names(over), wanted));
  }
  it('poor retrieval, where scores mean something', () => {
    const chunks = [{ text: 'a', score: 0.1 }, { text: 'b', score: 0.22 }, 'without'];
    assert.deepEqual(names({ chunks }), []);
    assert.deepEqual(names({ chunks }, 0.3), ['low-retrieval']);
    assert.deepEqual(names({ chunks }, 0.2), []);
  });
  it('how much of a draft a person kept', () => {
    const [signal] = derivedSignals(interaction({ output: 'Dear Ana', signals: [{ kind: 'implicit', name: 'kept', value: 'Dear Bea' }] }), {
      lowScore: null,
    });
    assert.deepEqual([signal?.name, signal?.kind, signal?.value], ['edit-distance', 'implicit', 0.25]);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const share = editDistance(a, b);
        assert.ok(share >= 0 && share <= 1 && (share === 0) === (a === b));
      }),
    );
  });
  it('never throws, and says each once', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), fc.string(), (value, output, finish) => {
        const parsed: unknown = JSON.parse(value);
        const found = names({ messages: [parsed], parameters: { text: parsed }, output, finish }, 0.5);
        assert.equal(new Set(found).size, found.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a retry', () => {
  const at = (minute: number, question: string, over: object = {}): Interaction =>
    interaction({
      id: `i${minute}`,
      time: new Date(Date.parse('2026-11-01T10:00:00Z') + minute * 60_000).toISOString(),
      user: 'u1',
      messages: [{ role: 'user', content: question }],
      ...over,
    });
  const run = (...all: Interaction[]): (string | null)[] => {
    const finder = new RetryFinder();
    return all.map((item) => finder.take(item));
  };
  it('is nearly the same question of the same user soon after', () => {
    assert.deepEqual(run(at(0, 'Where is my parcel with the red shoes?'), at(2, 'where is my parcel with the red shoes')), [null, 'i0']);
    assert.deepEqual(run(at(0, 'Where is my parcel?'), at(2, 'How do I cancel my order?')), [null, null]);
    assert.deepEqual(run(at(0, 'Where is my parcel?'), at(9, 'Where is my parcel?')), [null, null]);
    assert.deepEqual(run(at(0, 'Where is my parcel?'), at(1, 'Where is my parcel?', { user: 'u2' })), [null, null]);
    assert.deepEqual(run(at(0, 'Where is my parcel?', { user: null }), at(1, 'Where is my parcel?', { user: null })), [null, null]);
  });
});
