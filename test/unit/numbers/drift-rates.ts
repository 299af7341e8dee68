/** The weeks of inputs whose rates docs/feedback.md states, and how often they end how. */
import { driftIn, type Drift } from '../../../src/core/feedback/insights/drift/drift.ts';
import type { DriftItem } from '../../../src/core/feedback/insights/drift/drift-item.ts';
import type { Random } from '../../../src/core/statistics/random.ts';
import { driftWorld, type DriftWorld } from './drift-worlds.ts';
import { dayOf } from './production-months.ts';
import { quietRate, QUIET_MONTHS, type QuietMonth } from './production-rates.ts';

const [WEEK, BEFORE] = [7, 28];

/** The week that ends before `end` against the four weeks before it. */
export function driftLook(items: readonly DriftItem[], end: number): Drift {
  const between = (from: number, until: number): DriftItem[] => items.filter(({ day }) => day >= dayOf(from) && day < dayOf(until));
  const [window, reference] = [between(end - WEEK, end), between(end - WEEK - BEFORE, end - WEEK)];
  return driftIn({
    ...{ window, reference, golden: [], by: null, calls: { window: window.length, reference: reference.length } },
    about: { kind: 'weeks', name: null, from: null, to: null },
    exposure: { calls: window.length, byDay: new Map(), by: new Map() },
  });
}

const WORLD: DriftWorld = { days: 5 * WEEK, callsPerDay: 15, users: 60, alike: 0.4, dayEffect: 0.2 };

export const QUIET_YEARS: readonly { readonly name: string; readonly world: DriftWorld }[] = [
  { name: 'topics differ from day to day, users have their own', world: WORLD },
  { name: 'few users, who ask about little else than their own topics', world: { ...WORLD, users: 25, alike: 0.7 } },
];

/** Costs, signals, scores and inputs at once. */
export const QUIET_TOGETHER: readonly { readonly name: string; readonly month: QuietMonth; readonly world: DriftWorld }[] = [
  ...QUIET_MONTHS.filter(({ signals }) => signals?.scores !== undefined),
].map((month) => ({ name: `${month.name}, and inputs`, month, world: WORLD }));

/** Years of weekly looks with a false alarm. */
export function quietYears(random: Random, world: DriftWorld, years: number, weeks = 52): number {
  let alarms = 0;
  for (let year = 0; year < years; year++) {
    const items = driftWorld(random, { ...world, days: BEFORE + weeks * WEEK });
    for (let week = 1; week <= weeks; week++) {
      if (driftLook(items, BEFORE + week * WEEK).changes.length === 0) continue;
      alarms++;
      break;
    }
  }
  return alarms;
}

/** Quiet months of daily looks with a false alarm. */
export function quietDriftMonths(random: Random, world: DriftWorld, months: number): number {
  let alarms = 0;
  for (let month = 0; month < months; month++) {
    const items = driftWorld(random, { ...world, days: BEFORE + WEEK + 30 });
    if (Array.from({ length: 30 }, (_, day) => BEFORE + WEEK + day + 1).some((end) => driftLook(items, end).changes.length > 0)) alarms++;
  }
  return alarms;
}

/** Quiet months of daily looks at everything that `insights --check` and `insights drift --check` look at, in which any of it raises an alarm. */
export function quietTogether(random: Random, month: QuietMonth, world: DriftWorld, months: number): number {
  let alarms = 0;
  for (let i = 0; i < months; i++) if (quietRate(random, month, 1) + quietDriftMonths(random, world, 1) > 0) alarms++;
  return alarms;
}

/** New inputs are a share of the last 500: weeks in which they are found, and named by their words. */
export function freshFound(random: Random, share: number, weeks: number): number {
  let found = 0;
  for (let i = 0; i < weeks; i++) {
    const items = driftWorld(random, { ...WORLD, callsPerDay: 72, users: 250, fresh: { from: BEFORE, share } });
    const named = ({ inputs, direction }: Drift['changes'][number]): boolean =>
      direction === 'more' && (inputs?.terms.some((term) => ['voucher', 'friday', 'coupon', 'promo'].includes(term)) ?? false);
    if (driftLook(items, BEFORE + WEEK).changes.some(named)) found++;
  }
  return found;
}
