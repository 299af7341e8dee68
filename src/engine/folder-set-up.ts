/** The first files of a folder, for the editor: what `goldset init` does, with the language models of the editor among the offers. */
import path from 'node:path';
import type { WorkerEvaluator } from '../adapters/evaluation/worker-evaluator.ts';
import type { Git } from '../adapters/git/git.ts';
import { ignoredBelow } from '../adapters/git/ignored-files.ts';
import type { EditorModels } from '../adapters/models/editor/editor-client.ts';
import type { KeySource } from '../adapters/models/keys.ts';
import { refuseBrokenSettings } from '../adapters/models/price-file.ts';
import { probeProviders } from '../adapters/models/probe-providers.ts';
import { convertPromptfoo } from '../adapters/setup/convert-promptfoo.ts';
import { findCandidates, type FoundCandidates } from '../adapters/setup/find-candidates.ts';
import { modelOfPrompt, modelOffers, type ModelOffer } from '../adapters/setup/model-offers.ts';
import { loadCandidate, writeSetUp, type SetUpResult } from '../adapters/setup/write-set-up.ts';
import type { Workspace } from '../adapters/workspace/root.ts';
import type { ConvertedConfig } from '../core/setup/convert-promptfoo-config.ts';
import { editorModelId } from '../adapters/models/editor/editor-client.ts';
import type { PromptCandidate } from '../core/setup/prompt-candidates.ts';

export interface SetUpParts {
  readonly evaluator: WorkerEvaluator;
  readonly git: Git;
  readonly keys: KeySource;
  readonly editorModels: EditorModels | undefined;
  readonly open: (folder: string) => Promise<Workspace>;
}

export class FolderSetUp {
  constructor(private readonly parts: SetUpParts) {}

  /** The prompts below a folder, used or not. @throws {HumanError} when its goldset.yaml has errors. */
  async candidates(folder: string): Promise<FoundCandidates> {
    const { evaluator, git, open } = this.parts;
    const workspace = await open(folder);
    refuseBrokenSettings(workspace);
    return findCandidates(folder, workspace, evaluator, (below) => ignoredBelow(git, below));
  }

  /** The models for goldset.yaml, the best first. Null: it names one already. `chosen`: null where there is no prompt yet. */
  async models(folder: string, chosen: PromptCandidate | null): Promise<readonly ModelOffer[] | null> {
    const { evaluator, keys, editorModels, open } = this.parts;
    const workspace = await open(folder);
    const { config } = workspace;
    if (config.model !== null) return null;
    const loaded = chosen === null ? null : await loadCandidate(chosen, workspace, evaluator);
    const [providers, models] = await Promise.all([probeProviders({ config, keys }), editorModels?.list() ?? []]);
    const ofEditor = models.map((model): ModelOffer => ({
      id: editorModelId(model),
      isReachable: true,
      reason: `${model.name}, no key needed`,
    }));
    const own = loaded === null ? null : modelOfPrompt(loaded.target.document, config, providers);
    return modelOffers(own, providers, ofEditor);
  }

  /** A promptfoo config as files of Goldset beside it. @throws {HumanError} when nothing of it converts, or a file cannot be written. */
  async convert(config: string): Promise<ConvertedConfig & { readonly root: string }> {
    const { root } = await this.parts.open(path.dirname(config));
    return { ...(await convertPromptfoo(root, config)), root };
  }

  /** @throws {HumanError} when a file cannot be written. */
  async write(folder: string, chosen: PromptCandidate | null, model: string): Promise<SetUpResult & { readonly root: string }> {
    const workspace = await this.parts.open(folder);
    return { ...(await writeSetUp(chosen, model, workspace, this.parts.evaluator)), root: workspace.root };
  }
}
