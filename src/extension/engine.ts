/** Everything that is not VS Code, behind one object; bundled apart and loaded on first use, so that activation stays short. */
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { systemClock } from '../adapters/clock.ts';
import type { AnalyseJob, PromptInsight } from '../adapters/evaluation/prompt-analyst.ts';
import { WorkerEvaluator } from '../adapters/evaluation/worker-evaluator.ts';
import { Git } from '../adapters/git/git.ts';
import { textAt } from '../adapters/git/previous-text.ts';
import { promptHistory, type PromptHistory } from '../adapters/git/history.ts';
import type { KeySource } from '../adapters/models/keys.ts';
import { chatBody } from '../adapters/models/openai/body.ts';
import { modelOpener } from '../adapters/models/open-model.ts';
import { JournalWriter, journalFile, newRunId } from '../adapters/storage/run-files.ts';
import { promptsOfGolden } from '../adapters/workspace/find-prompts.ts';
import { sha256 } from '../adapters/workspace/golden-hash.ts';
import { PromptLoader, type LoadedPrompt, type ReadText } from '../adapters/workspace/prompt-files.ts';
import { openWorkspace, shownPath, type Workspace } from '../adapters/workspace/root.ts';
import { parseModelId } from '../core/config/model-id.ts';
import { ConfigurationError } from '../core/errors.ts';
import type { GoldenCase, GoldenSet } from '../core/golden/case.ts';
import { variableKeys } from '../core/golden/variable-keys.ts';
import type { JsonObject } from '../core/json.ts';
import type { RunEvent } from '../core/run/events.ts';
import { executeRun } from '../core/run/execute.ts';
import { readJournal, type JournalContent } from '../core/run/journal.ts';
import { planRun, type Plan } from '../core/run/plan.ts';
import { reportRun, type RunReport } from '../core/run/report.ts';
import { DEFAULT_GATE } from '../core/run/verdict.ts';

declare const GOLDSET_VERSION: string;

/** Golden cases that typing features look at. */
const OUTLINE_CASES = 300;

export interface EngineOptions {
  /** The bundled worker. */
  readonly worker: string;
  /** A thread of it that was started in this very turn. */
  readonly started: Worker;
  readonly keys: KeySource;
  readonly readText: ReadText;
  readonly gitExecutable: string | undefined;
  readonly fetch: typeof fetch;
}

export interface RunRequest {
  /** Prompts, each with the ids of the cases to run; null: all. */
  readonly prompts: readonly { readonly file: string; readonly cases: ReadonlySet<string> | null }[];
  /** Instead of the prompts' own. */
  readonly model: string | null;
  readonly concurrency: number;
}

export interface PreparedRun {
  readonly id: string;
  readonly plan: Plan;
  readonly workspace: Workspace;
}

export class Engine {
  readonly evaluator: WorkerEvaluator;
  private readonly git: Git;
  private readonly committed = new Map<string, Promise<string | null>>();

  constructor(private readonly options: EngineOptions) {
    this.evaluator = new WorkerEvaluator(options.worker, options.started);
    this.git = new Git(options.gitExecutable);
  }

  dispose(): Promise<void> {
    return this.evaluator.dispose();
  }

  async load(file: string): Promise<LoadedPrompt & { readonly root: string }> {
    const workspace = await openWorkspace(path.dirname(file));
    return { ...(await this.loader(workspace).load(file)), root: workspace.root };
  }

  /** As `load`, read on the worker, for features that follow the typing: with the first golden cases only. */
  async outline(file: string, unsaved: Readonly<Record<string, string>>): Promise<LoadedPrompt & { readonly root: string }> {
    const workspace = await openWorkspace(path.dirname(file));
    return { ...(await this.evaluator.load({ workspace, file, unsaved, most: OUTLINE_CASES })), root: workspace.root };
  }

  /** Problems, findings, tokens and cost of a prompt. `git`: whether git may be asked for the committed version. */
  async insight(
    file: string,
    options: Pick<AnalyseJob, 'unsaved' | 'models' | 'off'> & { readonly git: boolean },
  ): Promise<PromptInsight & { readonly root: string }> {
    const workspace = await openWorkspace(path.dirname(file));
    const text = options.git ? await this.committedText(file) : null;
    const previous = text === null ? null : { ref: 'HEAD', text };
    const { unsaved, models, off } = options;
    return { ...(await this.evaluator.analyse({ workspace, file, unsaved, models, off, previous })), root: workspace.root };
  }

  /** Asks git anew: something may have been committed. */
  forgetCommitted(): void {
    this.committed.clear();
  }

  private committedText(file: string): Promise<string | null> {
    const known = this.committed.get(file) ?? textAt(this.git, 'HEAD', file);
    this.committed.set(file, known);
    return known;
  }

  async readGolden(file: string): Promise<GoldenSet> {
    const workspace = await openWorkspace(path.dirname(file));
    return this.evaluator.readGolden(shownPath(workspace.root, file), await this.options.readText(file));
  }

  promptsOfGolden(file: string): Promise<string[]> {
    return promptsOfGolden(file);
  }

  readonly variableKeys = variableKeys;

  /** @throws {ConfigurationError} when something cannot be run as it is. */
  async prepareRun(request: RunRequest): Promise<PreparedRun> {
    const first = request.prompts[0];
    if (!first) throw new ConfigurationError('run/nothing', 'There is nothing to run.');
    const workspace = await openWorkspace(path.dirname(first.file));
    const opener = modelOpener({
      root: workspace.root,
      config: workspace.config,
      keys: this.options.keys,
      matcher: this.evaluator,
      clock: systemClock,
      allowedOrigins: [],
      fetch: this.options.fetch,
    });
    const targets = [];
    for (const { file, cases } of request.prompts) {
      const loaded = await this.loader(workspace).load(file);
      const broken = loaded.reading.diagnostics.find((item) => item.severity === 'error');
      if (broken) throw new ConfigurationError(broken.code, `${broken.path}: ${broken.message}`, broken.hint);
      const { document } = loaded.target;
      const model = request.model ?? document.model?.id ?? workspace.config.model;
      if (model === null)
        throw new ConfigurationError(
          'model/none',
          `${document.path} names no model.`,
          'Add `model: provider:model` to it or to goldset.yaml, or use "Run with Model…".',
        );
      const from = document.model !== null && request.model === null ? path.dirname(file) : workspace.root;
      const client = await opener.open(model, from);
      const wanted = cases === null ? loaded.target.cases : loaded.target.cases.filter((item) => cases.has(item.id));
      if (wanted.length > 0) targets.push({ target: { ...loaded.target, cases: wanted }, clients: [client] });
    }
    if (targets.length === 0)
      throw new ConfigurationError('run/nothing', 'There is no golden case to run.', 'Add one with "Goldset: Add Golden Case".');
    const plan = planRun({
      targets,
      parameters: [],
      repeats: workspace.config.gate.repeats,
      selection: { matches: null, tags: [] },
      hash: sha256,
    });
    return { id: newRunId(new Date(), Math.random), plan, workspace };
  }

  async run(prepared: PreparedRun, concurrency: number, signal: AbortSignal, emit: (event: RunEvent) => void): Promise<RunReport> {
    const journal = new JournalWriter(journalFile(prepared.workspace.root, prepared.id));
    setMaxListeners(0, signal);
    try {
      return await executeRun(
        prepared.plan,
        {
          evaluator: this.evaluator,
          journal,
          now: systemClock.now,
          turn: systemClock.turn,
          sleep: systemClock.sleep,
          random: Math.random,
          date: () => new Date().toISOString(),
          emit,
        },
        { id: prepared.id, toolVersion: GOLDSET_VERSION, concurrency, gate: prepared.workspace.config.gate, signal, streamText: true },
      );
    } finally {
      journal.close();
    }
  }

  async readRun(root: string, id: string): Promise<JournalContent> {
    return readJournal(await this.options.readText(journalFile(root, id)));
  }

  /** The report of a run that was read from its journal; null when it never ended. */
  reportOf(head: NonNullable<JournalContent['head']>, results: JournalContent['results'], end: JournalContent['end']): RunReport | null {
    if (end === null) return null;
    const { id, startedAt, toolVersion, candidates: heads } = head;
    return {
      ...reportRun({ id, startedAt, toolVersion, heads, results, complete: end.complete, gate: DEFAULT_GATE }),
      verdict: end.verdict,
    };
  }

  /** The request as it would be sent to OpenAI, with the model that would answer. */
  async preview(file: string, goldenCase: GoldenCase | null): Promise<{ model: string | null; body: JsonObject }> {
    const loaded = await this.load(file);
    const { document } = loaded.target;
    const data = goldenCase === null ? { input: {} } : { input: goldenCase.vars, prefix: goldenCase.prefix, suffix: goldenCase.suffix };
    const [outcome] = await this.evaluator.render({ document, partials: loaded.partials, data: [data], segments: false });
    if (!outcome || 'problem' in outcome) throw new ConfigurationError('render/failed', outcome?.problem ?? 'Nothing was rendered.');
    const model = document.model?.id ?? null;
    const parsed = model === null ? null : parseModelId(model);
    return { model, body: chatBody(parsed?.model ?? 'MODEL', outcome.request, parsed?.provider === 'openai') };
  }

  history(file: string, limit: number): Promise<PromptHistory> {
    return promptHistory(this.git, file, limit);
  }

  showVersion(top: string, commit: string, file: string): Promise<string> {
    return this.git.show(top, commit, file);
  }

  private loader(workspace: Workspace): PromptLoader {
    return new PromptLoader(workspace, this.options.readText, (shown, text) => this.evaluator.readGolden(shown, text));
  }
}

export const createEngine = (options: EngineOptions): Engine => new Engine(options);
