/** Whose actions a rise is of: the value of an attribute that has most of what an action costs more, and few of the actions. */
import { sumsOf, type UnitCell } from './unit-cells.ts';

export interface AlertShare {
  /** Such as `tenant`. */
  readonly attribute: string;
  readonly value: string;
  /** Of the actions since the change, those with this value. */
  readonly actions: number;
  readonly ofActions: number;
  /** Of the USD above what the actions cost before, those with this value; 1: all. */
  readonly ofRise: number;
}

/** A value is named where it has at least this share of the rise, and at most half as large a share of the actions. */
const OF_RISE = 0.75;
const MORE_THAN_ACTIONS = 2;

/** `byAttribute`: cells whose `version` is the value. Null: no value stands out. */
export function alertShare(
  action: string,
  at: string,
  byAttribute: ReadonlyMap<string, readonly UnitCell[]>,
  other: string,
): AlertShare | null {
  const day = at.slice(0, 10);
  let best: AlertShare | null = null;
  for (const [attribute, cells] of byAttribute) {
    const own = cells.filter((cell) => cell.action === action);
    const [before, after] = [own.filter((cell) => cell.day < day), own.filter((cell) => cell.day >= day)];
    const whole = sumsOf(after);
    const values = [...new Set(after.map(({ version }) => version ?? ''))].filter((value) => value !== other);
    const risen = values.map((value) => ({ value, ...riseOf(value, before, after) }));
    const rise = risen.reduce((sum, { usd }) => sum + Math.max(0, usd), 0);
    for (const { value, usd, n } of risen) {
      const found = { attribute, value, actions: n, ofActions: n / whole.n, ofRise: rise === 0 ? 0 : Math.max(0, usd) / rise };
      if (found.ofRise < OF_RISE || found.ofActions * MORE_THAN_ACTIONS > found.ofRise) continue;
      if (best === null || found.ofRise / found.ofActions > best.ofRise / best.ofActions) best = found;
    }
  }
  return best;
}

/** USD above what its own actions cost before, else those of all. */
function riseOf(value: string, before: readonly UnitCell[], after: readonly UnitCell[]): { readonly usd: number; readonly n: number } {
  const of = (cells: readonly UnitCell[]): readonly UnitCell[] => cells.filter(({ version }) => version === value);
  const [own, all, now] = [sumsOf(of(before)), sumsOf(before), sumsOf(of(after))];
  const usual = own.n > 0 ? own.usd / own.n : all.n > 0 ? all.usd / all.n : 0;
  return { usd: now.usd - now.n * usual, n: now.n };
}
