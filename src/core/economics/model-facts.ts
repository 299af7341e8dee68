/** All that is known about a model's economics before it is called, whatever the source. */
import { capabilitiesOf, type CapabilityOverrides, type KnownCapabilities } from './capabilities.ts';
import type { ApiName, ServiceName } from './data/capability-row.ts';
import type { CachingRule } from './data/caching-rules.ts';
import { tokenizerFact, type TokenizerFact } from './data/tokenizers.ts';
import { resolveModelName, type ModelName } from '../model-name.ts';
import type { PriceOverride } from './prices/price-overrides.ts';
import type { ModelPrices } from './prices/price-book.ts';
import { estimatedFrom, tableAt } from './prices/dated-price.ts';
import { NO_SERVICES } from './prices/price.ts';
import { isAlias, isSameModel } from './prices/price-source.ts';
import type { PriceTable } from './prices/price-table.ts';

/** What requests ask of the provider's cache, by `promptCache` of goldset.yaml. */
export interface SentCache {
  /** Whether the end of the prefix is marked. */
  readonly marks: boolean;
  /** Seconds that a marked prefix is to be kept; null: as the provider does by itself. */
  readonly ttlSeconds: number | null;
  /** The lifetime has the price of a long write. */
  readonly isLong: boolean;
}

export interface ModelFacts {
  /** As the user writes it. */
  readonly id: string;
  /** The name that formulas go by: without the provider. */
  readonly model: string;
  readonly price: PriceTable | null;
  /** Null: none is known. */
  readonly caching: CachingRule | null;
  readonly tokenizer: TokenizerFact;
  /** Tokens; null: not known. */
  readonly contextWindow: number | null;
  /** What it accepts; null: not known. */
  readonly capabilities: KnownCapabilities | null;
  /** Output tokens that Goldset sets as the limit where the prompt sets none; absent: it sets none. */
  readonly sentLimit?: number;
  /** The format of its requests; null: not known. */
  readonly api: ApiName | null;
  /** Absent: not known. */
  readonly cache?: SentCache;
}

/** What is known of public models: their prices and how their providers cache. */
export interface PublicFacts {
  find(provider: string, model: string, at: Date): ModelPrices | null;
  cachingRule(provider: string, model: string): CachingRule | null;
}

/** Nothing: of a server that is the user's own, only the user can say what it costs. */
export const NO_PUBLIC_FACTS: PublicFacts = { find: () => null, cachingRule: () => null };

/** What the user's file does not say about batch, flex and priority stays as it is known. */
const withServices = (own: PriceTable, known: PriceTable | null): PriceTable =>
  known === null
    ? own
    : {
        ...own,
        service: {
          batch: own.service.batch ?? known.service.batch,
          flex: own.service.flex ?? known.service.flex,
          priority: own.service.priority ?? known.service.priority,
        },
      };

export interface NamedModel {
  /** `provider:model`, as the user writes it. */
  readonly id: string;
  /** Whose server goldset.yaml's address is; null: the provider that the name says. */
  readonly servedBy: string | null;
  readonly api: ApiName | null;
  /** As in ModelFacts. */
  readonly sentLimit?: number;
  readonly cache?: SentCache | undefined;
  /** What the user's price file says that models accept; absent: nothing. */
  readonly capabilities?: CapabilityOverrides | undefined;
}

/** Ids of hosts in the price data, where they differ. */
const PRICED_AS: Readonly<Record<string, string>> = { bedrock: 'aws', xai: 'x-ai', vertex: 'google' };

/** OpenRouter's variants with `:free` cost nothing (openrouter.ai, Model variants). */
const FREE: ModelPrices = {
  price: {
    info: { asOf: '2026-11-23', source: 'OpenRouter: Model variants', basis: 'exact', basedOn: null },
    rates: { input: 0, cacheRead: null, cacheWriteShort: null, cacheWriteLong: null, output: 0 },
    tiers: [],
    service: NO_SERVICES,
  },
  contextWindow: null,
};

/** A row of the host under another of its names for this model (`regional.anthropic.…`) is a row of this model. */
function asOwnRow({ host, model }: Pick<ModelName, 'host' | 'model'>, found: ModelPrices | null): ModelPrices | null {
  const { basedOn = null } = found?.price.info ?? {};
  if (found === null || basedOn === null || isAlias(model)) return found;
  const row = resolveModelName(`${host}:${basedOn}`)?.model ?? basedOn;
  if (!isSameModel(model, row)) return found;
  const { price } = found;
  return { ...found, price: { ...price, info: { ...price.info, basis: 'exact', basedOn: null } } };
}

/** The price at the host that serves a model; where the data have none, its maker's, as an estimate. */
function pricesOf({ host, hostModel, provider, model }: ModelName, known: PublicFacts, at: Date): ModelPrices | null {
  if (host === 'openrouter' && hostModel.endsWith(':free')) return FREE;
  const atHost = asOwnRow(
    { host, model },
    known.find(PRICED_AS[host] ?? host, host === 'google' || host === 'vertex' ? model : hostModel, at),
  );
  // The host's row of this model, if under another name, is its price; that of another model is worse than the maker's own of this one.
  if (
    host === provider ||
    (atHost !== null && (atHost.price.info.basis === 'exact' || atHost.price.info.basedOn?.includes(model) === true))
  )
    return atHost;
  const atMaker = known.find(PRICED_AS[provider] ?? provider, model, at);
  if (atMaker === null || (atHost !== null && atMaker.price.info.basis !== 'exact')) return atHost;
  return { ...atMaker, price: estimatedFrom(atMaker.price, `${provider}:${model}`) };
}

/** Facts of a public model as of `at`; what the user's own price file says comes first. */
export function publicModelFacts(
  { id, servedBy, api, sentLimit, cache, capabilities: own }: NamedModel,
  known: PublicFacts,
  overrides: ReadonlyMap<string, PriceOverride>,
  at: Date,
): ModelFacts {
  const name = resolveModelName(id, servedBy);
  const capabilities = name === null ? null : capabilitiesOf(name, own, id);
  const found = name === null ? null : pricesOf(name, known, at);
  const override = overrides.get(id);
  const rule =
    name === null
      ? null
      : (known.cachingRule(name.host, name.hostModel) ??
        known.cachingRule(name.host, name.model) ??
        known.cachingRule(name.provider, name.model));
  return {
    id,
    model: name?.model ?? id,
    price: withFactors(override === undefined ? (found?.price ?? null) : ownPrice(override, found, at), capabilities, name, override),
    caching: override?.caching ?? rule,
    tokenizer: tokenizerFact(name?.model ?? id),
    contextWindow: override?.contextWindow ?? capabilities?.contextWindow ?? found?.contextWindow ?? null,
    capabilities,
    api,
    ...(sentLimit === undefined ? {} : { sentLimit }),
    ...(cache === undefined ? {} : { cache }),
  };
}

/**
 * The factors of services and regions that the capability table states for this model; a service that it does not state has no price. What the
 * user's price row says about a service comes first. Only the maker itself answers in a region that a request chooses.
 */
function withFactors(
  price: PriceTable | null,
  known: KnownCapabilities | null,
  name: ModelName | null,
  override: PriceOverride | undefined,
): PriceTable | null {
  if (price === null || known === null) return price;
  const factor = (name: ServiceName): number | null => {
    const own = override?.price.service[name] ?? null;
    if (own !== null) return own;
    return known.serviceFactors[name] ?? (known.services?.includes(name) === false ? null : price.service[name]);
  };
  const isMaker = name !== null && name.host === name.provider;
  const regions = isMaker && Object.keys(known.regionFactors).length > 0 ? { regions: known.regionFactors } : {};
  return { ...price, ...regions, service: { batch: factor('batch'), flex: factor('flex'), priority: factor('priority') } };
}

/** Where the user's rows end, the price is unknown: it is never another one than the file says. */
function ownPrice({ price }: PriceOverride, found: ModelPrices | null, at: Date): PriceTable | null {
  const own = tableAt(price, at);
  return own === null ? null : withServices(own, found?.price ?? null);
}
