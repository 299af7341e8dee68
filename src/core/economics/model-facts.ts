/** All that is known about a model's economics before it is called, whatever the source. */
import { capabilitiesOf, type CapabilityOverrides, type KnownCapabilities } from './capabilities.ts';
import type { ApiName } from './data/capability-row.ts';
import { cachingRule, type CachingRule } from './data/caching-rules.ts';
import { tokenizerFact, type TokenizerFact } from './data/tokenizers.ts';
import { resolveModelName, type ModelName } from '../model-name.ts';
import type { PriceOverride } from './prices/price-overrides.ts';
import type { ModelPrices } from './prices/price-book.ts';
import type { PriceTable } from './prices/price.ts';

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
}

export type FindPrices = (provider: string, model: string) => ModelPrices | null;

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
  /** What the user's price file says that models accept; absent: nothing. */
  readonly capabilities?: CapabilityOverrides | undefined;
}

/** Ids of hosts in the price data, where they differ. */
const PRICED_AS: Readonly<Record<string, string>> = { bedrock: 'aws', xai: 'x-ai', vertex: 'google' };

/** The price at the host that serves a model; where the data have none, its maker's, as an estimate. */
function pricesOf({ host, hostModel, provider, model }: ModelName, findPrices: FindPrices): ModelPrices | null {
  const atHost = findPrices(PRICED_AS[host] ?? host, host === 'google' || host === 'vertex' ? model : hostModel);
  if (atHost !== null || host === provider) return atHost;
  const atMaker = findPrices(PRICED_AS[provider] ?? provider, model);
  if (atMaker === null) return null;
  const info = { ...atMaker.price.info, basis: 'estimated', basedOn: `${provider}:${model}` } as const;
  return { ...atMaker, price: { ...atMaker.price, info } };
}

/** Facts of a public model; what the user's own price file says comes first. */
export function publicModelFacts(
  { id, servedBy, api, sentLimit, capabilities: own }: NamedModel,
  findPrices: FindPrices,
  overrides: ReadonlyMap<string, PriceOverride>,
): ModelFacts {
  const name = resolveModelName(id, servedBy);
  const capabilities = name === null ? null : capabilitiesOf(name, own);
  const known = name === null ? null : pricesOf(name, findPrices);
  const override = overrides.get(id);
  const rule = name === null ? null : (cachingRule(name.host, name.hostModel) ?? cachingRule(name.provider, name.model));
  return {
    id,
    model: name?.model ?? id,
    price: override === undefined ? (known?.price ?? null) : withServices(override.price, known?.price ?? null),
    caching: override?.caching ?? rule,
    tokenizer: tokenizerFact(name?.model ?? id),
    contextWindow: override?.contextWindow ?? capabilities?.contextWindow ?? known?.contextWindow ?? null,
    capabilities,
    api,
    ...(sentLimit === undefined ? {} : { sentLimit }),
  };
}
