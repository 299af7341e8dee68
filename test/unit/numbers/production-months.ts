/** Months of production with planted truth: what actions cost, and which calls have a signal. Independent of the code that looks for changes. */
import { UnitCells, type UnitCell } from '../../../src/core/feedback/insights/units/unit-cells.ts';
import { binOfScore } from '../../../src/core/feedback/insights/signals/score-bins.ts';
import type { SignalCell } from '../../../src/core/feedback/insights/signals/signal-cell.ts';
import type { Random } from '../../../src/core/statistics/random.ts';

const DAY = 86_400_000;
/** A Monday. */
const START = Date.parse('2026-06-01T00:00:00Z');
export const dayOf = (day: number): string => new Date(START + day * DAY).toISOString().slice(0, 10);

/** Box and Muller. */
export const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

export interface CostMonth {
  readonly days: number;
  readonly perDay: number;
  /** Of the logarithm of an action's cost. */
  readonly spread: number;
  /** Of the logarithm of what all actions of a day have in common. */
  readonly dayEffect: number;
  /** A weekend costs this many times as much. */
  readonly weekend: number;
  /** Part of a weekday's actions that a weekend has. */
  readonly weekendActions?: number;
  readonly actions?: readonly string[];
  /** Share of actions that cost 20 times as much, all the time. */
  readonly outliers?: number;
  /** From `from` to before `until`, a `share` of the actions costs more: the mean is `mean` times what it was. */
  readonly change?: { readonly from: number; readonly until?: number; readonly share: number; readonly mean: number };
}

/** Of all actions, in the order of time. */
export function costMonth(random: Random, shape: CostMonth): UnitCell[] {
  const cells = new UnitCells();
  const { change, outliers = 0, weekendActions = 1, actions = ['document'] } = shape;
  for (const action of actions) {
    for (let day = 0; day < shape.days; day++) {
      const isWeekend = day % 7 >= 5;
      const level = 0.02 * (isWeekend ? shape.weekend : 1) * Math.exp(shape.dayEffect * normal(random));
      const isChanged = change !== undefined && day >= change.from && day < (change.until ?? Infinity);
      const n = Math.round(shape.perDay * (isWeekend ? weekendActions : 1));
      for (let i = 0; i < n; i++) {
        const more = isChanged && random.next() < change.share ? 1 + (change.mean - 1) / change.share : 1;
        const usd = level * Math.exp(shape.spread * normal(random)) * more * (random.next() < outliers ? 20 : 1);
        const at = START + day * DAY + (i / n) * DAY;
        const parts = [{ model: 'm', calls: 1, input: 1000, cached: 0, output: 100, reasoning: 0, usd }];
        cells.add({ action, at, calls: 1, usd, version: 'p@1', parts });
      }
    }
  }
  return cells.list();
}

export interface SignalMonth {
  readonly days: number;
  readonly callsPerDay: number;
  readonly users: number;
  /** Of a user's calls, how much more alike they are than those of others: 0 not at all, 1 all the same. */
  readonly alike: number;
  /** Rate of each signal on a weekday. */
  readonly rates: Readonly<Record<string, number>>;
  /** Times the rate at a weekend. */
  readonly weekend?: number;
  readonly prompts?: readonly string[];
  /** Each begins on its day. */
  readonly versions?: readonly number[];
  readonly change?: { readonly from: number; readonly until?: number; readonly signal: string; readonly rate: number };
  /** A score of each call, normally distributed around that of its day; what it is after a change. */
  readonly scores?: readonly PlantedScore[];
}

export interface PlantedScore {
  readonly name: string;
  readonly mean: number;
  readonly spread: number;
  /** Of what all calls of a day have in common. */
  readonly dayEffect: number;
  readonly change?: { readonly from: number; readonly mean: number };
}

/** `groupOf`: the group that a user is counted in. */
export function signalMonth(random: Random, shape: SignalMonth, groupOf: (user: string) => number): SignalCell[] {
  const { versions = [0], prompts = ['answer'], change, weekend = 1 } = shape;
  return prompts.flatMap((prompt) => {
    const bent = Array.from({ length: shape.users }, () => ({ uniform: random.next() }));
    const groups = Array.from({ length: shape.users }, (_, user) => groupOf(`${prompt} ${user}`));
    return Array.from({ length: shape.days }, (_, day): SignalCell => {
      const version = String(versions.filter((from) => from <= day).length);
      const scores = new Map<string, Map<number, Map<number, number>>>();
      const ofDay = (shape.scores ?? []).map(({ name, mean, spread, dayEffect, change: moved }) => ({
        name,
        mean: { level: (moved !== undefined && day >= moved.from ? moved.mean : mean) + dayEffect * normal(random), spread },
      }));
      const cell: SignalCell = {
        scores,
        ...{ day: dayOf(day), prompt, version, model: 'm', n: 0, first: START + day * DAY },
        ...{ counts: new Map(), users: new Map(), byUser: new Map() },
      };
      for (let call = 0; call < shape.callsPerDay; call++) {
        const user = Math.floor(random.next() * shape.users);
        const group = groups[user] ?? 0;
        for (const { name, mean } of ofDay) {
          const bin = binOfScore(mean.level + mean.spread * normal(random));
          const bins = scores.get(name) ?? new Map<number, Map<number, number>>();
          const of = bins.get(bin) ?? new Map<number, number>();
          scores.set(name, bins.set(bin, of.set(group, (of.get(group) ?? 0) + 1)));
        }
        cell.n++;
        cell.users.set(group, (cell.users.get(group) ?? 0) + 1);
        for (const [at, [signal, usual]] of Object.entries(shape.rates).entries()) {
          const isChanged = change?.signal === signal && day >= change.from && day < (change.until ?? Infinity);
          const rate = (isChanged ? change.rate : usual) * (day % 7 >= 5 ? weekend : 1);
          // A call does as its user does, or as chance has it: the rate is the same either way.
          const own = ((bent[user]?.uniform ?? 0) + at * 0.377) % 1;
          if ((random.next() < shape.alike ? own : random.next()) >= rate) continue;
          cell.counts.set(signal, (cell.counts.get(signal) ?? 0) + 1);
          const of = cell.byUser.get(signal) ?? new Map<number, number>();
          cell.byUser.set(signal, of.set(group, (of.get(group) ?? 0) + 1));
        }
      }
      return cell;
    });
  });
}

/** What is stored at the end of each of these days. */
export const lookedAt = <C extends { readonly day: string }>(cells: readonly C[], from: number, until: number): C[][] =>
  Array.from({ length: until - from }, (_, i) => cells.filter(({ day }) => day <= dayOf(from + i)));
