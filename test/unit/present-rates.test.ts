/** A stored score of a judged run shows what is known of the judge today, not what was known when it ran. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PresentRates } from '../../src/engine/runs/present-rates.ts';
import { judgedSample, KnownJudges, type JudgedBy } from '../../src/core/results/judged-sample.ts';
import { caseVerdicts } from '../../src/core/results/case-outcomes.ts';
import { reportCandidate } from '../../src/core/results/candidate-report.ts';
import type { JournalContent } from '../../src/core/results/journal.ts';
import { NO_CALIBRATIONS, withJudgedRate } from '../../src/core/judge/calibration/judged-rate-of.ts';
import { scoreOf, type Score } from '../../src/core/versions/score.ts';
import { shownScore } from '../../src/core/versions/shown-score.ts';
import { headNamed, outline } from './simulated-suite.ts';

const BY: JudgedBy = {
  judge: { path: 'judges/strict.prompt', version: 'v1', model: 'm:1' },
  criterion: { type: 'llm-rubric', hash: 'r1' },
};
const HEAD = headNamed('v');

/** 70 of 100 outputs that the judge passes. */
const OUTLINES = Array.from({ length: 100 }, (_, i) => {
  const pass = i < 70;
  const verdict = pass ? 'pass' : 'fail';
  const judge = {
    prompt: BY.judge.path,
    version: 'v1',
    model: 'm:1',
    criterion: BY.criterion,
    costUsd: 0,
    paidUsd: 0,
    quotes: [],
    calibrated: false,
  };
  const assertions = [{ type: 'llm-rubric', weight: 1, pass, score: pass ? 1 : 0, reason: '', judge }];
  const judged = judgedSample({ verdict, assertions }, new KnownJudges());
  return outline('v', { case: `c${i}`, verdict, position: i, ...(judged === undefined ? {} : { judged }) });
});

function calibration(version: string): string {
  const line = {
    ...{ schema: 'goldset.calibration/1', judge: { ...BY.judge, version }, criterion: BY.criterion, split: 'all', status: 'calibrated' },
    ...{ table: { tp: 90, fp: 20, tn: 80, fn: 10 }, labels: 200, items: 200, labelledAt: '2026-11-12T09:00:00.000Z', refusal: null },
    ...{ tpr: { value: 0.9, low: 0.82, high: 0.95 }, tnr: { value: 0.8, low: 0.71, high: 0.87 }, missing: { pass: 0, fail: 0 }, cases: [] },
  };
  return `${JSON.stringify(line)}\n`;
}

describe('a judged rate beside a stored score', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'goldset-rates-'));
    mkdirSync(path.join(root, 'judges'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const score: Score = scoreOf(withJudgedRate(reportCandidate(HEAD, OUTLINES, caseVerdicts(OUTLINES)), OUTLINES, NO_CALIBRATIONS), 100, {
    at: '2026-11-30T00:00:00Z',
    run: 'r',
    by: 'local',
  });
  let readings = 0;
  const rates = (judges: readonly JudgedBy[] | null, file: string | null = 'r.jsonl'): PresentRates =>
    new PresentRates({
      judgedNow: () => Promise.resolve(judges),
      archive: {
        storedFile: () => file,
        read: () => {
          readings++;
          return Promise.resolve({ head: { candidates: [HEAD] }, outlines: OUTLINES } as unknown as JournalContent);
        },
      },
    });
  const textOf = async (present: PresentRates): Promise<string> =>
    shownScore(await present.of(root, 'a.prompt', [score], score), score, false).text;

  it('is that of a calibration that was written after the run, and is gone with it', async () => {
    const present = rates([BY]);
    readings = 0;
    assert.equal(await textOf(present), '70 of 100 · judge not calibrated');
    const file = path.join(root, 'judges', 'strict.calibration.json');
    writeFileSync(file, calibration('v1'));
    // (0.7 + 0.8 − 1) / (0.9 + 0.8 − 1)
    assert.match(await textOf(present), /^70 of 100 · 71 % \(\d+–\d+\), judge calibrated 12 Nov 2026$/);
    rmSync(file);
    assert.equal(await textOf(present), '70 of 100 · judge not calibrated');
    assert.equal(readings, 1);
  });

  it('is stale when the judge or the rubric was edited since', async () => {
    writeFileSync(path.join(root, 'judges', 'strict.calibration.json'), calibration('v1'));
    const edited = { ...BY, judge: { ...BY.judge, version: 'v2' } };
    assert.equal(await textOf(rates([edited])), '70 of 100 · judge calibration stale: the judge’s prompt changed since 12 Nov 2026');
    const other = { ...BY, criterion: { type: 'llm-rubric', hash: 'r2' } };
    assert.equal(await textOf(rates([other])), '70 of 100 · judge calibration stale: the rubric changed since 12 Nov 2026');
  });

  it('is what the score says where its run is gone, and the same in the rows of versions', async () => {
    writeFileSync(path.join(root, 'judges', 'strict.calibration.json'), calibration('v1'));
    assert.equal(await textOf(rates([BY], null)), '70 of 100 · judge not calibrated');
    const [row] = await rates([BY]).ofVersions(root, 'a.prompt', [score], score.prompt);
    assert.equal(row?.judged?.status, 'calibrated');
  });
});
