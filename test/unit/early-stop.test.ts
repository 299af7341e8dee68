/** Looking after every case: the order of cases, and the case at which it is decided, by hand. */
import assert from 'node:assert/strict';
import { EarlyStop, informativeOrder, type OrderedCase } from '../../src/core/compare/early-stop.ts';
import type { Given } from './compared-side.ts';
import { outline } from './simulated-suite.ts';
import { DEFAULT_GATE, type Gate } from '../../src/core/config/gate.ts';

const item = (id: string, group: string | null = null, critical = false): OrderedCase => ({ id, group, critical });
const alone = (count: number): OrderedCase[] => Array.from({ length: count }, (_, i) => item(`c${i}`));

interface Asked {
  readonly cases?: readonly OrderedCase[];
  readonly samples?: number;
  readonly gate?: Partial<Gate>;
}

/** After how many cases it is decided, and how; a letter of `b` is a case, on side a all pass. */
function decided(b: string, { cases = alone(b.length), samples = 1, gate = {} }: Asked = {}, a = 'P'.repeat(b.length)): string {
  const stop = new EarlyStop(cases, { a: samples, b: samples }, { ...DEFAULT_GATE, ...gate }, 0.05);
  const verdict = (letter = ''): Given['verdict'] => (letter === 'P' ? 'pass' : letter === 'F' ? 'fail' : 'error');
  for (const [i, { id, critical }] of cases.entries()) {
    for (let repeat = 0; repeat < samples; repeat++) {
      stop.take('a', outline('a', { case: id, critical, repeat, verdict: verdict(a[i]) ?? 'error' }));
      stop.take('b', outline('b', { case: id, critical, repeat, verdict: verdict(b[i]) ?? 'error' }));
    }
    if (stop.decided !== null) return `${stop.decided} after ${i + 1}`;
  }
  return 'open';
}

describe('the order of cases', () => {
  const hash = (text: string): string => ({ a: '3', b: '1', c: '2', g: '0', h: '4' })[text] ?? '9';
  const order = (...cases: OrderedCase[]): string =>
    informativeOrder(cases, (one) => one, hash)
      .map(({ id }) => id)
      .join('');

  it('is that of the hashes of their ids', () => assert.equal(order(item('a'), item('b'), item('c')), 'bca'));

  it('keeps groups together, where the hash of the group is', () => {
    assert.equal(order(item('a', 'h'), item('b'), item('c', 'h')), 'bac');
    assert.equal(order(item('b'), item('a', 'g'), item('c'), item('x', 'g')), 'axbc');
  });

  it('has critical cases first, with their groups', () => {
    assert.equal(order(item('b'), item('a', null, true), item('c')), 'abc');
    assert.equal(order(item('b'), item('a', 'h'), item('c', 'h', true)), 'acb');
  });

  it('does not take an id for a group', () => assert.equal(order(item('a'), item('b', 'a')), 'ab'));
});

describe('looking after every case', () => {
  it('leaves three fifths of alpha for a drop at the end, and four fifths for a pass', () => {
    const { alphaLeft } = new EarlyStop([], { a: 1, b: 1 }, DEFAULT_GATE, 0.05);
    assert.ok(Math.abs(alphaLeft.fail - 0.03) < 1e-12 && Math.abs(alphaLeft.pass - 0.04) < 1e-12);
  });

  it('fails when the evidence is 1 / (0.4 · 0.05) = 50: (2ᵏ⁺¹ − 1) / (k + 1) after k that got worse, 31.9 at 7 and 56.8 at 8', () => {
    assert.equal(decided('F'.repeat(9)), 'fail after 8');
    assert.equal(decided(`FFF${'P'.repeat(5)}FFFFF`), 'fail after 13');
    // With one that got better 30.9 at 10 and 52.4 at 11, with two 38.9 at 13 and 64.2 at 14.
    assert.equal(decided(`P${'F'.repeat(12)}`, {}, `F${'P'.repeat(12)}`), 'fail after 12');
    assert.equal(decided(`PP${'F'.repeat(14)}`, {}, `FF${'P'.repeat(14)}`), 'fail after 16');
    assert.equal(decided('F'.repeat(30), {}, 'F'.repeat(30)), 'open');
    assert.equal(decided('P'.repeat(30), {}, 'F'.repeat(30)).startsWith('fail'), false);
  });

  it('passes when the evidence that no more than the margin is lost is 1 / (0.2 · 0.05) = 100', () => {
    // The mean over the stakes λ of (1 + λ · 0.05/0.95)ⁿ: 99.1 at 136 unchanged cases and 103.3 at 137.
    assert.equal(decided('P'.repeat(150)), 'pass after 137');
    // With a margin of 10 points (1 + λ/9)ⁿ: 99.9 at 66 and 108.8 at 67.
    assert.equal(decided('P'.repeat(150), { gate: { margin: 0.1 } }), 'pass after 67');
    assert.equal(decided('P'.repeat(150), { gate: { metrics: { ttftMs: 0.1 } } }), 'open');
  });

  it('bets on the mean of repeats and of groups: (1 + λ)ᵏ is 41.1 on average at 8 and 71.7 at 9', () => {
    assert.equal(decided('F'.repeat(20), { samples: 2 }), 'fail after 9');
    const grouped = Array.from({ length: 40 }, (_, i) => item(`c${i}`, `g${i >> 1}`));
    assert.equal(decided('F'.repeat(40), { cases: grouped }), 'fail after 18');
    // One of two in each group: (1 + λ/2)ᵏ is 41.1 at 14 and 56.6 at 15.
    assert.equal(decided('FP'.repeat(20), { cases: grouped }), 'fail after 30');
    // Twice as many cases as groups, each as large as the largest: the margin of a group is that of a case.
    assert.equal(decided('P'.repeat(300), { cases: Array.from({ length: 300 }, (_, i) => item(`c${i}`, `g${i >> 1}`)) }), 'pass after 274');
  });

  it('scales what a group lost by the largest group: a half of one lost in 500 groups of two', () => {
    const cases = Array.from({ length: 600 }, (_, i) => item(`c${i}`, `g${i >> 1}`));
    // The first group loses one of two: (−1/2 + 0.05) and then 0.05 a group. By hand, over the stakes.
    const stakes = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    const evidence = (groups: number): number =>
      stakes.reduce((sum, stake) => sum + (1 - (stake * 0.45) / 0.95) * (1 + (stake * 0.05) / 0.95) ** (groups - 1), 0) / 11;
    let groups = 1;
    while (evidence(groups) < 100) groups++;
    assert.equal(decided(`F${'P'.repeat(599)}`, { cases }), `pass after ${groups * 2}`);
  });

  it('shrinks the margin where groups are smaller than the largest', () => {
    // One group of two, 99 alone: 101 cases in 100 groups, so the bound is −0.05 · 1.01 / 2.
    const cases = [item('x', 'g'), item('y', 'g'), ...alone(99)];
    const bound = (-0.05 * 1.01) / 2;
    const stakes = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    const evidence = stakes.reduce((sum, stake) => sum + (1 + (stake / (1 + bound)) * -bound) ** 100, 0) / stakes.length;
    assert.ok(evidence < 100, `${evidence}`);
    assert.equal(decided('P'.repeat(101), { cases }), 'open');
  });

  it('fails at once when a critical case does', () => {
    const cases = alone(5).map((one, i) => ({ ...one, critical: i === 2 }));
    assert.equal(decided('FFFPP', { cases }), 'fail after 3');
    assert.equal(decided('FFPFF', { cases }), 'open');
    // The case that would complete the evidence for a pass: it failed before, too.
    const last = alone(137).map((one, i) => ({ ...one, critical: i === 136 }));
    assert.equal(decided(`${'P'.repeat(136)}F`, { cases: last }, `${'P'.repeat(136)}F`), 'fail after 137');
  });

  it('skips what a side did not answer', () => {
    assert.equal(decided(`E${'F'.repeat(8)}`, { gate: { maxErrors: 0.2 } }), 'fail after 9');
    // As at the end: with more errors than the gate allows there is no verdict.
    assert.equal(decided(`E${'F'.repeat(18)}`), 'open');
    assert.equal(decided(`E${'F'.repeat(30)}`), 'fail after 20');
    assert.equal(decided('E'.repeat(200)), 'open');
  });

  it('bets on the mean where only one side has repeats', () => {
    for (const samples of [
      { a: 1, b: 2 },
      { a: 2, b: 1 },
    ]) {
      const stop = new EarlyStop(alone(10), samples, DEFAULT_GATE, 0.05);
      let count = 0;
      for (const { id } of alone(10)) {
        if (stop.decided !== null) break;
        for (let i = 0; i < samples.a; i++) stop.take('a', outline('a', { case: id, verdict: 'pass' }));
        for (let i = 0; i < samples.b; i++) stop.take('b', outline('b', { case: id, verdict: 'fail' }));
        count++;
      }
      assert.deepEqual([stop.decided, count], ['fail', 9]);
    }
  });

  it('counts outcomes in the order of the cases, whenever they come, and a case when all its samples are there', () => {
    const stop = new EarlyStop(alone(9), { a: 1, b: 2 }, DEFAULT_GATE, 0.05);
    const take = (name: 'a' | 'b', i: number, verdict: 'pass' | 'fail'): void => stop.take(name, outline(name, { case: `c${i}`, verdict }));
    for (let i = 8; i >= 1; i--) {
      take('b', i, 'fail');
      take('a', i, 'pass');
      take('b', i, 'fail');
    }
    take('b', 0, 'fail');
    take('b', 0, 'fail');
    assert.equal(stop.decided, null);
    take('a', 0, 'pass');
    assert.equal(stop.decided, 'fail');
  });

  it('stays with its decision', () => {
    const after = (early: 'pass' | 'fail', late: 'pass' | 'fail'): string | null => {
      const cases = alone(300);
      const stop = new EarlyStop(cases, { a: 1, b: 1 }, DEFAULT_GATE, 0.05);
      for (const [i, { id }] of cases.entries()) {
        stop.take('a', outline('a', { case: id, verdict: 'pass' }));
        stop.take('b', outline('b', { case: id, verdict: i < 137 ? early : late, critical: i > 137 }));
      }
      return stop.decided;
    };
    assert.deepEqual([after('fail', 'pass'), after('pass', 'fail')], ['fail', 'pass']);
  });
});
