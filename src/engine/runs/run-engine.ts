/** Runs of the editor: what is to be run, what it is likely to cost, and running it. */
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { systemClock } from '../../adapters/clock.ts';
import { costPerCall } from '../../adapters/evaluation/cost-per-call.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { prepareJudges, WorkspaceJudges, type JudgeSources } from '../../adapters/models/workspace-judges.ts';
import type { KeySource } from '../../adapters/models/keys.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import { modelFolder } from '../../adapters/models/model-folder.ts';
import { TokenHolders } from '../../adapters/models/sign-in/token-holder.ts';
import { modelOpener, type ModelOpener, type ModelOpenerOptions } from '../../adapters/models/open-model.ts';
import { permitWhile } from '../../adapters/trust/code-trust.ts';
import { ProcessCodeRunner } from '../../adapters/process/code-runner.ts';
import { startRun } from '../../adapters/run/start-run.ts';
import { dryRunPorts } from '../../adapters/run/dry-run-ports.ts';
import { ResponseCache } from '../../adapters/storage/response-cache/response-cache.ts';
import { newRunId } from '../../adapters/storage/run-files.ts';
import { interruptedRun, newRunStorage, resumedRunStorage, type RunStorage } from '../../adapters/storage/run-storage.ts';
import type { LoadedPrompt, PromptLoader } from '../../adapters/workspace/prompt-files.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import type { Workspaces } from '../../adapters/workspace/workspaces.ts';
import { resolveModel } from '../../core/config/resolve-model.ts';
import { withErrorCells } from '../../core/prompt/promptfoo/error-cells.ts';
import { isOfAnotherTool, refuseBrokenPrompt } from '../../core/prompt/refuse-broken.ts';
import { ConfigurationError, isHumanError } from '../../core/problems/errors.ts';
import type { JudgedBy } from '../../core/results/judged-sample.ts';
import { currentJudges } from '../../adapters/models/current-judges.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Judges } from '../../core/judge/judges-port.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { Parameters } from '../../core/prompt/document.ts';
import type { JudgedPlan } from '../../core/judge/judged-plan.ts';
import type { CacheMode } from '../../core/calls/answers.ts';
import type { SampleCancels } from '../../core/calls/sample-cancels.ts';
import { onlyModel } from '../../core/results/candidate-report.ts';
import type { CallCost } from '../../core/run/call-cost.ts';
import { parameterSets } from '../../core/results/parameter-sets.ts';
import { dryRun, type DryRun } from '../../core/run/estimate.ts';
import type { RunEvent } from '../../core/run/events.ts';
import type { JournalHead } from '../../core/results/journal.ts';
import type { Candidate, Plan, PlannedTarget } from '../../core/run/plan.ts';
import { distinctColumns } from '../../core/prompt/columns.ts';
import { concurrencyOf, planRun, repeatsOf, type ComparedTarget } from '../../core/run/plan-run.ts';
import type { RunReport } from '../../core/run/report.ts';
import { requireTrusted } from '../workspaces/restricted-mode.ts';
import type { PromptBuilds } from '../versions/prompt-builds.ts';
import type { PromptHistories } from '../versions/prompt-history.ts';
import { sha256 } from '../../adapters/hash.ts';

export interface RunRequest {
  /** Prompts, each with the ids of the cases to run; null: all. */
  readonly prompts: readonly { readonly file: string; readonly cases: ReadonlySet<string> | null }[];
  /** Instead of the prompts' own. */
  readonly model: string | null;
  /** The git refs to run, the older first, null for the working tree; two are compared. Absent: the working tree. */
  readonly refs?: readonly (string | null)[];
  /** Two models to compare, the older first. */
  readonly models?: readonly string[];
  /** Models that stand side by side, each a candidate of its own. */
  readonly sideBySide?: readonly string[];
  /** Over the prompts' own parameters, a candidate for each; absent: the prompts' own. */
  readonly parameters?: readonly Parameters[];
  readonly concurrency: number;
}

export interface PreparedRun {
  readonly id: string;
  readonly plan: Plan;
  readonly judges: Judges;
  readonly judged: JudgedPlan;
  readonly workspace: Workspace;
  /** The run goes on where it stopped. */
  readonly isResumed: boolean;
  /** What it asks is in no golden set, so it scores nothing. */
  readonly isTrial?: boolean;
}

export interface RunSettings {
  readonly concurrency: number;
  /** USD; null: no cap. */
  readonly cap: number | null;
  readonly abort: AbortController;
  readonly cancels: SampleCancels;
  readonly cache: CacheMode;
  readonly emit: (event: RunEvent) => void;
}

/** Nothing is compared, and the prompts' own models answer. */
const isAsWritten = ({ refs, models, model, sideBySide }: RunRequest): boolean =>
  refs === undefined && models === undefined && model === null && sideBySide === undefined;

export interface RunEngineOptions {
  readonly keys: KeySource;
  readonly histories: PromptHistories;
  readonly builds: PromptBuilds;
  /** The folder of the built-in judge prompts. */
  readonly judges: string;
  readonly models: Partial<ModelOpenerOptions>;
  readonly workspaces: Workspaces;
  /** `made`: texts that are in no file, by absolute path; absent: none. */
  loader(workspace: Workspace, made?: ReadonlyMap<string, string>): PromptLoader;
  /** Code of the workspace runs only while it is trusted. */
  mayRunCode(): boolean;
}

export class RunEngine {
  /** Tokens live as long as the window, and are in no file. */
  private readonly tokens = new TokenHolders();
  /** Workspace Trust decides, also when it ends while a run goes on. */
  private readonly permit = permitWhile(() => this.options.mayRunCode());

  constructor(
    private readonly evaluator: WorkerEvaluator,
    private readonly options: RunEngineOptions,
  ) {}

  /** @throws {ConfigurationError} when something cannot be run as it is. */
  async prepare(request: RunRequest): Promise<PreparedRun> {
    const first = request.prompts[0];
    if (!first) throw new ConfigurationError('run/nothing', 'Nothing to run.');
    const workspace = await this.options.workspaces.open(path.dirname(first.file));
    refuseBrokenSettings(workspace);
    const { models: opener, judges } = this.modelsAndJudges(workspace);
    const targets: ComparedTarget[] = [];
    const all: (LoadedPrompt & Pick<RunRequest['prompts'][number], 'cases'>)[] = [];
    const made = new Map<string, string>();
    for (const { file, cases } of request.prompts) all.push({ ...(await this.withTests(file, workspace, made)), cases });
    for (const { cases, ...read } of withErrorCells(all)) {
      if (request.prompts.length > 1 && isOfAnotherTool(read.target.document)) continue;
      refuseBrokenPrompt(read);
      this.options.builds.forget(read, workspace);
      const loaded = await this.options.builds.settled(read, workspace);
      if (loaded.target.document.columns !== undefined && isAsWritten(request)) {
        for (const target of distinctColumns(loaded.target)) {
          const [own] = await this.sides({ ...loaded, target }, request, workspace, opener);
          if (own !== undefined && target.cases.length > 0) targets.push({ ...own, only: cases });
        }
        continue;
      }
      const sides = await this.sides(loaded, request, workspace, opener);
      if (loaded.target.cases.length === 0) continue;
      const [a, b] = sides;
      if (a !== undefined) targets.push(b === undefined ? { ...a, only: cases } : { ...b, only: cases, comparedWith: a });
    }
    if (targets.length === 0)
      throw new ConfigurationError('run/nothing', 'No golden cases to run.', 'Add one with "Goldset: Add Golden Case".');
    const repeats = repeatsOf(targets, workspace.config.gate.repeats);
    const plan = planRun({ targets, parameters: request.parameters ?? [], repeats, hash: sha256 });
    const judged = await prepareJudges(plan, judges);
    return { id: newRunId(new Date(), Math.random), plan, judges, judged, workspace, isResumed: false };
  }

  /** The prompt with the tests that functions of its config make. `made`: what they returned. @throws {HumanError} */
  private async withTests(file: string, workspace: Workspace, made: Map<string, string>): Promise<LoadedPrompt> {
    const loaded = await this.options.loader(workspace, made).load(file);
    const { pendingTests = [] } = loaded.target.document;
    for (const generator of pendingTests)
      made.set(path.resolve(workspace.root, generator.made), JSON.stringify(await this.options.builds.tests(generator, workspace)));
    return pendingTests.length === 0 ? loaded : this.options.loader(workspace, made).load(file);
  }

  /** What judges the golden cases of a prompt as the files are now; null: a judge or the prompt cannot be read, which runs say. */
  async judgedNow(workspace: Workspace, file: string): Promise<readonly JudgedBy[] | null> {
    try {
      return await currentJudges(await this.options.loader(workspace).load(file), this.modelsAndJudges(workspace).judges);
    } catch (error) {
      if (!isHumanError(error)) throw error;
      return null;
    }
  }

  /** Who can be asked in a workspace, and who judges. */
  modelsAndJudges(workspace: Workspace, keys = this.options.keys): { readonly models: ModelOpener; readonly judges: WorkspaceJudges } {
    const models = modelOpener({
      root: workspace.root,
      config: workspace.config,
      keys,
      matcher: this.evaluator,
      clock: systemClock,
      mayRunPrograms: this.options.mayRunCode,
      permit: this.permit,
      tokens: this.tokens,
      ...this.options.models,
    });
    const load: JudgeSources['load'] = (of, file) => this.options.loader(of).load(file);
    return { models, judges: new WorkspaceJudges({ workspace, models, load, builtIn: this.options.judges }) };
  }

  /** Code of the workspace, while it may run. */
  codeOf({ root, config }: Workspace): ProcessCodeRunner | null {
    return this.options.mayRunCode() ? new ProcessCodeRunner(root, config.code, this.permit) : null;
  }

  /** The prompt as its function, if one builds it, returns it for these variables. @throws {HumanError} */
  async settled(
    { target }: Pick<LoadedPrompt, 'target'>,
    workspace: Workspace,
    { variables }: { readonly variables: JsonObject },
  ): Promise<RunTarget> {
    return { ...target, document: await this.options.builds.settledDocumentOf(target, workspace, [variables]) };
  }

  /** Renders the prompts of a workspace, of which functions may build some. */
  evaluatorOf(workspace: Workspace, signal?: AbortSignal): Evaluator {
    return this.options.builds.evaluatorOf(workspace, this.evaluator, signal);
  }

  /** The prompt as each of the refs has it, with its model. */
  private async sides(loaded: LoadedPrompt, request: RunRequest, workspace: Workspace, opener: ModelOpener): Promise<PlannedTarget[]> {
    const sides: PlannedTarget[] = [];
    const models = request.models ?? [request.model];
    for (const [ref, wanted] of (request.refs ?? [null]).flatMap((ref) => models.map((model) => [ref, model] as const))) {
      const at = ref === null ? null : await this.options.histories.targetsAt(ref, loaded.file, workspace);
      const target = ref === null ? loaded.target : ((await at?.targetOf(loaded)) ?? null);
      if (target === null)
        throw new ConfigurationError('version/missing', `${loaded.target.document.path} does not exist at ${ref ?? ''}.`);
      const { document } = target;
      const clients = (request.sideBySide ?? [wanted]).map((given) => {
        const model = resolveModel(
          // The prompt's own model, given by its id, is still written in the prompt.
          { given: given === document.model?.id ? null : given, document, config: workspace.config },
          'Add `model: provider:model` to it or to goldset.yaml, or use "Run with Model…".',
        );
        return opener.open(model.id, modelFolder(model, { file: loaded.file, root: workspace.root }));
      });
      sides.push({ target, clients: await Promise.all(clients) });
    }
    return sides;
  }

  /** The newest run of the workspace of a file, when it did not end. */
  async interrupted(file: string): Promise<{ head: JournalHead; request: Omit<RunRequest, 'concurrency'> } | null> {
    if (!this.options.mayRunCode()) return null;
    const { root } = await this.options.workspaces.open(path.dirname(file));
    const head = interruptedRun(root);
    if (head === null) return null;
    const prompts = head.candidates.map(({ id, prompt }) => ({
      file: path.resolve(root, prompt.path),
      cases: new Set(head.cases.find((item) => item.candidate === id)?.ids ?? []),
    }));
    const parameters = parameterSets(head.candidates, head.candidates);
    return { head, request: { prompts, model: onlyModel(head.candidates), ...(parameters.length === 0 ? {} : { parameters }) } };
  }

  /** USD of one call of each candidate, from the analysis of its prompt: no request is rendered for it. */
  costPerCall(
    { plan, workspace }: PreparedRun,
    unsaved: Readonly<Record<string, string>>,
    isBatch: boolean,
  ): Promise<(candidate: Candidate) => CallCost> {
    const analyser = this.options.builds.analyserOf(workspace, (file) => this.options.loader(workspace).load(file), this.evaluator);
    return costPerCall(plan, workspace, unsaved, analyser, isBatch);
  }

  /** How many answers have to be asked for, and what they can cost at most: renders every request. `refresh`: no answer counts as known. */
  async dryRun({ plan, workspace }: PreparedRun, { isBatch, refresh }: { isBatch: boolean; refresh: boolean }): Promise<DryRun> {
    requireTrusted(this.options.mayRunCode());
    const cache = refresh ? null : new ResponseCache(workspace.root);
    try {
      return await dryRun(plan, dryRunPorts(workspace.root, this.evaluatorOf(workspace), cache), isBatch);
    } finally {
      cache?.close();
    }
  }

  async run(prepared: PreparedRun, { concurrency, cap, abort, cancels, cache, emit }: RunSettings): Promise<RunReport> {
    requireTrusted(this.options.mayRunCode());
    const { plan, judges, workspace, isTrial = false } = prepared;
    setMaxListeners(0, abort.signal);
    const storage = this.openStorage(prepared);
    try {
      const { gate } = workspace.config;
      return await startRun(plan, this.evaluatorOf(workspace, abort.signal), storage, {
        concurrency: Math.min(concurrency, concurrencyOf(plan) ?? concurrency),
        gate,
        cache,
        judges,
        code: this.codeOf(workspace),
        cap,
        abort,
        cancels,
        streamText: true,
        isTrial,
        emit,
      });
    } finally {
      storage.close();
    }
  }

  private openStorage({ id, plan, workspace, isResumed }: PreparedRun): RunStorage {
    return isResumed ? resumedRunStorage(workspace.root, plan, id) : newRunStorage(workspace.root, plan, id);
  }
}
