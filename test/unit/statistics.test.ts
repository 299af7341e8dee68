/** The statistics against published values, and against counting everything out. */
import assert from 'node:assert/strict';
import { incompleteBeta, logGamma } from '../../src/core/statistics/beta.ts';
import { fairCoin, fairCoinTail, normalQuantile, studentCdf, studentQuantile } from '../../src/core/statistics/distributions.ts';
import { clusteredMean, meanInterval, meanOf, signFlipDrop, studentDrop } from '../../src/core/statistics/paired-means.ts';
import { mcnemarMidP, tangoInterval, tangoScore } from '../../src/core/statistics/paired-shares.ts';
import { Random } from '../../src/core/statistics/random.ts';
import { logEvidenceOfDrop, MeanAbove } from '../../src/core/statistics/sequential.ts';
import { holm } from '../../src/core/statistics/holm.ts';

const near = (actual: number, expected: number, within = 1e-6): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} instead of ${expected}`);

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

describe('distributions', () => {
  it('give the published quantiles of the normal and of Student’s t (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7)', () => {
    near(normalQuantile(0.975), 1.959963984540054, 1e-12);
    near(normalQuantile(0.8), 0.8416212335729143, 1e-12);
    near(normalQuantile(1e-6), -4.753424308822899, 1e-9);
    near(studentQuantile(0.975, 10), 2.2281388519649385, 1e-9);
    near(studentQuantile(0.95, 4), 2.13184678632665, 1e-9);
    near(studentQuantile(0.975, 1), Math.tan(0.475 * Math.PI), 1e-9);
    near(studentQuantile(0.95, 100), 1.6602343260657, 1e-9);
  });

  it('agree with closed forms: Γ(½) = √π, t with 1 and 2 degrees, a fair coin counted out', () => {
    near(Math.exp(logGamma(0.5)), Math.sqrt(Math.PI), 1e-12);
    near(logGamma(171), 706.5730622457874, 1e-9);
    for (const t of [-3, -0.5, 0, 1, 4]) {
      near(studentCdf(t, 1), 0.5 + Math.atan(t) / Math.PI, 1e-12);
      near(studentCdf(t, 2), 0.5 + t / (2 * Math.sqrt(2 + t * t)), 1e-12);
    }
    for (const n of [1, 7, 40]) {
      for (let k = 0; k <= n; k++) {
        near(fairCoin(k, n), choose(n, k) / 2 ** n, 1e-12);
        let tail = 0;
        for (let j = k; j <= n; j++) tail += choose(n, j) / 2 ** n;
        near(fairCoinTail(k, n), tail, 1e-12);
      }
    }
    near(incompleteBeta(0.3, 2, 3), 0.3483, 1e-12);
  });
});

describe('McNemar’s mid-p and Tango’s interval', () => {
  it('give the published values for airway responsiveness before and after a transplant (Fagerland et al. 2013: 1 and 7 of 21)', () => {
    near(2 * mcnemarMidP(1, 7), 0.0390625, 1e-12);
    const [low, high] = tangoInterval(1, 7, 21, 0.95);
    near(low, -0.517, 5e-4);
    near(high, -0.026, 5e-4);
  });

  it('agree with counting out every sign of the changed cases', () => {
    for (let improved = 0; improved <= 6; improved++) {
      for (let regressed = 0; regressed <= 6; regressed++) {
        const n = improved + regressed;
        let expected = n === 0 ? 1 : 0;
        for (let pattern = 0; n > 0 && pattern < 2 ** n; pattern++) {
          const worse = pattern.toString(2).replaceAll('0', '').length;
          if (worse >= regressed) expected += (worse === regressed ? 0.5 : 1) / 2 ** n;
        }
        near(mcnemarMidP(improved, regressed), expected, 1e-12);
      }
    }
  });

  it('end below at Wilson’s interval of the regressed share when nothing improved', () => {
    near(mcnemarMidP(0, 6), 0.0078125, 1e-12);
    const [low] = tangoInterval(0, 6, 40, 0.95);
    near(low, -0.29071, 1e-4);
    const z2 = normalQuantile(0.975) ** 2;
    const share = 6 / 40;
    const half = Math.sqrt(z2) * Math.sqrt((share * (1 - share)) / 40 + z2 / (4 * 40 ** 2));
    near(low, -(share + z2 / 80 + half) / (1 + z2 / 40), 1e-9);
  });

  it('end where the score statistic, with the likeliest shares found by search, reaches the quantile', () => {
    for (const [improved, regressed, n] of [
      [1, 7, 21],
      [3, 9, 60],
      [5, 2, 100],
    ] as const) {
      for (const bound of tangoInterval(improved, regressed, n, 0.95)) {
        // The likelihood of (improved, regressed, rest) under a fixed difference, over a fine grid of the regressed share.
        let best = { likelihood: -Infinity, share: 0 };
        for (let step = 1; step < 400_000; step++) {
          const share = step / 400_000;
          const other = share + bound;
          if (other <= 0 || share + other >= 1) continue;
          const likelihood =
            improved * Math.log(other) + regressed * Math.log(share) + (n - improved - regressed) * Math.log(1 - share - other);
          if (likelihood > best.likelihood) best = { likelihood, share };
        }
        const variance = n * (2 * best.share + bound - bound * bound);
        near(Math.abs((improved - regressed - n * bound) / Math.sqrt(variance)), normalQuantile(0.975), 1e-4);
        near(Math.abs(tangoScore(improved, regressed, n, bound)), normalQuantile(0.975), 1e-6);
      }
    }
  });
});

describe('repeats and groups', () => {
  it('sign flips agree with counting out all patterns, on and off a grid', () => {
    const random = new Random(3);
    for (let round = 0; round < 40; round++) {
      const differences = Array.from({ length: 10 }, () => Math.round(random.next() * 6 - 3) / 3);
      const observed = differences.reduce((a, b) => a + b, 0);
      let asLow = 0;
      for (let pattern = 0; pattern < 1024; pattern++) {
        const flipped = differences.reduce((sum, value, i) => sum + ((pattern >> i) & 1 ? value : -value), 0);
        if (flipped <= observed + 1e-9) asLow++;
      }
      near(signFlipDrop(differences, 3), asLow / 1024, 1e-12);
    }
    const odd = [-0.31, -0.22, -0.57, 0.11, -0.4, -0.35];
    near(signFlipDrop(odd, 7), 2 / 64, 0.004);
    assert.equal(signFlipDrop(odd, 7), signFlipDrop(odd, 7), 'the same seed gives the same p');
  });

  it('cluster-robust errors are the sandwich with matrices (CR2), and their degrees of freedom come from its eigenvalues', () => {
    const clusters = [[-1, 0, 0], [0, 0], [1, -1, -1, 0], [0], [-1, -1]];
    const all = clusters.flat();
    const n = all.length;
    const mean = all.reduce((a, b) => a + b, 0) / n;
    const of = clusters.flatMap((cluster, g) => cluster.map(() => g));
    // A_g = (I − H_gg)^(−1/2): on the vector of ones it multiplies by (1 − n_g/n)^(−1/2). Row g of G: 1'A_g (I − H) for the cases of g.
    const rows = clusters.map((cluster, g) =>
      all.map((_, i) => ((of[i] === g ? 1 : 0) - cluster.length / n) / Math.sqrt(1 - cluster.length / n)),
    );
    const estimate = clusteredMean(clusters);
    const squares = rows.reduce((sum, row) => sum + row.reduce((dot, weight, i) => dot + weight * (all[i] ?? 0), 0) ** 2, 0);
    near(estimate.mean, mean, 1e-12);
    near(estimate.error, Math.sqrt(squares) / n, 1e-12);
    // Satterthwaite: tr(GΦG')² / tr((GΦG')²), with Φ the identity, and with ones inside each cluster.
    const degrees = [false, true].map((together) => {
      const product = rows.map((row) =>
        rows.map((other) =>
          row.reduce((sum, x, i) => sum + other.reduce((part, y, j) => part + ((together ? of[i] === of[j] : i === j) ? x * y : 0), 0), 0),
        ),
      );
      const trace = product.reduce((sum, row, g) => sum + (row[g] ?? 0), 0);
      return trace ** 2 / product.flat().reduce((sum, value) => sum + value ** 2, 0);
    });
    near(estimate.degrees, Math.min(...degrees), 1e-9);
    near(studentDrop(estimate), studentCdf(mean / estimate.error, estimate.degrees), 1e-12);
    near(clusteredMean([[1], [2], [4], [7]]).degrees, 3, 1e-12);
  });

  it('the paired t is Student’s: sleep data of Student 1908 (t = −4.0621, df 9, two-sided p = 0.002833)', () => {
    const sleep = [-1.2, -2.4, -1.3, -1.3, 0, -1, -1.8, -0.8, -4.6, -1.4];
    const estimate = meanOf(sleep);
    near(estimate.mean / estimate.error, -4.062127683382037, 1e-9);
    near(2 * studentDrop(estimate), 0.00283289019738427, 1e-9);
    const [low, high] = meanInterval(estimate, 0.95, 0);
    near(low, -2.4598857633, 1e-8);
    near(high, -0.7001142367, 1e-8);
  });

  it('for shares the half-width h solves h² = t² (error² + h/n), so an unchanged suite leaves t²/n open', () => {
    const t = studentQuantile(0.975, 39);
    const [low] = meanInterval(meanOf(Array.from({ length: 40 }, () => 0)), 0.95, 1);
    near(low, -(t * t) / 40, 1e-12);
    assert.ok(low < tangoInterval(0, 0, 40, 0.95)[0]);
    const estimate = meanOf(Array.from({ length: 40 }, (_, i) => (i % 10 === 0 ? -1 / 3 : 0)));
    const half = estimate.mean - meanInterval(estimate, 0.95, 1)[0];
    near(half * half, t * t * (estimate.error ** 2 + half / 40), 1e-12);
  });

  it('Holm rejects in order and stops at the first that holds', () => {
    assert.deepEqual(holm([0.01, 0.04, 0.03, 0.005], 0.05), [true, false, false, true]);
    assert.deepEqual(holm([0.2], 0.05), [false]);
  });
});

describe('evidence that may be looked at after every case', () => {
  it('is the integral that defines it', () => {
    for (const [improved, regressed] of [
      [0, 0],
      [0, 5],
      [3, 9],
      [12, 2],
      [4, 30],
    ] as const) {
      const steps = 200_000;
      let integral = 0;
      for (let i = 0; i < steps; i++) {
        const p = 0.5 + (i + 0.5) / (2 * steps);
        integral += (p ** regressed * (1 - p) ** improved) / (2 * steps);
      }
      near(logEvidenceOfDrop(improved, regressed), Math.log((2 * integral) / 0.5 ** (improved + regressed)), 1e-6);
    }
  });

  it('is 1 on average when nothing changed, and crosses 1/α with a chance of at most α, counted out over 300 changed cases', () => {
    for (const n of [1, 5, 30]) {
      let average = 0;
      for (let regressed = 0; regressed <= n; regressed++)
        average += (choose(n, regressed) / 2 ** n) * Math.exp(logEvidenceOfDrop(n - regressed, regressed));
      near(average, 1, 1e-9);
    }
    const alpha = 0.05;
    let alive = new Map([[0, 1]]);
    let crossed = 0;
    for (let n = 1; n <= 300; n++) {
      const next = new Map<number, number>();
      for (const [regressed, chance] of alive) {
        for (const more of [0, 1]) {
          const now = regressed + more;
          if (logEvidenceOfDrop(n - now, now) >= Math.log(1 / alpha)) crossed += chance / 2;
          else next.set(now, (next.get(now) ?? 0) + chance / 2);
        }
      }
      alive = next;
    }
    assert.ok(crossed > 0.01 && crossed <= alpha, `crossed with a chance of ${crossed}`);
  });

  it('of a mean above a bound is 1 on average at the bound, counted out over every sequence', () => {
    const bound = -0.05;
    const outcomes = [
      [-1, 0.15],
      [0, 0.75],
      [1, 0.1],
    ] as const;
    near(
      outcomes.reduce((sum, [value, chance]) => sum + value * chance, 0),
      bound,
      1e-12,
    );
    let average = 0;
    const walk = (values: readonly number[], chance: number): void => {
      if (values.length === 7) {
        const evidence = new MeanAbove(bound);
        for (const value of values) evidence.take(value);
        average += chance * Math.exp(evidence.logEvidence);
        return;
      }
      for (const [value, own] of outcomes) walk([...values, value], chance * own);
    };
    walk([], 1);
    near(average, 1, 1e-9);
  });
});
