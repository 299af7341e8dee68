/** A judge that likes long answers, planted: what of a difference the lengths explain, and what is left. */
import assert from 'node:assert/strict';
import { lengthBias, lengthEffect, lengthsDiffer, type LabelledAnswer } from '../../../src/core/judge/calibration/length-effect.ts';
import { sideErrors } from '../../../src/core/judge/calibration/side-errors.ts';
import { Random } from '../../../src/core/statistics/random.ts';
import { atLeast, atMost, seedOf, SEEDS } from './simulated-rate.ts';

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** People pass `rate` of the answers; the judge says the same but for noise, and adds 0.07 for each 100 tokens. */
function answers(random: Random, n: number, rate: number, tokens: number, favour = 0): LabelledAnswer[] {
  return Array.from({ length: n }, () => {
    const length = Math.max(10, tokens + 80 * normal(random));
    const grade = random.next() < rate ? 1 : 0;
    return { grade, length, score: 0.15 + 0.6 * grade + 0.2 * rate + 0.1 * normal(random) + 0.0007 * (length - 300) + favour };
  });
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number => {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
};

describe('the part of a judged difference that the lengths explain', () => {
  it('is by hand what a judge adds that follows nothing but length', () => {
    const side = (from: number): LabelledAnswer[] =>
      Array.from({ length: 100 }, (_, i) => ({ length: from + i, grade: i % 2, score: (i % 2) + 0.001 * (from + i) }));
    const found = lengthEffect(side(100), side(300), { value: 0.25, error: 0, longer: 200 });
    assert.ok('perHundred' in found);
    assert.ok(Math.abs(found.perHundred.value - 0.1) < 1e-9);
    assert.ok(Math.abs(found.explained.value - 0.2) < 1e-9);
    assert.ok(Math.abs(found.corrected.value - 0.05) < 1e-9);
  });

  it('needs 100 labels of each side, and says how many are missing', () => {
    const some = answers(new Random(1), 60, 0.5, 300);
    assert.deepEqual(lengthEffect(some, [...some, ...some], { value: 0, error: 0.1, longer: 50 }), { missing: { a: 40, b: 0 } });
  });

  it('of one judge is measured over all of its labels, from 200 on', () => {
    const all = Array.from({ length: 200 }, (_, i) => ({ length: 50 + i, grade: i % 2, score: 0.3 * (i % 2) + 0.0007 * (50 + i) }));
    assert.ok(Math.abs((lengthBias(all)?.value ?? NaN) - 0.07) < 1e-9);
    assert.equal(lengthBias(all.slice(1)), null);
    assert.equal(lengthBias(all.map((answer) => ({ ...answer, length: 50 }))), null);
  });

  it('of answers of one length is not known', () => {
    const same = Array.from({ length: 100 }, (_, i) => ({ length: 50, grade: i % 2, score: 0.5 }));
    const found = lengthEffect(same, same, { value: 0.1, error: 0.02, longer: 10 });
    assert.ok('corrected' in found && found.corrected.low === -Infinity);
  });

  it('is worth a warning from a fifth', () => {
    assert.equal(lengthsDiffer(100, 121), true);
    assert.equal(lengthsDiffer(100, 119), false);
    assert.equal(lengthsDiffer(121, 100), true);
  });
});

for (let round = 0; round < SEEDS; round++)
  describe(`a judge’s length bias keeps its promises${SEEDS === 1 ? '' : `, seed ${round + 1}`}`, function () {
    this.timeout(600_000);

    it('+17 points of which 8 are length come out as +9: within 3 on average, and covered in at least 93 %', () => {
      const random = new Random(seedOf(round, 601));
      const runs = SEEDS === 1 ? 300 : 2000;
      let [covered, sum, seen] = [0, 0, 0];
      for (let run = 0; run < runs; run++) {
        // People's difference in the judge's units is 0.8 of the rates': 0.09 / 0.8.
        const [a, b] = [answers(random, 400, 0.6, 300), answers(random, 400, 0.6 + 0.09 / 0.8, 415)];
        const value = mean(b.map(({ score }) => score)) - mean(a.map(({ score }) => score));
        const error = Math.sqrt(variance(a.map(({ score }) => score)) / 400 + variance(b.map(({ score }) => score)) / 400);
        const longer = mean(b.map(({ length }) => length)) - mean(a.map(({ length }) => length));
        const found = lengthEffect(a.slice(0, 120), b.slice(0, 120), { value, error, longer });
        assert.ok('corrected' in found);
        seen += value;
        sum += found.corrected.value;
        if (found.corrected.low <= 0.09 && 0.09 <= found.corrected.high) covered++;
      }
      assert.ok(Math.abs(seen / runs - 0.17) < 0.01, `the judge saw ${seen / runs}`);
      assert.ok(Math.abs(sum / runs - 0.09) < 0.03, `corrected to ${sum / runs}`);
      atLeast(0.93, covered, runs, 'covered');
    });

    it('errors that differ between the sides are found, and those that do not are not', () => {
      const random = new Random(seedOf(round, 602));
      const gaps = (labelled: LabelledAnswer[]): { gaps: number[] } => ({ gaps: labelled.map(({ score, grade }) => score - grade) });
      const runs = 300;
      let [found, falsely] = [0, 0];
      for (let run = 0; run < runs; run++) {
        const a = gaps(answers(random, 60, 0.7, 300));
        if ((sideErrors(a, gaps(answers(random, 60, 0.7, 300, 0.2)))?.p ?? 1) < 0.05) found++;
        if ((sideErrors(a, gaps(answers(random, 60, 0.7, 300)))?.p ?? 1) < 0.05) falsely++;
      }
      atLeast(0.9, found, runs, 'found');
      atMost(0.06, falsely, runs, 'false');
    });

    it('of few labels nothing is said, and of labels that all agree nothing is certain', () => {
      const same = (n: number): { gaps: number[] } => ({ gaps: Array.from({ length: n }, () => 0) });
      assert.equal(sideErrors(same(19), same(50)), null);
      assert.equal(sideErrors(same(50), same(50))?.p, 1);
    });
  });
