/** Prices of public models from the dated data of genai-prices, guarded: an id that it only resembles is an estimate, and said so. */
import {
  calcPrice,
  findProvider,
  REMOTE_DATA_JSON_URL,
  updatePrices,
  type ModelPrice,
  type Provider,
  type TieredPrices,
} from '@pydantic/genai-prices';
import { MISSING_MODELS, SERVICES } from '../data/price-overlay.ts';
import { NO_SERVICES, pricingOf, type PriceTable, type Pricing, type Rates } from './price.ts';

/** Date and source of the data in use: the package's release (it carries no date of its own), until newer data was loaded. */
let origin = { asOf: '2026-09-23', source: 'genai-prices 0.1.8' };

export const PRICE_DATA_URL = REMOTE_DATA_JSON_URL;

/** Uses data of the same shape that was downloaded later. `asOf`: the day of the download, `YYYY-MM-DD`. */
export function usePriceData(providers: readonly Provider[], asOf: string): void {
  updatePrices(({ setProviderData }) => setProviderData([...providers]));
  origin = { asOf, source: 'genai-prices, updated' };
}

export const priceDataOrigin = (): { readonly asOf: string; readonly source: string } => origin;

/** Whether a document is price data: providers with models that have prices. */
export const isPriceData = (value: unknown): value is Provider[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (item: Partial<Provider> | null) => typeof item?.id === 'string' && Array.isArray(item.models) && item.models.every(isModel),
  ) &&
  value.some((item: Provider) => item.id === 'openai' && item.models.length > 10);

const isModel = (model: unknown): boolean => {
  const { id, prices } = (model ?? {}) as { id?: unknown; prices?: unknown };
  const isTable = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  return (
    typeof id === 'string' &&
    (Array.isArray(prices)
      ? prices.length > 0 && prices.every((row: { prices?: unknown } | null) => isTable(row?.prices))
      : isTable(prices))
  );
};

export interface ModelPrices {
  readonly price: PriceTable;
  /** Tokens; null: not known. */
  readonly contextWindow: number | null;
}

/** The price of a model at a provider, or null when nothing like it is known. `at`: for prices that depend on the day or the hour. */
export function findPrices(provider: string, model: string, at?: Date): ModelPrices | null {
  const service = SERVICES[provider] ?? NO_SERVICES;
  const missing = MISSING_MODELS.find((row) => row.provider === provider && (row.model === model || isSnapshotOf(model, row.model)));
  if (missing && !isListed(provider, missing.model)) {
    const { rates, tiers = [], contextWindow, asOf, source } = missing;
    return { price: { info: { asOf, source, basis: 'exact', basedOn: null }, rates, tiers, service }, contextWindow };
  }
  const probe = calcPrice({ input_tokens: 1, output_tokens: 1 }, model, { providerId: provider, ...(at ? { timestamp: at } : {}) });
  if (probe === null) return null;
  const { id, context_window: contextWindow = null } = probe.model;
  const exact = id === model || isSnapshotOf(model, id);
  const table = tableOf(probe.model_price);
  if (table === null) return null;
  const info = { ...origin, basis: exact ? 'exact' : 'estimated', basedOn: exact ? null : id } as const;
  return { price: { info, ...table, service }, contextWindow };
}

/** Newer data may have what was missing. */
const isListed = (provider: string, model: string): boolean =>
  (findProvider({ providerId: provider })?.models ?? []).some((row) => row.id === model);

/** As `findPrices`, for who only wants to price a usage. */
export function findPricing(provider: string, model: string): Pricing | null {
  const found = findPrices(provider, model);
  return found === null ? null : pricingOf(found.price);
}

/** The provider whose own server this is, by the patterns of the price data; null: another server. */
export const providerOfUrl = (baseUrl: string): string | null => findProvider({ providerApiUrl: baseUrl })?.id ?? null;

/** Every model that has a price, as `provider:model`. */
export const pricedModels = (providers: readonly string[]): string[] =>
  providers.flatMap((provider) => [
    ...(findProvider({ providerId: provider })?.models ?? []).map((model) => `${provider}:${model.id}`),
    ...MISSING_MODELS.filter((row) => row.provider === provider && !isListed(provider, row.model)).map((row) => `${provider}:${row.model}`),
  ]);

/** `gpt-6-luna-2026-09-01` is a dated snapshot of `gpt-6-luna`; `gpt-6-luna-pro` is another model. */
const isSnapshotOf = (model: string, id: string): boolean =>
  model.startsWith(`${id}-`) && /^(\d{4}-?\d{2}-?\d{2}|latest)$/.test(model.slice(id.length + 1));

/** Null: it has no price for input and output. */
function tableOf(price: ModelPrice): Pick<PriceTable, 'rates' | 'tiers'> | null {
  const starts = new Set(Object.values(price).flatMap((entry) => (isTiered(entry) ? entry.tiers.map((tier) => tier.start) : [])));
  const rates = ratesAbove(price, -1);
  if (rates === null) return null;
  const tiers = [...starts]
    .sort((a, b) => a - b)
    .flatMap((above) => {
      const found = ratesAbove(price, above);
      return found === null ? [] : [{ above, rates: found }];
    });
  return { rates, tiers };
}

function ratesAbove(price: ModelPrice, start: number): Rates | null {
  const rate = (key: string): number | null => {
    const entry = price[key];
    if (!isTiered(entry)) return entry ?? null;
    return entry.tiers.filter((tier) => tier.start <= start).at(-1)?.price ?? entry.base;
  };
  const [input, output] = [rate('input_mtok'), rate('output_mtok')];
  if (input === null || output === null) return null;
  return {
    input,
    cacheRead: rate('cache_read_mtok'),
    cacheWriteShort: rate('cache_write_mtok'),
    cacheWriteLong: rate('cache_write_1h_mtok'),
    output,
  };
}

const isTiered = (entry: number | TieredPrices | undefined): entry is TieredPrices => typeof entry === 'object';
