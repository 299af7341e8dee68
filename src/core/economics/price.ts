/** What a model costs, and since when and by whom we know it. */
import type { Usage } from './usage.ts';

export interface PriceInfo {
  /** Date of the data, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly source: string;
  /** `exact`: this very id has a price. `estimated`: that of `basedOn`. `scripted`: the scripted model's own file. */
  readonly basis: 'exact' | 'estimated' | 'scripted';
  readonly basedOn: string | null;
}

export interface Pricing {
  readonly info: PriceInfo;
  /** USD for one call, or null when this usage cannot be priced. */
  costUsd(usage: Usage): number | null;
}

/** USD per million tokens, as a scripted model declares them. */
export interface TokenRates {
  readonly input: number;
  readonly cacheRead: number | null;
  readonly output: number;
}

/** Input that was read from the cache costs its own rate (or the full one), the rest the input rate. */
export function pricingFromRates(rates: TokenRates, info: PriceInfo): Pricing {
  return {
    info,
    costUsd: ({ input, cacheRead, output }) =>
      ((input - cacheRead) * rates.input + cacheRead * (rates.cacheRead ?? rates.input) + output * rates.output) / 1e6,
  };
}
