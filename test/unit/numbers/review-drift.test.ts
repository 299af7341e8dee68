/** What weekly reviews say of a rate and of a judge that becomes worse: by hand, and by simulation with planted truth. */
import assert from 'node:assert/strict';
import type { GradedDraw } from '../../../src/core/judge/review/graded-draw.ts';
import { judgeDrift } from '../../../src/core/judge/review/judge-drift.ts';
import { agreementRate, weekRate } from '../../../src/core/judge/review/week-rate.ts';
import { Random } from '../../../src/core/statistics/random.ts';
import { plantedWeek, type ReviewWorld } from './planted-reviews.ts';
import { atLeast, atMost, seedOf, SEEDS } from './simulated-rate.ts';

/** `passes` of `labels` outputs that the judge passed, of `n`; the same of those that it failed. */
function drawOf(
  pass: readonly [n: number, labels: number, passes: number],
  fail: readonly [n: number, labels: number, passes: number],
): GradedDraw {
  const part = (verdict: 'pass' | 'fail', [n, labels, passes]: readonly [number, number, number]): GradedDraw['parts'][number] => ({
    ...{ verdict, n },
    items: Array.from({ length: labels }, (_, i) => ({ judged: verdict, passed: i < passes ? 1 : 0, weight: n / labels, draw: 'w' })),
  });
  return { id: 'w', at: '2026-11-23T09:00:00.000Z', parts: [part('pass', pass), part('fail', fail)], drawn: 25, graded: 25 };
}

describe('the rate of a review', () => {
  it('is weighted by how many outputs each verdict has', () => {
    // 0.8 · 0.75 + 0.2 · 0.25
    const rate = weekRate(drawOf([240, 12, 9], [60, 12, 3]));
    assert.ok(rate !== null && Math.abs(rate.value - 0.65) < 1e-12);
    // Clopper and Pearson of 9 in 12 is 0.4281 to 0.9451, of 3 in 12 0.0549 to 0.5719.
    assert.ok(Math.abs(rate.low - (0.65 - Math.hypot(0.8 * (0.75 - 0.4281), 0.2 * (0.25 - 0.0549)))) < 1e-4, String(rate.low));
    assert.ok(Math.abs(rate.high - (0.65 + Math.hypot(0.8 * (0.9451 - 0.75), 0.2 * (0.5719 - 0.25)))) < 1e-4, String(rate.high));
  });

  it('stands beside how often judge and people agree, weighted likewise', () => {
    // 0.8 · 9/12 of its passes, 0.2 · (12 − 3)/12 of its fails; the exact limits of 9 in 12 are below.
    const agreement = agreementRate(drawOf([240, 12, 9], [60, 12, 3]));
    assert.ok(agreement !== null && Math.abs(agreement.value - 0.75) < 1e-12);
    assert.ok(Math.abs(agreement.low - (0.75 - Math.hypot(0.8, 0.2) * (0.75 - 0.4281))) < 1e-4, String(agreement.low));
    assert.equal(agreementRate(drawOf([240, 12, 9], [60, 0, 0])), null);
  });

  it('is not known while a verdict has no label', () => {
    assert.equal(weekRate(drawOf([240, 0, 0], [60, 12, 3])), null);
  });
});

describe('the drift of a judge', () => {
  it('needs twelve reviews before the last four', () => {
    const [good, bad] = [drawOf([240, 12, 12], [60, 13, 1]), drawOf([240, 12, 2], [60, 13, 12])];
    const of = (n: number): readonly GradedDraw[] => [...Array.from({ length: n }, () => good), ...Array.from({ length: 4 }, () => bad)];
    assert.deepEqual(judgeDrift(of(11)), []);
    assert.deepEqual(new Set(judgeDrift(of(12)).map(({ rate }) => rate)), new Set(['agreement', 'tpr', 'tnr']));
  });

  it('is none when only more outputs are good', () => {
    // Of 100 good outputs 90 are passed, of 100 bad ones 90 are failed; then of 240 and 60.
    const [before, after] = [drawOf([150, 25, 22], [150, 25, 3]), drawOf([222, 25, 24], [78, 25, 8])];
    assert.deepEqual(judgeDrift([...Array.from({ length: 12 }, () => before), ...Array.from({ length: 4 }, () => after)]), []);
  });
});

const STABLE: readonly ReviewWorld[] = [
  { good: 0.8, tpr: 0.9, tnr: 0.9 },
  { good: 0.5, tpr: 0.9, tnr: 0.9 },
  { good: 0.9, tpr: 0.95, tnr: 0.8 },
  { good: 0.6, tpr: 0.85, tnr: 0.75 },
];
const FALLS: readonly { readonly before: ReviewWorld; readonly after: ReviewWorld }[] = [
  { before: { good: 0.5, tpr: 0.9, tnr: 0.9 }, after: { good: 0.5, tpr: 0.7, tnr: 0.7 } },
  { before: { good: 0.8, tpr: 0.9, tnr: 0.9 }, after: { good: 0.8, tpr: 0.7, tnr: 0.7 } },
  { before: { good: 0.65, tpr: 0.9, tnr: 0.9 }, after: { good: 0.65, tpr: 0.7, tnr: 0.7 } },
  { before: { good: 0.5, tpr: 0.9, tnr: 0.9 }, after: { good: 0.5, tpr: 0.9, tnr: 0.5 } },
];
/** Reviews before the fall: as few as are compared with at all, and half a year. */
const BEFORE = [12, 26];
const RUNS = SEEDS === 1 ? 100 : 1000;

for (let round = 0; round < SEEDS; round++)
  describe(`a weekly review keeps its promises${SEEDS === 1 ? '' : `, seed ${round + 1}`}`, function () {
    this.timeout(3_600_000);

    it('a judge that stays the same is reported in at most 5 % of years; the interval of a week covers its rate in at least 93 %', () => {
      const random = new Random(seedOf(round, 701));
      for (const world of STABLE) {
        let [alarms, covered, weeks] = [0, 0, 0];
        for (let run = 0; run < RUNS; run++) {
          const draws: GradedDraw[] = [];
          let isAlarm = false;
          for (let week = 0; week < 52; week++) {
            // The share of good outputs changes from week to week; the judge does not.
            const { draw, good } = plantedWeek(random, { ...world, good: world.good + 0.1 * (random.next() - 0.5) });
            draws.push(draw);
            isAlarm ||= judgeDrift(draws).length > 0;
            const rate = weekRate(draw);
            if (rate === null) continue;
            weeks++;
            if (rate.low <= good && good <= rate.high) covered++;
          }
          if (isAlarm) alarms++;
        }
        atMost(0.05, alarms, RUNS, `false alarms ${JSON.stringify(world)}`);
        atLeast(0.93, covered, weeks, `coverage ${JSON.stringify(world)}`);
      }
    });

    it('a fall of the agreement from .90 to .70 is found within four weeks of 25 in at least 90 %, from twelve reviews on', () => {
      const random = new Random(seedOf(round, 702));
      for (const weeks of BEFORE)
        for (const { before, after } of FALLS) {
          let found = 0;
          for (let run = 0; run < RUNS; run++) {
            const draws = Array.from({ length: weeks }, () => plantedWeek(random, before).draw);
            let isFound = false;
            for (let week = 0; week < 4; week++) {
              draws.push(plantedWeek(random, after).draw);
              isFound ||= judgeDrift(draws).length > 0;
            }
            if (isFound) found++;
          }
          atLeast(0.9, found, RUNS, `found after ${weeks} reviews ${JSON.stringify(after)}`);
        }
    });
  });
