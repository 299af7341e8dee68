/** Labels and calibrations belong to a criterion: one rubric is one, whatever the case; another rubric is another. */
import { strict as assert } from 'node:assert';
import { sha256 } from '../../src/adapters/hash.ts';
import type { AssertionSpec } from '../../src/core/grade/assertion.ts';
import { criterionOf, judgedVerdict } from '../../src/core/judge/criterion.ts';

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
});
