/** What a comparison computes, value by value and by hand: pairs, quality, metrics, and what can be told. */
import assert from 'node:assert/strict';
import { pairCases, clustersOf, isFlaky, mostlyPasses, type CasePair, type CaseSide } from '../../src/core/compare/case-pairs.ts';
import { detectableDrop, neededSamples } from '../../src/core/compare/detectable.ts';
import { holm } from '../../src/core/statistics/holm.ts';
import { compareMetrics, METRICS, metricRise, type MetricName } from '../../src/core/compare/metrics.ts';
import { changesOf, compareQuality, type Quality } from '../../src/core/compare/quality.ts';
import { all, side, type Given } from './compared-side.ts';

function near(actual: number | null | undefined, expected: number, within = 1e-9): void {
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= within, `${actual} instead of ${expected}`);
}
const pairsOf = (a: string, b: string, more?: (index: number) => Given): CasePair[] => [
  ...pairCases(side('a', a, more).outlines, side('b', b, more).outlines).pairs,
];
const counts = ({ passed, failed, errors }: CaseSide): number[] => [passed, failed, errors];

describe('pairs of cases', () => {
  it('count what passed, failed and was lost, and leave out what a side did not answer', () => {
    const { pairs, errors, unpaired } = pairCases(side('a', 'PFE E F').outlines, side('b', 'PPP P EE P').outlines);
    assert.deepEqual(
      pairs.map(({ case: id, a, b }) => [id, counts(a), counts(b)]),
      [['c0', [1, 1, 1], [3, 0, 0]]],
    );
    assert.deepEqual([errors, unpaired], [2, 1]);
    assert.equal(pairCases(side('a', 'P P P').outlines, side('b', 'P').outlines).unpaired, 2);
  });

  it('leave known failures and unverified cases out, and name critical cases that fail, paired or not', () => {
    const status = (i: number): Given => ({
      status: i === 1 ? 'known-failing' : i === 2 ? 'unverified' : 'active',
      critical: i !== 3,
      group: `g${i}`,
    });
    const found = pairCases(side('a', 'F F F F', status).outlines, side('b', 'P F F F EF EE', status).outlines);
    assert.deepEqual(
      [found.pairs.map((pair) => [pair.case, pair.group]), found.knownFailing, found.unverified, found.criticalFailures, found.unpaired],
      [
        [
          ['c0', 'g0'],
          ['c3', 'g3'],
        ],
        ['c1'],
        ['c2'],
        ['c4'],
        2,
      ],
    );
  });

  it('are flaky when samples disagree, and pass mostly with more than half', () => {
    const sides = pairsOf('PPF PF PP FF', 'P P P P').map(({ a }) => a);
    assert.deepEqual(sides.map(isFlaky), [true, true, false, false]);
    assert.deepEqual(sides.map(mostlyPasses), [true, false, true, false]);
  });

  it('hang together by group; a case without one stands alone', () => {
    const of = (...groups: (string | null)[]) => clustersOf(groups.map((group) => ({ group })))?.map(({ length }) => length) ?? null;
    assert.deepEqual(of('x', null, 'x', null, 'y'), [2, 1, 1, 1]);
    assert.equal(of('x', 'y', null, null), null);
  });

  it('changed their majority: regressions first; or flicker on either side', () => {
    const found = changesOf(pairsOf('F P PPF PF P', 'P F PFF PP P'));
    assert.deepEqual(found, { flipped: ['c1', 'c2', 'c0', 'c3'], regressed: ['c1', 'c2'], flaky: ['c2', 'c3'] });
  });
});

describe('quality', () => {
  it('of single samples: shares, variance and the four cells', () => {
    const { paired, difference, variance, sampleVariance, units, method, intervalMethod } = compareQuality(
      pairsOf(`${all(6, 'P')} F F P F F`, `${all(6, 'F')} P P P F F`),
      0.05,
    );
    assert.deepEqual(paired, { n: 11, improved: 2, regressed: 6, bothPass: 1, bothFail: 2 });
    near(difference, -4 / 11);
    near(variance, 8 / 11 - (4 / 11) ** 2);
    assert.deepEqual([sampleVariance, units, method, intervalMethod], [null, 11, 'mcnemar-midp', 'tango-score']);
    // 6 of 40 for the worse: Wilson's interval of 6/40 at 95 % ends at 0.2907, and at 90 % at 0.2662.
    const { interval, lowerBound } = compareQuality(pairsOf(all(40, 'P'), `${all(6, 'F')} ${all(34, 'P')}`), 0.05);
    const wilson = (z: number): number => (0.15 + z ** 2 / 80 + z * Math.sqrt((0.15 * 0.85) / 40 + z ** 2 / 6400)) / (1 + z ** 2 / 40);
    near(interval[0], -wilson(1.959963984540054));
    near(lowerBound, -wilson(1.6448536269514722));
  });

  it('of repeats: −½, −½ and ⅓ are as low in 2 of 8 patterns of signs, counted on a grid of sixths', () => {
    const found = compareQuality(pairsOf('PP PP PPF', 'PF PF PPP'), 0.05);
    assert.equal(found.p, 0.25);
    near(found.difference, -2 / 9);
    assert.deepEqual([found.method, found.intervalMethod, found.units], ['sign-flip', 'student-score', 3]);
    // A PF varies by ½ · ½ · 2 / 1, a PPF by ⅔ · ⅓ · 3 / 2; the other three not.
    near(found.sampleVariance, (0.5 + 0.5 + 1 / 3) / 6);
    // Σ (d − mean)² / (n − 1).
    near(found.variance, (2 * (-1 / 2 + 2 / 9) ** 2 + (1 / 3 + 2 / 9) ** 2) / 2);
  });

  it('of a grid of sevenths and fifths is counted too, and sides with one sample say nothing about how samples vary', () => {
    const found = compareQuality(pairsOf(`${'P'.repeat(7)} PPPPP P`, `${'P'.repeat(6)}F PPPPF P`), 0.05);
    // −1/7 and −1/5: as low with one of four patterns.
    assert.equal(found.p, 0.25);
    near(found.sampleVariance, (1 / 7 + 1 / 5) / 4);
    // Unequal numbers of samples: of PPF and F, the single one is an F in 2 of 4 draws, in both cases 1 of 4.
    near(compareQuality(pairsOf('PPF PPF', 'F F'), 0.05).p, 0.25);
    // PP against PPF, P against PF: the one F is on side b in 3 of 5 draws, and in 2 of 3; no sum is lower.
    near(compareQuality(pairsOf('PP P', 'PPF PF'), 0.05).p, (3 / 5) * (2 / 3));
    assert.equal(compareQuality(pairsOf('PE P', 'PE F'), 0.05).method, 'mcnemar-midp');
    // An answer that is missing is not a plan of its own: the first of the other side counts.
    assert.deepEqual(
      [compareQuality(pairsOf('PP PP', 'FE FF'), 0.05).method, compareQuality(pairsOf('PP PP', 'FE FF'), 0.05).p],
      ['sign-flip', 0.25],
    );
    assert.equal(compareQuality(pairsOf('P P', 'P PF'), 0.05).method, 'exchange');
    assert.equal(compareQuality(pairsOf('PF P', 'P P'), 0.05).method, 'exchange');
  });

  it('of one case with repeats, and of none, is open from end to end', () => {
    const one = compareQuality(pairsOf('PP', 'PF'), 0.05);
    assert.deepEqual([one.interval, one.lowerBound, one.variance, one.units], [[-1, 1], -1, 1, 1]);
    const none = compareQuality([], 0.05);
    assert.deepEqual([none.interval, none.p, none.variance, none.paired.n], [[-1, 1], 1, 1, 0]);
  });

  it('of groups: sign flips of the groups, and a cluster-robust interval', () => {
    const grouped = (i: number): Given => ({ group: i < 2 ? 'x' : i < 4 ? 'y' : 'z' });
    const found = compareQuality(pairsOf('P P P P P', 'F F P P P', grouped), 0.05);
    assert.deepEqual([found.method, found.intervalMethod, found.units], ['group-sign-flip', 'cluster-robust-score', 3]);
    // Residuals −2 + 0.8, 0.8 and 0.4; their squares over 1 − 2/5, 1 − 2/5 and 1 − 1/5.
    near(found.variance, ((1.44 / 0.6 + 0.64 / 0.6 + 0.16 / 0.8) / 25) * 5);
    // Only x moved: its other sign is as likely.
    assert.equal(found.p, 0.5);
  });
});

describe('Holm’s order', () => {
  it('rejects below alpha over what is left, and not at it', () => {
    assert.deepEqual(holm([0.025, 0.01], 0.05), [true, true]);
    assert.deepEqual(holm([0.05, 0.01], 0.05), [false, true]);
    assert.deepEqual(holm([0.01, 0.025], 0.05), [true, true]);
    assert.deepEqual(holm([0.025, 0.025], 0.05), [false, false]);
    assert.deepEqual(holm([0.9, 0.04, 0.001], 0.05), [false, false, true]);
    assert.deepEqual(holm([], 0.05), []);
  });
});

describe('metrics of a comparison', () => {
  const usage = (input: number, output: number, cacheRead: number, reasoning = 0): Given => ({
    usage: { input, output, cacheRead, cacheWrite: 0, reasoning } as unknown as NonNullable<Given['usage']>,
  });
  const priced = (a: readonly (number | null)[], b: readonly (number | null)[], group: string | null = null): CasePair[] => {
    const of = (values: readonly (number | null)[]) => (i: number) => ({ costUsd: values[i] ?? null, group });
    const word = all(a.length, 'P');
    return [...pairCases(side('a', word, of(a)).outlines, side('b', word, of(b)).outlines).pairs];
  };
  const cost = (pairs: CasePair[]) => compareMetrics(pairs, 0.05).find(({ name }) => name === 'costPerCallUsd');

  it('are means of what both sides know, with Student’s interval and p', () => {
    const found = cost(priced([1, 2, null, 3], [2, 4, 9, null]));
    assert.deepEqual([found?.a, found?.b, found?.difference, found?.n], [1.5, 3, 1.5, 2]);
    // Differences 1 and 2: mean 1.5, error 0.5; t of one degree of freedom at 97.5 % is 12.7062.
    near(found?.interval?.[0], 1.5 - 12.706204736174707 * 0.5, 1e-6);
    near(found?.interval?.[1], 1.5 + 12.706204736174707 * 0.5, 1e-6);
    near(found?.p, 1 - (2 * Math.atan(3)) / Math.PI);
    near(cost(priced([2, 4], [1, 2]))?.p, 1 - (2 * Math.atan(3)) / Math.PI);
  });

  it('have no p where all moved alike, and no interval where one case tells', () => {
    const alike = cost(priced([1, 2], [2, 3]));
    assert.deepEqual([alike?.p, alike?.interval], [null, [1, 1]]);
    const one = cost(priced([1], [2]));
    assert.deepEqual([one?.p, one?.interval, one?.n], [null, null, 1]);
    assert.equal(cost(priced([null], [2])), undefined);
  });

  it('of groups count groups', () => {
    // One group: nothing to compare its sum with.
    assert.equal(cost(priced([1, 2], [2, 4], 'g'))?.interval, null);
  });

  it('each read their own figure, repeats by their mean over those that have it', () => {
    const of = (factor: number) => (): Given => ({
      ...usage(100 * factor, 20 * factor, 10, 5 * factor),
      score: 0.25 * factor,
      costUsd: factor,
      ttftMs: 300 * factor,
      latencyMs: 700 * factor,
    });
    const pairs = [...pairCases(side('a', 'P P', of(1)).outlines, side('b', 'P P', of(2)).outlines).pairs];
    const expected: Record<MetricName, [number, number]> = {
      score: [0.25, 0.5],
      costPerCallUsd: [1, 2],
      ttftMs: [300, 600],
      latencyMs: [700, 1400],
      inputTokens: [100, 200],
      outputTokens: [20, 40],
      reasoningTokens: [5, 10],
      cacheReadShare: [0.1, 0.05],
    };
    const found = compareMetrics(pairs, 0.05);
    for (const { name, a, b } of found) {
      near(a, expected[name][0]);
      near(b, expected[name][1]);
    }
    assert.deepEqual(
      found.map(({ name }) => name),
      METRICS,
    );
    const none = compareMetrics(
      [...pairCases(side('a', 'P', () => usage(0, 0, 0)).outlines, side('b', 'P', () => usage(0, 0, 0)).outlines).pairs],
      0.05,
    );
    assert.deepEqual(
      none.map(({ name }) => name),
      ['score', 'inputTokens', 'outputTokens', 'reasoningTokens'],
    );
    const repeats = side('a', 'PPP').outlines.map((outline, i) => ({ ...outline, ttftMs: [100, null, 300][i] ?? null }));
    const [ttft] = compareMetrics([...pairCases(repeats, repeats).pairs], 0.05).filter(({ name }) => name === 'ttftMs');
    near(ttft?.a, 200);
    near(ttft?.b, 200);
    assert.equal(ttft?.n, 1);
  });

  it('rise above a limit, or below it, with a chance: 0.1 and 0.4 more than a tenth', () => {
    const rise = metricRise('costPerCallUsd', 0.1, priced([1, 2], [1.2, 2.6]));
    // Mean 0.25, error 0.15, one degree of freedom.
    const above = 0.5 - Math.atan(0.25 / 0.15) / Math.PI;
    near(rise?.pAbove, above);
    near(rise?.pBelow, 1 - above);
    assert.deepEqual([rise?.name, rise?.limit], ['costPerCallUsd', 0.1]);
    assert.equal(metricRise('ttftMs', 0.1, priced([1], [1])), null);
  });
});

describe('what a suite can tell', () => {
  const quality = (over: Partial<Quality>, n = 100): Quality => ({
    ...compareQuality([], 0.05),
    paired: { n, improved: 0, regressed: 0, bothPass: n, bothFail: 0 },
    units: n,
    variance: 0,
    ...over,
  });
  /** Quantiles at 95 % and at 80 %, together. */
  const Z = 1.6448536269514722 + 0.8416212335729143;

  it('the smallest drop that is found: by chance, by the least number of changed cases, at most all', () => {
    const levels = { fail: 0.05, pass: 0.05 };
    // Of four cases all four must change to be found, 80 % of the time: 0.8^(1/4).
    const four = detectableDrop(quality({}, 4), 0.05, levels);
    assert.ok(Math.abs(four - 0.8 ** 0.25) < 0.02, `${four}`);
    assert.equal(detectableDrop(quality({}, 3), 0.05, levels), 1);
    assert.deepEqual([detectableDrop(quality({ units: 1 }), 0.05, levels), detectableDrop(quality({}, 0), 0.05, levels)], [1, 1]);
    // With many cases it is a drop beyond the margin: margin and chance both count.
    const many = detectableDrop(quality({}, 2000), 0.05, levels);
    assert.ok(many > 0.04 && many < 0.06, `${many}`);
    assert.ok(detectableDrop(quality({}, 100), 0.05, { fail: 0.0025, pass: 0.05 }) > detectableDrop(quality({}, 100), 0.05, levels));
  });

  it('how many cases would tell', () => {
    const cases = (over: Partial<Quality>, n = 100, margin = 0.05): number | null => neededSamples(quality(over, n), margin, 0.05, 1).cases;
    assert.equal(cases({ variance: 0.25 }), Math.ceil((0.25 * Z * Z) / 0.0025));
    assert.equal(Math.ceil((0.25 * Z * Z) / 0.0025), 619);
    // z² / margin is 54.1; of two cases per unit twice as many.
    assert.deepEqual([cases({}, 20), cases({ units: 10 }, 20), cases({}, 100)], [55, 109, 101]);
    assert.deepEqual([cases({ units: 0 }, 0), cases({}, 0)], [55, 55]);
    assert.deepEqual(neededSamples(quality({}), 0, 0.05, 1), { cases: null, repeats: null });
    // At 2.5 %: 1.96² / 0.05 is 76.8.
    assert.equal(neededSamples(quality({}, 20), 0.05, 0.025, 1).cases, 77);
  });

  it('how many repeats would tell, where repeats can', () => {
    const repeats = (over: Partial<Quality>, n = 100, now = 3): number | null => neededSamples(quality(over, n), 0.05, 0.05, now).repeats;
    // Room for samples: 100 · 0.0025 / Z² is 0.0404; 2 · 0.15 / 0.0404 is 7.4.
    assert.equal(repeats({ variance: 0.1, sampleVariance: 0.15 }), 8);
    // Cases themselves vary by 0.11 − 2 · 0.15 / 3 = 0.01, which leaves 0.0304: 9.9.
    assert.equal(repeats({ variance: 0.11, sampleVariance: 0.15 }), 10);
    assert.equal(repeats({ variance: 1, sampleVariance: 0.15 }), null);
    assert.equal(repeats({ variance: 0.1, sampleVariance: 0.45 }), null);
    assert.equal(repeats({ variance: 0.1, sampleVariance: 0.4 }), 20);
    assert.equal(repeats({ variance: 0.01, sampleVariance: 0.15 }, 100, 8), null);
    assert.equal(repeats({ variance: 0.01, sampleVariance: 0.15 }, 100, 7), 8);
    assert.deepEqual([repeats({ sampleVariance: null }), repeats({ sampleVariance: 0 })], [null, null]);
    // Too few cases for any number of repeats: 54.1 stay open.
    assert.equal(repeats({ variance: 0.1, sampleVariance: 0.01 }, 54), null);
  });
});
