/** Rates corrected by labels. Values: Clopper and Pearson's from sums of binomial probabilities, Agresti and Coull's by hand; coverage by simulation with planted truth. */
import assert from 'node:assert/strict';
import {
  agreementByVerdict,
  directRate,
  poweredRate,
  rateByVerdict,
  rateFromElsewhere,
  type RateEstimate,
} from '../../../src/core/statistics/corrected-rate.ts';
import { Random } from '../../../src/core/statistics/random.ts';
import { agrestiCoull, clopperPearson, type Interval } from '../../../src/core/statistics/share-interval.ts';
import { atLeast, seedOf, SEEDS } from './simulated-rate.ts';

const near = (found: number, wanted: number, within = 1e-9): void =>
  assert.ok(Math.abs(found - wanted) < within, `${found}, not ${wanted}`);
const both = ([low, high]: Interval, [lowWanted, highWanted]: Interval): void => (near(low, lowWanted), near(high, highWanted));

describe('the interval of a share', () => {
  it('is exact where it was counted rarely', () => {
    both(clopperPearson(0, 10), [0, 0.3084971078187607]);
    both(clopperPearson(5, 10), [0.18708602844739858, 0.8129139715526014]);
    both(clopperPearson(9, 10), [0.5549838829738, 0.9974714214555381]);
    both(clopperPearson(20, 20), [0.8315665290169144, 1]);
    both(clopperPearson(37, 49), [0.6113040853115659, 0.8665712891577062]);
    both(clopperPearson(0, 0), [0, 1]);
  });

  it('is Agresti and Coull’s where it was counted often', () => {
    both(agrestiCoull(45, 60), [0.6266926041268328, 0.8432214698021223]);
    both(agrestiCoull(100, 100), [0.9555879488658904, 1]);
  });
});

describe('a rate that labels correct', () => {
  it('by the judge’s verdict is the weighted share', () => {
    // 800 of 1,000 passed; people pass 45 of 50 of them and 10 of 50 of the others: 0.8 · 0.9 + 0.2 · 0.2.
    near(rateByVerdict({ passed: 800, total: 1000 }, { successes: 45, total: 50 }, { successes: 10, total: 50 })?.value ?? NaN, 0.76);
    // Of 760 good ones 720 were passed; of 240 bad ones 160 were failed.
    const { tpr, tnr } = agreementByVerdict({ passed: 800, total: 1000 }, { successes: 45, total: 50 }, { successes: 10, total: 50 });
    near(tpr?.value ?? NaN, 720 / 760);
    near(tnr?.value ?? NaN, 160 / 240);
  });

  it('of other outputs is Rogan and Gladen’s', () => {
    // (0.7 + 0.8 − 1) / (0.9 + 0.8 − 1)
    near(
      rateFromElsewhere({ passed: 700, total: 1000 }, { successes: 90, total: 100 }, { successes: 80, total: 100 })?.value ?? NaN,
      5 / 7,
    );
  });

  it('is refused for a judge that tells too little', () => {
    assert.equal(rateFromElsewhere({ passed: 70, total: 100 }, { successes: 60, total: 100 }, { successes: 55, total: 100 }), null);
    assert.equal(rateByVerdict({ passed: 70, total: 100 }, { successes: 0, total: 0 }, { successes: 5, total: 10 }), null);
    assert.equal(rateByVerdict({ passed: 0, total: 0 }, { successes: 1, total: 1 }, { successes: 5, total: 10 }), null);
  });

  it('with one verdict only needs no label of the other', () => {
    near(rateByVerdict({ passed: 100, total: 100 }, { successes: 18, total: 20 }, { successes: 0, total: 0 })?.value ?? NaN, 0.9);
  });

  it('of a random sample is counted directly while people and judge hardly disagree', () => {
    const sample = { passPass: 80, passFail: 2, failPass: 1, failFail: 17 };
    assert.equal(poweredRate({ passed: 900, total: 1100 }, sample), null);
    near(directRate({ successes: 81, total: 100 })?.value ?? NaN, 0.81);
  });
});

/** How outputs come out: the share that is good, and the judge's rates. */
interface World {
  readonly truth: number;
  readonly tpr: number;
  readonly tnr: number;
  readonly labels: number;
}

const JUDGED = 400;

/** Counts of judge and people, in that order. */
interface Frame {
  passPass: number;
  passFail: number;
  failPass: number;
  failFail: number;
}
const KINDS = ['passPass', 'passFail', 'failPass', 'failFail'] as const;

function frameOf(random: Random, { truth, tpr, tnr }: World): Frame {
  const frame: Frame = { passPass: 0, passFail: 0, failPass: 0, failFail: 0 };
  for (let i = 0; i < JUDGED; i++) {
    const isGood = random.next() < truth;
    const isPassed = random.next() < (isGood ? tpr : 1 - tnr);
    frame[isPassed ? (isGood ? 'passPass' : 'passFail') : isGood ? 'failPass' : 'failFail']++;
  }
  return frame;
}

/** Drawn without putting back. */
function drawn(random: Random, from: Partial<Frame>, n: number): Frame {
  const left = KINDS.map((kind) => from[kind] ?? 0);
  const found: Frame = { passPass: 0, passFail: 0, failPass: 0, failFail: 0 };
  let total = left.reduce((sum, count) => sum + count, 0);
  for (let i = 0; i < n && total > 0; i++, total--) {
    let at = random.next() * total;
    const index = left.findIndex((count) => (at -= count) < 0);
    left[index] = (left[index] ?? 0) - 1;
    found[KINDS[index] ?? 'passPass']++;
  }
  return found;
}

const covers = (estimate: RateEstimate | null, truth: number): boolean =>
  estimate !== null && estimate.low <= truth && truth <= estimate.high;

interface Counts {
  readonly name: string;
  covered: number;
  n: number;
  refused: number;
}
const counted = (name: string): Counts => ({ name, covered: 0, n: 0, refused: 0 });
function count(counts: Counts, estimate: RateEstimate | null, truth: number): void {
  if (estimate === null) counts.refused++;
  else {
    counts.n++;
    if (covers(estimate, truth)) counts.covered++;
  }
}

const LABELS = [25, 50, 100, 200];
const GRID =
  SEEDS === 1
    ? { tpr: [0.8, 0.95], tnr: [0.6, 0.9], truth: [0.3, 0.85, 0.95] }
    : { tpr: [0.7, 0.8, 0.9, 0.98], tnr: [0.6, 0.8, 0.95], truth: [0.05, 0.3, 0.5, 0.85, 0.95] };
const RUNS = SEEDS === 1 ? 300 : 2000;

for (let round = 0; round < SEEDS; round++)
  describe(`a corrected rate keeps its promises${SEEDS === 1 ? '' : `, seed ${round + 1}`}`, function () {
    this.timeout(SEEDS === 1 ? 600_000 : 3_600_000);

    it('its interval covers the truth in at least 93 %, wherever the labels are from, and so do those of TPR and TNR', () => {
      const random = new Random(seedOf(round, 501));
      for (const tpr of GRID.tpr)
        for (const tnr of GRID.tnr)
          for (const truth of GRID.truth)
            for (const labels of LABELS) {
              const world = { truth, tpr, tnr, labels };
              const found = ['by verdict', 'random', 'elsewhere', 'TPR', 'TNR'].map(counted);
              for (let run = 0; run < RUNS; run++)
                estimatesOf(random, world).forEach(([estimate, wanted], i) => {
                  const counts = found[i];
                  if (counts !== undefined) count(counts, estimate, wanted);
                });
              for (const { name, covered, n } of found) if (n > 0) atLeast(0.93, covered, n, `${name} ${JSON.stringify(world)}`);
            }
    });

    it('the judge’s own rate, and Rogan and Gladen’s from labels drawn by verdict, miss the truth', () => {
      const random = new Random(seedOf(round, 502));
      const world = { truth: 0.85, tpr: 0.9, tnr: 0.8, labels: 100 };
      const raw = counted('raw');
      const naive = counted('naive');
      let bias = 0;
      for (let run = 0; run < 300; run++) {
        const frame = frameOf(random, world);
        const judged = { passed: frame.passPass + frame.passFail, total: JUDGED };
        count(raw, directRate({ successes: judged.passed, total: judged.total }), world.truth);
        const passed = drawn(random, { passPass: frame.passPass, passFail: frame.passFail }, 50);
        const failed = drawn(random, { failPass: frame.failPass, failFail: frame.failFail }, 50);
        const estimate = rateFromElsewhere(
          judged,
          { successes: passed.passPass, total: passed.passPass + failed.failPass },
          { successes: failed.failFail, total: failed.failFail + passed.passFail },
        );
        count(naive, estimate, world.truth);
        bias += (estimate?.value ?? world.truth) - world.truth;
      }
      assert.ok(raw.covered < raw.n / 2, `raw: ${raw.covered} of ${raw.n}`);
      assert.ok(naive.covered < naive.n / 2, `naive: ${naive.covered} of ${naive.n}`);
      assert.ok(bias / 300 > 0.1, `naive is off by ${bias / 300}`);
    });
  });

/** One frame, labelled in each way: the estimate and what it should cover. */
function estimatesOf(random: Random, world: World): [RateEstimate | null, number][] {
  const frame = frameOf(random, world);
  const judged = { passed: frame.passPass + frame.passFail, total: JUDGED };
  const half = Math.floor(world.labels / 2);
  const passed = drawn(random, { passPass: frame.passPass, passFail: frame.passFail }, half);
  const failed = drawn(random, { failPass: frame.failPass, failFail: frame.failFail }, world.labels - half);
  const shares = [
    { successes: passed.passPass, total: passed.passPass + passed.passFail },
    { successes: failed.failPass, total: failed.failPass + failed.failFail },
  ] as const;
  const { tpr, tnr } = agreementByVerdict(judged, ...shares);
  const sample = drawn(random, frame, world.labels);
  const rest = { passed: judged.passed - sample.passPass - sample.passFail, total: JUDGED - world.labels };
  const direct = directRate({ successes: sample.passPass + sample.failPass, total: world.labels });
  const hits = (n: number, rate: number): { successes: number; total: number } => {
    let successes = 0;
    for (let i = 0; i < n; i++) if (random.next() < rate) successes++;
    return { successes, total: n };
  };
  return [
    [rateByVerdict(judged, ...shares), world.truth],
    [poweredRate(rest, sample) ?? direct, world.truth],
    [rateFromElsewhere(judged, hits(half, world.tpr), hits(world.labels - half, world.tnr)), world.truth],
    [tpr, world.tpr],
    [tnr, world.tnr],
  ];
}
