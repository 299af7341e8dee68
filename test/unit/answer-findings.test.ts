/** Findings about the answer at their borders, and which words of a prompt count. By hand. */
import assert from 'node:assert/strict';
import * as output from '../../src/core/economics/findings/output.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { OBSERVED } from './analyse.ts';
import { type Given, evidence, only, near } from './finding-evidence.ts';

describe('findings about the answer', () => {
  it('suggest a limit of half as much again, in tens, and 20 tokens more where no run has shown an answer', () => {
    const limit = (p95: number | null, basis = 'observed'): number | null =>
      output.suggestedLimit(evidence({ model: { answer: { p95, basis } } }));
    // 1.5 · 100 is 150; 1.5 · 101 is 151.5; 1.5 · 420 is 630; 1.5 · 100 + 20 is 170.
    assert.deepEqual(
      [limit(100), limit(101), limit(420), limit(100, 'golden'), limit(null), limit(100, 'limit')],
      [150, 160, 630, 170, null, null],
    );
    assert.equal(output.suggestedLimit(evidence({ model: null })), null);
    const noLimit = (document: object, p95: number | null = 100) =>
      only(output.noLimit, { document, model: { answer: { p95, basis: 'observed' } } });
    assert.deepEqual([noLimit({ isPartial: true }), noLimit({ parameters: { maxOutputTokens: 5 } })], [null, null]);
    assert.deepEqual([noLimit({})?.severity, noLimit({})?.range], ['info', { start: 4, end: 9 }]);
    assert.match(noLimit({})?.hint ?? '', /maxOutputTokens: 150/);
    assert.equal(noLimit({}, null)?.hint, 'Set `maxOutputTokens`.');
    assert.equal(noLimit({ model: null })?.range, null);
  });

  it('ask for short answers where they are long', () => {
    const long = (text: string, over: Given = {}) => only(output.noBrevity, { text, ...over });
    const found = long('Tell a story.');
    // A quarter of 200 tokens at 10 USD per million, and at 100 a second.
    near(found?.savingPerThousandUsd, 0.5);
    near(found?.savingMsPerCall, 500);
    const p50 = (tokens: number | null, basis = 'observed') => long('x', { model: { answer: { p50: tokens, basis } } });
    assert.deepEqual(
      [p50(119), p50(null), p50(500, 'limit'), long('x', { schema: {} }), long('x', { model: null })],
      [null, null, null, null, null],
    );
    assert.notEqual(p50(120), null);
    for (const words of [
      'Be brief.',
      'be concise',
      'Answer briefly',
      'a terse reply',
      'short answers',
      'one-line summary',
      'Keep it short',
      'keep your answer concise',
      'at most three sentences',
      'no more than 50 words',
      'max. 2 lines',
      'under a hundred words',
      'within 10 lines',
      'about two hundred words',
      'one sentence',
      'two bullet points',
      'Reply with only the label',
      'return just the name',
      'Only output it',
      'only the number',
      'nothing else',
      'no preamble',
    ])
      assert.equal(long(`Please: ${words}!`), null, words);
    for (const words of [
      'Tell about brevity',
      'The short-lived queen',
      'at most',
      'Keep it up',
      'in three parts',
      'the only one',
      'I have no idea',
    ])
      assert.notEqual(long(words), null, words);
  });

  it('see reasoning that a user waits for', () => {
    const fields = (...names: string[]): JsonObject => ({ properties: Object.fromEntries(names.map((name) => [name, {}])) });
    const of = (given: Given) => only(output.reasoningBeforeAnswer, given);
    for (const name of [
      'reasoning',
      'Reason',
      'explanation',
      'rationale',
      'thought',
      'thoughts',
      'thinking',
      'analysis',
      'justification',
      'chain_of_thought',
      'chainOfThought',
      'steps',
    ])
      assert.notEqual(of({ schema: fields(name, 'label') }), null, name);
    for (const schema of [fields('label', 'reasoning'), fields('reasons'), fields(), {}])
      assert.equal(of({ schema, text: 'think aloud' }), null);
    for (const text of [
      'Work step by step.',
      'step-by-step',
      'Explain your reasoning',
      'explaining your decision',
      'Reason first',
      'think aloud',
      'Think carefully and explain',
      'Think hard before you answer',
      'write notes before deciding',
      'Show your work',
    ])
      assert.notEqual(of({ text }), null, text);
    for (const text of [
      'Do not explain your reasoning',
      "don't think aloud",
      'Never show your work',
      'Answer without explaining your answer',
      'Write it down. Before you answer, wait',
      'stepwise',
    ])
      assert.equal(of({ text }), null, text);
    const shown = of({
      schema: fields('reasoning'),
      model: { observed: { ...OBSERVED, outputs: ['{"reasoning":"abcd"}', '{"reasoning":"ab","x":1}', 'prose', '{"x":1}'] } },
    });
    // {"reasoning":"abcd"} has 20 characters, {"reasoning":"ab"} 18.
    near(shown?.savingPerThousandUsd, (19 * 10) / 1000);
    near(shown?.savingMsPerCall, 190);
    assert.match(shown?.message ?? '', /begins with `reasoning`, about 19 tokens: users wait/);
    const silent = of({ schema: fields('reasoning') });
    assert.deepEqual([silent?.severity, silent?.savingPerThousandUsd, silent?.savingMsPerCall], ['info', null, null]);
    assert.match(silent?.message ?? '', /begins with `reasoning`: users wait/);
  });

  it('see data without a schema', () => {
    const of = (given: Given) => only(output.proseForData, given);
    const cases = [{ expected: { a: 1 } }];
    for (const text of [
      'Reply in JSON',
      'return the result as an object',
      'Answer with the fields a and b',
      'write key-value pairs',
      'JSON only',
      'only JSON',
      'So:\n { "label": 1 }',
    ])
      assert.notEqual(of({ text }), null, text);
    for (const text of ['Do not reply in JSON', "don't output JSON", 'Give advice. JSON is a format', 'a json file', 'So: { label }'])
      assert.equal(of({ text }), null, text);
    assert.deepEqual([of({ text: 'JSON only', schema: {} }), of({ text: 'JSON only', format: 'json' })], [null, null]);
    assert.match(of({ format: 'json', cases })?.hint ?? '', /golden cases expect/);
    assert.match(of({ cases })?.hint ?? '', /golden cases expect/);
    assert.equal(of({ text: 'JSON only' })?.hint, 'Add `output.schema`.');
    assert.equal(of({ cases: [{ expected: 'text' }, {}] }), null);
  });

  it('see long names, and fields that no case looks at', () => {
    const schema = { properties: { abc: {}, abcd: {}, abcdefgh: {} } };
    const verbose = only(output.verboseSchema, { schema });
    // A name of one token would do: 3 and 7 fewer.
    near(verbose?.savingPerThousandUsd, (10 * 10) / 1000);
    near(verbose?.savingMsPerCall, 100);
    assert.match(verbose?.message ?? '', /`abcd`, `abcdefgh` \(10 tokens/);
    assert.equal(only(output.verboseSchema, { schema: { properties: { abc: {} } } }), null);
    const of = (cases: object[], outputs: string[] = []) =>
      output.unusedField(
        evidence({ schema: { properties: { label: {}, mood: {} } }, cases, model: { observed: { ...OBSERVED, outputs } } }),
      );
    const labelled = { expected: { label: 1 }, assertions: [] };
    assert.deepEqual(
      of([labelled, labelled, labelled]).map(({ message, savingPerThousandUsd }) => [message, savingPerThousandUsd]),
      [['No golden case checks `mood`.', null]],
    );
    const [shown] = of([labelled, labelled, labelled], ['{"mood":"ok"}']);
    near(shown?.savingPerThousandUsd, (13 * 10) / 1000);
    near(shown?.savingMsPerCall, 130);
    assert.match(shown?.message ?? '', /`mood`, about 13 tokens of each answer\.$/);
    const other = { assertions: [] };
    assert.deepEqual(
      [
        of([labelled, labelled]).length,
        of([labelled, labelled, labelled, other, other, other]).length,
        of([labelled, labelled, labelled, other, other, other, other]).length,
      ],
      [0, 1, 0],
    );
    assert.equal(of([labelled, labelled, { ...labelled, assertions: [{ value: 'the mood' }] }]).length, 0);
  });
});
