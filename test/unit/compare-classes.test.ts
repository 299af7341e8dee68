/** Which class got worse, and gates of classes. Values by hand; false alarms and found drops by simulation with planted truth. */
import assert from 'node:assert/strict';
import { pairCases } from '../../src/core/compare/case-pairs.ts';
import { compareClasses, MACRO } from '../../src/core/compare/classes.ts';
import { compareSides, type Comparison } from '../../src/core/compare/compare.ts';
import type { SideInput } from '../../src/core/compare/side.ts';
import { DEFAULT_GATE } from '../../src/core/config/gate.ts';
import { comparedFields } from '../../src/core/results/classes/compared-fields.ts';
import { Random } from '../../src/core/statistics/random.ts';
import { headNamed, outline } from './simulated-suite.ts';
import { atLeast, atMost } from './numbers/simulated-rate.ts';

type Answers = readonly (readonly [expected: string, found: string])[];

const sideOf = (id: string, answers: Answers): SideInput => ({
  head: headNamed(id, 'g'),
  outlines: answers.map(([expected, found], i) => {
    const compared = comparedFields({ expected: { label: expected }, output: JSON.stringify({ label: found }) }) ?? {};
    return { ...outline(id, { case: `c${i}`, verdict: expected === found ? 'pass' : 'fail' }), compared, answered: true };
  }),
  run: null,
});

const answers = (...parts: readonly (readonly [string, string, number])[]): Answers =>
  parts.flatMap(([expected, found, times]) => Array.from({ length: times }, () => [expected, found] as const));

const compared = (a: Answers, b: Answers, classes: Record<string, number> = {}): Comparison =>
  compareSides(sideOf('a', a), sideOf('b', b), { gate: { ...DEFAULT_GATE, classes, margin: 1 }, sequential: null });

const near = (found: number | undefined, wanted: number): void =>
  assert.ok(Math.abs((found ?? NaN) - wanted) < 1e-9, `${String(found)}, not ${wanted}`);

const BEFORE = answers(['refund', 'refund', 20], ['billing', 'billing', 20], ['other', 'other', 20]);
const AFTER = answers(['refund', 'refund', 8], ['refund', 'other', 12], ['billing', 'billing', 20], ['other', 'other', 20]);

describe('a comparison by class', () => {
  it('names the class that got worse', () => {
    const { classes = [] } = compared(BEFORE, AFTER);
    const rows = new Map(classes.map((change) => [change.label, change]));
    // Refund: 8 right of 20 expected and 8 found. Other: 20 right of 20 expected and 32 found.
    near(rows.get('refund')?.b, 16 / 28);
    near(rows.get('other')?.b, 40 / 52);
    near(rows.get(null)?.b, (16 / 28 + 1 + 40 / 52) / 3);
    near(rows.get('refund')?.difference, 16 / 28 - 1);
    assert.deepEqual(
      classes.map(({ label, isWorse }) => [label, isWorse]),
      [
        ['refund', true],
        ['billing', false],
        ['other', true],
        [null, false],
      ],
    );
    const interval = rows.get('refund')?.interval ?? [0, 0];
    assert.ok(interval[0] < 16 / 28 - 1 && interval[1] > 16 / 28 - 1 && interval[1] < 0);
  });

  it('fails, passes or stays open by gate.classes', () => {
    assert.equal(compared(BEFORE, AFTER).verdict, 'pass', 'without the gate, the margin allows all');
    const { verdict, reason } = compared(BEFORE, AFTER, { refund: 0.05 });
    assert.deepEqual([verdict, reason], ['fail', 'F1 of refund dropped by more than 5 points.']);
    assert.equal(compared(BEFORE, AFTER, { billing: 0.05 }).verdict, 'pass');
    assert.equal(compared(BEFORE, AFTER, { refund: 0.9 }).verdict, 'pass');
    const mean = compared(BEFORE, AFTER, { [MACRO]: 0.02 });
    assert.deepEqual([mean.verdict, mean.reason], ['fail', 'The mean F1 of the classes dropped by more than 2 points.']);
    const few = compared(answers(['a', 'a', 3], ['b', 'b', 3]), answers(['a', 'a', 2], ['a', 'b', 1], ['b', 'b', 3]), { a: 0.05 });
    assert.equal(few.verdict, 'inconclusive');
  });

  it('a class that no case expects is not passed', () => {
    const { verdict, reason } = compared(BEFORE, AFTER, { refunds: 0.05 });
    assert.deepEqual([verdict, reason], ['inconclusive', 'gate.classes names refunds, which no case expects in two or more classes.']);
  });

  it('is left out where nothing is expected in classes', () => {
    assert.equal('classes' in compared(answers(['a', 'a', 5]), answers(['a', 'a', 5])), false);
  });

  const RUNS = 100;
  const LABELS = ['a', 'b', 'c', 'd'];
  /** Of 200 cases; `worse`: how often class a is right on side b. */
  const worseIn = (worse: number, random: Random): readonly (string | null)[] => {
    const draw = (): [Answers[number], Answers[number]] => {
      const expected = LABELS[Math.floor(random.next() * LABELS.length)] ?? 'a';
      const found = (right: number): string =>
        random.next() < right ? expected : (LABELS[Math.floor(random.next() * LABELS.length)] ?? 'b');
      return [
        [expected, found(0.85)],
        [expected, found(expected === 'a' ? worse : 0.85)],
      ];
    };
    const drawn = Array.from({ length: 200 }, draw);
    const [a, b] = [
      sideOf(
        'a',
        drawn.map(([one]) => one),
      ),
      sideOf(
        'b',
        drawn.map(([, two]) => two),
      ),
    ];
    return compareClasses(pairCases(a.outlines, b.outlines).pairs).flatMap(({ label, isWorse }) => (isWorse ? [label] : []));
  };

  it('rarely blames a class when nothing changed, and mostly finds one that got much worse', () => {
    const random = new Random(11);
    let blamed = 0;
    let found = 0;
    for (let run = 0; run < RUNS; run++) {
      if (worseIn(0.85, random).length > 0) blamed++;
      if (worseIn(0.3, random).includes('a')) found++;
    }
    atMost(0.05, blamed, RUNS, 'unchanged');
    atLeast(0.9, found, RUNS, 'class a right in 0.3 instead of 0.85');
  });
});
