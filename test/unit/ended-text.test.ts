/** What the head of the results page says at the end: a verdict where something was judged. */
import assert from 'node:assert/strict';
import { rateOfJudge, judgedText, type JudgedRate } from '../../src/core/results/judged-rate.ts';
import { endedText } from '../../src/core/results/ended-text.ts';

const counts = (passed: number, failed: number, unjudged: number) => ({ passed, failed, errors: 0, unjudged });

describe('how a run ended', () => {
  for (const [verdict, columns, text] of [
    [null, [counts(1, 0, 0)], 'Incomplete'],
    ['pass', [counts(1, 0, 0)], 'Verdict: pass'],
    ['inconclusive', [counts(1, 0, 3)], 'Verdict: inconclusive'],
    // A call of production that was sent again, beside today's prompt.
    ['inconclusive', [counts(0, 0, 1), counts(0, 0, 1)], 'Not judged: compare the answers'],
    ['inconclusive', [counts(0, 0, 4)], 'Not judged: nothing is checked'],
    ['inconclusive', [], 'Verdict: inconclusive'],
  ] as const)
    it(`is said: ${text}`, () => assert.equal(endedText(verdict, columns), text));
});

describe('the rate beside one judgement', () => {
  const by = { judge: { path: 'j.prompt', version: 'v', model: 'm' }, criterion: { type: 'llm-rubric', hash: 'h' } };
  const criterion = { ...by, cases: 40, raw: 0.9, value: 0.88, low: 0.8, high: 0.95, status: 'calibrated', changed: [] } as const;
  const rest = { missing: { pass: 0, fail: 0 }, labelledAt: '2026-11-12T09:00:00Z', reason: null } as const;
  const whole = { value: 0.87, low: 0.78, high: 0.94, status: 'calibrated', ...rest, raw: 0.9, method: 'rogan-gladen' } as const;

  it('is that of all cases where one judge decides, so that both places say the same', () => {
    const judged: JudgedRate = { ...whole, criteria: [{ ...criterion, ...rest }] };
    const shown = rateOfJudge(judged, by);
    assert.ok(shown !== undefined);
    assert.equal(judgedText(shown), '87 % (78–94), judge calibrated 12 Nov 2026');
    assert.equal(judgedText(shown), judgedText(judged));
    assert.equal(rateOfJudge(judged, { ...by, criterion: { type: 'llm-rubric', hash: 'other' } }), undefined);
  });

  it('is its own where several criteria decide', () => {
    const other = { ...criterion, ...rest, criterion: { type: 'llm-rubric', hash: 'i' }, value: 0.5, low: 0.4, high: 0.6 };
    const shown = rateOfJudge({ ...whole, value: null, low: null, high: null, criteria: [{ ...criterion, ...rest }, other] }, by);
    assert.equal(shown === undefined ? '' : judgedText(shown), '88 % (80–95), judge calibrated 12 Nov 2026');
  });
});
