/** What a comparison decides and says, sentence by sentence. */
import assert from 'node:assert/strict';
import { outcomeText } from '../../src/core/compare/outcome-text.ts';
import { advised } from '../../src/core/compare/recommendation.ts';
import type { RunVerdict } from '../../src/core/results/verdict.ts';
import { compareSides, type CompareSettings } from '../../src/core/compare/compare.ts';
import { likely, signedPoints } from '../../src/core/display/figures.ts';
import type { SideInput } from '../../src/core/compare/side.ts';
import { all, side, type Given } from './compared-side.ts';
import { DEFAULT_GATE, type Gate } from '../../src/core/config/gate.ts';

function near(actual: number | null | undefined, expected: number, within = 1e-9): void {
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= within, `${actual} instead of ${expected}`);
}

describe('the advice about another model', () => {
  const advice: readonly (readonly [readonly RunVerdict[], string])[] = [
    [['pass'], 'switch'],
    [['pass', 'pass'], 'switch'],
    [['pass', 'fail'], 'keep'],
    [['pass', 'inconclusive'], 'open'],
    [['not-comparable'], 'open'],
    [['error', 'fail'], 'keep'],
    [[], 'open'],
  ];
  for (const [verdicts, expected] of advice)
    it(`is ${expected} after ${verdicts.join(', ') || 'nothing'}`, () =>
      assert.equal(advised(verdicts.map((verdict) => ({ verdict }))), expected));
});

describe('the outcome of a comparison in plain words', () => {
  const outcomes: readonly (readonly [RunVerdict, number, number, string | null])[] = [
    ['pass', 7, 0, 'Better: 7 cases fixed, none broke'],
    ['pass', 2, 1, 'Better: 2 cases fixed, 1 case broke'],
    ['pass', 0, 0, 'The same: no case changed'],
    // A critical case that fails on both sides.
    ['fail', 0, 0, 'No case changed'],
    ['fail', 2, 0, '2 cases fixed, none broke'],
    ['pass', 2, 2, 'About the same: 2 cases fixed, 2 cases broke'],
    ['pass', 0, 1, 'Good enough: 1 case broke, none fixed'],
    ['fail', 0, 6, 'Worse: 6 cases broke, none fixed'],
    ['inconclusive', 3, 0, 'Not enough data: 3 cases fixed, none broke'],
    ['not-comparable', 1, 0, null],
  ];
  for (const [verdict, improved, regressed, expected] of outcomes)
    it(`of ${verdict}, ${improved} better and ${regressed} worse is ${expected ?? 'left to the reason'}`, () => {
      const paired = { n: 40, improved, regressed, bothPass: 40 - improved - regressed, bothFail: 0 };
      assert.equal(outcomeText({ verdict, paired, method: 'mcnemar-midp' }), expected);
    });

  it('is left to the reason where both sides are the same', () => {
    const paired = { n: 40, improved: 0, regressed: 0, bothPass: 40, bothFail: 0 };
    assert.equal(outcomeText({ verdict: 'pass', paired, method: 'identical' }), null);
  });

  it('a share is likely within whole percent', () => {
    assert.equal(likely([0.788, 0.945]), 'likely 79–95 %');
    assert.equal(likely([0, 1]), 'likely 0–100 %');
  });
});

describe('what a comparison says', () => {
  type Asked = { readonly sequential?: CompareSettings['sequential']; readonly gate?: Partial<Gate> };
  const compare = (a: SideInput, b: SideInput, { sequential = null, gate }: Asked = {}) =>
    compareSides(a, b, { sequential, gate: { ...DEFAULT_GATE, ...gate } });
  const good = side('a', all(60, 'P'));
  const bad = side('b', `${all(10, 'F')} ${all(50, 'P')}`);

  it('identical is what has the same golden set, version, model and parameters', () => {
    const other = (head: Partial<SideInput['head']>): SideInput => ({ ...good, head: { ...good.head, ...head } });
    assert.equal(compare(good, good).method, 'identical');
    for (const head of [{ model: 'n' }, { parameters: { temperature: 1 } }, { prompt: { ...good.head.prompt, version: 'w' } }])
      assert.notEqual(compare(good, other(head)).method, 'identical', JSON.stringify(head));
    assert.equal(compare(good, other({ golden: 'h' })).verdict, 'not-comparable');
  });

  it('shows both sides, the change and the bound that is held against the margin', () => {
    const found = compare(side('a', 'PPF P'), side('b', 'PFF F'));
    // One of two cases passes in every repeat, and (2/3 + 1) / 2 of the samples; then none and 1/6.
    assert.deepEqual([found.a.passRate, found.b.passRate], [0.5, 0]);
    near(found.a.sampleRate, (2 / 3 + 1) / 2);
    near(found.b.sampleRate, 1 / 6);
    assert.deepEqual([found.a.candidate, found.a.version, found.b.version, found.b.path, found.b.run], ['a', 'a', 'b', 'a.prompt', null]);
    assert.deepEqual(
      [found.schema, found.margin, found.alpha, found.savedCalls, found.prompt],
      ['goldset.compare/1', 0.05, 0.05, 0, 'a.prompt'],
    );
    const nothing = compare(side('a', 'E'), side('b', 'P'));
    assert.deepEqual(
      [nothing.a.passRate, nothing.difference, nothing.interval, nothing.lowerBound, nothing.p, nothing.method, nothing.mde, nothing.needs],
      Array(8).fill(null),
    );
    assert.deepEqual([nothing.verdict, nothing.reason, nothing.errors], ['inconclusive', 'No case has an answer on both sides.', 1]);
    const one = compare(side('a', 'PP'), side('b', 'PF'));
    assert.deepEqual([one.interval, one.lowerBound, one.intervalMethod], [[-1, 1], -1, 'student-score']);
  });

  it('needs cases only where it is open', () => {
    assert.equal(compare(good, bad).needs, null);
    const open = compare(side('a', all(40, 'P')), side('b', all(40, 'P')));
    assert.deepEqual([open.verdict, open.needs], ['inconclusive', { cases: 55, repeats: null }]);
    // Four cases that got worse are found. With no chance changes at all, Bin(40, d) ≥ 4 has 80 % at d = 0.1367; a little is left for those not seen.
    assert.ok(Math.abs((open.mde ?? 0) - 0.1367) < 0.01, `${open.mde}`);
    assert.equal(
      open.reason,
      'Not enough data: None of 40 cases changed. With 40 cases only a drop of 14.1 points or more is detectable. About 55 cases would be enough.',
    );
    assert.doesNotMatch(compare(side('a', all(40, 'P')), side('b', all(40, 'P')), { gate: { margin: 0 } }).reason, /About/);
  });

  it('says how many repeats would tell, where they can', () => {
    // Of 100 cases 5 turned for the worse and 5 for the better, and 10 flicker: Σ d² / 99 is 10/99, and a sample varies by 20 · ½ / 200.
    const before = side('a', `${all(85, 'PP')} ${all(5, 'FF')} ${all(10, 'PF')}`);
    const after = side('b', `${all(80, 'PP')} ${all(5, 'FF')} ${all(5, 'PP')} ${all(10, 'FP')}`);
    const { needs, reason } = compare(before, after, { gate: { margin: 0.065 } });
    // (1.645 + 0.842)² is 6.1826. Cases: 10/99 · 6.1826 / 0.065² is 147.8. Room for samples: 100 · 0.065² / 6.1826 − (10/99 − 2 · 0.05 / 2)
    // is 0.0173, and 2 · 0.05 / 0.0173 is 5.8.
    assert.deepEqual(needs, { cases: 148, repeats: 6 });
    assert.match(reason, / About 148 cases, or 6 repeats, would be enough\.$/);
  });

  it('a drop is told in points, with how chance explains it', () => {
    assert.match(
      compare(good, bad).reason,
      /^Pass rate −16\.7 points \(10 of 60 cases got worse, 0 better\), unlikely to be chance \(p = 0\.0005\)\.$/,
    );
    const sure = compare(side('a', all(60, 'P')), side('b', all(60, 'F')));
    assert.match(sure.reason, /^Pass rate −100\.0 points \(60 of 60 cases got worse, 0 better\), .*\(p < 0\.0001\)\.$/);
    assert.match(
      compare(side('a', all(60, 'F')), side('b', all(60, 'P'))).reason,
      /^Pass rate \+100\.0 points .*at most 5 points lost with 95 % confidence\.$/,
    );
    assert.match(compare(side('a', 'P F'), side('b', 'F P')).reason, /Pass rate \+0\.0 points \(1 of 2 cases got worse, 1 better\)/);
    assert.deepEqual([signedPoints(0), signedPoints(-0.125), signedPoints(0.5)], ['+0.0 points', '−12.5 points', '+50.0 points']);
  });

  it('critical cases are listed, five at most, and whether they failed before', () => {
    const critical = (): Given => ({ critical: true });
    const reason = (a: string, b: string): string => compare(side('a', a, critical), side('b', b, critical)).reason;
    assert.equal(reason('P P', 'F P'), 'Critical case failed: c0.');
    assert.equal(reason('F F', 'F F'), 'Critical cases failed: c0, c1 (they failed before too).');
    assert.equal(reason('F P', 'F F'), 'Critical cases failed: c0, c1.');
    assert.equal(reason('F P', 'F P'), 'Critical case failed: c0 (they failed before too).');
    assert.equal(reason(all(5, 'P'), all(5, 'F')), 'Critical cases failed: c0, c1, c2, c3, c4.');
    assert.equal(reason(all(7, 'P'), all(7, 'F')), 'Critical cases failed: c0, c1, c2, c3, c4 and 2 more.');
    assert.equal(reason('E P', 'F P'), 'Critical case failed: c0.');
  });

  it('errors are allowed up to the share of the gate', () => {
    const errors = (count: number) =>
      compare(side('a', `${all(count, 'E')} ${all(100 - count, 'P')}`), side('b', `${all(count, 'E')} ${all(100 - count, 'P')}`));
    assert.equal(errors(5).verdict, 'pass');
    assert.deepEqual([errors(6).verdict, errors(6).reason.slice(0, 34)], ['inconclusive', '6 of 100 cases ended in an error; ']);
  });

  it('a stored run must have the same cases', () => {
    const stored = (cases: string): SideInput => ({ ...side('a', cases), run: 'r1' });
    assert.match(compare(stored('P P'), side('b', 'P')).reason, /^1 case is in only one of the runs/);
    assert.match(compare(stored('P'), side('b', 'P P P')).reason, /^2 cases are in only one of the runs/);
    assert.notEqual(compare(side('a', 'P P'), side('b', 'P')).verdict, 'not-comparable');
    assert.notEqual(compare(stored('P P'), side('b', 'P P')).verdict, 'not-comparable');
    const other = side('b', 'P', () => ({ case: 'other' }));
    assert.equal(compare(stored('P'), other).reason, 'No case has an answer on both sides.');
  });

  it('what was decided early stands, and the end has what is left of alpha', () => {
    const alphaLeft = { fail: 0.01, pass: 0.04 };
    const early = (decided: 'pass' | 'fail' | null, b = bad) => compare(good, b, { sequential: { decided, alphaLeft, savedCalls: 7 } });
    assert.deepEqual([early('fail').verdict, early('fail').savedCalls], ['fail', 7]);
    assert.match(early('fail').reason, /stopped early/);
    assert.equal(early('pass').verdict, 'pass');
    assert.match(early('pass').reason, /at most 5 points lost with 95 % confidence \(stopped early\)/);
    // 4 of 60 for the worse and none for the better: p is 1/32, below 5 % and above what is left of it.
    const four = side('b', `${all(4, 'F')} ${all(56, 'P')}`);
    assert.deepEqual([compare(good, four).verdict, early(null, four).verdict], ['fail', 'inconclusive']);
    assert.deepEqual([early(null).verdict, early(null, side('b', `${all(7, 'F')} ${all(53, 'P')}`)).verdict], ['fail', 'fail']);
    // At 1 % six are needed: Bin(60, d) ≥ 6 has 80 % at d = 0.1309.
    assert.ok(Math.abs((early(null, four).mde ?? 0) - 0.1309) < 0.015, `${early(null, four).mde}`);
    assert.deepEqual([early(null, four).lowerBoundLevel, compare(good, four).lowerBoundLevel], [0.96, 0.95]);
    // 55 unchanged cases pass at 5 %, and need 62 at 4 %.
    const unchanged = (n: number, left: typeof alphaLeft | null) =>
      compare(
        side('a', all(n, 'P')),
        side('b', all(n, 'P')),
        left === null ? {} : { sequential: { decided: null, alphaLeft: left, savedCalls: 0 } },
      ).verdict;
    assert.deepEqual([unchanged(55, null), unchanged(55, alphaLeft), unchanged(62, alphaLeft)], ['pass', 'inconclusive', 'pass']);
  });

  it('metrics that the gate limits are named: those that rose, and those that cannot be told', () => {
    const of = (factor: number, noise: number) => (i: number) => ({
      costUsd: (1 + (i % 5) / 10) * factor + (i % 2 ? noise : -noise),
      ttftMs: 100 * factor * (i % 2 ? 2 ** noise : 2 ** -noise),
    });
    const found = (factor: number, noise: number) =>
      compare(side('a', all(100, 'P'), of(1, 0)), side('b', all(100, 'P'), of(factor, noise)), {
        gate: { metrics: { costPerCallUsd: 0.1, ttftMs: 0.2, latencyMs: 0 } },
      });
    assert.equal(found(1.3, 0).reason, 'costPerCallUsd rose by more than 10 %; ttftMs rose by more than 20 %.');
    assert.deepEqual([found(1.3, 0).verdict, found(1.05, 0).verdict, found(1.09, 2).verdict], ['fail', 'pass', 'inconclusive']);
    assert.match(found(1.09, 2).reason, /whether costPerCallUsd rose by less than 10 % and ttftMs rose by less than 20 %\.$/);
    assert.equal(found(1.15, 0).reason, 'costPerCallUsd rose by more than 10 %.');
  });
});
