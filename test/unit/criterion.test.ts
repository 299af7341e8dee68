/** Labels and calibrations belong to a criterion: one rubric is one, whatever the case; another rubric is another. */
import { strict as assert } from 'node:assert';
import { sha256 } from '../../src/adapters/hash.ts';
import type { AssertionSpec } from '../../src/core/grade/assertion.ts';
import { criterionOf, judgedVerdict } from '../../src/core/judge/criterion.ts';
import { criterionText, criterionWords } from '../../src/core/judge/labels/criterion-text.ts';

const hashOf = (spec: AssertionSpec): string => criterionOf(spec, sha256).hash;
const rubric = { type: 'llm-rubric', value: 'It is polite to {{name}}.' };

describe('What a judge grades by', () => {
  it('is the rubric with its threshold, whatever the order of fields, metric and weight', () => {
    assert.equal(hashOf({ ...rubric, metric: 'tone', weight: 2 }), hashOf(rubric));
    assert.notEqual(hashOf({ ...rubric, value: 'It is rude.' }), hashOf(rubric));
    assert.notEqual(hashOf({ ...rubric, threshold: 0.8 }), hashOf(rubric));
    assert.equal(hashOf({ type: 'llm-rubric', value: { a: 1, b: [2] } }), hashOf({ type: 'llm-rubric', value: { b: [2], a: 1 } }));
  });

  it('is not the reference of a case', () => {
    assert.equal(hashOf({ type: 'factuality', value: 'Paris' }), hashOf({ type: 'factuality', value: 'London' }));
    assert.notEqual(hashOf({ type: 'factuality', value: 'Paris' }), hashOf({ type: 'context-recall', value: 'Paris' }));
  });

  it('is the same for the negated assertion, whose result is turned back to what the judge said', () => {
    assert.deepEqual(criterionOf({ ...rubric, type: 'not-llm-rubric' }, sha256), criterionOf(rubric, sha256));
    const judge = { prompt: 'llm-rubric', version: 'v', model: 'm', costUsd: 0, paidUsd: 0, quotes: [], calibrated: false };
    const result = { pass: true, score: 1, reason: '', weight: 1, judge };
    assert.equal(judgedVerdict({ ...result, type: 'llm-rubric' }), 'pass');
    assert.equal(judgedVerdict({ ...result, type: 'not-llm-rubric' }), 'fail');
    assert.equal(judgedVerdict({ ...result, type: 'llm-rubric', error: true }), null);
    assert.equal(judgedVerdict({ type: 'contains', pass: true, score: 1, reason: '', weight: 1 }), null);
  });

  it('is said in the same words on the results page and in a review', () => {
    const ofCase = (spec: AssertionSpec): string | null => criterionText([spec], criterionOf(spec, sha256), {}, sha256);
    const ofDraw = (type: string, text: string): string => criterionWords({ type, hash: 'c0ffee', text });
    for (const [type, value, words] of [
      ['llm-rubric', 'It is polite.', 'It is polite.'],
      ['similar', 'Bonjour', 'The output means the same as:\nBonjour'],
      ['context-faithfulness', '', 'The context supports every statement of the output.'],
    ] as const) {
      assert.equal(ofCase({ type, value }), words);
      assert.equal(ofDraw(type, value), words);
    }
    // The reference is of one case, and a draw has many.
    assert.equal(ofCase({ type: 'factuality', value: 'Paris' }), 'No fact in the output contradicts this reference:\nParis');
    assert.equal(ofDraw('factuality', ''), 'factuality: as the judge’s prompt says it.');
    assert.equal(ofDraw('llm-rubric', ''), 'llm-rubric: as the judge’s prompt says it.');
    assert.match(criterionWords(null), /use your own judgement/);
  });
});
