/** What a call costs by a table of prices. US dollars. */
import { chargesUsd, type Charges } from './charges.ts';
import { tableAt, tablesWithinDay } from './dated-price.ts';
import type { PriceInfo, PriceTable, Rates, ServiceFactors } from './price-table.ts';
import { isJsonObject } from '../../json/json.ts';
import type { Usage } from './usage.ts';

export type Service = 'standard' | keyof ServiceFactors;

/**
 * How a call was served, from the `service_tier` of its response: OpenAI bills by that, whatever was asked for (Service
 * tiers, API reference). Empty: at the standard price.
 */
export function serviceOf(tier: unknown): { readonly service?: Service } {
  return tier === 'flex' || tier === 'priority' || tier === 'batch' ? { service: tier } : {};
}

/** The service that a request names, in the words of each provider's API. */
export function requestedService(parameters: Readonly<Record<string, unknown>>): Service {
  if (parameters['speed'] === 'fast') return 'priority';
  const given = parameters['service_tier'] ?? parameters['serviceTier'];
  const name: unknown = isJsonObject(given) ? given['type'] : given;
  if (name === 'fast') return 'priority';
  return serviceOf(name).service ?? 'standard';
}

/** The region that a request names, where that changes the price (Claude's `inference_geo`); null: it names none. */
export function requestedRegion(parameters: Readonly<Record<string, unknown>>): string | null {
  const region = parameters['inference_geo'];
  return typeof region === 'string' ? region : null;
}

/** The prices of a region: every rate times its factor. Unchanged where the region makes no difference, or none that is known. */
export function inRegion(table: PriceTable, region: string | null): PriceTable {
  const factor = region === null || !Object.hasOwn(table.regions ?? {}, region) ? 1 : (table.regions?.[region] ?? 1);
  if (factor === 1) return table;
  const times = (rate: number | null): number | null => (rate === null ? null : rate * factor);
  const rates = (of: Rates): Rates => ({
    input: of.input * factor,
    cacheRead: times(of.cacheRead),
    cacheWriteShort: times(of.cacheWriteShort),
    cacheWriteLong: times(of.cacheWriteLong),
    output: of.output * factor,
  });
  const priced = <T extends Pick<PriceTable, 'rates' | 'tiers'>>(of: T): T => ({
    ...of,
    rates: rates(of.rates),
    tiers: of.tiers.map((tier) => ({ ...tier, rates: rates(tier.rates) })),
  });
  const { regions: _, ...plain } = table;
  return { ...priced(plain), ...(table.dated === undefined ? {} : { dated: table.dated.map(priced) }) };
}

/** How a call was served, where that changes its price. */
export interface Served {
  readonly service?: Service;
  /** Where, as the response says. */
  readonly region?: string;
  /** What the provider charges besides tokens; absent: nothing that it reports. */
  readonly charges?: Charges;
}

export interface Pricing {
  readonly info: PriceInfo;
  /** As of now. */
  readonly table: PriceTable;
  /** USD for one call, or null when this usage cannot be priced. `at`: when it was answered; absent: now. */
  costUsd(usage: Usage, served?: Service | Served, at?: Date): number | null;
  /** USD that a call with at most so many tokens can cost at most, written to the cache or not, in whatever tier, within a day. */
  worstCaseUsd(inputTokens: number, outputTokens: number): number;
}

export interface CostSplit {
  readonly fresh: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Thinking and answer. */
  readonly output: number;
  /** Searches and other charges by use; they have no factor of service or region. */
  readonly charges: number;
  /** Of `output`, what thinking costs. */
  readonly reasoning: number;
}

export const NO_SERVICES: ServiceFactors = { batch: null, flex: null, priority: null };

/**
 * USD of one call by what it is for, or null when a rate that this usage needs is not known or the usage is impossible. Never negative. The rule is the
 * providers': input that was read from or written to the cache is billed at its own rate instead of the input rate.
 */
export function splitCost(table: PriceTable, usage: Usage, served: Service | Served = {}): CostSplit | null {
  const { service = 'standard', region = null, charges = {} } = typeof served === 'string' ? { service: served } : served;
  const besides = chargesUsd(charges, table.perUse);
  if (besides === null) return null;
  const factorOfService = factorOf(table, service);
  if (factorOfService === null) return null;
  const factor = factorOfService * (region === null ? 1 : (table.regions?.[region] ?? 1));
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
    charges: besides,
    reasoning: usd(Math.min(usage.reasoning, usage.output), rates.output),
  };
}

export function costUsd(table: PriceTable, usage: Usage, served: Service | Served = {}): number | null {
  const split = splitCost(table, usage, served);
  return split === null ? null : sumOfSplit(split);
}

/** USD of the whole call. */
export const sumOfSplit = ({ fresh, cacheRead, cacheWrite, output, charges }: CostSplit): number =>
  fresh + cacheRead + cacheWrite + output + charges;

/** What a service costs, as a factor of the standard price; null: not offered, or not known. */
export const factorOf = ({ service: factors }: Pick<PriceTable, 'service'>, service: Service): number | null =>
  service === 'standard' ? 1 : factors[service];

/** The rates of the tier that this much input falls into. */
export const ratesFor = ({ rates, tiers }: PriceTable, inputTokens: number): Rates =>
  tiers.findLast((tier) => inputTokens > tier.above)?.rates ?? rates;

/** `now`: the clock, for prices with dates. */
export function pricingOf(table: PriceTable, now: () => Date): Pricing {
  const current = (at: Date): PriceTable | null => tableAt(table, at);
  return {
    get info() {
      return (current(now()) ?? table).info;
    },
    get table() {
      return current(now()) ?? table;
    },
    costUsd: (usage, served, at = now()) => {
      const then = current(at);
      return then === null ? null : costUsd(then, usage, served);
    },
    worstCaseUsd: (input, output) => {
      const tables = tablesWithinDay(table, now());
      return Math.max(...(tables.length === 0 ? [table] : tables).map((item) => worstCaseUsd(item, input, output)));
    },
  };
}

function worstCaseUsd({ rates, tiers, regions = {}, perUse = {} }: PriceTable, inputTokens: number, outputTokens: number): number {
  const reachable = [rates, ...tiers.filter(({ above }) => inputTokens > above).map((tier) => tier.rates)];
  const highest = Math.max(
    ...reachable.map(
      ({ input, cacheWriteShort, cacheWriteLong, output }) =>
        (inputTokens * Math.max(input, cacheWriteShort ?? 0, cacheWriteLong ?? 0) + outputTokens * output) / 1e6,
    ),
  );
  return highest * Math.max(1, ...Object.values(regions)) + (perUse.requests ?? 0);
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
