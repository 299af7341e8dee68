/** The models that a prompt can be run with: for the picker, the playground and completion, there each with its price. */
import path from 'node:path';
import { readPriceFile } from '../../adapters/models/price-file.ts';
import { resolveFacts } from '../../adapters/models/resolve-facts.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import { isHumanError } from '../../core/problems/errors.ts';
import { editorModelId } from '../../adapters/models/editor/editor-client.ts';
import type { KeySource } from '../../adapters/models/keys.ts';
import { probeProviders } from '../../adapters/models/probe-providers.ts';
import type { Workspaces } from '../../adapters/workspace/workspaces.ts';
import { modelGroups, type ModelGroup } from './model-choices.ts';
import type { RunEngineOptions } from '../runs/run-engine.ts';

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

interface OfferOptions {
  readonly keys: KeySource;
  /** The same, which asks nobody. */
  readonly quietKeys: KeySource;
  readonly models: RunEngineOptions['models'];
  readonly mayRunCode: () => boolean;
}

export class ModelOffers {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly options: OfferOptions,
  ) {}

  /** `onKnown` has those that need no request, while the providers are sent one. */
  async groups(
    { file, own, scripted }: { readonly file: string; readonly own: readonly string[]; readonly scripted: readonly string[] },
    onKnown: (groups: readonly ModelGroup[]) => void,
    keys: KeySource = this.options.keys,
  ): Promise<ModelGroup[]> {
    const { config } = await this.workspaces.open(path.dirname(file));
    const ofWorkspace = [...own, ...(config.model === null ? [] : [config.model]), ...config.matrix.models];
    const sources = { own: [...new Set(ofWorkspace)], scripted, providers: [], editor: [] };
    onKnown(modelGroups(sources));
    // Asking which models a server has is a request.
    if (!this.options.mayRunCode()) return modelGroups(sources);
    const { models } = this.options;
    const [providers, editor] = await Promise.all([probeProviders({ config, keys }), models.editorModels?.list() ?? []]);
    return modelGroups({ ...sources, providers, editor: editor.map((model) => ({ id: editorModelId(model), name: model.name })) });
  }

  /** For completion in a file: no question is asked, and each model has its price. */
  async priced(file: string, scripted: readonly string[]): Promise<OfferedModel[]> {
    const groups = await this.groups({ file, own: [], scripted }, () => undefined, this.options.quietKeys);
    return pricedModels(groups, await this.workspaces.open(path.dirname(file)), file);
  }
}

/** `file`: the one that a scripted model is relative to. */
async function pricedModels(groups: readonly ModelGroup[], { root, config }: Workspace, file: string): Promise<OfferedModel[]> {
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
