/** What user actions cost over time, by type, or by version or model of it; and when one got more expensive. */
import { meanInterval } from '../../../statistics/paired-means.ts';
import { groupBy } from '../../../collections/group-by.ts';
import type { ShapeOf } from './cost-causes.ts';
import { alertShare } from './alert-share.ts';
import { OTHER_VALUES } from './unit-attributes.ts';
import { ALERT_RULES, unitAlerts, type AlertRules, type UnitAlert } from './unit-alerts.ts';
import { sumsOf, type UnitCell } from './unit-cells.ts';

export const GROUPINGS = ['type', 'version', 'model'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** An entry of `units` in goldset.insights/1. */
export interface UnitInsight {
  /** The type of action. */
  readonly action: string;
  /** The version or the model; null: all of the type. */
  readonly by: string | null;
  readonly n: number;
  /** USD, the mean of actions whose cost is known; null: of none. */
  readonly costPerActionUsd: number | null;
  /** Of 95 %; null: fewer than two are known. */
  readonly interval: readonly [number, number] | null;
  /** Actions whose cost is not known: they are in no mean. */
  readonly unknown: number;
  readonly series: readonly UnitDay[];
  readonly alerts: readonly UnitAlert[];
  /** What goldset.yaml lets an action cost; null: it says nothing of it. */
  readonly budget: ActionBudget | null;
}

export interface ActionBudget {
  /** USD an action. */
  readonly costUsd: number;
  /** USD, the mean of the last seven days that had actions; null: of none the cost is known. */
  readonly recentUsd: number | null;
  readonly isExceeded: boolean;
}

export interface UnitDay {
  readonly day: string;
  readonly n: number;
  readonly costPerActionUsd: number | null;
  /** USD; null: the cost of an action is not known. */
  readonly totalUsd: number | null;
}

export interface UnitsInsight {
  /** The most expensive in all first. */
  readonly units: readonly UnitInsight[];
  /** Types of action that have enough days to be tested for a rise. */
  readonly tested: number;
}

export interface UnitsShown {
  /** `attribute`: by the values of one that applications say. */
  readonly by: Grouping | { readonly attribute: string };
  /** By the name of an attribute, cells whose `version` is its value. */
  readonly byAttribute?: ReadonlyMap<string, readonly UnitCell[]>;
  /** A day: earlier ones are tested and not shown. Absent: all are shown. */
  readonly since?: string | null;
  readonly rules?: AlertRules;
  /** USD an action may cost, by its type. */
  readonly budgets?: ReadonlyMap<string, number>;
  readonly shapeOf?: ShapeOf;
}

/** Alerts are those of the type: a version or model is one side of its changes. */
export function unitInsights(cells: readonly UnitCell[], shown: UnitsShown): UnitsInsight {
  const { by, since = null, rules = ALERT_RULES, budgets = new Map<string, number>(), shapeOf, byAttribute = NO_ATTRIBUTES } = shown;
  const { alerts, tested } = unitAlerts(cells, rules, shapeOf);
  const alertsOf = (action: string): UnitAlert[] =>
    [alerts.get(action) ?? []].flat().map((alert) => {
      const share = alertShare(action, alert.at, byAttribute, OTHER_VALUES);
      return share === null ? alert : { ...alert, share };
    });
  const listed = typeof by === 'string' ? cells : (byAttribute.get(by.attribute) ?? []);
  const units = [...groupBy(since === null ? listed : listed.filter(({ day }) => day >= since), ({ action }) => action)]
    .flatMap(([action, of]): UnitInsight[] => {
      if (by === 'type') return [insightOf(action, null, of, alertsOf(action), budgets.get(action))];
      return [...groupBy(of, ({ version, model }) => (by === 'model' ? model : (version ?? 'unknown')))].map(([name, group]) =>
        insightOf(action, name, group, [], budgets.get(action)),
      );
    })
    .sort((a, b) => totalOf(b) - totalOf(a));
  return { units, tested: tested.length };
}

const NO_ATTRIBUTES: ReadonlyMap<string, readonly UnitCell[]> = new Map();

const totalOf = ({ n, unknown, costPerActionUsd }: UnitInsight): number => (costPerActionUsd ?? 0) * (n - unknown);

function insightOf(
  action: string,
  by: string | null,
  cells: readonly UnitCell[],
  alerts: readonly UnitAlert[],
  budget?: number,
): UnitInsight {
  const { n, unknown, usd, squares } = sumsOf(cells);
  return {
    action,
    by,
    n: n + unknown,
    costPerActionUsd: n === 0 ? null : usd / n,
    interval: intervalOf(n, usd, squares),
    unknown,
    series: [...groupBy(cells, ({ day }) => day)].map(([day, of]) => {
      const sums = sumsOf(of);
      return {
        day,
        n: sums.n + sums.unknown,
        costPerActionUsd: sums.n === 0 ? null : sums.usd / sums.n,
        totalUsd: sums.unknown > 0 ? null : sums.usd,
      };
    }),
    alerts,
    budget: budget === undefined ? null : budgetOf(budget, cells),
  };
}

/** Days that a budget is held against. */
const RECENT = 7;

function budgetOf(costUsd: number, cells: readonly UnitCell[]): ActionBudget {
  const days = new Set([...new Set(cells.map(({ day }) => day))].slice(-RECENT));
  const { n, usd } = sumsOf(cells.filter(({ day }) => days.has(day)));
  const recentUsd = n === 0 ? null : usd / n;
  return { costUsd, recentUsd, isExceeded: recentUsd !== null && recentUsd > costUsd };
}

/** Student's, of 95 %; a cost is not below nothing. */
function intervalOf(n: number, usd: number, squares: number): [number, number] | null {
  if (n < 2) return null;
  const mean = usd / n;
  const variance = Math.max(0, squares - n * mean * mean) / (n - 1);
  const [low, high] = meanInterval({ mean, error: Math.sqrt(variance / n), units: n, degrees: n - 1 }, 0.95, 0);
  return [Math.max(0, low), high];
}
