/** A stored score of a judged run says what is known of its judge, in the lens, in the trees and after it was read from a note. */
import assert from 'node:assert/strict';
import { reportCandidate } from '../../src/core/results/candidate-report.ts';
import { caseVerdicts } from '../../src/core/results/case-outcomes.ts';
import type { JudgedRate } from '../../src/core/results/judged-rate.ts';
import { ScoreReader, scoreOf, type Score } from '../../src/core/versions/score.ts';
import { shownScore } from '../../src/core/versions/shown-score.ts';
import { versionText } from '../../src/core/versions/version-text.ts';
import { headNamed, outline } from './simulated-suite.ts';

const RATE: JudgedRate = {
  ...{
    raw: 0.5,
    value: 0.876,
    low: 0.82,
    high: 0.93,
    method: 'rogan-gladen',
    status: 'calibrated',
    labelledAt: '2026-11-12T09:00:00Z',
    reason: null,
  },
  criteria: [],
};

function stored(judged?: JudgedRate): Score {
  const outlines = (['pass', 'fail'] as const).map((verdict, i) => outline('v', { case: `c${i}`, verdict }));
  const report = reportCandidate(headNamed('v'), outlines, caseVerdicts(outlines));
  const score = scoreOf(judged === undefined ? report : { ...report, judged }, 2, { at: '2026-11-30T00:00:00Z', run: 'r', by: 'local' });
  const reader = new ScoreReader();
  reader.line(JSON.stringify(score), () => 'here');
  assert.equal(reader.refused.count, 0);
  return reader.scores[0] ?? assert.fail();
}

describe('the score of a judged run', () => {
  it('has the corrected rate beside the raw one', () => {
    const score = stored(RATE);
    const shown = shownScore([score], score, false);
    assert.equal(shown.text, '1 of 2 · 88 % (82–93), judge calibrated 12 Nov 2026');
    assert.deepEqual([shown.brief, shown.judge], ['50 %', '88 % (82–93), judge calibrated 12 Nov 2026']);
    const owner = { golden: score.golden, model: score.model, parameters: score.parameters };
    assert.match(versionText({ score, older: null, owner, cacheableShare: null }), /^50 % · 88 % \(82–93\), judge calibrated 12 Nov 2026/);
  });

  it('says why there is none', () => {
    const score = stored({ ...RATE, value: null, low: null, high: null, method: null, status: 'missing', reason: 'judge not calibrated' });
    assert.equal(shownScore([score], score, false).text, '1 of 2 · judge not calibrated');
  });

  it('of a run without a judge says nothing of one', () => {
    const score = stored();
    const shown = shownScore([score], score, false);
    assert.deepEqual([shown.text, shown.judge, 'judged' in score], ['1 of 2', null, false]);
  });

  it('with a rate that cannot be is refused', () => {
    const reader = new ScoreReader();
    reader.line(JSON.stringify({ ...stored(RATE), judged: { status: 'perfect' } }), () => 'here');
    assert.equal(reader.refused.count, 1);
  });
});
