/** Calls of production that are sent once more: as they were captured beside today's prompt, and as new golden cases. Part of the engine's bundle. */
import path from 'node:path';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { RecordedVersions } from '../../adapters/interactions/recorded-version.ts';
import { replayedCases, replayItems, type ReplayedCases, type ReplayItems } from '../../adapters/interactions/replay-cases.ts';
import { replayPlan } from '../../adapters/interactions/replay-plan.ts';
import { reproducePlan, type ReproducedSide } from '../../adapters/interactions/reproduce-plan.ts';
import type { CasePlan, CasePlanning, GoldenPlan, InteractionInWorkspace, RootedPrompt } from '../../adapters/interactions/plan-cases.ts';
import { modelFolder } from '../../adapters/models/model-folder.ts';
import { prepareJudges } from '../../adapters/models/workspace-judges.ts';
import { newRunId } from '../../adapters/storage/run-files.ts';
import type { ReadText } from '../../adapters/workspace/prompt-reads.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import type { Workspaces } from '../../adapters/workspace/workspaces.ts';
import type { Result } from '../../core/results/result.ts';
import type { Plan } from '../../core/run/plan.ts';
import type { PromptHistories } from '../versions/prompt-history.ts';
import type { PreparedRun, RunEngine } from '../runs/run-engine.ts';

export interface PreparedReproduction {
  readonly prepared: PreparedRun;
  readonly sides: readonly ReproducedSide[];
}

export interface PreparedReplay extends ReplayItems {
  /** Null: nothing of it can be replayed. */
  readonly prepared: PreparedRun | null;
}

export class Reproducer {
  constructor(
    private readonly runs: RunEngine,
    private readonly histories: PromptHistories,
    private readonly workspaces: Workspaces,
    private readonly evaluator: WorkerEvaluator,
    private readonly readText: ReadText,
  ) {}

  /** `loaded`: its prompt in the working tree; null: none here is called so. @throws {ConfigurationError} when nothing of it can be sent again. */
  async prepare(root: string, { interaction }: InteractionInWorkspace, loaded: RootedPrompt | null): Promise<PreparedReproduction> {
    const { runs, workspaces } = this;
    const workspace = await workspaces.open(root);
    const { models } = runs.modelsAndJudges(workspace);
    const { plan, sides } = await reproducePlan({
      interaction,
      loaded,
      recorded: loaded === null ? null : await (await this.versionsOf(workspace)).of(interaction, loaded),
      config: workspace.config,
      evaluator: runs.evaluatorOf(workspace),
      openModel: (model, of) => models.open(model.id, of === null ? workspace.root : modelFolder(model, { ...of, root: workspace.root })),
      settle: (target, variables) => runs.settled({ target }, workspace, { variables }),
    });
    return { prepared: await this.trialOf(plan, workspace), sides };
  }

  /** The prompt as it was when it answered, to read a call's variables from its messages. */
  async recordedTarget(root: string): Promise<NonNullable<CasePlanning['recordedTarget']>> {
    const versions = await this.versionsOf(await this.workspaces.open(root));
    return async (interaction, loaded) => (await versions.of(interaction, loaded))?.target ?? null;
  }

  /** New cases on the version that answered. @throws {HumanError} when a model cannot be opened. */
  async prepareReplay(plan: GoldenPlan, chosen: readonly CasePlan[]): Promise<PreparedReplay> {
    const { evaluator, runs, workspaces, readText } = this;
    const workspace = await workspaces.open(path.dirname(plan.loaded.file));
    const { models } = runs.modelsAndJudges(workspace);
    const { root, config } = workspace;
    const found = await replayItems({
      ...{ plan, chosen, config, editor: evaluator, readText },
      versions: await this.versionsOf(workspace),
      openModel: (model, file) => models.open(model.id, modelFolder(model, { file, root })),
    });
    return { ...found, prepared: found.items.length === 0 ? null : await this.trialOf(replayPlan(found.items), workspace) };
  }

  /** The cases as the outcome of their replay makes them. `results`: empty: it was declined or stopped. */
  replayed(chosen: readonly CasePlan[], { items }: PreparedReplay, results: readonly Result[]): ReplayedCases {
    return replayedCases(chosen, items, results);
  }

  private async versionsOf(workspace: Workspace): Promise<RecordedVersions> {
    return new RecordedVersions(await this.histories.repositoryOf(workspace.root), workspace);
  }

  /** What it sends is in no golden set yet, so it scores nothing. */
  private async trialOf(plan: Plan, workspace: Workspace): Promise<PreparedRun> {
    const { judges } = this.runs.modelsAndJudges(workspace);
    const judged = await prepareJudges(plan, judges);
    return { id: newRunId(new Date(), Math.random), plan, judges, judged, workspace, isResumed: false, isTrial: true };
  }
}
