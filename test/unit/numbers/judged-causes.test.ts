/** Causes that a judge named, corrected by labels of a draw: by hand, and by simulation with planted truth. */
import assert from 'node:assert/strict';
import { causeShares, reviewedFailures } from '../../../src/core/feedback/insights/failures/failure-causes.ts';
import type { FailedAnswer } from '../../../src/core/feedback/insights/failures/failure.ts';
import type { LabelCause, LabelRecord } from '../../../src/core/judge/labels/label-record.ts';
import { Random } from '../../../src/core/statistics/random.ts';
import { atLeast, seedOf, SEEDS } from './simulated-rate.ts';

const failed = (id: string, judged: LabelCause | null): FailedAnswer => ({
  ...{ id, time: '2026-11-02T09:00:00Z', prompt: null, version: null, model: null, attributes: {}, costUsd: null, signature: null, judged },
  ...{ asked: '', texts: { input: '', reason: '', critique: '', output: '' } },
});

const label = (id: string, cause: LabelCause, probability: number): LabelRecord => ({
  ...{ schema: 'goldset.label/2', id: `l-${id}`, target: { interaction: id, run: null, case: null, repeat: null, hash: 'h' }, item: null },
  ...{
    criterion: null,
    judge: null,
    grade: cause === 'none' ? 'pass' : 'fail',
    cause,
    failureMode: null,
    critique: null,
    correction: null,
  },
  ...{ by: 'ana', at: '2026-11-03T09:00:00Z', blind: true, draw: { id: 'w', stratum: 'all', probability } },
});

/** 60 of 100 that the judge calls misses of retrieval; people say so of 12 in 15 of them, and of 1 in 10 of the others. */
const FAILURES = Array.from({ length: 100 }, (_, i) => failed(`f${i}`, i < 60 ? 'retrieval' : 'content'));
const LABELS = [
  ...Array.from({ length: 15 }, (_, i) => label(`f${i}`, i < 12 ? 'retrieval' : 'content', 0.25)),
  ...Array.from({ length: 10 }, (_, i) => label(`f${60 + i}`, i < 1 ? 'retrieval' : 'content', 0.25)),
];

describe('a cause that a judge named', () => {
  it('is corrected by what people say of both of its verdicts', () => {
    const { causes, uncalibrated } = causeShares(FAILURES, reviewedFailures(LABELS));
    const found = causes.find(({ cause }) => cause === 'retrieval') ?? assert.fail();
    // 0.6 · 12/15 + 0.4 · 1/10; the judge alone says 0.6.
    assert.ok(Math.abs(found.share - 0.52) < 1e-9, String(found.share));
    assert.deepEqual([found.basis, found.n, uncalibrated], ['judged', 25, 0]);
    assert.ok(
      found.interval[0] > 0.3 && found.interval[0] < 0.45 && found.interval[1] > 0.6 && found.interval[1] < 0.75,
      String(found.interval),
    );
  });

  it('is in no share while fewer than 20 labels calibrate the judge, or when it saw fewer than nine tenths', () => {
    const few = causeShares(FAILURES, reviewedFailures(LABELS.slice(0, 19)));
    assert.deepEqual([few.causes.map(({ basis }) => basis).includes('judged'), few.uncalibrated], [false, 100]);
    const partly = FAILURES.map((failure, i) => (i % 5 === 0 ? { ...failure, judged: null } : failure));
    const part = causeShares(partly, reviewedFailures(LABELS));
    assert.deepEqual([part.causes.map(({ basis }) => basis).includes('judged'), part.uncalibrated], [false, 80]);
    assert.deepEqual(causeShares(FAILURES, reviewedFailures([])).causes, []);
  });
});

const RUNS = SEEDS === 1 ? 100 : 2000;

for (let round = 0; round < SEEDS; round++)
  describe(`judged causes keep their promise${SEEDS === 1 ? '' : `, seed ${round + 1}`}`, function () {
    this.timeout(600_000);

    it('the interval covers the truth in 93 %, with a judge that errs, whether it says too often or too rarely', () => {
      const random = new Random(seedOf(round, 2801));
      for (const { truth, hit, alarm } of [
        { truth: 0.6, hit: 0.9, alarm: 0.2 },
        { truth: 0.3, hit: 0.7, alarm: 0.05 },
        { truth: 0.1, hit: 0.8, alarm: 0.3 },
      ]) {
        let covered = 0;
        for (let run = 0; run < RUNS; run++) {
          const causes = Array.from({ length: 300 }, (): LabelCause => (random.next() < truth ? 'retrieval' : 'content'));
          const failures = causes.map((cause, i) =>
            failed(`f${i}`, random.next() < (cause === 'retrieval' ? hit : alarm) ? 'retrieval' : 'content'),
          );
          const labels = causes.flatMap((cause, i) => (random.next() < 0.25 ? [label(`f${i}`, cause, 0.25)] : []));
          const found = causeShares(failures, reviewedFailures(labels)).causes.find(({ cause }) => cause === 'retrieval');
          const own = causes.filter((cause) => cause === 'retrieval').length / causes.length;
          if (found !== undefined && found.basis === 'judged' && found.interval[0] <= own && own <= found.interval[1]) covered++;
        }
        atLeast(0.93, covered, RUNS, `covered, of ${truth}`);
      }
    });
  });
