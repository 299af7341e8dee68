/** Levels and rates compared by weekday, against what they are by hand. */
import assert from 'node:assert/strict';
import { rateRise, type RateDay } from '../../src/core/statistics/clustered-rates.ts';
import { normalQuantile, normalTail, studentTail } from '../../src/core/statistics/distributions.ts';
import { shiftInterval, weekdayShift, type DailyLevel } from '../../src/core/statistics/weekday-shift.ts';

const near = (actual: number, expected: number, within = 1e-6): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} instead of ${expected}`);

describe('levels by weekday', () => {
  const week = [5, 1, 4, 2, 8, 20, 30];
  const days = (rises: readonly number[], variance = 1e-9): DailyLevel[] =>
    [...week, ...week.map((level, i) => level + (rises[i] ?? 0))].map((level, day) => ({ day, level, variance }));

  it('over two weeks are a paired t-test: rises of 1 to 7 have mean 4, error √(28/6/7) and 6 degrees', () => {
    const found = weekdayShift(days([1, 2, 3, 4, 5, 6, 7]), 7);
    assert.ok(found);
    near(found.shift, 4);
    near(found.error, Math.sqrt(28 / 6 / 7));
    assert.equal(found.degrees, 6);
    // P(T > 4/√(2/3)), by the closed form for 6 degrees: ½ − ½ s (1 + ½ c + ⅜ c²) with s = t/√(t² + 6), c = 6/(t² + 6).
    const [s, c] = [Math.sqrt(24 / 30), 6 / 30];
    near(found.p, 0.5 - 0.5 * s * (1 + c / 2 + (3 / 8) * c * c), 1e-9);
    // Both weeks bend the level of a weekday by half of what its rise differs from 4: the last three, 5, 6 and 7, become 4.5, 5 and 5.5.
    near(found.recent, 5);
    near(found.usual, 4);
    // 2.446912 is the quantile of the tables.
    near(shiftInterval(found, 0.95)[1], 4 + 2.446912 * Math.sqrt(28 / 6 / 7), 1e-5);
  });

  it('do not compare a Saturday with a Friday, and need some days more than weekdays', () => {
    // A week of five days, then a weekend at four times the level: nothing rose.
    assert.equal(weekdayShift(days([]).slice(0, 7), 5), null);
    assert.equal(weekdayShift(days([]).slice(0, 10), 7), null);
    const quiet = weekdayShift([...days([]), ...week.map((level, i) => ({ day: 14 + i, level, variance: 1 }))], 18);
    near(quiet?.shift ?? 1, 0, 1e-9);
  });

  it('are no surer than the items of a day allow, however alike the days happen to be', () => {
    const found = weekdayShift(days([4, 4, 4, 4, 4, 4, 4], 2), 7);
    // Seven differences of variance 2 + 2.
    near(found?.error ?? 0, Math.sqrt(4 / 7));
  });
});

describe('tails of distributions', () => {
  it('agree with their quantiles and with published values, also far out', () => {
    for (const p of [0.4, 0.1, 0.05, 0.01, 1e-4, 1e-7, 1e-12]) assert.ok(Math.abs(normalTail(-normalQuantile(p)) / p - 1) < 1e-8, `${p}`);
    // Abramowitz and Stegun, table 26.1.
    near(normalTail(1.96), 0.0249978951, 1e-9);
    near(normalTail(-1), 0.8413447461, 1e-9);
    // With 2 degrees: ½ − t/(2√(2 + t²)), which is 1/(2t²) for large t.
    assert.ok(Math.abs(studentTail(1e6, 2) / 5e-13 - 1) < 1e-6);
  });
});

describe('rates of calls that move together', () => {
  /** One person for each call, in the order of calls; `times`: each person calls so often and is always treated alike. */
  const day = (number: number, n: number, events: number, times: number, persons = 400): RateDay => {
    const calls = new Float64Array(persons);
    const bad = new Float64Array(persons);
    for (let i = 0; i < n; i++) {
      const person = (i + number * n) % persons;
      calls[person] = times;
      bad[person] = i < events ? times : 0;
    }
    return { day: number, n: calls, events: bad };
  };

  it('are no surer when each person calls four times and says the same each time', () => {
    const once = rateRise([day(0, 200, 10, 1)], [day(1, 200, 30, 1)], false);
    const often = rateRise([day(0, 200, 10, 4)], [day(1, 200, 30, 4)], false);
    assert.ok(once && often);
    near(once.difference, 0.1, 1e-12);
    // 10 and 30 of 200: z = 0.1/√(0.1 · 0.9 · 2/200) = 3.33, so p is 0.0004; four times as many calls would have z = 6.67.
    assert.ok(once.p > 0.0003 && once.p < 0.0015, `${once.p}`);
    assert.ok(often.p > once.p * 0.7 && often.p < once.p * 1.5, `${often.p} and ${once.p}`);
  });

  it('of few events are counted out: 0 of 1,000 and 4 of 1,000 are 1 in 16', () => {
    const found = rateRise([day(0, 1000, 0, 1, 2000)], [day(1, 1000, 4, 1, 2000)], false);
    near(found?.p ?? 0, 1 / 16, 0.005);
  });

  it('are compared with the same weekday: a weekend of twice the rate is no rise', () => {
    const weeks = Array.from({ length: 21 }, (_, at) => day(at, 100, at % 7 >= 5 ? 20 : 10, 1, 3000));
    const [before, after] = [weeks.slice(0, 19), weeks.slice(19)];
    near(rateRise(before, after, true)?.difference ?? 1, 0, 1e-12);
    assert.ok((rateRise(before, after, false)?.difference ?? 0) > 0.05);
  });

  it('say whether a rise still holds', () => {
    const days = Array.from({ length: 28 }, (_, at) => day(at, 100, at >= 14 && at < 21 ? 30 : 10, 1, 3000));
    const over = rateRise(days.slice(0, 14), days.slice(14), true);
    assert.ok((over?.difference ?? 0) > 0.09 && Math.abs(over?.recent ?? 1) < 1e-9, JSON.stringify(over));
  });
});
