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
    best = moreTelling(best, standingOut(attribute, whole.n, risen));
  }
  return best;
}

/** The value that has most of a rise and few of the `whole`; null: none stands out. `above`: what a value has above what is usual for it. */
export function standingOut(
  attribute: string,
  whole: number,
  values: readonly { readonly value: string; readonly n: number; readonly above: number }[],
): AlertShare | null {
  const rise = values.reduce((sum, { above }) => sum + Math.max(0, above), 0);
  const shares = values.map(({ value, n, above }): AlertShare => {
    return { attribute, value, actions: n, ofActions: n / whole, ofRise: rise === 0 ? 0 : Math.max(0, above) / rise };
  });
  return shares
    .filter(({ ofRise, ofActions }) => ofRise >= OF_RISE && ofActions * MORE_THAN_ACTIONS <= ofRise)
    .reduce<AlertShare | null>(moreTelling, null);
}

/** Of two values, possibly of different attributes, the one that says more. */
export const moreTelling = (a: AlertShare | null, b: AlertShare | null): AlertShare | null =>
  a === null || (b !== null && b.ofRise / b.ofActions > a.ofRise / a.ofActions) ? b : a;

/** USD above what its own actions cost before, else those of all. */
function riseOf(value: string, before: readonly UnitCell[], after: readonly UnitCell[]): { readonly above: number; readonly n: number } {
  const of = (cells: readonly UnitCell[]): readonly UnitCell[] => cells.filter(({ version }) => version === value);
  const [own, all, now] = [sumsOf(of(before)), sumsOf(before), sumsOf(of(after))];
  const usual = own.n > 0 ? own.usd / own.n : all.n > 0 ? all.usd / all.n : 0;
  return { above: now.usd - now.n * usual, n: now.n };
}
