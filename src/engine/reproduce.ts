/** An interaction asked once more: the version that answered it, as git has it, with its model, parameters and variables. Part of the engine's bundle. */
import path from 'node:path';
import type { LoadedPrompt } from '../adapters/workspace/prompt-files.ts';
import { newRunId } from '../adapters/storage/run-files.ts';
import type { Workspaces } from '../adapters/workspace/workspaces.ts';
import { modelFolder } from '../adapters/models/model-folder.ts';
import type { Workspace } from '../adapters/workspace/root.ts';
import { findModel, type ResolvedModel } from '../core/config/resolve-model.ts';
import { ConfigurationError } from '../core/errors.ts';
import { capturedModel, capturedParameters } from '../core/feedback/interactions/captured-request.ts';
import type { Interaction } from '../core/feedback/interactions/interaction.ts';
import type { GoldenCase } from '../core/golden/case.ts';
import { planRun } from '../core/run/plan-run.ts';
import { prepareJudges } from '../adapters/models/workspace-judges.ts';
import { isVersion, versionNamed } from '../core/versions/named-version.ts';
import type { PromptHistories } from './prompt-history.ts';
import type { PreparedRun, RunEngine } from './run-engine.ts';
import { sha256 } from '../adapters/hash.ts';
import type { RunTarget } from '../core/prompt/run-target.ts';

/** Versions of a prompt that are looked through. */
const LOOKED = 500;

/** Which version answered: `commit` null is the working tree. Null: nobody knows. */
export interface FoundVersion {
  readonly commit: string | null;
  /** As people say it. */
  readonly name: string;
}

export class Reproducer {
  constructor(
    private readonly runs: RunEngine,
    private readonly histories: PromptHistories,
    private readonly workspaces: Workspaces,
  ) {}

  async versionOf({ prompt }: Interaction, loaded: LoadedPrompt): Promise<FoundVersion | null> {
    if (prompt === null) return null;
    if (isVersion(prompt, loaded.target.version)) return { commit: null, name: 'the working tree' };
    const history = await this.histories.versions(loaded, LOOKED);
    const found = history === null ? null : versionNamed(prompt, history.versions);
    return found === null ? null : { commit: found.commit.hash, name: found.commit.hash.slice(0, 8) };
  }

  /** @throws {ConfigurationError} when it cannot be asked as it was. */
  async prepare(interaction: Interaction, loaded: LoadedPrompt, commit: string | null): Promise<PreparedRun> {
    const workspace = await this.workspaces.open(path.dirname(loaded.file));
    const at = commit === null ? null : await this.histories.targetsAt(commit, loaded.file, workspace);
    const found = commit === null ? await this.runs.settled(loaded, workspace, interaction) : ((await at?.targetOf(loaded)) ?? null);
    if (found === null)
      throw new ConfigurationError('version/missing', `${loaded.target.document.path} does not exist at ${commit ?? ''}.`);
    const model = modelOf(interaction, found, workspace);
    if (model === null)
      throw new ConfigurationError(
        'model/none',
        'Neither the interaction nor its prompt names a model.',
        'Add `model: provider:model` to the prompt.',
      );
    const { models, judges } = this.runs.modelsAndJudges(workspace);
    const plan = planRun({
      targets: [
        {
          target: targetFor(interaction, found),
          clients: [await models.open(model.id, modelFolder(model, { file: loaded.file, root: workspace.root }))],
        },
      ],
      parameters: [capturedParameters(interaction.parameters)],
      repeats: 1,
      hash: sha256,
    });
    return {
      id: newRunId(new Date(), Math.random),
      plan,
      judges,
      judged: await prepareJudges(plan, judges),
      workspace,
      isResumed: false,
      isTrial: true,
    };
  }
}

/** The captured model where the full name of one is known, else that of the prompt. Null: neither names one. */
function modelOf({ model }: Interaction, { document }: RunTarget, { config }: Workspace): ResolvedModel | null {
  const own = findModel({ given: null, document, config });
  const id = capturedModel(model, own?.id ?? null);
  return id === null || id === own?.id ? own : { id, source: 'given' };
}

/** One case, which nothing judges. */
function targetFor(interaction: Interaction, target: RunTarget): RunTarget {
  const { document } = target;
  return {
    ...target,
    document: { ...document, embedded: { cases: [], assertions: [] } },
    cases: [caseOf(interaction, document.path)],
    golden: sha256(interaction.id),
  };
}

function caseOf({ id, variables }: Interaction, shown: string): GoldenCase {
  const nowhere = { start: 0, end: 0 };
  return {
    id: `interaction ${id}`,
    description: null,
    vars: variables,
    assertions: [],
    threshold: null,
    prefix: '',
    suffix: '',
    expandLists: false,
    critical: false,
    group: null,
    status: 'unverified',
    metadata: {},
    // What an application sent stands for itself: nothing in it names a file of this workspace.
    literals: [['vars']],
    source: { path: shown, line: null, range: nowhere, anchor: nowhere, expectedRange: null },
    unsupported: null,
  };
}
