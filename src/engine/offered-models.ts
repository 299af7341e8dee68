/** The models that completion offers: those of the model picker, each with its price. */
import path from 'node:path';
import { readPriceFile } from '../adapters/models/price-file.ts';
import { resolveFacts } from '../adapters/models/resolve-facts.ts';
import type { Workspace } from '../adapters/workspace/root.ts';
import { isHumanError } from '../core/errors.ts';
import type { ModelGroup } from './model-choices.ts';

export interface OfferedModel {
  /** `provider:model`. */
  readonly id: string;
  /** Where it comes from. */
  readonly group: string;
  /** Whether it can be called now, as far as that is known without a call. */
  readonly isReachable: boolean;
  /** What to know before it is chosen; null: nothing. */
  readonly note: string | null;
  /** US dollars per million tokens; null: no price is known. */
  readonly price: { readonly input: number; readonly output: number } | null;
}

/** `file`: the one that a scripted model is relative to. */
export async function pricedModels(groups: readonly ModelGroup[], { root, config }: Workspace, file: string): Promise<OfferedModel[]> {
  const { overrides, capabilities } = readPriceFile(root, config);
  const priceOf = async (id: string): Promise<OfferedModel['price']> => {
    try {
      const { price } = await resolveFacts(id, path.dirname(file), config, overrides, root, root, capabilities);
      return price === null ? null : { input: price.rates.input, output: price.rates.output };
    } catch (error) {
      // A scripted model whose file is broken has no price; the file itself shows the problem.
      if (isHumanError(error)) return null;
      throw error;
    }
  };
  const models = groups.flatMap(({ title, isReachable, models }) => models.map((model) => ({ ...model, group: title, isReachable })));
  return Promise.all(models.map(async (model) => ({ ...model, price: await priceOf(model.id) })));
}
