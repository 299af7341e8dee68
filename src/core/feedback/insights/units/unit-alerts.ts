/**
 * Finds when a user action got more expensive and still is. Each of the last days is tried as the beginning; a weekday is compared with the
 * same weekday of the weeks before, and a day is one observation (`weekday-shift.ts`). The bill follows the mean, and most users see the
 * typical action, so both are tested; and how far they are apart, which finds actions that loop on days that differ in everything else. An
 * alert needs evidence (the shared budget of `alarm-budget.ts`), an effect, money at stake, and that the last days are still as expensive.
 */
import { shiftInterval, weekdayShift, type WeekdayShift } from '../../../statistics/weekday-shift.ts';
import type { AlertShare } from './alert-share.ts';
import { groupBy } from '../../../collections/group-by.ts';
import { ALARM_SHARES, alarmsOf, type Alarm } from '../alarm-budget.ts';
import { costCauses, type Cause, type ShapeOf } from './cost-causes.ts';
import { sumsOf, type UnitCell, type UnitSums } from './unit-cells.ts';
import { dayNumber, unitLevels, type UnitLevel } from './unit-levels.ts';

export interface AlertRules {
  /** The ratio of costs that must be reached. */
  readonly ratio: number;
  /** USD in 30 days that the change must cost at least. */
  readonly minUsd: number;
  /** Actions that there must be before and after a change. */
  readonly minUnits: number;
}

export const ALERT_RULES: AlertRules = { ratio: 1.25, minUsd: 1, minUnits: 20 };

/** Days that a change may be old, and days before it that it is compared with. */
export const PERIODS = { after: 28, before: 56, least: 3 } as const;

/** Three tests of each type of action, over `PERIODS` and the days of a month, as one. */
export const UNIT_ALARMS = { share: ALARM_SHARES.units, looks: 80 } as const;

export interface CostRatio {
  readonly ratio: number;
  /** Of 95 %. */
  readonly low: number;
  readonly high: number;
}

export interface UnitAlert extends CostRatio {
  /** ISO 8601: the first action that cost more. */
  readonly at: string;
  /** Versions of the prompt before and after; null: not known. */
  readonly from: string | null;
  readonly to: string | null;
  /** What the test found to be higher; `ratio`, `low` and `high` are of the mean unless only the typical action is. */
  readonly rose: 'mean' | 'typical' | 'both';
  /** After to before, on the same weekdays. */
  readonly mean: CostRatio;
  readonly typical: CostRatio;
  /** Chance of an alarm as sure as this one in a quiet month. */
  readonly p: number;
  /** USD that it costs in 30 days, at the rate of actions after the change. */
  readonly usdAtStake: number;
  readonly causes: readonly Cause[];
  /** Whose actions they are, where an attribute tells them; absent: no attribute value stands out. */
  readonly share?: AlertShare;
}

export interface UnitAlerts {
  /** By type of action: of each at most one, which still holds. */
  readonly alerts: ReadonlyMap<string, UnitAlert>;
  /** Types of action that have enough days to be tested. */
  readonly tested: readonly string[];
}

/** Of all types of action. Actions whose cost is not known are left out. */
export function unitAlerts(cells: readonly UnitCell[], rules: AlertRules = ALERT_RULES, shapeOf?: ShapeOf): UnitAlerts {
  const today = cells.reduce((last, { day }) => (day > last ? day : last), '');
  const tests = [...groupBy(cells, ({ action }) => action)].flatMap(([action, of]) => unitTest(action, unitLevels(of), today, rules) ?? []);
  const alerts = alarmsOf(tests, UNIT_ALARMS).map((alarm) => [alarm.test.action, alertOf(alarm, rules, shapeOf)] as const);
  return { alerts: new Map(alerts), tested: tests.map(({ action }) => action) };
}

interface UnitTest {
  readonly action: string;
  readonly p: number;
  /** The surest beginning; null: nothing is more expensive. */
  readonly found: Found | null;
}

interface Found {
  readonly p: number;
  /** Of beginnings that are nearly as sure. */
  readonly others: readonly Shifts[];
  readonly before: readonly UnitLevel[];
  readonly after: readonly UnitLevel[];
  readonly shifts: Shifts;
}

interface Shifts {
  readonly mean: WeekdayShift;
  readonly typical: WeekdayShift;
  readonly spread: WeekdayShift;
}

/** The day of the beginning is estimated too: a ratio's interval spans those of beginnings with a p up to this many times as high. */
const NEARLY = 20;

/** Null: there are not enough days with the same weekday before them. */
function unitTest(action: string, levels: readonly UnitLevel[], today: string, rules: AlertRules): UnitTest | null {
  const last = dayNumber(today);
  let isTested = false;
  const found: Omit<Found, 'others'>[] = [];
  for (let length = PERIODS.least; length <= PERIODS.after; length++) {
    const first = last - length + 1;
    const part = levels.filter(({ day }) => day >= first - PERIODS.before);
    const [before, after] = [part.filter(({ day }) => day < first), part.filter(({ day }) => day >= first)];
    // What begins on a day without an action begins on the next one.
    if (after[0]?.day !== first || countOf(before) < rules.minUnits) continue;
    const of = (name: 'mean' | 'typical' | 'spread'): WeekdayShift | null =>
      weekdayShift(
        part.map((level) => level[name]),
        first,
      );
    const [mean, typical, spread] = [of('mean'), of('typical'), of('spread')];
    if (mean === null || typical === null || spread === null) continue;
    isTested ||= countOf(after) >= rules.minUnits;
    const shifts = { mean, typical, spread };
    found.push({ p: Math.min(1, ...risesOf(shifts, 1)), before, after, shifts });
  }
  if (!isTested) return null;
  const [best] = found.sort((a, b) => a.p - b.p);
  // The surest beginning must have the effect, and the actions: another one would only make more of it.
  if (best === undefined || !isWorth(best, last, rules)) return { action, p: 1, found: null };
  const others = found.filter(({ p }) => p <= best.p * NEARLY).map(({ shifts }) => shifts);
  return { action, p: best.p, found: { ...best, others } };
}

function isWorth({ p, after, shifts }: Omit<Found, 'others'>, last: number, rules: AlertRules): boolean {
  const days = last - (after[0]?.day ?? last) + 1;
  if (countOf(after) < rules.minUnits) return false;
  return Math.min(1, ...risesOf(shifts, rules.ratio)) <= p && p < 1 && atStake(after, shifts.mean, days) >= rules.minUsd;
}

/** p of what is at least `ratio` times as much and still holds. */
function risesOf({ mean, typical, spread }: Shifts, ratio: number): number[] {
  const holds = ({ shift, recent, usual }: WeekdayShift): boolean => recent >= shift / 2 && usual >= shift / 2;
  const isMore = (found: WeekdayShift): boolean => found.shift >= Math.log(ratio) && holds(found);
  return [
    ...(isMore(mean) ? [mean.p] : []),
    ...(isMore(typical) ? [typical.p] : []),
    ...(isMore(mean) && shiftInterval(mean, 0.95)[0] > 0 && holds(spread) ? [spread.p] : []),
  ];
}

const countOf = (levels: readonly UnitLevel[]): number => levels.reduce((sum, { sums }) => sum + sums.n, 0);

/** USD in 30 days. */
const atStake = (after: readonly UnitLevel[], mean: WeekdayShift, days: number): number =>
  (after.reduce((sum, { sums }) => sum + sums.usd, 0) * (1 - Math.exp(-mean.shift)) * 30) / days;

function alertOf({ test, p, limit }: Alarm<UnitTest>, rules: AlertRules, shapeOf?: ShapeOf): UnitAlert {
  const { found } = test;
  if (found === null) throw new Error(`An alarm of ${test.action} without a period.`);
  const { before, after, others } = found;
  const { mean, typical, spread } = found.shifts;
  const isTypical = typical.p < limit && typical.shift >= Math.log(rules.ratio);
  const isMean = Math.min(mean.p, spread.p) < limit && mean.shift >= Math.log(rules.ratio);
  const rose = isMean ? (isTypical ? 'both' : 'mean') : 'typical';
  const ratios = {
    mean: ratioOf(
      mean,
      others.map((other) => other.mean),
    ),
    typical: ratioOf(
      typical,
      others.map((other) => other.typical),
    ),
  };
  const { at, from, to } = beginningOf(before, after);
  return {
    at: new Date(at).toISOString(),
    from,
    to,
    ...(rose === 'typical' ? ratios.typical : ratios.mean),
    rose,
    ...ratios,
    p,
    usdAtStake: atStake(after, mean, (after.at(-1)?.day ?? 0) - (after[0]?.day ?? 0) + 1),
    causes: costCauses(allOf(before), allOf(after), shapeOf),
  };
}

const allOf = (levels: readonly UnitLevel[]): UnitSums => sumsOf(levels.map(({ sums }) => sums));

function ratioOf({ shift }: WeekdayShift, all: readonly WeekdayShift[]): CostRatio {
  const intervals = all.map((other) => shiftInterval(other, 0.95));
  const [low, high] = [Math.min(...intervals.map(([from]) => from)), Math.max(...intervals.map(([, to]) => to))];
  return { ratio: Math.exp(shift), low: Math.exp(low), high: Math.exp(high) };
}

/** The version that most actions of the last day before had, and of the days after; a new version begins with its own first action. */
function beginningOf(before: readonly UnitLevel[], after: readonly UnitLevel[]): { at: number; from: string | null; to: string | null } {
  const from = mainVersion(before.slice(-1));
  const to = mainVersion(after);
  const cells = (after[0]?.cells ?? []).filter(({ version }) => from === to || version === to);
  const first = (of: readonly UnitCell[]): number => Math.min(...of.map(({ first: at }) => at));
  return { at: first(cells.length > 0 ? cells : (after[0]?.cells ?? [])), from, to };
}

function mainVersion(levels: readonly UnitLevel[]): string | null {
  const counts = new Map<string | null, number>();
  for (const { cells } of levels) for (const { version, n } of cells) counts.set(version, (counts.get(version) ?? 0) + n);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
