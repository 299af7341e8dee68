/** How often a judge that compares answers chose the same one when their order was reversed: a judge that prefers a position has no opinion. */
import { percent, quantity } from '../display/figures.ts';
import type { AssertionResult } from '../grade/assertion.ts';

/** Of comparisons, each in both orders. */
export interface PositionConsistency {
  readonly compared: number;
  readonly consistent: number;
}

/** One comparison that a sample took part in. `id`: the same for all samples of it. */
export interface ComparedOrders {
  readonly id: string;
  readonly consistent: boolean;
}

/** Below this share the judge might as well toss a coin. */
const LEAST = 0.5;

/** Comparisons among the assertions of a sample. */
export const ordersOf = (assertions: readonly AssertionResult[]): ComparedOrders[] =>
  assertions.flatMap(({ judge, members = [] }) => [...(judge?.orders === undefined ? [] : [judge.orders]), ...ordersOf(members)]);

/** Whether everything that did not pass was a comparison: with a judge that prefers a position, that says nothing. */
export const restsOnComparisons = (assertions: readonly AssertionResult[]): boolean => {
  const bad = assertions.filter(({ pass, weight, error }) => !pass && (weight > 0 || error === true));
  return (
    bad.length > 0 &&
    bad.every(({ judge, members }) => judge?.orders !== undefined || (members !== undefined && restsOnComparisons(members)))
  );
};

/** Of several samples; null: nothing was compared. */
export function positionConsistency(
  samples: readonly { readonly case: string; readonly repeat: number; readonly orders?: readonly ComparedOrders[] }[],
): PositionConsistency | null {
  const all = new Map<string, boolean>();
  for (const { case: id, repeat, orders = [] } of samples)
    for (const { id: comparison, consistent } of orders) all.set(JSON.stringify([id, repeat, comparison]), consistent);
  const compared = all.size;
  return compared === 0 ? null : { compared, consistent: [...all.values()].filter((consistent) => consistent).length };
}

/** The judge's choices followed the position more often than the answers, so they cannot decide. */
export const isUnsteady = (found: PositionConsistency | null | undefined): boolean =>
  found !== null && found !== undefined && found.consistent / found.compared < LEAST;

/** A sentence; null: nothing was compared. */
export function positionText(found: PositionConsistency | null | undefined): string | null {
  if (found === null || found === undefined) return null;
  const { compared, consistent } = found;
  const sure = isUnsteady(found) ? ': it cannot tell these answers apart, so the comparison decides nothing' : '';
  return `The judge chose the same answer in both orders in ${consistent} of ${quantity(compared, 'comparison')} (${percent(consistent / compared)})${sure}.`;
}
