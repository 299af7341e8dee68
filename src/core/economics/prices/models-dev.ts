/**
 * models.dev as a second source: providers with models, each with `cost` in USD per million tokens, `limit`, and steps by the length of the
 * prompt (`cost.tiers`, older: `cost.context_over_200k`). It has no price of one-hour cache writes, no days and no hours.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { PriceTable, Rates } from './price-table.ts';
import { isSameModel, type PriceSource, type SourcePrice } from './price-source.ts';

export const MODELS_DEV_URL = 'https://models.dev/api.json';
const MODELS_DEV = 'models.dev';

/** What is kept of a model. */
export interface ModelsDevRow extends Pick<PriceTable, 'rates' | 'tiers'> {
  readonly id: string;
  /** Tokens; null: not stated. */
  readonly contextWindow: number | null;
}

/** By provider, as genai-prices calls it. */
export type ModelsDevData = Readonly<Record<string, readonly ModelsDevRow[]>>;

/** Models that a real document has at least, and providers that it must have. */
const LEAST = 20;
const REQUIRED = ['openai', 'anthropic'] as const;

/** Providers that models.dev calls otherwise. */
const NAMES: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'aws',
  xai: 'x-ai',
  togetherai: 'together',
  'fireworks-ai': 'fireworks',
};

/**
 * The prices of a document of models.dev; null: it is not one. A model without a price is left out; a price that cannot be read makes the
 * whole document unusable.
 */
export function readModelsDev(document: unknown): ModelsDevData | null {
  if (!isJsonObject(document)) return null;
  const data = new Map<string, readonly ModelsDevRow[]>();
  for (const [key, provider] of Object.entries(document)) {
    if (!isJsonObject(provider) || !isJsonObject(provider['models'])) return null;
    const rows = Object.entries(provider['models']).map(([id, model]) => rowOf(id, model));
    if (rows.includes('unreadable')) return null;
    const priced = rows.filter((row) => typeof row === 'object' && row !== null);
    data.set(Object.hasOwn(NAMES, key) ? (NAMES[key] ?? key) : key, priced);
  }
  const all = [...data.values()].reduce((sum, rows) => sum + rows.length, 0);
  if (all < LEAST || REQUIRED.some((name) => (data.get(name) ?? []).length === 0)) return null;
  return Object.fromEntries(data);
}

/** A document that `readModelsDev` takes, with only what it reads: the original is several times as large. */
export function keptOfModelsDev(document: JsonObject): JsonObject {
  const kept = (model: JsonValue): JsonValue =>
    isJsonObject(model) ? { cost: model['cost'] ?? null, limit: model['limit'] ?? null } : model;
  return Object.fromEntries(
    Object.entries(document).map(([name, provider]) => {
      const models = isJsonObject(provider) && isJsonObject(provider['models']) ? provider['models'] : {};
      return [name, { models: Object.fromEntries(Object.entries(models).map(([id, model]) => [id, kept(model)])) }];
    }),
  );
}

/** `asOf`: the day of the download. */
export const modelsDev = (data: ModelsDevData, asOf: string): PriceSource => ({
  asOf,
  source: MODELS_DEV,
  list: (provider) => rowsOf(data, provider).map(({ id }) => id),
  find: (provider, model): SourcePrice | null => {
    const rows = rowsOf(data, provider);
    const row = rows.find(({ id }) => id === model) ?? rows.find(({ id }) => isSameModel(model, id));
    if (row === undefined) return null;
    const { id, rates, tiers, contextWindow } = row;
    return { id, prices: [{ from: null, until: null, hours: null, rates, tiers }], contextWindow, asOf, source: MODELS_DEV };
  },
});

const rowsOf = (data: ModelsDevData, provider: string): readonly ModelsDevRow[] =>
  Object.hasOwn(data, provider) ? (data[provider] ?? []) : [];

/** Null: it has no price. */
function rowOf(id: string, model: JsonValue): ModelsDevRow | 'unreadable' | null {
  if (!isJsonObject(model)) return 'unreadable';
  const { cost, limit } = model;
  if (cost === undefined || cost === null) return null;
  const rates = isJsonObject(cost) ? ratesOf(cost) : null;
  if (rates === null || !isJsonObject(cost)) return 'unreadable';
  const tiers = tiersOf(cost);
  const context = isJsonObject(limit) ? limit['context'] : null;
  if (tiers === null) return 'unreadable';
  return { id, rates, tiers, contextWindow: typeof context === 'number' && context > 0 ? context : null };
}

/** Null: one of them is not an amount. */
function ratesOf({ input, output, cache_read: read = null, cache_write: write = null }: JsonObject): Rates | null {
  if (!isAmount(input) || !isAmount(output) || !(read === null || isAmount(read)) || !(write === null || isAmount(write))) return null;
  return { input, cacheRead: read, cacheWriteShort: write, cacheWriteLong: null, output };
}

function tiersOf({ tiers = [], context_over_200k: over = null }: JsonObject): PriceTable['tiers'] | null {
  if (!Array.isArray(tiers)) return null;
  const found = tiers.map((item) => {
    if (!isJsonObject(item) || !isJsonObject(item['tier'])) return null;
    const { type, size } = item['tier'];
    const rates = ratesOf(item);
    return type === 'context' && isAmount(size) && rates !== null ? { above: size, rates } : null;
  });
  if (found.length === 0 && isJsonObject(over)) {
    const rates = ratesOf(over);
    return rates === null ? null : [{ above: 200_000, rates }];
  }
  const known = found.filter((tier) => tier !== null);
  return known.length < found.length ? null : known.sort((a, b) => a.above - b.above);
}

const isAmount = (value: JsonValue | undefined): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
