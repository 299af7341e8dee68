/** What a model costs, since when and by whom we know it. All rates are US dollars per million tokens; all days and hours are UTC. */

import type { ChargePrices } from './charges.ts';

export interface PriceInfo {
  /** Date of the data, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly source: string;
  /** `exact`: this very id has a price. `estimated`: that of `basedOn`. `scripted`: the scripted model's own file. `override`: the user's file. */
  readonly basis: 'exact' | 'estimated' | 'scripted' | 'override';
  readonly basedOn: string | null;
  /** The last day for which the provider has promised the price, `YYYY-MM-DD`; absent: it gave no such day. */
  readonly promisedUntil?: string;
}

export interface Rates {
  readonly input: number;
  /** Null: the provider has no reduced price; reads cost what input costs. */
  readonly cacheRead: number | null;
  /** Null: writing to the cache costs no more than input. */
  readonly cacheWriteShort: number | null;
  /** Null: not known where the short write has a price, else as input. */
  readonly cacheWriteLong: number | null;
  readonly output: number;
}

/** What other ways to send a request cost, as a factor of the standard price; null: not offered or not known. */
export interface ServiceFactors {
  readonly batch: number | null;
  readonly flex: number | null;
  readonly priority: number | null;
}

export interface PriceTable {
  readonly info: PriceInfo;
  readonly rates: Rates;
  /** A request with more input tokens than `above` is billed whole at these rates. Ascending. */
  readonly tiers: readonly { readonly above: number; readonly rates: Rates }[];
  readonly service: ServiceFactors;
  /** USD for what is charged besides tokens; absent: nothing is known of such charges. */
  readonly perUse?: ChargePrices;
  /** Factors of everything by the region that the response names; absent: it costs the same everywhere. */
  readonly regions?: Readonly<Record<string, number>>;
  /** All that is known by date and hour; the rates above are those of one moment. Absent: it always costs the same. */
  readonly dated?: readonly DatedPrice[];
}

export interface DatedPrice extends Pick<PriceTable, 'rates' | 'tiers' | 'perUse'> {
  /** The first day, `YYYY-MM-DD`; null: always before. */
  readonly from: string | null;
  /** The last day, `YYYY-MM-DD`; null: no end is announced. */
  readonly until: string | null;
  /** `HH:MM`, `until` not included; past midnight where it is earlier than `from`. Null: all day. */
  readonly hours: { readonly from: string; readonly until: string } | null;
  /** Who says so; absent: whoever says the rest. */
  readonly info?: PriceInfo;
}
