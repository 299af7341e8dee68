/** A review draws more of new clusters of failures; its rate stays that of all outputs, since each label is weighted by how likely it was drawn. */
import assert from 'node:assert/strict';
import type { DrawFile } from '../../../src/core/judge/labels/draw-file.ts';
import { unseal } from '../../../src/core/judge/labels/sealed.ts';
import { gradedDraw } from '../../../src/core/judge/review/graded-draw.ts';
import { newDraw, type Reviewable } from '../../../src/core/judge/review/new-draw.ts';
import { reviewLabel } from '../../../src/core/judge/review/review-queue.ts';
import { agreementRate, weekRate } from '../../../src/core/judge/review/week-rate.ts';
import { atLeast, seedOf, SEEDS } from './simulated-rate.ts';

/** Of 500 outputs the judge fails 60, of which 45 are bad; of the 440 that it passes 60 are bad: 25 of these are a new cluster of 30. */
const N = 500;
const FAILED = 60;
const NEW = 30;
const isFail = (i: number): boolean => i < FAILED;
const isNew = (i: number): boolean => i >= FAILED && i < FAILED + NEW;
const isBad = (i: number): boolean => (isFail(i) ? i < 45 : isNew(i) ? i < FAILED + 25 : i >= N - 35);
const ALL = Array.from({ length: N }, (_, i) => i);
const TRUE_RATE = ALL.filter((i) => !isBad(i)).length / N;
const TRUE_AGREEMENT = ALL.filter((i) => isBad(i) === isFail(i)).length / N;

const OUTPUTS = ALL.map((i): Reviewable => ({
  target: { interaction: `${i}`, run: null, case: null, repeat: null, hash: `h${i}` },
  ...{ item: null, verdict: isFail(i) ? 'fail' : 'pass', score: null, isNotable: i % 41 === 0, isNew: isNew(i) },
}));
/** Of `npm test`; `npm run simulate` takes more. */
const RUNS = SEEDS === 1 ? 300 : 3000;
const JUDGE = { path: 'judges/strict.prompt', version: '3a91', model: 'scripted:judge' };
const CRITERION = { type: 'llm-rubric', hash: 'c0ffee', text: 'Is it polite?' };

const drawOf = (seed: number, size = 25): DrawFile =>
  newDraw(OUTPUTS, {
    ...{ id: '2026-W48', seed, at: '2026-11-23T09:00:00.000Z', size, people: [] },
    frame: { query: 'production', judge: JUDGE, criterion: CRITERION, prompt: null },
  });

const indexOf = ({ target }: DrawFile['items'][number]): number => Number(target.interaction);

describe('a review with a new cluster of failures', function () {
  this.timeout(300_000);

  it('has some of it, in a stratum of its own whose probability the draw seals', () => {
    const draw = drawOf(7);
    const own = draw.items.filter((item) => isNew(indexOf(item)));
    assert.ok(own.length >= 4, String(own.length));
    const stratum = draw.strata.find(({ id }) => id === 'pass-new');
    assert.deepEqual([stratum?.n, stratum?.drawn], [NEW, own.length]);
    for (const item of own) {
      const sealed = unseal(item.sealed ?? '');
      assert.deepEqual([sealed?.stratum, sealed?.probability], ['pass-new', own.length / NEW]);
    }
    // Half are still where the judge says fail, and the sizes are those of all outputs.
    assert.ok(draw.items.filter((item) => isFail(indexOf(item))).length >= 10);
    assert.equal(
      draw.strata.reduce((sum, { n }) => sum + n, 0),
      N,
    );
  });

  it('gives the rate and the agreement of all outputs: without bias, within their intervals in 93 % of draws; unweighted they are off', () => {
    let [rates, agreements, plain, covered] = [0, 0, 0, 0];
    for (let run = 0; run < RUNS; run++) {
      const draw = drawOf(seedOf(0, 5000) + 31 * run);
      const answer = { cause: null, failureMode: null, critique: null, correction: null, by: 'ana', at: '2026-11-24T09:00:00.000Z' };
      const labels = draw.items.map((item, i) =>
        reviewLabel(draw, item, { ...answer, grade: isBad(indexOf(item)) ? 'fail' : 'pass' }, `l${i}`),
      );
      const graded = gradedDraw(draw, labels);
      const [rate, agreement] = [weekRate(graded), agreementRate(graded)];
      assert.ok(rate !== null && agreement !== null);
      rates += rate.value / RUNS;
      agreements += agreement.value / RUNS;
      plain += labels.filter(({ grade }) => grade === 'pass').length / labels.length / RUNS;
      if (rate.low <= TRUE_RATE && TRUE_RATE <= rate.high) covered++;
    }
    // Standard errors of these means are about 0.005.
    assert.ok(Math.abs(rates - TRUE_RATE) < 0.02, `${rates} is not ${TRUE_RATE}`);
    assert.ok(Math.abs(agreements - TRUE_AGREEMENT) < 0.02, `${agreements} is not ${TRUE_AGREEMENT}`);
    assert.ok(Math.abs(plain - TRUE_RATE) > 0.15, `unweighted ${plain} would do`);
    atLeast(0.93, covered, RUNS, 'the interval of the rate');
  });
});
