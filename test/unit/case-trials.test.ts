/** What `golden add` learns from a judge and from a replay. Results are written by hand. */
import assert from 'node:assert/strict';
import { causeIn, causePlan } from '../../src/adapters/interactions/cause-plan.ts';
import { replayedOf, replayPlan } from '../../src/adapters/interactions/replay-plan.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import type { AssertionResult } from '../../src/core/grade/assertion.ts';
import type { CaseVerdict } from '../../src/core/grade/grade.ts';
import type { Result } from '../../src/core/results/result.ts';
import { isFree } from '../../src/core/run/estimate.ts';

const interaction = (over: object): Interaction => {
  const stored = readStoredLine(JSON.stringify({ id: 'a', time: '2026-11-01T00:00:00Z', output: 'one year', ...over }));
  return 'interaction' in stored ? stored.interaction : assert.fail();
};
const judged = (pass: boolean, over: object = {}): AssertionResult => ({
  type: 'x',
  pass,
  score: pass ? 1 : 0,
  reason: 'R',
  weight: 1,
  ...over,
});
const result = (candidate: string, verdict: CaseVerdict, assertions: readonly AssertionResult[], message?: string): Result =>
  ({ candidate, verdict, assertions, error: message === undefined ? null : { code: 'c', message } }) as Result;

describe('whether passages support a correction', () => {
  it('is a plan that sends nothing but judgements, of texts that stand for themselves', () => {
    const call = interaction({
      variables: { question: 'q', context: 'file://.env' },
      signals: [{ kind: 'explicit', name: 'correction', value: '{{two}}', annotator: 'human' }],
    });
    const [entry] = causePlan([call]).candidates;
    assert.ok(entry !== undefined && isFree(entry.candidate));
    const [planned] = entry.cases;
    assert.deepEqual(planned?.goldenCase.vars, { context: 'file://.env' });
    assert.deepEqual(planned.goldenCase.literals, [['vars']]);
    assert.deepEqual(planned.assertions, [{ type: 'context-recall', value: '{{two}}', verbatim: [[]] }]);
  });

  it('is what the judge says, and unknown where it cannot tell', () => {
    const judge = { prompt: 'context-recall', version: '3a91', model: 'm', costUsd: 0, paidUsd: 0, quotes: [], calibrated: false };
    const by = 'context-recall@3a91 with m';
    assert.deepEqual(causeIn(result('c', 'fail', [judged(false, { judge })])).cause, {
      cause: 'retrieval',
      basis: 'judged',
      by,
      reason: 'R',
    });
    assert.equal(causeIn(result('c', 'pass', [judged(true, { judge })])).cause?.cause, 'prompt');
    assert.deepEqual(causeIn(result('c', 'error', [judged(false, { error: true })], 'No.')), { cause: null, problem: 'No.' });
  });
});

describe('whether a case reproduces', () => {
  const call = interaction({});
  const item = {
    interaction: call,
    goldenCase: { id: 'x', assertions: [] },
    target: { document: { parameters: {} } },
    client: { id: 'm' },
  };
  const [then = '', again = ''] = replayPlan([item as never]).candidates.map(({ candidate }) => candidate.id);
  const rows: readonly (readonly [string, Result[], boolean | null])[] = [
    ['the same assertion fails', [result(then, 'fail', [judged(false)]), result(again, 'fail', [judged(false)])], true],
    ['it passes now', [result(then, 'fail', [judged(false)]), result(again, 'pass', [judged(true)])], false],
    [
      'another assertion fails',
      [result(then, 'fail', [judged(false), judged(true)]), result(again, 'fail', [judged(true), judged(false)])],
      false,
    ],
    ['the recorded output passes', [result(then, 'pass', [judged(true)]), result(again, 'fail', [judged(false)])], false],
    [
      'the judge could not tell',
      [result(then, 'error', [judged(false, { error: true })], 'E'), result(again, 'fail', [judged(false)])],
      null,
    ],
    ['it was not answered', [result(then, 'fail', [judged(false)])], null],
  ];
  for (const [name, results, reproduces] of rows) it(name, () => assert.equal(replayedOf(call, results).reproduces, reproduces));

  it('of a call whose output was not captured is by the replay alone', () => {
    const silent = interaction({ output: null });
    assert.equal(replayedOf(silent, [result(again, 'fail', [judged(false)])]).reproduces, true);
  });
});
