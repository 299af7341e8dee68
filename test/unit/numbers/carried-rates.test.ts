/** A judge's rates carried to another run. References: the program of Lee et al. (arXiv 2511.21140) and a published calculation; coverage by simulation with planted truth. */
import assert from 'node:assert/strict';
import { equivalentShare, rateWithKnown } from '../../../src/core/statistics/carried-rate.ts';
import { agreementByVerdict, directRate, rateFromElsewhere, type RateEstimate } from '../../../src/core/statistics/corrected-rate.ts';
import { Random } from '../../../src/core/statistics/random.ts';
import { agrestiCoull } from '../../../src/core/statistics/share-interval.ts';
import { wilsonInterval } from '../../../src/core/statistics/summary.ts';
import { atLeast, seedOf, SEEDS } from './simulated-rate.ts';

const near = (found: number | undefined, wanted: number, within = 1e-9): void =>
  assert.ok(found !== undefined && Math.abs(found - wanted) < within, `${found}, not ${wanted}`);
const share = (value: number, total: number): { successes: number; total: number } => ({ successes: value * total, total });

describe('a rate carried to another run', () => {
  it('is that of the authors’ program, with Student’s quantile in place of the normal one', () => {
    // Their README: p .4 of 1,000; specificity .7, sensitivity .9, 200 labels each.
    const found = rateFromElsewhere({ passed: 400, total: 1000 }, share(0.9, 200), share(0.7, 200));
    near(found?.value, 1 / 6);
    near(found?.low, LEE.low, 0.002);
    near(found?.high, LEE.high, 0.002);
    assert.ok(found !== null && found.low < LEE.low && found.high > LEE.high);
  });

  it('is that of another program’s published calculation', () => {
    // judgy: the judge passes 77.3 % with TPR 1 and TNR .75: 69.7 %.
    near(rateFromElsewhere({ passed: 0.773 * 2400, total: 2400 }, share(1, 30), share(0.75, 16))?.value, 0.697, 5e-4);
  });

  it('takes as many labels from an interval as gave it', () => {
    const [low, high] = wilsonInterval(40, 100) ?? [0, 0];
    near(equivalentShare({ value: 0.4, low, high }, 1000).total, 100, 1e-6);
    near(equivalentShare({ value: 0.4, low, high }, 60).total, 60);
    // The upper end is cut off at 1; the lower one says nearly as much.
    const [lower, upper] = agrestiCoull(98, 100);
    const { total, successes } = equivalentShare({ value: 0.98, low: lower, high: upper }, 100);
    assert.ok(total > 60 && total <= 100, `${total}`);
    near(successes / total, 0.98);
    near(equivalentShare({ value: 0.5, low: 0, high: 1 }, 100).total, 1);
    near(equivalentShare({ value: 1, low: 1, high: 1 }, 30).total, 30);
  });

  it('with cases that are known is their weighted sum', () => {
    const found = rateWithKnown({ value: 0.8, low: 0.7, high: 0.9 }, { passed: 10, failed: 40, judged: 50 });
    near(found.value, 0.5);
    assert.ok(found.low < 0.45 && found.high > 0.55);
  });
});

/** As the program prints it. */
const LEE = { low: 0.05635072484160897, high: 0.26273302578595875 };

interface Scene {
  /** Share of outputs that other assertions let through, and of these the share that people pass. */
  readonly through: number;
  readonly truth: number;
  readonly tpr: number;
  readonly tnr: number;
  readonly labels: number;
}

const RUNS = SEEDS === 1 ? 300 : 2000;
const CASES = 200;
const SCENES: readonly Scene[] = (
  SEEDS === 1
    ? [{ truth: 0.85, tpr: 0.9, tnr: 0.8 }]
    : [0.3, 0.85, 0.95].flatMap((truth) => [0.8, 0.95].flatMap((tpr) => [0.6, 0.9].map((tnr) => ({ truth, tpr, tnr }))))
).flatMap((judge) => [1, 0.7].flatMap((through) => [50, 100, 200].map((labels) => ({ ...judge, through, labels }))));

for (let round = 0; round < SEEDS; round++)
  describe(`a rate carried to another run keeps its promise${SEEDS === 1 ? '' : `, seed ${round + 1}`}`, function () {
    this.timeout(SEEDS === 1 ? 120_000 : 3_600_000);

    it('its interval covers the truth in at least 93 %, from labels drawn by verdict or not, with and without other assertions', () => {
      const random = new Random(seedOf(round, 511));
      for (const scene of SCENES) {
        const covered = { verdict: 0, classes: 0, all: 0, verdicts: 0 };
        for (let run = 0; run < RUNS; run++) {
          const wanted = scene.through * scene.truth;
          const { judged, known } = newRun(random, scene);
          const estimates = [byVerdict(random, scene), byClass(random, scene)].map((rates) => carried(rates, judged, known, scene));
          const [first, second] = estimates;
          if (first != null) {
            covered.verdicts++;
            if (covers(first, wanted)) covered.verdict++;
          }
          if (second != null) {
            covered.all++;
            if (covers(second, wanted)) covered.classes++;
          }
        }
        atLeast(0.93, covered.verdict, covered.verdicts, `by verdict ${JSON.stringify(scene)}`);
        atLeast(0.93, covered.classes, covered.all, `by class ${JSON.stringify(scene)}`);
      }
    });
  });

const covers = ({ low, high }: RateEstimate, truth: number): boolean => low <= truth && truth <= high;

interface Rates {
  readonly tpr: RateEstimate | null;
  readonly tnr: RateEstimate | null;
}

function carried({ tpr, tnr }: Rates, judged: Counted, known: number, { through, labels }: Scene): RateEstimate | null {
  if (tpr === null || tnr === null) return null;
  const rate = rateFromElsewhere(judged, equivalentShare(tpr, labels), equivalentShare(tnr, labels));
  return rate === null || through === 1 ? rate : rateWithKnown(rate, { passed: 0, failed: known, judged: judged.total });
}

interface Counted {
  passed: number;
  total: number;
}

const passes = (random: Random, isGood: boolean, { tpr, tnr }: Scene): boolean => random.next() < (isGood ? tpr : 1 - tnr);

function newRun(random: Random, scene: Scene): { judged: Counted; known: number } {
  const judged = { passed: 0, total: 0 };
  for (let i = 0; i < CASES; i++) {
    if (random.next() >= scene.through) continue;
    judged.total++;
    if (passes(random, random.next() < scene.truth, scene)) judged.passed++;
  }
  return { judged, known: CASES - judged.total };
}

/** Half of the labels where the judge says pass, half where it says fail, of 400 outputs of another time with another rate. */
function byVerdict(random: Random, scene: Scene): Rates {
  const half = scene.labels / 2;
  const found = { pass: { successes: 0, total: 0 }, fail: { successes: 0, total: 0 } };
  const judged = { passed: 0, total: 400 };
  for (let i = 0; i < judged.total; i++) {
    const isGood = random.next() < 0.7;
    const verdict = passes(random, isGood, scene) ? 'pass' : 'fail';
    if (verdict === 'pass') judged.passed++;
    // Outputs come in no order, so the first are a random sample.
    if (found[verdict].total >= half) continue;
    found[verdict].total++;
    if (isGood) found[verdict].successes++;
  }
  return agreementByVerdict(judged, found.pass, found.fail);
}

function byClass(random: Random, scene: Scene): Rates {
  const half = scene.labels / 2;
  const of = (rate: number): RateEstimate | null => {
    let successes = 0;
    for (let i = 0; i < half; i++) if (random.next() < rate) successes++;
    return directRate({ successes, total: half });
  };
  return { tpr: of(scene.tpr), tnr: of(scene.tnr) };
}
