/** What is known of the models of production: what a call cost where the application does not say, and how their providers cache. */
import { createHash } from 'node:crypto';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import type { ModelFacts } from '../../core/economics/model-facts.ts';
import { withProviderOfHost } from '../../core/economics/provider-hosts.ts';
import { tableAt } from '../../core/economics/prices/dated-price.ts';
import { costUsd } from '../../core/economics/prices/price.ts';
import { USUAL_SHAPE, type PriceShape } from '../../core/feedback/insights/units/cost-causes.ts';
import type { ModelCaching } from '../../core/feedback/insights/caches/cache-rollup.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import type { Overrides } from '../models/price-file.ts';
import { resolveFacts } from '../models/resolve-facts.ts';

/** Models that are told apart; an application that invents more has no prices for them. */
const MOST = 2000;

export class InteractionModels {
  private readonly facts = new Map<string, ModelFacts>();
  private readonly caching = new Map<string, ModelCaching>();

  constructor(
    private readonly root: string,
    private readonly config: GoldsetConfig,
    private readonly overrides: Overrides,
  ) {}

  /** Changes when the user's own prices do. */
  get name(): string {
    return this.overrides.size === 0
      ? 'public'
      : createHash('sha256')
          .update(JSON.stringify([...this.overrides]))
          .digest('hex')
          .slice(0, 12);
  }

  /** Null: what is known of the model is here already. */
  load(model: string | null): Promise<void> | null {
    // A scripted model is a file, and what comes from outside names no file to be read.
    if (model === null || this.facts.has(model) || this.facts.size >= MOST || model.startsWith('scripted:')) return null;
    return this.look(model);
  }

  /** USD: what the provider or the application reported, else by the price of the day of the call; null: not known. */
  costOf({ model, costUsd: said, usage, served, time }: Interaction): number | null {
    if (said !== null || usage === null || model === null) return said;
    const price = this.facts.get(model)?.price ?? null;
    const then = price === null ? null : tableAt(price, new Date(time));
    return then === null ? null : costUsd(then, usage, served);
  }

  /** What it costs by the price of its day, and which price that was; null: the record says its cost, or no price is known. Its model must be loaded. */
  capturedPrice(interaction: Interaction): Pick<Interaction, 'costUsd' | 'price'> | null {
    const { model, costUsd: said, time } = interaction;
    if (said !== null || model === null) return null;
    const usd = this.costOf(interaction);
    const price = this.facts.get(model)?.price ?? null;
    const then = price === null ? null : tableAt(price, new Date(time));
    return usd === null || then === null ? null : { costUsd: usd, price: { asOf: then.info.asOf, source: then.info.source } };
  }

  /** By its standard price. */
  shapeOf(model: string): PriceShape {
    const rates = this.facts.get(model)?.price?.rates;
    if (rates === undefined || rates.input === 0) return USUAL_SHAPE;
    return { cached: (rates.cacheRead ?? rates.input) / rates.input, output: rates.output / rates.input };
  }

  cachingOf(model: string): ModelCaching {
    const known = this.caching.get(model);
    if (known) return known;
    const { price, caching } = this.facts.get(model) ?? { price: null, caching: null };
    const discountUsd = price === null ? null : (price.rates.input - (price.rates.cacheRead ?? price.rates.input)) / 1e6;
    const found = { rule: caching, discountUsd };
    if (this.caching.size < MOST) this.caching.set(model, found);
    return found;
  }

  private async look(model: string): Promise<void> {
    this.facts.set(model, await resolveFacts(withProviderOfHost(model), this.root, this.config, this.overrides, this.root, this.root));
  }
}
