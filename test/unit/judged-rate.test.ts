/** A pass rate that rests on a judge: which calibration belongs to it, what it becomes, and the words for it. Values by hand. */
import assert from 'node:assert/strict';
import type { KnownCalibration } from '../../src/core/judge/calibration/read-calibration.ts';
import { calibrationFile, readJudgeCalibrations } from '../../src/core/judge/calibration/read-calibration.ts';
import { judgedRate, withEdits, withJudgedRate } from '../../src/core/judge/calibration/judged-rate-of.ts';
import { labelDay, judgedSentences, judgedText, type JudgedRate } from '../../src/core/results/judged-rate.ts';
import { judgedSample, KnownJudges, type JudgedBy } from '../../src/core/results/judged-sample.ts';
import type { AssertionResult } from '../../src/core/grade/assertion.ts';
import type { ResultOutline } from '../../src/core/results/result-list.ts';
import { judgeText, reportCandidate, type CandidateReport } from '../../src/core/results/candidate-report.ts';
import { gatedRate, verdictOf } from '../../src/core/results/verdict.ts';
import { DEFAULT_GATE } from '../../src/core/config/gate.ts';
import { caseVerdicts } from '../../src/core/results/case-outcomes.ts';
import { headNamed } from './simulated-suite.ts';

const near = (found: number | null | undefined, wanted: number, within = 1e-9): void =>
  assert.ok(typeof found === 'number' && Math.abs(found - wanted) < within, `${found}, not ${wanted}`);

const BY: JudgedBy = { judge: { path: 'judges/strict.prompt', version: 'v1', model: 'm1' }, criterion: { type: 'llm-rubric', hash: 'r1' } };

/** TPR 90 of 100, TNR 80 of 100, with Agresti and Coull's intervals. */
const RECORD: KnownCalibration = {
  ...BY,
  labelledAt: '2026-11-12T09:00:00.000Z',
  items: 200,
  tpr: { value: 0.9, low: 0.8236, high: 0.9467 },
  tnr: { value: 0.8, low: 0.7104, high: 0.8669 },
  status: 'calibrated',
  refusal: null,
  missing: { pass: 0, fail: 0 },
  cases: ['c0'],
};

const judgement = (pass: boolean, by: JudgedBy = BY, type = by.criterion.type): AssertionResult => ({
  ...{ type, weight: 1, pass, score: pass ? 1 : 0, reason: '' },
  judge: {
    ...{ prompt: by.judge.path, version: by.judge.version, model: by.judge.model, criterion: by.criterion },
    ...{ costUsd: 0, paidUsd: 0, quotes: [], calibrated: false },
  },
});
const checked = (pass: boolean): AssertionResult => ({ type: 'contains', weight: 1, pass, score: pass ? 1 : 0, reason: '' });

let next = 0;
function outlines(n: number, assertions: readonly AssertionResult[], more: Partial<ResultOutline> = {}): ResultOutline[] {
  const verdict = assertions.every(({ pass }) => pass) ? 'pass' : 'fail';
  const judged = judgedSample({ verdict: more.verdict ?? verdict, assertions }, new KnownJudges());
  return Array.from({ length: n }, () => ({
    ...{ candidate: 'a', case: `c${next++}`, repeat: 0, status: 'active', critical: false, verdict, score: 1, usage: null, costUsd: 0 },
    ...{ ttftMs: 1, latencyMs: 1, source: 'model', attempts: 1, group: null, answered: true, position: 0 },
    ...(judged === undefined ? {} : { judged }),
    ...more,
  }));
}

function rateOf(all: readonly ResultOutline[], records: readonly KnownCalibration[] = [RECORD]): JudgedRate {
  const passed = all.filter(({ verdict }) => verdict === 'pass').length;
  const found = judgedRate({ passRate: passed / all.length, interval: null }, all, () => records);
  assert.ok(found);
  return found;
}

describe('a judged pass rate', () => {
  beforeEach(() => (next = 0));

  it('is Rogan and Gladen’s, of what the judge passes', () => {
    const found = rateOf([...outlines(70, [judgement(true)]), ...outlines(30, [judgement(false)])]);
    // (0.7 + 0.8 − 1) / (0.9 + 0.8 − 1)
    near(found.value, 5 / 7);
    near(found.raw, 0.7);
    assert.deepEqual([found.status, found.method, found.reason], ['calibrated', 'rogan-gladen', null]);
    assert.ok(found.low !== null && found.high !== null && found.low < 0.62 && found.low > 0.5 && found.high > 0.8 && found.high < 0.92);
    assert.equal(judgedText(found), `71 % (${Math.round(100 * found.low)}–${Math.round(100 * found.high)}), judge calibrated 12 Nov 2026`);
    assert.match(judgedSentences(found).join(' '), /^The judge alone says 70 %; /);
  });

  it('counts what other assertions fail as failed, and corrects the rest alone', () => {
    // Of 100 cases 20 fail otherwise, whatever the judge says; of 80 the judge passes 56: (0.7 − 0.2) / 0.7 of 80.
    const all = [
      ...outlines(56, [judgement(true), checked(true)]),
      ...outlines(24, [judgement(false), checked(true)]),
      ...outlines(20, [judgement(true), checked(false)]),
    ];
    const found = rateOf(all);
    near(found.value, (0.8 * 5) / 7);
    near(found.raw, 0.56);
    // The criterion itself is corrected over all that was judged: 76 of 100.
    near(found.criteria[0]?.raw, 0.76);
    near(found.criteria[0]?.value, 0.56 / 0.7);
  });

  it('leaves cases without a judge as they are', () => {
    const all = [...outlines(35, [judgement(true)]), ...outlines(15, [judgement(false)]), ...outlines(50, [checked(true)])];
    near(rateOf(all).value, 0.5 + (0.5 * 5) / 7);
  });

  it('of an assertion with not- is that of the opposite', () => {
    // The judge passes 70 of 100, and so the assertion 30.
    const all = [...outlines(30, [judgement(true, BY, 'not-llm-rubric')]), ...outlines(70, [judgement(false, BY, 'not-llm-rubric')])];
    near(rateOf(all).value, 1 - 5 / 7);
  });

  it('over several criteria has one rate for each and none together', () => {
    const other = { ...BY, criterion: { type: 'llm-rubric', hash: 'r2' } };
    const found = rateOf([
      ...outlines(7, [judgement(true), judgement(true, other)]),
      ...outlines(3, [judgement(false), judgement(true, other)]),
    ]);
    assert.equal(found.value, null);
    assert.equal(judgedText(found), 'judged by 2 criteria, calibrated one by one: 1 of 2 (judge not calibrated)');
    near(found.criteria[0]?.value, 5 / 7);
    assert.deepEqual(
      found.criteria.map(({ status }) => status),
      ['calibrated', 'missing'],
    );
    assert.equal(found.status, 'missing');
  });

  it('has none where a case has several outputs, or where a score decides', () => {
    const twice = [...outlines(5, [judgement(true)]), ...outlines(5, [judgement(true)], { repeat: 1 })];
    assert.match(judgedText(rateOf(twice)), /calibrated for one output of a case/);
    const score = outlines(5, [judgement(false), checked(true)], { verdict: 'pass' });
    assert.match(judgedText(rateOf(score)), /a score of several assertions decides/);
  });

  it('of cases that hang together has a wider interval', () => {
    const all = (group: boolean): ResultOutline[] => [
      ...outlines(40, [judgement(true)]).map((item, i) => ({ ...item, group: group ? `g${i % 4}` : null })),
      ...outlines(20, [judgement(false)]).map((item, i) => ({ ...item, group: group ? `h${i % 2}` : null })),
    ];
    const width = (found: JudgedRate | null): number => (found?.high ?? NaN) - (found?.low ?? NaN);
    const interval: [number, number] = [0.3, 0.9];
    const alone = judgedRate({ passRate: 2 / 3, interval }, all(false), () => [RECORD]);
    assert.ok(width(judgedRate({ passRate: 2 / 3, interval }, all(true), () => [RECORD])) > 1.3 * width(alone));
  });

  it('is null where no judge decided', () => {
    assert.equal(
      judgedRate({ passRate: 1, interval: null }, outlines(3, [checked(true)]), () => [RECORD]),
      null,
    );
    const weightless = { ...judgement(true), weight: 0 };
    assert.equal(
      judgedRate({ passRate: 1, interval: null }, outlines(3, [checked(true), weightless]), () => [RECORD]),
      null,
    );
  });
});

describe('a calibration', () => {
  beforeEach(() => (next = 0));
  const told = (records: readonly KnownCalibration[]): string => judgedText(rateOf(outlines(10, [judgement(true)]), records));

  it('that is missing is said so', () => assert.equal(told([]), 'judge not calibrated'));

  for (const [name, record, wanted] of [
    ['the prompt', { judge: { ...BY.judge, version: 'v0' } }, 'the judge’s prompt changed'],
    ['the built-in prompt, which was copied', { judge: { ...BY.judge, path: 'llm-rubric' } }, 'the judge’s prompt changed'],
    ['the model', { judge: { ...BY.judge, model: 'm0' } }, 'the judge’s model changed'],
    ['prompt and model', { judge: { ...BY.judge, version: 'v0', model: 'm0' } }, 'the judge’s prompt and the judge’s model changed'],
    ['the rubric of these cases', { criterion: { type: 'llm-rubric', hash: 'r0' } }, 'the rubric changed'],
    ['the rubric of outputs of production', { criterion: { type: 'llm-rubric', hash: 'r0' }, cases: [] }, 'the rubric changed'],
    ['the criterion', { criterion: { type: 'factuality', hash: 'r0' } }, 'the criterion changed'],
  ] as const)
    it(`is stale at once when ${name} changed`, () =>
      assert.equal(told([{ ...RECORD, ...record }]), `judge calibration stale: ${wanted} since 12 Nov 2026`));

  it('of another rubric, of other cases, is not one of this one', () =>
    assert.equal(told([{ ...RECORD, criterion: { type: 'llm-rubric', hash: 'r9' }, cases: ['elsewhere'] }]), 'judge not calibrated'));

  it('that is exact goes before one that is stale, and the newer before the older', () => {
    const stale = { ...RECORD, judge: { ...BY.judge, model: 'm0' }, labelledAt: '2026-11-29T09:00:00.000Z' };
    assert.match(told([stale, RECORD]), /calibrated 12 Nov 2026/);
    assert.match(told([RECORD, { ...RECORD, labelledAt: '2026-11-13T09:00:00.000Z' }]), /calibrated 13 Nov 2026/);
  });

  it('that is provisional still gives the interval, and says what is missing', () => {
    const found = rateOf(outlines(10, [judgement(true)]), [{ ...RECORD, status: 'provisional', missing: { pass: 0, fail: 12 } }]);
    assert.match(judgedText(found), /^100 % \(\d+–100\), judge provisionally calibrated 12 Nov 2026$/);
    assert.match(judgedSentences(found).join(' '), /provisional: label 12 more that fail\./);
  });

  it('of a refused judge gives no rate, and says why', () =>
    assert.equal(
      told([{ ...RECORD, status: 'refused', refusal: 'The judge says pass to everything.' }]),
      'judge refused: The judge says pass to everything',
    ));

  it('is named beside its judge', () => {
    assert.equal(calibrationFile('judges/strict.prompt'), 'judges/strict.calibration.json');
    assert.equal(calibrationFile('llm-rubric'), 'judges/llm-rubric.calibration.json');
  });

  it('is read line by line: a record, or a problem with its line', () => {
    const line = JSON.stringify({ schema: 'goldset.calibration/1', ...RECORD });
    assert.deepEqual(readJudgeCalibrations(`${line}\n\n`), { records: [RECORD], problems: [] });
    const bad = [
      ['{"schema":"goldset.calib', /not a JSON object/],
      ['[]', /not a JSON object/],
      [
        line.replace('calibration/1', 'calibration/2'),
        /Its schema is "goldset\.calibration\/2"; this version reads goldset\.calibration\/1/,
      ],
      [JSON.stringify({ schema: 'goldset.calibration/1', ...RECORD, judge: null }), /`judge` needs/],
      [JSON.stringify({ schema: 'goldset.calibration/1', ...RECORD, criterion: { type: 3 } }), /`criterion` needs/],
      [JSON.stringify({ schema: 'goldset.calibration/1', ...RECORD, status: 'perfect' }), /`status` must be/],
      [JSON.stringify({ schema: 'goldset.calibration/1', ...RECORD, items: 1e9 + 0.5 }), /`items` must be/],
      [JSON.stringify({ schema: 'goldset.calibration/1', ...RECORD, labelledAt: 'soon' }), /`labelledAt` must be/],
      [JSON.stringify({ schema: 'goldset.calibration/1', ...RECORD, tpr: { value: 2, low: 0, high: 3 } }), /`tpr` and `tnr` need/],
      [JSON.stringify({ schema: 'goldset.calibration/1', ...RECORD, tnr: { value: 0.5, low: 0.6, high: 0.9 } }), /`tpr` and `tnr` need/],
    ] as const;
    for (const [text, reason] of bad) {
      const read = readJudgeCalibrations(`${line}\n${text}\n`);
      assert.equal(read.records.length, 1);
      assert.match(read.problems.join(), /^line 2: /);
      assert.match(read.problems.join(), reason);
    }
  });

  it('is dated by the day, UTC', () => assert.equal(labelDay('2026-01-01T00:30:00+01:00'), '31 Dec 2025'));
});

describe('a gate on a judged pass rate', () => {
  beforeEach(() => (next = 0));
  const judged = (low: number, high: number): JudgedRate => ({
    ...{ raw: 0.9, value: (low + high) / 2, low, high, method: 'rogan-gladen', status: 'calibrated', labelledAt: null, reason: null },
    criteria: [],
  });
  for (const [low, high, rate, verdict] of [
    [0.85, 0.95, 'reached', 'pass'],
    [0.84, 0.95, 'open', 'inconclusive'],
    [0.7, 0.85, 'open', 'inconclusive'],
    [0.7, 0.84, 'missed', 'fail'],
  ] as const)
    it(`of at least 85 % is ${rate} by ${low} to ${high}`, () => {
      const gate = { ...DEFAULT_GATE, minPassRate: 0.85 };
      const cases = caseVerdicts([...outlines(9, [judgement(true)]), ...outlines(1, [judgement(false)])]);
      assert.equal(gatedRate(0.9, judged(low, high), gate), rate);
      const candidate = { passRate: 0.9, cases, judged: judged(low, high) };
      assert.equal(verdictOf([candidate], gate, null), verdict);
      // A part of a run leaves what is open to the merge.
      assert.equal(verdictOf([candidate], gate, null, true), verdict === 'inconclusive' ? 'pass' : verdict);
    });

  it('uses the raw rate where no corrected one is known, and nothing where no rate is required', () => {
    const unknown = { ...judged(0, 0), value: null, low: null, high: null };
    const gate = { ...DEFAULT_GATE, minPassRate: 0.9 };
    assert.deepEqual(
      [gatedRate(0.9, unknown, gate), gatedRate(0.89, unknown, gate), gatedRate(0.9, undefined, gate)],
      ['reached', 'missed', 'reached'],
    );
    assert.equal(gatedRate(0.1, judged(0, 0.1), DEFAULT_GATE), 'unknown');
  });
});

describe('an edit after the run', () => {
  beforeEach(() => (next = 0));
  const report = (): CandidateReport => {
    const all = [...outlines(7, [judgement(true)]), ...outlines(3, [judgement(false)])];
    const base = reportCandidate(headNamed('a'), all, caseVerdicts(all));
    return withJudgedRate(base, all, () => [RECORD]);
  };

  it('leaves what it does not touch as it is', () => {
    const before = report();
    assert.equal(withEdits(before, [BY, { ...BY, criterion: { type: 'llm-rubric', hash: 'r7' } }]), before);
    assert.equal(withEdits(before, null), before);
  });

  for (const [name, now, changed] of [
    ['rubric', [{ ...BY, criterion: { type: 'llm-rubric', hash: 'r2' } }], 'the rubric'],
    ['judge', [{ ...BY, judge: { ...BY.judge, version: 'v2' } }], 'the judge’s prompt'],
    ['model', [{ ...BY, judge: { ...BY.judge, model: 'm2' } }], 'the judge’s model'],
    ['check', [], 'the criterion'],
  ] as const)
    it(`of the ${name} makes the calibration stale at once`, () => {
      const found = withEdits(report(), now);
      assert.deepEqual([found.judged?.status, found.judged?.value, found.uncalibrated], ['stale', null, true]);
      assert.equal(judgeText(found), `judge calibration stale: ${changed} changed since 12 Nov 2026`);
    });
});
