/**
 * Scores that changed and stay so, in either direction: how many calls are below what a tenth of the calls before were below, and above what a
 * tenth were above. So a score is tested as a signal is (`clustered-rates.ts`): calls of one user, and those of one day, may move together.
 */
import { groupBy } from '../../../collections/group-by.ts';
import { rateRise, type RateDay, type RateRise } from '../../../statistics/clustered-rates.ts';
import { scoreOfBin } from './score-bins.ts';
import { USER_GROUPS, type SignalCell } from './signal-cell.ts';
import { dayNumber } from '../units/unit-levels.ts';
import { comparedSides, coversWeek, firstCallOf, isStill, LEAST_CALLS, recentCells } from './signal-periods.ts';

export interface ScoreSide {
  readonly n: number;
  readonly median: number;
}

export interface ChangedScore {
  readonly score: string;
  readonly prompt: string;
  /** The same as `to`: the version did not change. */
  readonly from: string | null;
  readonly to: string | null;
  /** ISO 8601: the first interaction after the change. */
  readonly at: string;
  readonly before: ScoreSide;
  readonly after: ScoreSide;
  /** Which calls there are more of. */
  readonly moved: 'lower' | 'higher';
  /** Chance of an alarm as sure as this one in a quiet month. */
  readonly p: number;
}

/** Part of the calls before that is below (above) what is counted; of scores with few values, up to the most. */
const TAIL = { share: 0.1, most: 0.5 } as const;

interface ScoreDay {
  readonly day: number;
  readonly first: number;
  /** Calls by bin and group of users. */
  readonly bins: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

export const scoreNames = (cells: readonly SignalCell[]): string[] =>
  [...new Set(cells.flatMap(({ scores }) => [...(scores?.keys() ?? [])]))].sort();

/** The surest of all comparisons, with its p for two directions. Null: none is possible. */
export function scoreTest(score: string, earlier: readonly SignalCell[], own: readonly SignalCell[], last: number): ChangedScore | null {
  const [first] = own;
  if (first === undefined) return null;
  const { prompt, version: to } = first;
  const tests = comparedSides(daysOf(score, earlier, last), daysOf(score, own, last), last).flatMap(
    ({ a, b, isWithin }): ChangedScore[] => {
      const [before, after] = [binsOf(a), binsOf(b)];
      const [x, y] = [sideOf(before), sideOf(after)];
      if (x === null || y === null || x.n < LEAST_CALLS || y.n < LEAST_CALLS) return [];
      const { low, high } = tailsOf(before);
      const byWeekday = isWithin || coversWeek(a, b);
      const [fall, rise] = [(bin: number): boolean => bin <= low, (bin: number): boolean => bin >= high].map((isIn) =>
        rateRise(a.map(rateDay(isIn)), b.map(rateDay(isIn)), byWeekday),
      );
      if (fall === undefined || rise === undefined || fall === null || rise === null) return [];
      const p = (found: RateRise): number => (isStill(found) ? found.p : 1);
      const moved = p(fall) <= p(rise) ? 'lower' : 'higher';
      const at = new Date(Math.min(...b.map((day) => day.first))).toISOString();
      const from = isWithin ? to : (earlier[0]?.version ?? null);
      return [{ ...{ score, prompt, from, to, at, before: x, after: y, moved }, p: Math.min(1, 2 * Math.min(p(fall), p(rise))) }];
    },
  );
  return tests.length === 0 ? null : tests.reduce((a, b) => (b.p < a.p ? b : a));
}

function daysOf(score: string, cells: readonly SignalCell[], last: number): ScoreDay[] {
  return [...groupBy(recentCells(cells, last), ({ day }) => day)]
    .flatMap(([day, of]): ScoreDay[] => {
      const bins = new Map<number, Map<number, number>>();
      for (const { scores } of of)
        for (const [bin, groups] of scores?.get(score) ?? []) {
          const known = bins.get(bin) ?? new Map<number, number>();
          bins.set(bin, known);
          for (const [group, count] of groups) known.set(group, (known.get(group) ?? 0) + count);
        }
      return bins.size === 0 ? [] : [{ day: dayNumber(day), first: firstCallOf(of), bins }];
    })
    .sort((a, b) => a.day - b.day);
}

type Bins = readonly (readonly [bin: number, calls: number])[];

/** In order. */
function binsOf(days: readonly ScoreDay[]): Bins {
  const sums = new Map<number, number>();
  for (const { bins } of days)
    for (const [bin, groups] of bins) for (const count of groups.values()) sums.set(bin, (sums.get(bin) ?? 0) + count);
  return [...sums].sort(([a], [b]) => a - b);
}

const callsIn = (bins: Bins): number => bins.reduce((sum, [, calls]) => sum + calls, 0);

function sideOf(bins: Bins): ScoreSide | null {
  const n = callsIn(bins);
  let passed = 0;
  for (const [bin, calls] of bins) if ((passed += calls) * 2 >= n) return { n, median: scoreOfBin(bin) };
  return null;
}

/** The highest bin that counts as low, and the lowest that counts as high. */
function tailsOf(bins: Bins): { readonly low: number; readonly high: number } {
  return { low: tailOf(bins), high: -tailOf(bins.map(([bin, calls]) => [-bin, calls] as const).toReversed()) };
}

function tailOf(bins: Bins): number {
  const n = callsIn(bins);
  let passed = 0;
  for (const [bin, calls] of bins) {
    passed += calls;
    if (passed < TAIL.share * n) continue;
    // Where most calls have one score, only what is beyond it is a tail.
    return passed <= TAIL.most * n ? bin : bin - 1;
  }
  return Infinity;
}

/** Counts of one day, by group of users. */
const rateDay =
  (isIn: (bin: number) => boolean) =>
  ({ day, bins }: ScoreDay): RateDay => {
    const [n, events] = [new Float64Array(USER_GROUPS), new Float64Array(USER_GROUPS)];
    for (const [bin, groups] of bins)
      for (const [group, count] of groups) {
        n[group] = (n[group] ?? 0) + count;
        if (isIn(bin)) events[group] = (events[group] ?? 0) + count;
      }
    return { day, n, events };
  };
