/** What a person must know about a price beside its rates: when it changes, at which hours it is another one, how long it was promised. */
import { priceChangeText, utcDay, dayText, hoursText, nextChange } from './dated-price.ts';
import type { PriceTable } from './price-table.ts';

export interface PriceNotes {
  /** The next announced change; null: none is announced. */
  readonly change: { readonly from: string; readonly text: string } | null;
  /** The parts of the day with another price; null: it is the same all day. */
  readonly hours: string | null;
  /** The provider promised the price until a day that has passed; null: it did not, or the day is to come. */
  readonly promise: string | null;
}

/** `at`: now. */
export function priceNotes(table: PriceTable, at: Date): PriceNotes {
  const change = nextChange(table, at);
  const { promisedUntil = null } = table.info;
  const isOver = promisedUntil !== null && promisedUntil < utcDay(at);
  return {
    change: change === null ? null : { from: change.from, text: priceChangeText(change, table) },
    hours: hoursText(table, at),
    promise: isOver ? `promised until ${dayText(promisedUntil)}, so it may have changed since` : null,
  };
}

/** The notes in the order of what matters first. */
export const noteTexts = ({ change, promise, hours }: PriceNotes): string[] =>
  [change?.text ?? null, promise, hours].filter((text) => text !== null);
