/**
 * Finds when a user action became dearer. An alert needs an effect (the lower bound of the Hodges–Lehmann ratio), evidence
 * (a one-sided Mann–Whitney test, corrected for every day that was looked at) and money at stake. Costs are compared by their
 * logarithms, as ranks: neither a heavy tail nor a total that stays flat hides a change of the unit.
 */
import { hodgesLehmann, rankTestsAt } from '../compare/statistics/rank-shift.ts';
import { costCauses, type Cause } from './cost-causes.ts';
import type { UnitCost } from './unit-cost.ts';

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
/** Actions of a side that the interval is made of: an even spread of them, so that 400² differences are the most. */
const SPREAD = 400;
/** Changes of one action type that are told apart. */
const MOST = 8;

/** In the order of time. Actions whose cost is not known are left out. */
export function unitAlerts(units: readonly UnitCost[], rules: AlertRules = ALERT_RULES): UnitAlert[] {
  const known = units.filter((unit): unit is PricedUnit => unit.usd !== null && unit.usd > 0);
  const days = new Set(known.map(({ at }) => Math.floor(at / DAY))).size;
  const alerts: UnitAlert[] = [];
  // Each half is searched again: a second change is not hidden by the first.
  const search = (part: readonly PricedUnit[]): void => {
    if (alerts.length >= MOST) return;
    const split = bestSplit(part, rules, days);
    if (split === null) return;
    const alert = alertAt(part, split, rules);
    if (alert !== null) alerts.push(alert);
    search(part.slice(0, split.index));
    search(part.slice(split.index));
  };
  search(known);
  return alerts.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

type PricedUnit = UnitCost & { readonly usd: number };

interface Split {
  readonly index: number;
  readonly p: number;
}

/** The most surprising rise or fall at the beginning of a day or of a version; null: none is significant. */
function bestSplit(units: readonly PricedUnit[], { alpha, minUnits }: AlertRules, days: number): Split | null {
  const splits = units.flatMap((unit, i) => {
    const before = units[i - 1];
    if (before === undefined || i < minUnits || units.length - i < minUnits) return [];
    return Math.floor(before.at / DAY) !== Math.floor(unit.at / DAY) || before.version !== unit.version ? [i] : [];
  });
  if (splits.length === 0) return null;
  const costs = units.map(({ usd }) => usd);
  const looks = Math.max(days, splits.length);
  const rises = rankTestsAt(costs, splits);
  const falls = rankTestsAt(
    costs.map((usd) => -usd),
    splits,
  );
  const best = splits
    .map((index, i) => ({ index, p: Math.min(rises[i]?.p ?? 1, falls[i]?.p ?? 1) }))
    .reduce((least, item) => (item.p < least.p ? item : least));
  const p = Math.min(1, best.p * 2 * looks);
  return p < alpha ? { index: best.index, p } : null;
}

function alertAt(units: readonly PricedUnit[], { index, p }: Split, { ratio, minUsd }: AlertRules): UnitAlert | null {
  const [before, after] = [units.slice(0, index), units.slice(index)];
  const shift = hodgesLehmann(spread(before).map(logCost), spread(after).map(logCost), 0.95);
  const [last, first] = [before.at(-1), after[0]];
  if (shift === null || last === undefined || first === undefined || Math.exp(shift.low) < ratio) return null;
  const usdAtStake = (mean(after) - mean(before)) * perThirtyDays(after);
  if (usdAtStake < minUsd) return null;
  return {
    at: new Date(first.at).toISOString(),
    from: last.version,
    to: first.version,
    ratio: Math.exp(shift.shift),
    low: Math.exp(shift.low),
    high: Math.exp(shift.high),
    p,
    usdAtStake,
    causes: costCauses(before, after),
  };
}

const logCost = ({ usd }: PricedUnit): number => Math.log(usd);
const mean = (units: readonly PricedUnit[]): number => units.reduce((sum, { usd }) => sum + usd, 0) / units.length;

/** A day counts whole, however little of it there is. */
function perThirtyDays(units: readonly PricedUnit[]): number {
  const [first, last] = [units[0]?.at ?? 0, units.at(-1)?.at ?? 0];
  const days = Math.floor(last / DAY) - Math.floor(first / DAY) + 1;
  return (units.length / days) * 30;
}

/** Every k-th. */
const spread = (units: readonly PricedUnit[]): PricedUnit[] => {
  const step = Math.max(1, units.length / SPREAD);
  return Array.from({ length: Math.min(SPREAD, units.length) }, (_, i) => units[Math.floor(i * step)]).filter((unit) => unit !== undefined);
};
