/** How often something is in the inputs of a window and of its reference, and whether that differs more than users and days do. */
import { rateRise, type RateDay } from '../../../statistics/clustered-rates.ts';
import { wilsonInterval } from '../../../statistics/summary.ts';
import { USER_GROUPS } from '../signals/signal-cell.ts';
import { coversWeek } from '../signals/signal-periods.ts';
import { dayNumber } from '../units/unit-levels.ts';
import type { DriftItem } from './drift-item.ts';

export interface DriftShare {
  readonly n: number;
  readonly count: number;
  readonly rate: number;
  /** Wilson, 95 %, each call by itself. */
  readonly interval: readonly [number, number];
}

export interface DriftComparison {
  readonly before: DriftShare;
  readonly after: DriftShare;
  readonly direction: 'more' | 'less';
  /** Of this comparison alone, for both directions. */
  readonly p: number;
}

/** Calls of one side, by day and group of users. */
export class DriftDays {
  private readonly days = new Map<string, { readonly day: number; readonly n: Float64Array }>();
  readonly size: number;

  constructor(readonly items: readonly DriftItem[]) {
    this.size = items.length;
    for (const { day, group } of items) {
      const known = this.days.get(day) ?? { day: dayNumber(day), n: new Float64Array(USER_GROUPS) };
      this.days.set(day, known);
      known.n[group] = (known.n[group] ?? 0) + 1;
    }
  }

  /** In the order of time. `having`: those of the items that count. */
  withEvents(having: readonly DriftItem[]): RateDay[] {
    const events = new Map<string, Float64Array>();
    for (const { day, group } of having) {
      const of = events.get(day) ?? new Float64Array(USER_GROUPS);
      events.set(day, of);
      of[group] = (of[group] ?? 0) + 1;
    }
    return [...this.days].map(([name, { day, n }]) => ({ day, n, events: events.get(name) ?? NO_EVENTS })).sort((a, b) => a.day - b.day);
  }
}

const NO_EVENTS = new Float64Array(USER_GROUPS);

/** Null: nothing to compare. `only`: one direction, where the other is no news. */
export function compareShares(
  [reference, window]: readonly [DriftDays, DriftDays],
  [before, after]: readonly [readonly DriftItem[], readonly DriftItem[]],
  only: 'more' | null = null,
): DriftComparison | null {
  const [x, y] = [shareOf(before.length, reference.size), shareOf(after.length, window.size)];
  if (x === null || y === null) return null;
  const direction = only ?? (y.rate >= x.rate ? 'more' : 'less');
  const [a, b] = [reference.withEvents(before), window.withEvents(after)];
  // Fewer in the window are more of it in the reference.
  // Whole weeks need no weekday of their own: one day on which many ask the same is seen as one.
  const byWeekday = !coversWeek(a, b);
  const rise = direction === 'more' ? rateRise(a, b, byWeekday) : rateRise(b, a, byWeekday);
  if (rise === null) return null;
  const p = rise.difference > 0 ? rise.p : 1;
  return { before: x, after: y, direction, p: only === null ? Math.min(1, 2 * p) : p };
}

/** Null: of nothing. */
export function shareOf(count: number, n: number): DriftShare | null {
  const interval = wilsonInterval(count, n);
  return interval === null ? null : { n, count, rate: count / n, interval };
}
