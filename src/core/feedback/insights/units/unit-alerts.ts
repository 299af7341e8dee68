/**
 * Finds when a user action got more expensive. An alert needs an effect (the lower bound of the Hodges–Lehmann ratio), evidence
 * (a one-sided Mann–Whitney test, corrected for every day that was looked at) and money at stake. Costs are compared by their
 * logarithms, as ranks: neither a heavy tail nor a total that stays flat hides a change of the unit.
 */
import { hodgesLehmann, rankTestsAt, type RankTest } from '../../../statistics/rank-shift.ts';
import { ratioOf } from './cost-bins.ts';
import { costCauses, type Cause, type ShapeOf } from './cost-causes.ts';
import { sumsOf, type UnitCell, type UnitSums } from './unit-cells.ts';

export interface AlertRules {
  /** The ratio of costs that the lower bound must pass. */
  readonly ratio: number;
  /** Of the test, over all days together. */
  readonly alpha: number;
  /** USD in 30 days that the change must cost at least. */
  readonly minUsd: number;
  /** Actions that there must be before and after a change. */
  readonly minUnits: number;
}

/** Facts of 2026-11-23, §7: with 20 actions a threefold rise is found in 95 % of cases at a log-sd of 1. */
export const ALERT_RULES: AlertRules = { ratio: 1.25, alpha: 0.01, minUsd: 1, minUnits: 20 };

export interface UnitAlert {
  /** ISO 8601: the first action that cost more. */
  readonly at: string;
  /** Versions of the prompt before and after; null: not known. */
  readonly from: string | null;
  readonly to: string | null;
  /** Of a typical action, after to before, with its interval of 95 %. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** Corrected for all days. */
  readonly p: number;
  /** USD that it costs in 30 days, at the rate of actions after the change. */
  readonly usdAtStake: number;
  readonly causes: readonly Cause[];
}

const DAY = 86_400_000;
/** Changes of one action type that are told apart. */
const MOST = 8;

/** Of one type of action, in the order of time. Actions whose cost is not known are left out. */
export function unitAlerts(cells: readonly UnitCell[], rules: AlertRules = ALERT_RULES, shapeOf?: ShapeOf): UnitAlert[] {
  const steps = stepsOf(cells);
  const days = new Set(steps.map(({ day }) => day)).size;
  const alerts: UnitAlert[] = [];
  // Each half is searched again: a second change is not hidden by the first.
  const search = (part: readonly Step[]): void => {
    if (alerts.length >= MOST) return;
    const split = bestSplit(part, rules, days);
    if (split === null) return;
    const alert = alertAt(part, split, rules, shapeOf);
    if (alert !== null) alerts.push(alert);
    search(part.slice(0, split.index));
    search(part.slice(split.index));
  };
  search(steps);
  return alerts.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Actions of one version on one day, whatever the model. */
interface Step extends UnitSums {
  readonly day: string;
  readonly version: string | null;
  readonly first: number;
}

function stepsOf(cells: readonly UnitCell[]): Step[] {
  const steps = new Map<string, UnitCell[]>();
  for (const cell of cells) {
    const key = JSON.stringify([cell.day, cell.version]);
    const step = steps.get(key);
    if (step) step.push(cell);
    else steps.set(key, [cell]);
  }
  return [...steps.values()].flatMap((of) => {
    const [first] = of;
    const sums = sumsOf(of);
    return first === undefined || sums.bins.size === 0 ? [] : [{ ...sums, day: first.day, version: first.version, first: first.first }];
  });
}

interface Split {
  readonly index: number;
  readonly p: number;
}

/** The most surprising rise or fall at the beginning of a day or of a version; null: none is significant. */
function bestSplit(steps: readonly Step[], { alpha, minUnits }: AlertRules, days: number): Split | null {
  const total = countOf(steps);
  let passed = 0;
  const splits = steps.flatMap((step, i) => {
    const before = passed;
    passed += countOf([step]);
    return before >= minUnits && total - before >= minUnits ? [i] : [];
  });
  if (splits.length === 0) return null;
  const looks = Math.max(days, splits.length);
  const rises = rankTestsAt(
    steps.map(({ bins }) => bins),
    splits,
  );
  const falls = rankTestsAt(
    steps.map(({ bins }) => new Map([...bins].map(([bin, count]) => [-bin, count]))),
    splits,
  );
  const best = splits
    .map((index, i) => ({ index, test: surest(rises[i], falls[i]) }))
    .reduce((most, item) => (item.test.z > most.test.z ? item : most));
  const p = Math.min(1, best.test.p * 2 * looks);
  return p < alpha ? { index: best.index, p } : null;
}

const surest = (a: RankTest = NO_TEST, b: RankTest = NO_TEST): RankTest => (a.z > b.z ? a : b);
const NO_TEST: RankTest = { superiority: 0.5, z: -Infinity, p: 1 };

/** Of costs above nothing. */
const countOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, { bins }) => sum + [...bins.values()].reduce((all, count) => all + count, 0), 0);

function alertAt(steps: readonly Step[], { index, p }: Split, { ratio, minUsd }: AlertRules, shapeOf?: ShapeOf): UnitAlert | null {
  const [before, after] = [steps.slice(0, index), steps.slice(index)];
  const [a, b] = [sumsOf(before), sumsOf(after)];
  const shift = hodgesLehmann(a.bins, b.bins, 0.95);
  const [last, first] = [before.at(-1), after[0]];
  if (shift === null || last === undefined || first === undefined || ratioOf(shift.low) < ratio) return null;
  const usdAtStake = (b.usd / b.n - a.usd / a.n) * perThirtyDays(after, b.n);
  if (usdAtStake < minUsd) return null;
  return {
    at: new Date(first.first).toISOString(),
    from: last.version,
    to: first.version,
    ratio: ratioOf(shift.shift),
    low: ratioOf(shift.low),
    high: ratioOf(shift.high),
    p,
    usdAtStake,
    causes: costCauses(a, b, shapeOf),
  };
}

/** Actions in 30 days; a day counts whole, however little of it there is. */
function perThirtyDays(steps: readonly Step[], actions: number): number {
  const [first, last] = [steps[0]?.day ?? '', steps.at(-1)?.day ?? ''];
  return (actions / ((Date.parse(last) - Date.parse(first)) / DAY + 1)) * 30;
}
