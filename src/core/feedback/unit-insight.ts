/** What user actions cost over time, by type, or by version or model of it; and when one became dearer. */
import { meanInterval, meanOf } from '../compare/statistics/paired-means.ts';
import { sumKnown } from '../sum-known.ts';
import { ALERT_RULES, unitAlerts, type AlertRules, type UnitAlert } from './unit-alerts.ts';
import { UnitCosts, type CallFacts, type UnitCost } from './unit-cost.ts';

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
}

export interface UnitDay {
  readonly day: string;
  readonly n: number;
  readonly costPerActionUsd: number | null;
  /** USD; null: the cost of an action is not known. */
  readonly totalUsd: number | null;
}

/** Takes calls in any order. */
export class UnitInsights {
  private readonly costs = new UnitCosts();
  private from = Infinity;
  private to = -Infinity;

  add(facts: CallFacts): void {
    this.costs.add(facts);
    this.from = Math.min(this.from, facts.at);
    this.to = Math.max(this.to, facts.at);
  }

  /** ISO 8601; null: there is nothing. */
  get window(): { readonly from: string; readonly to: string } | null {
    return this.from > this.to ? null : { from: new Date(this.from).toISOString(), to: new Date(this.to).toISOString() };
  }

  /** The dearest in all first. Alerts are those of the type: a version or model is one side of its changes. */
  list(by: Grouping, rules: AlertRules = ALERT_RULES): UnitInsight[] {
    return [...this.costs.list()]
      .flatMap(([action, units]): UnitInsight[] => {
        if (by === 'type') return [insightOf(action, null, units, unitAlerts(units, rules))];
        return [...groupsOf(units, by)].map(([name, group]) => insightOf(action, name, group, []));
      })
      .sort((a, b) => totalOf(b) - totalOf(a));
  }
}

const totalOf = ({ n, unknown, costPerActionUsd }: UnitInsight): number => (costPerActionUsd ?? 0) * (n - unknown);

/** An action belongs to its last version, and to the model that most of its calls went to. */
function groupsOf(units: readonly UnitCost[], by: Exclude<Grouping, 'type'>): Map<string, UnitCost[]> {
  const groups = new Map<string, UnitCost[]>();
  for (const unit of units) {
    const name = by === 'version' ? (unit.version ?? 'unknown') : mainModel(unit);
    const group = groups.get(name);
    if (group) group.push(unit);
    else groups.set(name, [unit]);
  }
  return groups;
}

const mainModel = ({ byModel }: UnitCost): string => [...byModel].sort(([, a], [, b]) => b.calls - a.calls)[0]?.[0] ?? 'unknown';

function insightOf(action: string, by: string | null, units: readonly UnitCost[], alerts: readonly UnitAlert[]): UnitInsight {
  const known = units.flatMap(({ usd }) => usd ?? []);
  const days = new Map<string, UnitCost[]>();
  for (const unit of units) {
    const day = new Date(unit.at).toISOString().slice(0, 10);
    const of = days.get(day);
    if (of) of.push(unit);
    else days.set(day, [unit]);
  }
  return {
    action,
    by,
    n: units.length,
    costPerActionUsd: meanCost(known),
    interval: intervalOf(known),
    unknown: units.length - known.length,
    series: [...days].map(([day, of]) => ({
      day,
      n: of.length,
      costPerActionUsd: meanCost(of.flatMap(({ usd }) => usd ?? [])),
      totalUsd: sumKnown(of.map(({ usd }) => usd)),
    })),
    alerts,
  };
}

const meanCost = (costs: readonly number[]): number | null =>
  costs.length === 0 ? null : costs.reduce((sum, usd) => sum + usd, 0) / costs.length;

/** Student's, of 95 %; a cost is not below nothing. */
function intervalOf(costs: readonly number[]): [number, number] | null {
  if (costs.length < 2) return null;
  const [low, high] = meanInterval(meanOf(costs), 0.95, 0);
  return [Math.max(0, low), high];
}
