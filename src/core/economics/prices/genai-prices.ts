/** genai-prices as a source: its data in this version of Goldset, or a later download of the same shape. */
import {
  findProvider,
  REMOTE_DATA_JSON_URL,
  type ConditionalPrice,
  type MatchLogic,
  type ModelInfo,
  type ModelPrice,
  type Provider,
  type TieredPrices,
} from '@pydantic/genai-prices';
import { dayBeside } from './dated-price.ts';
import type { ChargePrices } from './charges.ts';
import type { DatedPrice, PriceTable, Rates } from './price-table.ts';
import type { PriceSource, SourcePrice } from './price-source.ts';

export const GENAI_PRICES_URL = REMOTE_DATA_JSON_URL;

/** The package's release: its data carries no date of its own. */
const RELEASE = { asOf: '2026-09-23', source: 'genai-prices 0.1.8' };

/** What came with this version of Goldset. */
export const genaiPrices = (): PriceSource => sourceOf((id) => findProvider({ providerId: id }) ?? null, RELEASE.asOf, RELEASE.source);

/** `asOf`: the day of the download. */
export const downloadedGenaiPrices = (providers: readonly Provider[], asOf: string): PriceSource =>
  sourceOf((id) => providerIn(providers, id), asOf, 'genai-prices, updated');

/** The provider whose own server this is, by the patterns of the data; null: another server. */
export const providerOfUrl = (baseUrl: string): string | null => findProvider({ providerApiUrl: baseUrl })?.id ?? null;

function sourceOf(provider: (id: string) => Provider | null, asOf: string, source: string): PriceSource {
  return {
    asOf,
    source,
    list: (id) => (provider(id)?.models ?? []).map((model) => model.id),
    find: (id, model) => {
      const found = modelIn(provider(id), model, provider);
      return found === null ? null : priceOf(found, asOf, source);
    },
  };
}

function priceOf(model: ModelInfo, asOf: string, source: string): SourcePrice | null {
  const prices = datedPrices(model.prices);
  return prices.length === 0 ? null : { id: model.id, prices, contextWindow: model.context_window ?? null, asOf, source };
}

/** Rows in the library's order: the last that holds counts. */
export function datedPrices(given: ModelInfo['prices']): DatedPrice[] {
  if (!Array.isArray(given)) {
    const price = ratesOf(given);
    return price === null ? [] : [{ from: null, until: null, hours: null, ...price }];
  }
  const days = given.flatMap(({ constraint }) =>
    constraint !== undefined && 'start_date' in constraint ? [constraint.start_date.slice(0, 10)] : [],
  );
  return given.flatMap(({ constraint, prices }, i): DatedPrice[] => {
    const price = ratesOf(prices);
    return price === null ? [] : [{ ...spanOf(constraint, given.slice(0, i), days), ...price }];
  });
}

function spanOf(
  constraint: ConditionalPrice['constraint'],
  before: readonly ConditionalPrice[],
  days: readonly string[],
): Pick<DatedPrice, 'from' | 'until' | 'hours'> {
  // The day before a later price begins is announced as the last one of this.
  const endOf = (from: string | null): string | null => {
    const next = days.filter((day) => from === null || day > from).sort()[0];
    return next === undefined ? null : dayBeside(next, -1);
  };
  if (constraint === undefined) return { from: null, until: endOf(null), hours: null };
  if ('start_date' in constraint) {
    const from = constraint.start_date.slice(0, 10);
    return { from, until: endOf(from), hours: null };
  }
  // A row cannot have a day and hours: hours after a day are hours of the price that began on it.
  const from =
    before
      .flatMap(({ constraint: earlier }) => (earlier !== undefined && 'start_date' in earlier ? [earlier.start_date.slice(0, 10)] : []))
      .at(-1) ?? null;
  return { from, until: endOf(from), hours: { from: constraint.start_time.slice(0, 5), until: constraint.end_time.slice(0, 5) } };
}

/** Null: it has no price for input and output. */
function ratesOf(price: ModelPrice): Pick<PriceTable, 'rates' | 'tiers' | 'perUse'> | null {
  const rates = ratesAbove(price, -1);
  if (rates === null) return null;
  const starts = new Set(Object.values(price).flatMap((entry) => (isTiered(entry) ? entry.tiers.map((tier) => tier.start) : [])));
  const tiers = [...starts]
    .sort((a, b) => a - b)
    .flatMap((start) => {
      const found = ratesAbove(price, start);
      return found === null ? [] : [{ above: limitOf(start), rates: found }];
    });
  const perUse = chargePrices(price);
  return { rates, tiers, ...(Object.keys(perUse).length === 0 ? {} : { perUse }) };
}

/** Some rows of the data begin OpenAI's tier "above 272,000 input tokens" one token too early. xAI's begins at 200,000. */
const limitOf = (start: number): number => (start === 271_999 ? 272_000 : start);

/** The data have USD for 1,000. */
function chargePrices(price: ModelPrice): ChargePrices {
  const names = { webSearches: 'web_searches_kcount', fileSearches: 'storage_searches_kcount', requests: 'requests_kcount' } as const;
  return Object.fromEntries(
    Object.entries(names).flatMap(([kind, key]) => {
      const entry = price[key];
      return typeof entry === 'number' ? [[kind, entry / 1000]] : [];
    }),
  );
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

/** As in the library: the id, else the pattern. */
function providerIn(providers: readonly Provider[], id: string): Provider | null {
  const name = id.toLowerCase();
  return providers.find((item) => item.id === name) ?? providers.find(({ provider_match: match }) => matches(match, name)) ?? null;
}

/** As in the library: a model of the provider, else of those whose models it resells. */
function modelIn(provider: Provider | null, model: string, lookUp: (id: string) => Provider | null): ModelInfo | null {
  if (provider === null) return null;
  // Some write the day of a snapshot without dashes.
  const names = [model, model.replace(/-(20\d{2})(\d{2})(\d{2})$/, '-$1-$2-$3')];
  const own = (item: Provider | null, name: string): ModelInfo | null =>
    item?.models.find(({ id, match }) => id === name || matches(match, name)) ?? null;
  const providers = [provider, ...(provider.fallback_model_providers ?? []).map(lookUp)];
  return names.flatMap((name) => providers.map((item) => own(item, name))).find((found) => found !== null) ?? null;
}

/** Characters of a pattern that is tried; a longer one fits nothing. */
const LONGEST_PATTERN = 300;

function matches(logic: MatchLogic | undefined, text: string): boolean {
  if (logic === undefined) return false;
  const name = text.toLowerCase();
  if ('or' in logic) return logic.or.some((item) => matches(item, text));
  if ('and' in logic) return logic.and.every((item) => matches(item, text));
  if ('equals' in logic) return name === logic.equals.toLowerCase();
  if ('starts_with' in logic) return name.startsWith(logic.starts_with.toLowerCase());
  if ('ends_with' in logic) return name.endsWith(logic.ends_with.toLowerCase());
  if ('contains' in logic) return name.includes(logic.contains.toLowerCase());
  return logic.regex.length <= LONGEST_PATTERN && new RegExp(logic.regex).test(text);
}
