/** What a model costs, and since when and by whom we know it. All rates are US dollars per million tokens. */
import type { Usage } from './usage.ts';

export interface PriceInfo {
  /** Date of the data, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly source: string;
  /** `exact`: this very id has a price. `estimated`: that of `basedOn`. `scripted`: the scripted model's own file. `override`: the user's file. */
  readonly basis: 'exact' | 'estimated' | 'scripted' | 'override';
  readonly basedOn: string | null;
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
}

export type Service = 'standard' | keyof ServiceFactors;

/**
 * How a call was served, from the `service_tier` of its response: OpenAI bills by that, whatever was asked for (Service
 * tiers, API reference). Empty: at the standard price.
 */
export function serviceOf(tier: unknown): { readonly service?: Service } {
  return tier === 'flex' || tier === 'priority' || tier === 'batch' ? { service: tier } : {};
}

export interface Pricing {
  readonly info: PriceInfo;
  readonly table: PriceTable;
  /** USD for one call, or null when this usage cannot be priced; `service`: how it was served, default as usual. */
  costUsd(usage: Usage, service?: Service): number | null;
  /** USD that a call with at most so many tokens can cost at most, written to the cache or not, in whatever tier. */
  worstCaseUsd(inputTokens: number, outputTokens: number): number;
}

export interface CostSplit {
  readonly fresh: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Thinking and answer. */
  readonly output: number;
  /** Of `output`, what thinking costs. */
  readonly reasoning: number;
}

export const NO_SERVICES: ServiceFactors = { batch: null, flex: null, priority: null };

/**
 * USD of one call by what it is for, or null when a rate that this usage needs is not known or the usage is impossible. Never negative. The rule is the
 * providers': input that was read from or written to the cache is billed at its own rate instead of the input rate.
 */
export function splitCost(table: PriceTable, usage: Usage, service: Service = 'standard'): CostSplit | null {
  const factor = service === 'standard' ? 1 : table.service[service];
  if (factor === null) return null;
  const rates = ratesFor(table, usage.input);
  const long = rates.cacheWriteLong ?? (rates.cacheWriteShort === null ? rates.input : null);
  if (usage.cacheWriteLong > 0 && long === null) return null;
  const fresh = usage.input - usage.cacheRead - usage.cacheWriteShort - usage.cacheWriteLong;
  // More from the cache than there was input is no usage; a negative part would be money given back.
  if (![fresh, usage.cacheRead, usage.cacheWriteShort, usage.cacheWriteLong, usage.output].every((tokens) => tokens >= 0)) return null;
  const usd = (tokens: number, rate: number): number => (factor * tokens * rate) / 1e6;
  return {
    fresh: usd(fresh, rates.input),
    cacheRead: usd(usage.cacheRead, rates.cacheRead ?? rates.input),
    cacheWrite: usd(usage.cacheWriteShort, rates.cacheWriteShort ?? rates.input) + usd(usage.cacheWriteLong, long ?? 0),
    output: usd(usage.output, rates.output),
    reasoning: usd(Math.min(usage.reasoning, usage.output), rates.output),
  };
}

export function costUsd(table: PriceTable, usage: Usage, service: Service = 'standard'): number | null {
  const split = splitCost(table, usage, service);
  return split === null ? null : split.fresh + split.cacheRead + split.cacheWrite + split.output;
}

/** The rates of the tier that this much input falls into. */
export const ratesFor = ({ rates, tiers }: PriceTable, inputTokens: number): Rates =>
  tiers.findLast((tier) => inputTokens > tier.above)?.rates ?? rates;

export const pricingOf = (table: PriceTable): Pricing => ({
  info: table.info,
  table,
  costUsd: (usage, service) => costUsd(table, usage, service),
  worstCaseUsd: (input, output) => worstCaseUsd(table, input, output),
});

function worstCaseUsd({ rates, tiers }: PriceTable, inputTokens: number, outputTokens: number): number {
  const reachable = [rates, ...tiers.filter(({ above }) => inputTokens > above).map((tier) => tier.rates)];
  return Math.max(
    ...reachable.map(
      ({ input, cacheWriteShort, cacheWriteLong, output }) =>
        (inputTokens * Math.max(input, cacheWriteShort ?? 0, cacheWriteLong ?? 0) + outputTokens * output) / 1e6,
    ),
  );
}

/** The table of a scripted model, from its file. */
export const scriptedPrice = (rates: { input: number; cacheRead: number | null; output: number }, info: PriceInfo): PriceTable => ({
  info,
  rates: { ...rates, cacheWriteShort: null, cacheWriteLong: null },
  tiers: [],
  service: NO_SERVICES,
});

const DAY = 24 * 60 * 60 * 1000;
/** Prices change; after this a number says how old it is. Days. */
export const STALE_AFTER = 60;

/** How many days old the price is, when that is more than a user should trust; else null. */
export function staleDays({ asOf }: PriceInfo, now: Date): number | null {
  const days = Math.floor((now.getTime() - Date.parse(asOf)) / DAY);
  return days > STALE_AFTER ? days : null;
}
