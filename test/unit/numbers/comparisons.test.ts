/** What a comparison promises, by simulation with planted truth. Values by hand are in compare-values.test.ts and statistics.test.ts. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ALPHA } from '../../../src/core/compare/alpha.ts';
import { compareAll, compareSides, type Comparison } from '../../../src/core/compare/compare.ts';
import { EarlyStop, informativeOrder, type OrderedCase } from '../../../src/core/compare/early-stop.ts';
import type { SideInput } from '../../../src/core/compare/side.ts';
import { DEFAULT_GATE } from '../../../src/core/config/gate.ts';
import { worstOf } from '../../../src/core/results/verdict.ts';
import { Random } from '../../../src/core/statistics/random.ts';
import { clusteredShareInterval } from '../../../src/core/statistics/summary.ts';
import { drawSuite, headNamed, outline, type SuiteShape } from '../simulated-suite.ts';
import { atLeast, atMost, seedOf, SEEDS } from './simulated-rate.ts';
import { CountedSuites } from './counted-suites.ts';

const PLAIN: SuiteShape = { cases: 100, repeats: 1, flaky: 0.1, groupSize: 1, errors: 0, drop: 0 };
const compare = (a: SideInput, b: SideInput): Comparison => compareSides(a, b, { gate: DEFAULT_GATE, sequential: null });
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

const orders = new Map<number, readonly OrderedCase[]>();
/** The order in which the cases of `drawSuite` are asked: it is of their ids alone. */
function orderOf(cases: number): readonly OrderedCase[] {
  const made =
    orders.get(cases) ??
    informativeOrder(
      Array.from({ length: cases }, (_, i): OrderedCase => ({ id: `c${i}`, group: null, critical: false })),
      (one) => one,
      hash,
    );
  orders.set(cases, made);
  return made;
}

for (let round = 0; round < SEEDS; round++)
  describe(`a comparison keeps its promises${SEEDS === 1 ? '' : `, seed ${round + 1}`}`, function () {
    this.timeout(600_000);
    const random = (own: number): Random => new Random(seedOf(round, own));
    const many = (n: number): number => (SEEDS === 1 ? n : 4 * n);

    it('a drop of 10 points that is all errors of the new side passes in at most 5 %', () => {
      const draw = random(11);
      const suites = many(400);
      const gate = { ...DEFAULT_GATE, maxErrors: 1 };
      let passed = 0;
      for (let i = 0; i < suites; i++) {
        const cases = [60, 100, 200][i % 3] ?? 100;
        const { a, b } = drawSuite(draw, { ...PLAIN, cases });
        const refused = b.outlines.map((one) => (draw.next() < 0.1 ? outline('b', { case: one.case, verdict: 'error' }) : one));
        if (compareSides(a, { ...b, outlines: refused }, { gate, sequential: null }).verdict === 'pass') passed++;
      }
      atMost(0.05, passed, suites, 'passes');
    });

    it('of 20 unchanged prompts a run fails in at most 5 %', () => {
      const draw = random(14);
      const runs = many(60);
      let failed = 0;
      let apart = 0;
      for (let i = 0; i < runs; i++) {
        const pairs = Array.from({ length: 20 }, (_, at) => ({
          ...drawSuite(draw, { ...PLAIN, cases: [50, 100, 200][at % 3] ?? 100, flaky: 0.2, repeats: at % 4 === 0 ? 3 : 1 }),
          sequential: null,
        }));
        const found = compareAll(pairs, DEFAULT_GATE);
        if (worstOf(found.map(({ verdict }) => verdict)) === 'fail') failed++;
        if (found.some(({ p, lowerBound }) => (p ?? 1) < ALPHA && (lowerBound ?? -1) <= -DEFAULT_GATE.margin)) apart++;
      }
      atMost(ALPHA, failed, runs, 'failed runs');
      assert.ok(apart > failed, `each by itself: ${apart} of ${runs}`);
    });

    it('critical cases with repeats fail an unchanged prompt no more often with more samples', () => {
      const draw = random(17);
      const suites = many(200);
      const fails = [3, 10].map((repeats) => {
        let failed = 0;
        for (let i = 0; i < suites; i++) {
          const answers = (name: string): SideInput => ({
            head: headNamed(name),
            outlines: Array.from({ length: 20 * repeats }, (_, sample) => {
              const at = Math.floor(sample / repeats);
              const verdict = at < 5 && draw.next() < 0.1 ? 'fail' : 'pass';
              return outline(name, { case: `c${at}`, repeat: sample % repeats, critical: at < 5, verdict });
            }),
            run: null,
          });
          if (compare(answers('a'), answers('b')).verdict === 'fail') failed++;
        }
        return failed;
      });
      for (const failed of fails) atMost(ALPHA, failed, suites, 'fails');
    });

    const sequential = (draw: Random, shape: SuiteShape): { plain: string; early: string; share: number } => {
      const { a, b } = drawSuite(draw, shape);
      const ordered = orderOf(shape.cases);
      const stop = new EarlyStop(ordered, { a: 1, b: 1 }, DEFAULT_GATE, ALPHA);
      const byCase = { a: new Map(a.outlines.map((one) => [one.case, one])), b: new Map(b.outlines.map((one) => [one.case, one])) };
      const seen = { a: [...a.outlines].slice(0, 0), b: [...b.outlines].slice(0, 0) };
      for (const { id } of ordered) {
        for (const name of ['a', 'b'] as const) {
          const found = byCase[name].get(id);
          if (found === undefined) continue;
          seen[name].push(found);
          stop.take(name, found);
        }
        if (stop.decided !== null) break;
      }
      const state = { decided: stop.decided, alphaLeft: stop.alphaLeft, savedCalls: 0 };
      const early = compareSides({ ...a, outlines: seen.a }, { ...b, outlines: seen.b }, { gate: DEFAULT_GATE, sequential: state });
      return { plain: compare(a, b).verdict, early: early.verdict, share: seen.b.length / shape.cases };
    };

    it('stopping early ends with the verdict of all cases, or open, in 99 %, and decides 90 % of what they decide', () => {
      const draw = random(12);
      const rounds = Array.from({ length: many(300) }, (_, i) =>
        sequential(draw, {
          ...PLAIN,
          cases: [100, 100, 200, 200, 500, 1000][i % 6] ?? 100,
          drop: [0, 0.02, 0.03, 0.05, 0.1][Math.floor(i / 6) % 5] ?? 0,
          errors: 0.01,
        }),
      );
      const agree = rounds.filter(({ plain, early }) => plain === early || early === 'inconclusive' || plain === 'inconclusive').length;
      atLeast(0.99, agree, rounds.length, 'the same verdict');
      const decided = rounds.filter(({ plain }) => plain !== 'inconclusive');
      atLeast(0.9, decided.filter(({ early }) => early !== 'inconclusive').length, decided.length, 'decided');
    });

    it('stopping early needs at most 70 % of the calls where the true drop is 10 points', () => {
      const draw = random(120);
      const shares = Array.from({ length: many(80) }, () => sequential(draw, { ...PLAIN, cases: 200, drop: 0.1 }).share);
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      assert.ok(mean <= 0.7, `${mean}`);
    });

    for (const shape of [
      { ...PLAIN, cases: 20 },
      { ...PLAIN, cases: 100, flaky: 0.3 },
      { ...PLAIN, cases: 500, flaky: 0 },
      { ...PLAIN, cases: 1000, flaky: 0.2 },
    ])
      it(`a drop of the promised size is found in 77 to 83 %: ${JSON.stringify(shape)}`, () => {
        const draw = random(13 + shape.cases);
        const suites = many(shape.cases >= 500 ? 400 : 1500);
        const counted = new CountedSuites(shape.cases, compare);
        let found = 0;
        for (let i = 0; i < suites; i++) {
          const { mde } = counted.compared(draw, shape);
          if (counted.compared(draw, { ...shape, drop: mde ?? 1 }).verdict === 'fail') found++;
        }
        atLeast(0.77, found, suites, 'found');
        atMost(0.83, found, suites, 'found');
      });

    for (const shape of [
      { ...PLAIN, cases: 50, repeats: 3 },
      { ...PLAIN, cases: 150, repeats: 5, flaky: 0.3 },
      { ...PLAIN, cases: 100, groupSize: 4 },
      { ...PLAIN, cases: 400, groupSize: 4, flaky: 0.3 },
    ])
      it(`a drop of the promised size is found in 77 to 83 %: ${JSON.stringify(shape)}`, () => {
        const draw = random(13 + shape.cases);
        const suites = many(shape.cases >= 150 ? 150 : 300);
        let found = 0;
        for (let i = 0; i < suites; i++) {
          const unchanged = drawSuite(draw, shape);
          const { mde } = compare(unchanged.a, unchanged.b);
          const dropped = drawSuite(draw, { ...shape, drop: mde ?? 1 });
          if (compare(dropped.a, dropped.b).verdict === 'fail') found++;
        }
        atLeast(0.77, found, suites, 'found');
        atMost(0.83, found, suites, 'found');
      });

    /** Groups of very different sizes, each with a share of its own: what both sides, or one, would answer. */
    const grouped = (draw: Random, sizes: readonly number[]): SideInput[] => {
      const cases = sizes.flatMap((size, g) => {
        const share = draw.next();
        return Array.from({ length: size }, () => ({ group: `g${g}`, share }));
      });
      return (['a', 'b'] as const).map((name) => {
        const bad = new Map(sizes.map((_, g) => [`g${g}`, draw.next() < 0.3]));
        const outlines = cases.map(({ group, share }, i) =>
          outline(name, { case: `c${i}`, group, verdict: (bad.get(group) === true ? share / 3 : share) > draw.next() ? 'pass' : 'fail' }),
        );
        return { head: headNamed(name), outlines, run: null };
      });
    };

    for (const sizes of [
      [20, 5, 5, 5, 5, 5, 5],
      [3, 3, 3, 3, 3, 3],
      [40, 30, 10, 5, 5, 2, 2, 2, 1, 1, 1, 1],
      Array.from({ length: 40 }, (_, i) => 1 + (i % 7)),
    ])
      it(`${sizes.length} groups of ${Math.min(...sizes)} to ${Math.max(...sizes)} cases that move together fail in at most 5 % when nothing changed`, () => {
        const draw = random(15);
        const suites = many(400);
        let failed = 0;
        for (let i = 0; i < suites; i++) {
          const [a, b] = grouped(draw, sizes);
          if (a === undefined || b === undefined) continue;
          const found = compare(a, b);
          assert.notEqual(found.p, 0);
          if (found.verdict === 'fail') failed++;
        }
        atMost(ALPHA, failed, suites, 'fails');
      });

    it('the pass rate of grouped cases is inside its interval in 93 %', () => {
      const draw = random(16);
      const suites = many(600);
      let covered = 0;
      for (let i = 0; i < suites; i++) {
        const sizes = Array.from({ length: 12 + (i % 3) * 12 }, (_, g) => 1 + ((g * 5) % 8));
        // The share of a group is uniform between 0.3 and 1, so the truth is 0.65.
        const clusters = sizes.map((size) => {
          const share = 0.3 + 0.7 * draw.next();
          return Array.from({ length: size }, () => (draw.next() < share ? 1 : 0));
        });
        const [low, high] = clusteredShareInterval(clusters) ?? [1, 0];
        if (low <= 0.65 && 0.65 <= high) covered++;
      }
      atLeast(0.93, covered, suites, 'covered');
    });
  });
