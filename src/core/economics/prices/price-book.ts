/**
 * The prices of public models from all sources. The row with the newest day counts, and it is one of this very model; an id that it only
 * resembles is an estimate, and said so. Older rows add what the newest does not say: prices of before, hours, announced changes.
 */
import { cachingRule, type CachingRule, type CachingRuleData } from '../data/caching-rules.ts';
import { OVERLAY, PROMISES } from '../data/price-overlay.ts';
import { dayBeside, estimatedFrom, priceAt, tableAt } from './dated-price.ts';
import type { DatedPrice, PriceInfo, PriceTable, Rates } from './price-table.ts';
import { NO_SERVICES } from './price.ts';
import { familyOf, isAlias, isSameModel, newestSnapshot, type PriceSource, type SourcePrice } from './price-source.ts';

export interface ModelPrices {
  readonly price: PriceTable;
  /** Tokens; null: not known. */
  readonly contextWindow: number | null;
}

export interface Disagreement {
  readonly provider: string;
  readonly model: string;
  /** Which rate, by its name in `Rates`. */
  readonly rate: keyof Rates;
  /** USD per million tokens, the value in use first. */
  readonly values: readonly { readonly source: string; readonly asOf: string; readonly usd: number }[];
  /** How far the other is from the value in use, as a share of it. */
  readonly share: number;
}

/** Sources that are further apart than this are listed; a share. */
export const DISAGREEMENT = 0.05;

const OWN: PriceSource = {
  source: 'Goldset’s own rows',
  asOf:
    OVERLAY.map(({ asOf }) => asOf)
      .sort()
      .at(-1) ?? '1970-01-01',
  list: (provider) => OVERLAY.filter((row) => row.provider === provider).map(({ model }) => model),
  find: (provider, model): SourcePrice | null => {
    const row = OVERLAY.find((item) => item.provider === provider && isSameModel(model, item.model));
    return row === undefined
      ? null
      : { id: row.model, prices: row.prices, contextWindow: row.contextWindow, asOf: row.asOf, source: row.source };
  },
};

export class PriceBook {
  private readonly sources: readonly PriceSource[];

  /** `sources`: beside Goldset's own rows, the preferred first; of rows of one day, that of the first source counts. */
  constructor(
    sources: readonly PriceSource[],
    private readonly rules: readonly CachingRuleData[] | null = null,
  ) {
    this.sources = [OWN, ...sources];
  }

  /** The source that most prices are from. */
  get origin(): { readonly asOf: string; readonly source: string } {
    const { asOf, source } = this.sources[1] ?? OWN;
    return { asOf, source };
  }

  /** What it is made of, Goldset's own rows first. */
  get origins(): readonly { readonly asOf: string; readonly source: string }[] {
    return this.sources.map(({ asOf, source }) => ({ asOf, source }));
  }

  /** The price of a model at a provider at a moment, or null when nothing like it is known then. */
  find(provider: string, model: string, at: Date): ModelPrices | null {
    return isAlias(model) ? this.findAlias(provider, model, at) : this.findModel(provider, model, at);
  }

  /**
   * An alias has the price of what it points to, and that is an estimate: by a row of its own that has dates, else of the newest snapshot, else
   * of what the sources have under its name.
   */
  private findAlias(provider: string, model: string, at: Date): ModelPrices | null {
    const found = this.sources.flatMap((source) => source.find(provider, model) ?? []);
    const own = newestOf(found.filter(({ id }) => id === model));
    const isDated = own?.prices.some(({ from }) => from !== null) ?? false;
    const snapshot = isDated ? null : newestSnapshot([...this.idsOf(provider)], familyOf(model));
    const target = isDated ? model : (snapshot ?? own?.id ?? found[0]?.id ?? null);
    if (target === null) return null;
    const prices = this.findModel(provider, target, at);
    return prices === null ? null : { ...prices, price: estimatedFrom(prices.price, target) };
  }

  private findModel(provider: string, model: string, at: Date): ModelPrices | null {
    const found = this.sources.flatMap((source) => source.find(provider, model) ?? []);
    const exact = found.filter(({ id }) => id === model || isSameModel(model, id));
    const newest = newestOf(exact);
    const chosen = newest ?? found[0] ?? null;
    if (chosen === null) return null;
    const dated = newest === null ? chosen.prices : withOlder(newest, exact);
    const table = this.tableOf(provider, model, chosen, dated);
    const price = table === null ? null : tableAt(table, at);
    if (price === null) return null;
    return { price, contextWindow: [chosen, ...exact].find((row) => row.contextWindow !== null)?.contextWindow ?? null };
  }

  /** Every model that has a price, as `provider:model`. */
  models(providers: readonly string[]): string[] {
    return providers.flatMap((provider) => [...this.idsOf(provider)].map((id) => `${provider}:${id}`));
  }

  /** When a provider caches a model's prefix; null: not known. */
  cachingRule(provider: string, model: string): CachingRule | null {
    return this.rules === null ? cachingRule(provider, model) : cachingRule(provider, model, this.rules);
  }

  /** Rates of one model at one moment on which two sources are more than `DISAGREEMENT` apart. */
  disagreements(providers: readonly string[], at: Date): Disagreement[] {
    return providers.flatMap((provider) => [...this.idsOf(provider)].flatMap((model) => this.apart(provider, model, at)));
  }

  private apart(provider: string, model: string, at: Date): Disagreement[] {
    const rows = this.sources.flatMap((source) => source.find(provider, model) ?? []).filter(({ id }) => id === model);
    const used = newestOf(rows);
    const own = used === null ? null : ratesAt(used, at);
    if (used === null || own === null) return [];
    return rows.flatMap((row) => {
      const other = row === used ? null : ratesAt(row, at);
      return other === null ? [] : RATES.flatMap((rate) => disagreement({ provider, model, rate }, [used, own[rate]], [row, other[rate]]));
    });
  }

  private idsOf(provider: string): ReadonlySet<string> {
    const [own, ...others] = this.sources;
    return new Set([...others.flatMap((source) => source.list(provider)), ...(own?.list(provider) ?? [])]);
  }

  private tableOf(provider: string, model: string, { id, asOf, source }: SourcePrice, dated: readonly DatedPrice[]): PriceTable | null {
    const [first] = dated;
    if (first === undefined) return null;
    const isExact = id === model || isSameModel(model, id);
    const promise = PROMISES.find((row) => row.provider === provider && isSameModel(model, row.model));
    const info: PriceInfo = {
      asOf,
      source,
      basis: isExact ? 'exact' : 'estimated',
      basedOn: isExact ? null : id,
      ...(promise === undefined ? {} : { promisedUntil: promise.until }),
    };
    const isPlain = dated.length === 1 && first.from === null && first.until === null && first.hours === null;
    return {
      info,
      rates: first.rates,
      tiers: first.tiers,
      ...(first.perUse === undefined ? {} : { perUse: first.perUse }),
      // Services and regions have factors by model, in the capability table.
      service: NO_SERVICES,
      ...(isPlain ? {} : { dated }),
    };
  }
}

const RATES = ['input', 'cacheRead', 'cacheWriteShort', 'cacheWriteLong', 'output'] as const;

/** The first of those with the latest day. */
const newestOf = (rows: readonly SourcePrice[]): SourcePrice | null =>
  rows.reduce<SourcePrice | null>((best, row) => (best === null || row.asOf > best.asOf ? row : best), null);

/**
 * The rows of the newest source, with what an older one alone knows: the prices of before, the hours of a day, and what it announces for
 * later days. Many sources have one rate without dates, which is that of their day.
 */
function withOlder(newest: SourcePrice, all: readonly SourcePrice[]): readonly DatedPrice[] {
  const others = all.filter((row) => row !== newest);
  return withAnnounced(newest, others, withHours(newest, others, withHistory(newest, others)));
}

/** Prices that had ended by the day of the newest source, where that does not say since when its own holds. */
function withHistory(newest: SourcePrice, others: readonly SourcePrice[]): readonly DatedPrice[] {
  const [only] = newest.prices;
  if (only === undefined || newest.prices.some(({ from }) => from !== null)) return newest.prices;
  const before = others
    .map((row) =>
      row.prices.flatMap((price) => (price.until !== null && price.until < newest.asOf ? [{ ...price, info: infoOf(row) }] : [])),
    )
    .find((rows) => rows.length > 0);
  const last = before
    ?.map(({ until }) => until ?? '')
    .sort()
    .at(-1);
  if (before === undefined || last === undefined) return newest.prices;
  const from = dayBeside(last, 1);
  return [...before, ...newest.prices.map((price) => ({ ...price, from }))];
}

/** Hours with another price belong to the rate that holds else: they are kept while the newest source has that rate. */
function withHours(newest: SourcePrice, others: readonly SourcePrice[], rows: readonly DatedPrice[]): readonly DatedPrice[] {
  if (rows.some(({ hours }) => hours !== null)) return rows;
  const current = rows.at(-1);
  if (current === undefined || rows.some(({ from }) => from !== null && from > newest.asOf)) return rows;
  for (const row of others) {
    const today = row.prices.filter(({ from, until }) => (from ?? '') <= newest.asOf && (until ?? '9999') >= newest.asOf);
    const daily = today.findLast(({ hours }) => hours === null);
    const hourly = today.filter(({ hours }) => hours !== null);
    if (hourly.length === 0 || daily === undefined || !hasSameRates(daily.rates, current.rates)) continue;
    return [...rows, ...hourly.map((price) => ({ ...price, info: infoOf(row) }))];
  }
  return rows;
}

const hasSameRates = (a: Rates, b: Rates): boolean => a.input === b.input && a.output === b.output;

/** What another source announces for days later than that of the newest, which announces nothing. */
function withAnnounced(newest: SourcePrice, others: readonly SourcePrice[], rows: readonly DatedPrice[]): readonly DatedPrice[] {
  const hasSteps = newest.prices.some(({ from }) => from !== null && from > newest.asOf);
  if (hasSteps) return rows;
  const announced = others
    .map((row) => row.prices.filter(({ from }) => from !== null && from > newest.asOf).map((price) => ({ ...price, info: infoOf(row) })))
    .find((found) => found.length > 0);
  const [step] = announced ?? [];
  if (announced === undefined || step?.from === null || step === undefined) return rows;
  const until = dayBeside(step.from, -1);
  return [...rows.map((price) => (price.until === null ? { ...price, until } : price)), ...announced];
}

const infoOf = ({ asOf, source }: SourcePrice): PriceInfo => ({ asOf, source, basis: 'exact', basedOn: null });

const ratesAt = ({ prices }: SourcePrice, at: Date): Rates | null => priceAt(prices, at)?.rates ?? null;

function disagreement(
  of: Pick<Disagreement, 'provider' | 'model' | 'rate'>,
  [used, own]: readonly [SourcePrice, number | null],
  [row, other]: readonly [SourcePrice, number | null],
): Disagreement[] {
  if (own === null || other === null || own === other) return [];
  const share = own === 0 ? 1 : Math.abs(other - own) / own;
  if (share <= DISAGREEMENT + 1e-9) return [];
  const value = ({ source, asOf }: SourcePrice, usd: number): Disagreement['values'][number] => ({ source, asOf, usd });
  return [{ ...of, share, values: [value(used, own), value(row, other)] }];
}
