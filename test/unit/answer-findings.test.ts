/** Findings about the answer at their borders, and which words of a prompt count. By hand. */
import assert from 'node:assert/strict';
import * as fields from '../../src/core/economics/findings/output-fields.ts';
import * as limits from '../../src/core/economics/findings/output-limit.ts';
import * as output from '../../src/core/economics/findings/output.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { FACTS, OBSERVED } from './analyse.ts';
import { type Given, evidence, only, near } from './finding-evidence.ts';

describe('findings about the answer', () => {
  it('suggest a limit of half as much again, in tens, and 20 tokens more where no run has shown an answer', () => {
    const limit = (p95: number | null, basis = 'observed'): number | null =>
      limits.suggestedLimit(evidence({ model: { answer: { p95, basis } } }));
    // 1.5 · 100 is 150; 1.5 · 101 is 151.5; 1.5 · 420 is 630; 1.5 · 100 + 20 is 170.
    assert.deepEqual(
      [limit(100), limit(101), limit(420), limit(100, 'golden'), limit(null), limit(100, 'limit')],
      [150, 160, 630, 170, null, null],
    );
    assert.equal(limits.suggestedLimit(evidence({ model: null })), null);
  });

  it('ask for a limit where a budget or a run shows that one is needed, and nowhere else', () => {
    const noLimit = (given: Given) => only(limits.noLimit, given);
    const answer = (p95: number | null) => ({ answer: { p95, basis: 'observed' } });
    assert.deepEqual([noLimit({}), noLimit({ budget: { ttftMs: 5, interaction: 'chat' } }), noLimit({ model: null })], [null, null, null]);
    const budget = { outputTokens: 400 };
    assert.deepEqual(
      [
        noLimit({ budget, document: { isPartial: true, settings: { budget } } }),
        noLimit({ document: { parameters: { maxOutputTokens: 5 }, settings: { budget } } }),
      ],
      [null, null],
    );
    const found = noLimit({ budget, model: answer(100) });
    assert.deepEqual([found?.severity, found?.range], ['info', { start: 4, end: 9 }]);
    assert.match(found?.message ?? '', /budget is 400 output tokens, and nothing stops/);
    // The number that its message names.
    assert.equal(found?.hint, 'Set `config.maxOutputTokens` to 400, the budget. It covers thinking and answer.');
    assert.equal(noLimit({ budget: { costUsd: 0.1 }, model: answer(null) })?.hint, 'Set `config.maxOutputTokens`.');
    assert.equal(noLimit({ budget, model: null, document: { model: null, settings: { budget } } })?.range, null);
    const run = (over: object, model: object = {}) =>
      noLimit({ model: { ...answer(100), observed: { ...OBSERVED, cut: 1, calls: 40, ...over }, ...model } });
    assert.match(run({})?.message ?? '', /^In the last run an answer of 40 went on to the model’s own maximum/);
    assert.match(run({ cut: 2 }, { facts: { ...FACTS, sentLimit: 4096 } })?.message ?? '', /2 answers of 40 went on to 4,096 tokens/);
    // An answer that ended, one that a limit of that time cut, and one that thinking used up.
    assert.deepEqual([run({ cut: 0 }), run({ parameters: { maxOutputTokens: 60 } }), run({}, { limitEaten: 1 })], [null, null, null]);
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

  it('see reasoning that a user waits for: in front of a decision', () => {
    const named = (...names: string[]): JsonObject => ({ properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
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
    ])
      assert.notEqual(of({ schema: named(name, 'label') }), null, name);
    for (const decision of [{ type: 'integer' }, { type: 'boolean' }, { type: ['number', 'null'] }, { type: 'string', enum: ['a'] }])
      assert.notEqual(of({ schema: { properties: { reasoning: { type: 'string' }, x: decision } } }), null, JSON.stringify(decision));
    // Behind the decision, alone, in front of more text, as a choice of its own, or steps: it is the answer.
    const choice = { type: 'string', enum: ['price', 'quality'] };
    for (const schema of [
      named('label', 'reasoning'),
      named('reasoning'),
      named('explanation', 'example'),
      named('steps', 'label'),
      named('reasons', 'label'),
      { properties: { reason: choice, label: choice } },
      named(),
      {},
    ])
      assert.equal(of({ schema, text: 'Think before you answer' }), null, JSON.stringify(schema));
    for (const text of [
      'Think hard before you answer',
      'write notes before deciding',
      'Explain your reasoning, then answer.',
      'First reason step by step. Then output the label.',
      "Let's think step-by-step, and give the number in the last line, then return it",
      'Denke Schritt für Schritt nach, bevor du antwortest.',
      'Réfléchis étape par étape avant de répondre.',
      'Piensa paso a paso antes de responder.',
      'Pense passo a passo antes de responder.',
      'ステップバイステップで考え、その後に答えてください',
      '请先逐步思考，再回答',
    ])
      assert.notEqual(of({ text }), null, text);
    for (const text of [
      'Do not explain your reasoning, then answer',
      "don't think before answering",
      'Never show your work, then answer',
      'Write it down. Before you answer, wait',
      'stepwise',
      'Work step by step.',
      'Clear step-by-step reproduction instructions, then the expected behaviour',
      'Explain your reasoning for each comment.',
      'Show your work.',
      'Think silently before you answer.',
      'Think before answering, and do not write down your reasoning.',
    ])
      assert.equal(of({ text }), null, text);
    for (const text of [
      'Respond with a JSON object:\n- "reason": why\n- "verdict": true or false',
      'Output JSON, like this:\n{ "statement": "…", "reason": "…", "label": 1 }',
    ])
      assert.notEqual(of({ text }), null, text);
    for (const text of [
      'Respond with a JSON object:\n- "verdict": true or false\n- "reason": why',
      'Respond with a JSON object:\n- "reason": why\n- "city": where',
      'The form has "reason": text and "verdict": text',
    ])
      assert.equal(of({ text }), null, text);
    const shown = of({
      schema: named('reasoning', 'label'),
      model: { observed: { ...OBSERVED, outputs: ['{"reasoning":"abcd"}', '{"reasoning":"ab","x":1}', 'prose', '{"x":1}'] } },
    });
    // {"reasoning":"abcd"} has 20 characters, {"reasoning":"ab"} 18.
    near(shown?.savingPerThousandUsd, (19 * 10) / 1000);
    near(shown?.savingMsPerCall, 190);
    assert.match(shown?.message ?? '', /begins with `reasoning`, about 19 tokens: users wait/);
    const silent = of({ schema: named('reasoning', 'label') });
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
    const named = {
      output: { schema: null, format: 'json' },
      external: [{ kind: 'schema', name: 'Dish', range: { start: 0, end: 4 }, isDeclared: false }],
    };
    assert.deepEqual([of({ text: 'JSON only', schema: {} }), of({ text: 'JSON only', document: named })], [null, null]);
    for (const text of [
      'Antworte nur mit JSON.',
      'Gib ein JSON-Objekt zurück',
      'Réponds uniquement en JSON',
      'Responde con un objeto JSON',
      '結果をJSON形式で出力してください',
      '以JSON格式返回',
    ])
      assert.notEqual(of({ text }), null, text);
    for (const text of [
      'Write a function that reads a JSON order',
      'Output a JSON code block at the end of the document',
      'Give the arguments of the tool as JSON',
      'Write package.json files',
      'Produce one JSON object per line',
      'Answer questions about JSON',
    ])
      assert.equal(of({ text }), null, text);
    assert.match(of({ format: 'json' })?.message ?? '', /no schema says which fields/);
    assert.equal(of({ text: 'JSON only', format: 'text' }), null);
    assert.match(of({ format: 'json', cases })?.hint ?? '', /golden cases expect/);
    assert.match(of({ cases })?.hint ?? '', /golden cases expect/);
    assert.equal(of({ text: 'JSON only' })?.hint, 'Add `output.schema`.');
    assert.equal(
      of({ text: 'JSON only', document: { format: 'prompt-yml', metadata: {} } })?.hint,
      'Add `responseFormat: json_schema` and `jsonSchema`.',
    );
    assert.equal(of({ cases: [{ expected: 'text' }, {}] }), null);
  });

  it('see long names, and fields that no case looks at', () => {
    const item = { abc: 1, abcd: 2, abcdefgh: [{ abcd: 3 }] };
    const verbose = (outputs: string[], cases: object[] = []) =>
      only(fields.verboseSchema, { cases, model: { observed: { ...OBSERVED, outputs } } });
    // A name of one token would do: 3 twice and 7 an item, 13 tokens; five items have 65, four 52.
    const list = (items: number): string => JSON.stringify(Array.from({ length: items }, () => item));
    near(verbose([list(5)])?.savingPerThousandUsd, (65 * 10) / 1000);
    near(verbose([list(5)])?.savingMsPerCall, 650);
    assert.match(verbose([list(5)])?.message ?? '', /`abcdefgh`, `abcd` \(65 tokens/);
    // The mean of the answers counts; those of the golden cases stand for them before the first run.
    assert.deepEqual([verbose([list(4)]), verbose([list(5), list(4)]), verbose([]), verbose(['prose'])], [null, null, null, null]);
    near(verbose([], [{ expected: { abc: JSON.parse(list(5)) as JsonObject } }])?.savingPerThousandUsd, (65 * 10) / 1000);
    const of = (cases: object[], outputs: string[] = [], mood: JsonObject = {}) =>
      fields.unusedField(
        evidence({
          schema: { properties: { label: {}, mood, reason: { type: 'string' } } },
          cases,
          model: { observed: { ...OBSERVED, outputs } },
        }),
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
