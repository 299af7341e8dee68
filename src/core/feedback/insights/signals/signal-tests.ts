/**
 * Signals that got worse and still are: each version that is in use is compared with the version before it, and with itself in the weeks
 * before. Calls of one user or conversation, and those of one day, may move together (`clustered-rates.ts`).
 */
import { rateRise, type RateDay } from '../../../statistics/clustered-rates.ts';
import { groupBy } from '../../../collections/group-by.ts';
import { isCause, isGood } from '../../signals/signal-meaning.ts';
import type { AlertShare } from '../units/alert-share.ts';
import { ALARM_SHARES, alarmsOf } from '../alarm-budget.ts';
import { scoreNames, scoreTest, type ChangedScore } from './score-tests.ts';
import { USER_GROUPS, type SignalCell } from './signal-cell.ts';
import { dayNumber } from '../units/unit-levels.ts';
import { comparedSides, coversWeek, firstCallOf, isStill, LEAST_CALLS, recentCells } from './signal-periods.ts';

export interface SignalSide {
  readonly n: number;
  readonly count: number;
  readonly rate: number;
}

export interface WorseSignal {
  readonly signal: string;
  readonly prompt: string;
  /** The same as `to`: the version did not change. */
  readonly from: string | null;
  readonly to: string | null;
  /** ISO 8601: the first interaction after the change. */
  readonly at: string;
  readonly before: SignalSide;
  readonly after: SignalSide;
  /** Chance of an alarm as sure as this one in a quiet month. */
  readonly p: number;
  /** Whose calls these are; absent: no value of an attribute stands out. */
  readonly share?: AlertShare;
}

export interface SignalAlarms {
  readonly worse: readonly WorseSignal[];
  /** Scores that changed, up or down. */
  readonly changed: readonly ChangedScore[];
  /** Signals of versions that have enough interactions to be tested, and scores. */
  readonly tested: number;
  readonly testedScores: number;
}

/** Days within which a version is in use. */
const IN_USE = 7;
/** Events that a signal must have at all. */
const LEAST_EVENTS = 5;

/** One version before and itself over `SIGNAL_PERIODS`, on the days of a month, as one. */
export const SIGNAL_ALARMS = { share: ALARM_SHARES.signals, looks: 45 } as const;

interface SignalTest extends Omit<WorseSignal, 'p'> {
  readonly p: number;
}

/** `names`: signals of each prompt that are looked at. */
export function signalAlarms(prompts: readonly { readonly of: readonly SignalCell[]; readonly names: readonly string[] }[]): SignalAlarms {
  const last = Math.max(...prompts.flatMap(({ of }) => of.map(({ day }) => dayNumber(day))));
  const tests = prompts.flatMap(({ of, names }) => {
    const versions = [...groupBy(of, ({ version }) => version).values()].sort((a, b) => firstCallOf(a) - firstCallOf(b));
    return versions.flatMap((after, i) =>
      after.some(({ day }) => dayNumber(day) > last - IN_USE)
        ? [
            ...names.flatMap((signal) => signalTest(signal, versions[i - 1] ?? [], after, last) ?? []),
            ...scoreNames(after).flatMap((score) => scoreTest(score, versions[i - 1] ?? [], after, last) ?? []),
          ]
        : [],
    );
  });
  // Scores and signals are one part of the budget: Holm's correction is over both.
  const alarms = alarmsOf(tests, SIGNAL_ALARMS).map(({ test, p }) => ({ ...test, p }));
  const scores = tests.filter((test) => 'score' in test).length;
  return {
    worse: alarms.filter((alarm) => 'signal' in alarm),
    changed: alarms.filter((alarm) => 'score' in alarm),
    tested: tests.length - scores,
    testedScores: scores,
  };
}

/** The surest of all comparisons. Null: none is possible, or the signal is neither good nor bad news. */
function signalTest(signal: string, earlier: readonly SignalCell[], own: readonly SignalCell[], last: number): SignalTest | null {
  // More answers of one cause are bad news, although the cause of one answer flags nothing.
  const good = isGood(signal) ?? (isCause(signal) ? false : null);
  if (good === null) return null;
  const [before, after] = [sideOf(signal, earlier, good, last), sideOf(signal, own, good, last)];
  const tests = comparedSides(before, after, last).flatMap(({ a, b, isWithin }): SignalTest[] => {
    const [x, y] = [sumOf(a), sumOf(b)];
    const events = good ? x.n + y.n - x.count - y.count : x.count + y.count;
    if (x.n < LEAST_CALLS || y.n < LEAST_CALLS || events < LEAST_EVENTS) return [];
    const rise = rateRise(a, b, isWithin || coversWeek(a, b));
    const [first] = own;
    if (rise === null || first === undefined) return [];
    const { prompt, version: to } = first;
    const at = new Date(Math.min(...b.map((day) => day.first))).toISOString();
    const from = isWithin ? to : (earlier[0]?.version ?? null);
    return [{ signal, prompt, from, to, at, before: x, after: y, p: isStill(rise) ? rise.p : 1 }];
  });
  return tests.length === 0 ? null : tests.reduce((a, b) => (b.p < a.p ? b : a));
}

interface SignalDay extends RateDay {
  readonly first: number;
  readonly calls: number;
  readonly count: number;
}

/** What is bad about a good signal is that it is not there. */
function sideOf(signal: string, cells: readonly SignalCell[], good: boolean, last: number): SignalDay[] {
  return [...groupBy(recentCells(cells, last), ({ day }) => day)]
    .map(([day, of]): SignalDay => {
      const number = dayNumber(day);
      const n = new Float64Array(USER_GROUPS);
      const counts = new Float64Array(USER_GROUPS);
      const add = (to: Float64Array, from: ReadonlyMap<number, number>, all: number): void => {
        // Calls whose users are not known are of one day: it counts as one of them.
        if (from.size === 0) to[number % USER_GROUPS] = (to[number % USER_GROUPS] ?? 0) + all;
        for (const [group, count] of from) to[group] = (to[group] ?? 0) + count;
      };
      for (const cell of of) {
        add(n, cell.users, cell.n);
        add(counts, cell.byUser.get(signal) ?? NO_USERS, cell.counts.get(signal) ?? 0);
      }
      const [calls, count] = [n, counts].map((values) => values.reduce((sum, value) => sum + value, 0));
      const events = good ? n.map((all, i) => all - (counts[i] ?? 0)) : counts;
      return { day: number, first: firstCallOf(of), n, events, calls: calls ?? 0, count: count ?? 0 };
    })
    .sort((a, b) => a.day - b.day);
}

const NO_USERS: ReadonlyMap<number, number> = new Map();

function sumOf(days: readonly SignalDay[]): SignalSide {
  const n = days.reduce((sum, { calls }) => sum + calls, 0);
  const count = days.reduce((sum, day) => sum + day.count, 0);
  return { n, count, rate: n === 0 ? 0 : count / n };
}
