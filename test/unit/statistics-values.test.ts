/** The statistics against values of independent programs (mpmath 1.3 with 30 digits, SciPy 1.17), by hand, and at their edges. */
import assert from 'node:assert/strict';
import { incompleteBeta, logGamma } from '../../src/core/statistics/beta.ts';
import { fairCoinTail, normalQuantile, normalTail, studentCdf, studentQuantile } from '../../src/core/statistics/distributions.ts';
import { clusteredMean, meanInterval, meanOf, signFlipDrop, studentDrop } from '../../src/core/statistics/paired-means.ts';
import { tangoInterval, tangoScore } from '../../src/core/statistics/paired-shares.ts';
import { Random } from '../../src/core/statistics/random.ts';
import { logEvidenceOfDrop, MeanAbove } from '../../src/core/statistics/sequential.ts';

/** `within`: of the expected value. */
function near(actual: number, expected: number, within = 1e-12): void {
  assert.ok(Math.abs(actual - expected) <= within * Math.abs(expected), `${actual} instead of ${expected}`);
}

describe('distributions, value by value', () => {
  it('ln Γ, below one half as above', () => {
    near(logGamma(0.1), 2.2527126517342059);
    near(logGamma(0.25), 1.2880225246980775);
    near(logGamma(0.499), 0.57433092316068638);
    near(logGamma(2.5), 0.28468287047291916);
  });

  it('the incomplete beta function, in both tails and outside of them', () => {
    near(incompleteBeta(0.9, 2, 3), 0.9963);
    near(incompleteBeta(0.02, 5, 0.5), 7.941481249247107e-10);
    near(incompleteBeta(0.5, 200, 210), 0.68948521342741615);
    near(incompleteBeta(1e-9, 2, 3), 5.9999999920000008e-18);
    assert.deepEqual(
      [0, -0.1, 1, 1.1].map((x) => incompleteBeta(x, 2, 3)),
      [0, 0, 1, 1],
    );
  });

  it('quantiles of the normal distribution, in the centre, beside it and far out', () => {
    near(normalQuantile(0.6), 0.2533471031357998);
    near(normalQuantile(0.4), -0.2533471031357998);
    near(normalQuantile(0.075), -1.4395314709384559);
    near(normalQuantile(0.074), -1.4466320671589785);
    near(normalQuantile(0.95), 1.6448536269514727);
    near(normalQuantile(1e-10), -6.3613409024040562);
    near(normalQuantile(1e-15), -7.9413453261709968);
    near(normalQuantile(1e-30), -11.464024688443616);
    near(normalQuantile(1e-100), -21.273453560965324);
    assert.deepEqual([0, -1, 1, 2, 0.5].map(normalQuantile), [-Infinity, -Infinity, Infinity, Infinity, 0]);
  });

  it('tails of the normal distribution', () => {
    const tails: readonly (readonly [number, number])[] = [
      [0, 0.5],
      [0.5, 0.3085375387259869],
      [1.96, 0.024997895148220436],
      [3, 0.0013498980316300945],
      [-1, 0.84134474606854295],
      [-3, 0.99865010196836991],
      [-6, 0.99999999901341235],
    ];
    for (const [z, p] of tails) near(normalTail(z), p);
    near(normalTail(4.9), 4.7918327659031899e-7, 1e-8);
    near(normalTail(5.1), 1.6982674071476015e-7);
    near(normalTail(6), 9.8658764503769814e-10);
    near(normalTail(8), 6.2209605742717841e-16);
    near(normalTail(30), 4.9067139271481871e-198, 1e-11);
  });

  it('quantiles of Student’s t on both sides of the middle', () => {
    near(studentQuantile(0.6, 3), 0.2766706623326898, 1e-10);
    near(studentQuantile(0.025, 10), -2.2281388519862753, 1e-10);
    near(studentQuantile(0.51, 7), 0.025977941569516962, 1e-10);
    // One degree: Cauchy, tan(π (p − ½)).
    for (const p of [0.01, 0.3, 0.75, 0.999]) near(studentQuantile(p, 1), Math.tan(Math.PI * (p - 0.5)), 1e-9);
    assert.equal(studentQuantile(0.5, 3), 0);
    assert.equal(studentCdf(0, 3), 0.5);
  });

  it('tails of a fair coin beyond what can be tossed', () => {
    assert.deepEqual(
      [-1, 0, 6, 7].map((k) => fairCoinTail(k, 5)),
      [1, 1, 0, 0],
    );
    near(fairCoinTail(5, 5), 1 / 32);
  });
});

describe('random numbers', () => {
  it('are those of the published xoshiro128** behind splitmix32', () => {
    const drawn = (seed: number, count: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: count }, () => random.next() * 2 ** 32);
    };
    assert.deepEqual(drawn(1, 5), [393288148, 2174103013, 3814759091, 2092745082, 1865176206]);
    assert.deepEqual(drawn(3, 3), [1889578042, 1432038310, 1957488807]);
  });
});

describe('means, at their edges', () => {
  it('of nothing and of one unit have no error that is known, and prove nothing', () => {
    assert.deepEqual(clusteredMean([]), { mean: 0, error: Infinity, units: 0, degrees: 0 });
    assert.deepEqual(clusteredMean([[-1, -1, 0.5]]), { mean: -0.5, error: Infinity, units: 1, degrees: 0 });
    assert.deepEqual(meanInterval(clusteredMean([[-1]]), 0.95, 1), [-Infinity, Infinity]);
    assert.equal(studentDrop(clusteredMean([[-1]])), 1);
  });

  it('of two units: ((1 − 2)² + (3 − 2)²) · 2 / 1 is 4, its root over 2 is 1', () => {
    assert.deepEqual(meanOf([1, 3]), { mean: 2, error: 1, units: 2, degrees: 1 });
  });

  it('without any spread are as sure as the sign test of so many units, and never p = 0', () => {
    assert.deepEqual(
      [
        [-1, -1],
        [0, 0],
        [1, 1],
      ].map((values) => studentDrop(meanOf(values))),
      [0.25, 1, 1],
    );
  });
});

describe('sign flips, counted and drawn', () => {
  /** Shares of 20,000 draws and the observed pattern. */
  const isDrawn = (p: number): boolean => Math.abs(p * 20_001 - Math.round(p * 20_001)) < 1e-6;

  it('are drawn where one difference is off the grid: 2 of 8 patterns are at most −1.4', () => {
    const p = signFlipDrop([-1, -0.5, 0.1], 1);
    assert.ok(isDrawn(p) && Math.abs(p - 0.25) < 0.015, `${p}`);
  });

  it('are counted while there are at most 200,000 steps in all', () => {
    assert.equal(signFlipDrop([-100_000, -60_000, 40_000], 1), 0.25);
    const p = signFlipDrop([-100_000, -60_000, 40_001], 1);
    assert.ok(isDrawn(p) && Math.abs(p - 0.25) < 0.015, `${p}`);
  });

  it('are drawn where steps times differences are more than 20 million: 102 × 199,920', () => {
    assert.ok(isDrawn(signFlipDrop([...Array<number>(51).fill(1960), ...Array<number>(51).fill(-1960)], 1)));
  });

  it('leave what did not move out: the same draws, the same p', () => {
    const odd = [-0.31, -0.22, -0.57, 0.11, -0.4, -0.35];
    assert.equal(
      signFlipDrop(
        odd.flatMap((value) => [0, value]),
        7,
      ),
      signFlipDrop(odd, 7),
    );
    assert.equal(signFlipDrop([-1, 0, 0, -1], 1), 0.25);
    assert.equal(signFlipDrop([1, 1], 1), 1);
  });

  it('count the observed pattern in: never 0, never above 1', () => {
    assert.equal(signFlipDrop(Array<number>(40).fill(-0.37), 1), 1 / 20_001);
    assert.equal(signFlipDrop(Array<number>(40).fill(0.37), 1), 1);
  });
});

describe('Tango’s interval, at its edges', () => {
  it('says nothing about no case', () => assert.deepEqual(tangoInterval(0, 0, 0, 0.95), [-1, 1]));

  it('has a score without end where the variance is nothing', () => {
    // All of 10 would have to improve, 3 did.
    assert.equal(tangoScore(3, 0, 10, 1), -Infinity);
    assert.equal(tangoScore(0, 0, 10, 0), 0);
  });
});

describe('evidence, value by value', () => {
  it('of a drop, also where almost all improved', () => {
    near(logEvidenceOfDrop(0, 5), 2.35137525716348, 1e-12);
    near(logEvidenceOfDrop(3, 9), 1.00509537180112, 1e-12);
    // 2 ∫ (1 − p)³⁰⁰ dp over the upper half, over ½³⁰⁰, is 1/301.
    near(logEvidenceOfDrop(300, 0), -Math.log(301), 1e-9);
    near(logEvidenceOfDrop(900, 10), -6.792369534181957, 1e-9);
    assert.ok(logEvidenceOfDrop(5000, 10) < 0);
  });

  it('of a mean above a bound: the mean of what the eleven stakes have', () => {
    // Σ λ = 4.7, Σ λ² = 2.875. A 1 multiplies by 1 + λ 1.05/0.95, a −1 by 1 − λ.
    const k = 1.05 / 0.95;
    const evidence = new MeanAbove(-0.05);
    assert.equal(evidence.logEvidence, 0);
    evidence.take(1);
    near(Math.exp(evidence.logEvidence), 1 + (4.7 / 11) * k);
    evidence.take(-1);
    near(Math.exp(evidence.logEvidence), 1 + (4.7 / 11) * (k - 1) - (2.875 / 11) * k);
    const strong = new MeanAbove(-0.05);
    for (let i = 0; i < 2000; i++) strong.take(1);
    // Of the largest stake alone: the next one has 10⁻⁴⁷ of it.
    near(strong.logEvidence, 2000 * Math.log(1 + 0.9 * k) - Math.log(11));
  });
});
