/** Two samples by ranks: against textbooks, SciPy, and every split alone. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { normalQuantile, normalTail } from '../../src/core/statistics/distributions.ts';
import { hodgesLehmann, rankTestsAt } from '../../src/core/statistics/rank-shift.ts';

const one = (value: number): Map<number, number> => new Map([[value, 1]]);
/** By size, as the code under test takes them. */
function counted(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

const late = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const early = [1.15, 0.88, 0.9, 0.74, 1.21];

describe('statistics of costs', () => {
  it('tails of the normal distribution agree with its quantiles, and with published values', () => {
    for (const p of [0.4, 0.1, 0.05, 0.01, 1e-4, 1e-7, 1e-12]) assert.ok(Math.abs(normalTail(-normalQuantile(p)) / p - 1) < 1e-8, `${p}`);
    // Abramowitz and Stegun, table 26.1.
    assert.ok(Math.abs(normalTail(1.96) - 0.0249978951) < 1e-9);
    assert.ok(Math.abs(normalTail(-1) - 0.8413447461) < 1e-9);
  });
  it('Mann–Whitney and Hodges–Lehmann, as counted by hand', () => {
    // Hollander, Wolfe and Chicken, example 4.1 (permeability of membranes): W = 30 of 10 and 5, shift −0.305.
    const [test] = rankTestsAt([...late, ...early].map(one), [late.length]);
    assert.equal(test?.superiority, 15 / 50);
    assert.ok(Math.abs((hodgesLehmann(counted(late), counted(early), 0.95)?.shift ?? 0) + 0.305) < 1e-9);
  });
  it('every split is as if it were tested alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 40 }), (values) => {
        const splits = Array.from({ length: values.length - 3 }, (_, i) => i + 2);
        const together = rankTestsAt(values.map(one), splits);
        splits.forEach((split, i) => {
          const pairs = values.slice(0, split).flatMap((a) => values.slice(split).map((b) => (b > a ? 1 : b === a ? 0.5 : 0)));
          const superiority = pairs.reduce((sum: number, x) => sum + x, 0) / pairs.length;
          assert.ok(Math.abs((together[i]?.superiority ?? 0) - superiority) < 1e-9);
        });
      }),
    );
  });

  it('agree with SciPy where values are tied (mannwhitneyu, asymptotic, with continuity)', () => {
    const [tied] = rankTestsAt([counted([1, 2, 2, 3]), counted([2, 3, 3, 4, 5])], [1]);
    assert.deepEqual(tied?.superiority, 17 / 20);
    assert.ok(Math.abs((tied?.p ?? 0) - 0.04967112392673264) < 1e-12);
    assert.ok(Math.abs((tied?.z ?? 0) - 1.6480507967206077) < 1e-9);
    const [apart] = rankTestsAt([counted([1, 1, 2]), counted([5, 6])], [1]);
    assert.ok(Math.abs((apart?.p ?? 0) - 0.0693203169066093) < 1e-12);
    const [membranes] = rankTestsAt([counted(late), counted(early)], [1]);
    assert.ok(Math.abs((membranes?.p ?? 0) - 0.9007753482039937) < 1e-12);
  });

  it('say nothing where one side is empty, or all values are the same', () => {
    const groups = [counted([1, 2]), counted([3])];
    for (const split of [0, 2, 9]) {
      const [test] = rankTestsAt(groups, [split]);
      assert.deepEqual([test?.superiority, test?.z, test?.p], [0.5, -Infinity, 1]);
    }
    const [same] = rankTestsAt([counted([2, 2]), counted([2])], [1]);
    assert.deepEqual([same?.superiority, same?.z], [0.5, -Infinity]);
    assert.deepEqual([hodgesLehmann(counted([]), counted([1]), 0.95), hodgesLehmann(counted([1]), counted([]), 0.95)], [null, null]);
  });

  it('bound the shift by order statistics of the differences', () => {
    // n m / 2 − z √(n m (n + m + 1) / 12) is 8.997 for 10 and 5: the 8th smallest and the 8th largest of 50 differences.
    const { low = 0, high = 0 } = hodgesLehmann(counted(late), counted(early), 0.95) ?? {};
    assert.ok(Math.abs(low + 0.76) < 1e-9 && Math.abs(high - 0.17) < 1e-9, `${low} … ${high}`);
    const [a, b] = [counted([1, 2, 2, 3, 7, 9]), counted([2, 3, 3, 4, 5, 12, 20])];
    // 7.28 at 95 %, 12.03 at 80 %: the 7th and the 12th of 42 from either end; the middle two are 1 and 2.
    assert.deepEqual(hodgesLehmann(a, b, 0.95), { shift: 1.5, low: -4, high: 11 });
    assert.deepEqual(hodgesLehmann(a, b, 0.8), { shift: 1.5, low: 0, high: 4 });
    assert.deepEqual(hodgesLehmann(counted([1]), counted([4, 6]), 0.95), { shift: 4, low: -Infinity, high: Infinity });
  });
});
