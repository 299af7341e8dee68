/** All that is known about a model's economics before it is called, whatever the source. */
import { cachingRule, type CachingRule } from './data/caching-rules.ts';
import { tokenizerFact, type TokenizerFact } from './data/tokenizers.ts';
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

/** Facts of a public model; what the user's own price file says comes first. */
export function publicModelFacts(
  { id, provider, model }: { readonly id: string; readonly provider: string; readonly model: string },
  findPrices: FindPrices,
  overrides: ReadonlyMap<string, PriceOverride>,
): ModelFacts {
  const known = findPrices(provider, model);
  const override = overrides.get(id);
  return {
    id,
    model,
    price: override === undefined ? (known?.price ?? null) : withServices(override.price, known?.price ?? null),
    caching: override?.caching ?? cachingRule(provider, model),
    tokenizer: tokenizerFact(model),
    contextWindow: override?.contextWindow ?? known?.contextWindow ?? null,
  };
}
