/** Runs of the editor: what is to be run, what it is likely to cost, and running it. */
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { systemClock } from '../adapters/clock.ts';
import { costPerCall } from '../adapters/evaluation/cost-per-call.ts';
import type { WorkerEvaluator } from '../adapters/evaluation/worker-evaluator.ts';
import { prepareJudges, WorkspaceJudges, type JudgeSources } from '../adapters/models/workspace-judges.ts';
import type { KeySource } from '../adapters/models/keys.ts';
import { modelOpener, type ModelOpener, type ModelOpenerOptions } from '../adapters/models/open-model.ts';
import { ProcessCodeRunner } from '../adapters/process/code-runner.ts';
import { startRun } from '../adapters/run/start-run.ts';
import { surveyPorts } from '../adapters/run/survey-ports.ts';
import { ResponseCache } from '../adapters/storage/response-cache/response-cache.ts';
import { newRunId } from '../adapters/storage/run-files.ts';
import { interruptedRun, newRunStorage, resumedRunStorage, type RunStorage } from '../adapters/storage/run-storage.ts';
import { unreadableGolden, type LoadedPrompt, type PromptLoader } from '../adapters/workspace/prompt-files.ts';
import { openWorkspace, type Workspace } from '../adapters/workspace/root.ts';
import { pairedCandidates, type PlannedTarget } from '../core/run/pair-candidates.ts';
import { ConfigurationError } from '../core/errors.ts';
import type { Judges } from '../core/judge/judges-port.ts';
import type { JudgedPlan } from '../core/judge/judged-plan.ts';
import type { CacheMode } from '../core/calls/answers.ts';
import type { SampleCancels } from '../core/calls/sample-cancels.ts';
import { onlyModel } from '../core/results/candidate-report.ts';
import { assumedCost, assumedJudgeCost, isFree, isUnpriced, likelyCost, surveyPlan, unpriced, type Survey } from '../core/run/estimate.ts';
import type { RunEvent } from '../core/run/events.ts';
import type { JournalHead } from '../core/results/journal.ts';
import { countSamples, planRun, type Plan, type PlannedComparison } from '../core/run/plan.ts';
import type { RunReport } from '../core/run/report.ts';
import type { PromptHistories } from './prompt-history.ts';
import { sha256 } from '../adapters/hash.ts';

export interface RunRequest {
  /** Prompts, each with the ids of the cases to run; null: all. */
  readonly prompts: readonly { readonly file: string; readonly cases: ReadonlySet<string> | null }[];
  /** Instead of the prompts' own. */
  readonly model: string | null;
  /** The git refs to run, the older first, null for the working tree; two are compared. Absent: the working tree. */
  readonly refs?: readonly (string | null)[];
  /** Two models to compare, the older first. */
  readonly models?: readonly string[];
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

export interface RunEstimate {
  readonly samples: number;
  /** USD; null: not known. */
  readonly likelyUsd: number | null;
  /** USD, as `likelyUsd`, or what it is with answers of a usual length: enough to decide whether to ask. */
  readonly assumedUsd: number;
  /** Models without a price, which a cap cannot hold. */
  readonly unpriced: readonly string[];
}

export interface RunEngineOptions {
  readonly keys: KeySource;
  readonly histories: PromptHistories;
  /** The folder of the built-in judge prompts. */
  readonly judges: string;
  readonly models: Partial<ModelOpenerOptions>;
  loader(workspace: Workspace): PromptLoader;
  /** Code of the workspace runs only while it is trusted. */
  mayRunCode(): boolean;
}

export class RunEngine {
  constructor(
    private readonly evaluator: WorkerEvaluator,
    private readonly options: RunEngineOptions,
  ) {}

  /** @throws {ConfigurationError} when something cannot be run as it is. */
  async prepare(request: RunRequest): Promise<PreparedRun> {
    const first = request.prompts[0];
    if (!first) throw new ConfigurationError('run/nothing', 'Nothing to run.');
    const workspace = await openWorkspace(path.dirname(first.file));
    const config = workspace.diagnostics.find((item) => item.severity === 'error');
    if (config) throw new ConfigurationError(config.code, `goldset.yaml: ${config.message}`, config.hint);
    const { models: opener, judges } = this.askersOf(workspace);
    const targets: PlannedTarget[] = [];
    const comparisons: PlannedComparison[] = [];
    for (const { file, cases } of request.prompts) {
      const loaded = await this.options.loader(workspace).load(file);
      const broken = loaded.reading.diagnostics.find((item) => item.severity === 'error');
      if (broken) throw new ConfigurationError(broken.code, `${broken.path}: ${broken.message}`, broken.hint);
      const unreadable = unreadableGolden(loaded.diagnostics);
      if (unreadable) throw new ConfigurationError(unreadable.code, `${unreadable.path}: ${unreadable.message}`, unreadable.hint);
      const sides = await this.sides(loaded, request, workspace, opener);
      if (loaded.target.cases.length === 0) continue;
      targets.push(...sides.map((side) => ({ ...side, only: cases })));
      const [a, b] = sides;
      if (a !== undefined && b !== undefined) comparisons.push(...pairedCandidates(a, b, [], sha256));
    }
    if (targets.length === 0)
      throw new ConfigurationError('run/nothing', 'No golden cases to run.', 'Add one with "Goldset: Add Golden Case".');
    const plan = planRun({
      targets,
      comparisons,
      parameters: [],
      repeats: workspace.config.gate.repeats,
      selection: { matches: null, tags: [], shard: null },
      hash: sha256,
    });
    const judged = await prepareJudges(plan, judges);
    return { id: newRunId(new Date(), Math.random), plan, judges, judged, workspace, isResumed: false };
  }

  /** Who can be asked in a workspace, and who judges. */
  askersOf(workspace: Workspace, keys = this.options.keys): { readonly models: ModelOpener; readonly judges: WorkspaceJudges } {
    const models = modelOpener({
      root: workspace.root,
      config: workspace.config,
      keys,
      matcher: this.evaluator,
      clock: systemClock,
      allowedOrigins: [],
      mayRunPrograms: this.options.mayRunCode,
      ...this.options.models,
    });
    const load: JudgeSources['load'] = (of, file) => this.options.loader(of).load(file);
    return { models, judges: new WorkspaceJudges({ workspace, models, load, builtIn: this.options.judges }) };
  }

  /** Code of the workspace, while it may run. */
  codeOf({ root, config }: Workspace): ProcessCodeRunner | null {
    return this.options.mayRunCode() ? new ProcessCodeRunner(root, config.code) : null;
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
      const model = wanted ?? target.document.model?.id ?? workspace.config.model;
      if (model === null)
        throw new ConfigurationError(
          'model/none',
          `${target.document.path} does not set a model.`,
          'Add `model: provider:model` to it or to goldset.yaml, or use "Run with Model…".',
        );
      const from = model === target.document.model?.id ? path.dirname(loaded.file) : workspace.root;
      sides.push({ target, clients: [await opener.open(model, from)] });
    }
    return sides;
  }

  /** The newest run of the workspace of a file, when it did not end. */
  async interrupted(file: string): Promise<{ head: JournalHead; request: Omit<RunRequest, 'concurrency'> } | null> {
    const { root } = await openWorkspace(path.dirname(file));
    const head = interruptedRun(root);
    if (head === null) return null;
    const prompts = head.candidates.map(({ id, prompt }) => ({
      file: path.resolve(root, prompt.path),
      cases: new Set(head.cases.find((item) => item.candidate === id)?.ids ?? []),
    }));
    return { head, request: { prompts, model: onlyModel(head.candidates) } };
  }

  /** What a run is likely to cost, from the analysis of its prompts: no request is rendered for it. */
  async estimate(
    { plan, judged, workspace }: PreparedRun,
    unsaved: Readonly<Record<string, string>>,
    isBatch = false,
  ): Promise<RunEstimate> {
    const callsOf = new Map(plan.candidates.map(({ candidate, cases }) => [candidate.id, cases.length * plan.repeats]));
    const isKnown = plan.candidates.every(({ candidate }) => isFree(candidate));
    const perCall = isKnown ? () => 0 : await costPerCall(plan, workspace, unsaved, this.evaluator, isBatch);
    const likelyUsd = likelyCost(plan, { callsOf }, perCall);
    const assumedUsd = (likelyUsd ?? assumedCost(plan, { callsOf })) + assumedJudgeCost(judged);
    const names = [...unpriced(plan), ...judged.clients.filter(isUnpriced).map(({ id }) => id)];
    return { samples: countSamples(plan), likelyUsd, assumedUsd, unpriced: names };
  }

  /** How many answers have to be asked for, and what they can cost at most: renders every request. */
  async survey({ plan, workspace }: PreparedRun, isBatch = false): Promise<Survey> {
    const cache = new ResponseCache(workspace.root);
    try {
      return await surveyPlan(plan, surveyPorts(workspace.root, this.evaluator, cache), isBatch);
    } finally {
      cache.close();
    }
  }

  async run(prepared: PreparedRun, { concurrency, cap, abort, cancels, cache, emit }: RunSettings): Promise<RunReport> {
    const { plan, judges, workspace, isTrial = false } = prepared;
    setMaxListeners(0, abort.signal);
    const storage = this.openStorage(prepared);
    try {
      const { gate } = workspace.config;
      return await startRun(plan, this.evaluator, storage, {
        concurrency,
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
