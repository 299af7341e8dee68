/** Position consistency: what is counted, and what it does to verdicts. */
import assert from 'node:assert/strict';
import type { AssertionResult } from '../../src/core/grade/assertion.ts';
import { caseVerdicts } from '../../src/core/results/case-outcomes.ts';
import {
  isUnsteady,
  ordersOf,
  positionConsistency,
  positionText,
  restsOnComparisons,
} from '../../src/core/results/position-consistency.ts';
import type { ResultOutline } from '../../src/core/results/result-list.ts';
import { verdictOf, unlessUnsteady } from '../../src/core/results/verdict.ts';

const GATE = { margin: 0.05, minPassRate: null, maxErrors: 0.05, metrics: {}, classes: {} };
const judge = (id: string, consistent: boolean) => ({
  ...{ prompt: 'select-best', version: '1', model: 'm', costUsd: 0, paidUsd: 0, quotes: [], calibrated: false },
  orders: { id, consistent },
});
const compared = (id: string, consistent: boolean, pass: boolean): AssertionResult => ({
  ...{ type: 'pairwise', weight: 1, score: pass ? 1 : 0, reason: '', pass, judge: judge(id, consistent) },
  ...(consistent ? {} : { error: true }),
});
const exact = (pass: boolean): AssertionResult => ({ type: 'equals', weight: 1, score: pass ? 1 : 0, reason: '', pass });
const sample = (id: string, verdict: ResultOutline['verdict'], of: readonly AssertionResult[]): ResultOutline =>
  ({
    ...{ candidate: 'c', case: id, repeat: 0, status: 'active', critical: false, group: null, verdict, position: 0 },
    ...{ orders: ordersOf(of), restsOnComparisons: restsOnComparisons(of) },
  }) as unknown as ResultOutline;

describe('position consistency', () => {
  it('counts each comparison once, whoever took part in it', () => {
    const orders = [{ id: 'a', consistent: false }];
    const of = (id: string, repeat: number) => ({ case: id, repeat, orders });
    assert.deepEqual(positionConsistency([of('x', 0), of('x', 0), of('x', 1), of('y', 0), { case: 'z', repeat: 0 }]), {
      compared: 3,
      consistent: 0,
    });
    assert.equal(positionConsistency([{ case: 'z', repeat: 0 }]), null);
    assert.equal(ordersOf([{ ...exact(true), members: [compared('a', true, true)] }]).length, 1);
  });

  it('below half the judge cannot tell, at half it can', () => {
    assert.deepEqual(
      [isUnsteady({ compared: 2, consistent: 1 }), isUnsteady({ compared: 12, consistent: 5 }), isUnsteady(null)],
      [false, true, false],
    );
    assert.deepEqual(
      (['pass', 'fail', 'error', 'not-comparable'] as const).map((verdict) => unlessUnsteady(verdict, { compared: 12, consistent: 5 })),
      ['inconclusive', 'inconclusive', 'inconclusive', 'not-comparable'],
    );
    assert.match(positionText({ compared: 12, consistent: 5 }) ?? '', /5 of 12 comparisons \(41.7 %\): it cannot tell/);
    assert.match(positionText({ compared: 12, consistent: 9 }) ?? '', /9 of 12 comparisons \(75.0? ?%\)\.$/);
  });

  it('twelve cases of a judge that always says 1 are inconclusive; one exact failure among them fails', () => {
    const always = Array.from({ length: 12 }, (_, i) => sample(`c${i}`, 'error', [compared('p', false, false)]));
    const of = (samples: readonly ResultOutline[]) =>
      verdictOf(
        [{ passRate: null, cases: caseVerdicts(samples), positionConsistency: positionConsistency(samples) ?? undefined }],
        GATE,
        null,
      );
    assert.equal(of(always), 'inconclusive');
    assert.equal(of([...always, sample('lost', 'fail', [compared('p', true, false)])]), 'inconclusive');
    assert.equal(of([...always, sample('wrong', 'fail', [compared('p', false, false), exact(false)])]), 'fail');
    assert.equal(of([...always, sample('fine', 'pass', [exact(true)])]), 'inconclusive');
  });
});
