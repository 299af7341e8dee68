/** Whether a topic is new, growing, steady, falling or gone: its failures per call in the last days of a window against the days before. */
import { incompleteBeta } from '../../../statistics/beta.ts';
import { clopperPearson, type Interval } from '../../../statistics/share-interval.ts';
import type { FailureExposure } from './failure.ts';

export type TopicTrend = 'new' | 'growing' | 'steady' | 'falling' | 'gone';

export interface TopicGrowth {
  readonly trend: TopicTrend;
  /** Failures per call, recent by before; null: it was not there before, or there is nothing to compare. */
  readonly growth: number | null;
  /** 95 %, exact for two Poisson counts; the upper end is null where it has no bound. */
  readonly interval: readonly [number, number | null] | null;
}

export interface TrendPeriods {
  /** The first recent day. */
  readonly since: string;
  /** Part of the calls of the window that are recent. */
  readonly recentShare: number;
}

const RECENT_DAYS = 7;
const DAY = 86_400_000;

/** The last seven days against those before; of less than two weeks, the second half. Null: there are calls on one day only. */
export function trendPeriods({ byDay }: FailureExposure, since: string | null = null): TrendPeriods | null {
  const days = [...byDay.keys()].sort();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const length = (Date.parse(last) - Date.parse(first)) / DAY + 1;
  const recent = length >= 2 * RECENT_DAYS ? RECENT_DAYS : Math.floor(length / 2);
  const from = since ?? new Date(Date.parse(last) - (recent - 1) * DAY).toISOString().slice(0, 10);
  const sum = (of: readonly string[]): number => of.reduce((calls, day) => calls + (byDay.get(day) ?? 0), 0);
  const share = sum(days.filter((day) => day >= from)) / sum(days);
  return share > 0 && share < 1 ? { since: from, recentShare: share } : null;
}

/** `tests`: topics that are looked at together, all of which have an error of 5 % (Bonferroni). */
export function topicGrowth(days: readonly string[], periods: TrendPeriods | null, tests: number): TopicGrowth {
  if (periods === null) return { trend: 'steady', growth: null, interval: null };
  const recent = days.filter((day) => day >= periods.since).length;
  const before = days.length - recent;
  const odds = periods.recentShare / (1 - periods.recentShare);
  const ratioOf = (share: number): number => share / (1 - share) / odds;
  const [low, high]: Interval = clopperPearson(recent, days.length);
  const limit = 0.025 / Math.max(1, tests);
  // P(X ≥ recent) and P(X ≤ recent), X binomial with the share of the calls.
  const rise = recent === 0 ? 1 : incompleteBeta(periods.recentShare, recent, before + 1);
  const fall = before === 0 ? 1 : incompleteBeta(1 - periods.recentShare, before, recent + 1);
  const trend = rise < limit ? (before === 0 ? 'new' : 'growing') : fall < limit ? (recent === 0 ? 'gone' : 'falling') : 'steady';
  return { trend, growth: before === 0 ? null : ratioOf(recent / days.length), interval: [ratioOf(low), high >= 1 ? null : ratioOf(high)] };
}
