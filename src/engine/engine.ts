/** Everything that is not VS Code, behind one object; bundled apart and loaded on first use, so that activation stays short. */
import { switchModelText, type SwitchedModel } from '../core/economics/switch-model.ts';
import { acceptedBy } from './models/accepted-by.ts';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { idOfPrompt, isCodePath, isPromptfooPath } from '../core/prompt/formats/prompt-name.ts';
import type { AnalyseJob, WorkspacePromptAnalysis } from '../adapters/analysis/prompt-analyst.ts';
import { RetentionThread } from '../adapters/evaluation/retention-thread.ts';
import { WorkerEvaluator } from '../adapters/evaluation/worker-evaluator.ts';
import { startCapture, type CaptureOptions, type RunningCapture } from '../adapters/capture/start-capture.ts';
import { Git } from '../adapters/git/git.ts';
import type { CommittedText } from '../adapters/git/committed-text.ts';
import { ignoredBelow } from '../adapters/git/ignored-files.ts';
import type { FoundCodePrompt } from '../adapters/evaluation/tasks.ts';
import type { RenamedField } from '../core/prompt/code/rename-field.ts';
import type { RenameFieldJob, WorkspacePromptMove } from '../adapters/workspace/edit-code-prompt.ts';
import { ScoreStore } from '../adapters/storage/score-store.ts';
import { scoreKeyOf, type ScoreKey } from '../core/versions/score.ts';
import { PromptHistories } from './versions/prompt-history.ts';
import { ModelOffers } from './models/model-offers.ts';
import { SettingsReader } from './workspaces/settings-problems.ts';
import { keyOrigins, type KeyOrigin, type KeySource } from '../adapters/models/keys.ts';
import { findModel } from '../core/config/resolve-model.ts';
import { EMPTY_CONFIG } from '../core/config/goldset-yaml.ts';
import { refuseBrokenPrompt } from '../core/prompt/refuse-broken.ts';
import { CaseNames } from '../adapters/workspace/case-names.ts';
import { PromptLoader, type LoadedPrompt, type ParseGolden } from '../adapters/workspace/prompt-files.ts';
import type { PromptFiles, ReadText } from '../adapters/workspace/prompt-reads.ts';
import { isInside } from '../adapters/within.ts';
import { PromptIndex } from '../adapters/workspace/prompt-index.ts';
import { findRoot, shownPath, type Workspace } from '../adapters/workspace/root.ts';
import { editorWorkspaces, type Workspaces } from './workspaces/editor-workspaces.ts';
import { ConfigurationError } from '../core/problems/errors.ts';
import { groupBy } from '../core/collections/group-by.ts';
import { Newest } from '../core/collections/newest.ts';
import type { GoldenCase, GoldenSet } from '../core/golden/case.ts';
import { renderDataOf } from '../core/prompt/case-data.ts';
import type { PartialSource, Template } from '../core/prompt/document.ts';
import { analysePartial } from '../core/prompt/read-prompt.ts';
import type { VariableReference } from '../core/prompt/template/analyse.ts';
import type { CandidateHead } from '../core/results/candidate-head.ts';
import type { ShownRequest } from '../protocol/detail.ts';
import { BatchEngine } from './runs/batch-engine.ts';
import { InsightsEngine } from './interactions/insights-engine.ts';
import { InteractionEngine } from './interactions/interaction-engine.ts';
import { permitWhile } from '../adapters/trust/code-trust.ts';
import { FolderSetUp } from './folder-set-up.ts';
import { KeptData } from './workspaces/kept-data.ts';
import { LastOutputs } from './runs/last-outputs.ts';
import { PresentRates } from './runs/present-rates.ts';
import { PromptBuilds } from './versions/prompt-builds.ts';
import { Reproducer } from './interactions/reproduce.ts';
import { CaseImporter } from './golden/case-importer.ts';
import { CaseWriter } from './golden/case-writer.ts';
import { columnContext } from './results-view/column-context.ts';
import { RunArchive } from './runs/run-archive.ts';
import { RunEngine, type RunEngineOptions } from './runs/run-engine.ts';
import { SourceEngine } from './interactions/source-engine.ts';
import { TryEngine } from './try/try-engine.ts';
import { curlOf, previewed, renderedRequests, showRequest, type PreviewedRequest, type RequestSource } from './runs/request-view.ts';
import type { ColumnContext } from './results-view/show-column.ts';
import type { Gate } from '../core/config/gate.ts';

/** Prompts whose committed text is kept. */
const KEPT_COMMITTED = 200;
/** Golden cases that typing features look at. */
const OUTLINE_CASES = 300;

export interface EngineOptions {
  /** The bundled worker. */
  readonly worker: string;
  /** A thread of it that was started in this very turn. */
  readonly started: Worker;
  readonly keys: KeySource;
  /** The same, which asks nobody. */
  readonly quietKeys: KeySource;
  readonly readText: ReadText;
  readonly models: RunEngineOptions['models'];
  readonly mayRunCode: RunEngineOptions['mayRunCode'];
  readonly gitExecutable: string | undefined;
  /** The editor's model for a workspace whose goldset.yaml names none. */
  readonly defaultModel?: (root: string) => string | null;
}

export class Engine {
  readonly evaluator: WorkerEvaluator;
  readonly archive: RunArchive;
  readonly writer: CaseWriter;
  readonly importer: CaseImporter;
  readonly lastOutputs: LastOutputs;
  readonly runs: RunEngine;
  readonly batches: BatchEngine;
  readonly interactions: InteractionEngine;
  readonly insights: InsightsEngine;
  readonly sources: SourceEngine;
  readonly reproducer: Reproducer;
  readonly tries: TryEngine;
  readonly scores: ScoreStore;
  readonly rates: PresentRates;
  readonly data: KeptData;
  readonly histories: PromptHistories;
  readonly offers: ModelOffers;
  readonly settings: SettingsReader;
  readonly builds: PromptBuilds;
  readonly setUp: FolderSetUp;
  readonly git: Git;
  private readonly retention: RetentionThread;
  readonly workspaces: Workspaces;
  private readonly parseGolden: ParseGolden = (shown, text) => this.evaluator.readGolden(shown, text);
  private readonly caseNames = new CaseNames(this.parseGolden);
  private readonly committed = new Newest<Promise<CommittedText | null>>(KEPT_COMMITTED);

  constructor(private readonly options: EngineOptions) {
    this.evaluator = new WorkerEvaluator(options.worker, options.started);
    this.retention = new RetentionThread(options.worker);
    this.git = new Git(options.gitExecutable, options.mayRunCode);
    this.scores = new ScoreStore(options.mayRunCode);
    this.workspaces = editorWorkspaces(options.readText, options.defaultModel);
    this.data = new KeptData(this.workspaces, this.retention, options.mayRunCode);
    this.offers = new ModelOffers(this.workspaces, options);
    this.settings = new SettingsReader(this.workspaces, options.readText);
    this.histories = new PromptHistories({
      git: this.git,
      scores: this.scores,
      present: (root, { file, target }) => this.rates.ofVersions(root, file, this.scores.all(root), target.document.path),
      workspaces: this.workspaces,
      analyse: (job) => this.evaluator.analyse({ ...job, isRestricted: !options.mayRunCode() }),
    });
    this.builds = new PromptBuilds(path.join(path.dirname(options.worker), 'sucrase.js'), permitWhile(options.mayRunCode));
    this.runs = new RunEngine(this.evaluator, {
      builds: this.builds,
      keys: options.keys,
      histories: this.histories,
      judges: path.join(path.dirname(options.worker), '..', 'judges'),
      models: options.models,
      workspaces: this.workspaces,
      loader: (workspace, made) => this.loader(workspace, made),
      mayRunCode: options.mayRunCode,
    });
    this.batches = new BatchEngine(this.runs, this.workspaces, options, options.mayRunCode);
    this.archive = new RunArchive(path.dirname(options.worker), options.mayRunCode);
    this.rates = new PresentRates({
      archive: this.archive,
      judgedNow: async (root, file) => this.runs.judgedNow(await this.workspaces.open(root), file),
    });
    this.writer = new CaseWriter(this.evaluator, options.readText, this.git);
    this.lastOutputs = new LastOutputs(this.archive);
    this.importer = new CaseImporter(this.evaluator, options.readText);
    this.interactions = new InteractionEngine(this.evaluator, this.retention, this.git, options.readText, options.mayRunCode);
    this.sources = new SourceEngine(options.worker, this.workspaces, options.keys, this.evaluator, options.mayRunCode);
    this.insights = new InsightsEngine(options.worker, this.workspaces, this.sources, options.mayRunCode);
    this.reproducer = new Reproducer(this.runs, this.histories, this.workspaces, this.evaluator, options.readText);
    this.setUp = new FolderSetUp({
      evaluator: this.evaluator,
      git: this.git,
      keys: options.quietKeys,
      editorModels: options.models.editorModels,
      open: (folder) => this.workspaces.open(folder),
    });
    this.tries = new TryEngine({
      evaluator: this.evaluator,
      runs: this.runs,
      interactions: this.interactions,
      workspaces: this.workspaces,
      readText: options.readText,
      load: (file) => this.load(file),
      modelGroups: (file, own, scripted) => this.offers.groups({ file, own, scripted }, () => undefined),
      mayRunCode: options.mayRunCode,
      quietKeys: options.quietKeys,
    });
  }

  async dispose(): Promise<void> {
    this.builds.dispose();
    await Promise.all([this.evaluator.dispose(), this.insights.stop(), this.retention.dispose(), this.histories.forget()]);
  }

  async load(file: string): Promise<LoadedPrompt & { readonly root: string }> {
    const workspace = await this.workspaces.open(path.dirname(file));
    return { ...(await this.loader(workspace).load(file)), root: workspace.root };
  }

  /** As `load`, read on the worker, for features that follow the typing: with the first golden cases only. `most`: null for all of them. */
  async outline(
    file: string,
    unsaved: Readonly<Record<string, string>>,
    most: number | null = OUTLINE_CASES,
  ): Promise<LoadedPrompt & { readonly root: string }> {
    const workspace = await this.workspaces.open(path.dirname(file));
    return { ...(await this.evaluator.load({ workspace, file, unsaved, most })), root: workspace.root };
  }

  /** The ids of the prompts that a file is or is part of; empty: it is no prompt. What has to be parsed is read on the worker. */
  async promptsOf(file: string): Promise<readonly string[]> {
    const workspace = await this.workspaces.open(path.dirname(file));
    const isParsed = isCodePath(file) || isPromptfooPath(file);
    return isParsed ? this.evaluator.usedCodePrompts({ workspace, file }) : new PromptIndex(workspace).promptsOf(file);
  }

  /** The ids of the prompts that use a golden set; found on the worker, since source files may have to be parsed. */
  async promptsOfGolden(golden: string): Promise<readonly string[]> {
    const workspace = await this.workspaces.open(path.dirname(golden));
    return this.evaluator.promptsOfGolden({ workspace, golden });
  }

  /** All prompts of a source file, used or not, with their places; read on the worker. */
  async codePromptsIn(file: string, text: string): Promise<(Omit<FoundCodePrompt, 'name'> & { readonly id: string })[]> {
    const { root } = await this.workspaces.open(path.dirname(file));
    const found = await this.evaluator.codePrompts({ path: shownPath(root, file), text });
    return found.map(({ name, ...place }) => ({ id: idOfPrompt({ file, name }), ...place }));
  }

  /** The text of a prompt in code as a file, or why it cannot be one. `unsaved`: texts by absolute path. */
  async movePrompt(file: string, unsaved: Readonly<Record<string, string>>): Promise<WorkspacePromptMove & { readonly root: string }> {
    const workspace = await this.workspaces.open(path.dirname(file));
    return { ...(await this.evaluator.movePrompt({ workspace, file, unsaved })), root: workspace.root };
  }

  /** A field of a prompt in code under another name, or why that is not safe. `sources`: files that may use the prompt. */
  async renamePromptField(job: Omit<RenameFieldJob, 'workspace'>): Promise<RenamedField & { readonly root: string }> {
    const workspace = await this.workspaces.open(path.dirname(job.file));
    return { ...(await this.evaluator.renamePromptField({ ...job, workspace })), root: workspace.root };
  }

  /**
   * The ids of the prompts of source files: used ones, or `everything`. Undefined: `signal` stopped it. What has not changed since the last
   * time is not read again.
   */
  async promptsInSources(files: readonly string[], everything: boolean, signal: AbortSignal): Promise<string[] | undefined> {
    const byFolder = groupBy(files, (file) => path.dirname(file));
    const byRoot = groupBy(byFolder, ([folder]) => findRoot(folder));
    const found: string[] = [];
    for (const [root, folders] of byRoot) {
      const own = folders.flatMap(([, inFolder]) => inFolder);
      const scanned = await this.evaluator.scanSources({ workspace: await this.workspaces.open(root), files: own, everything }, signal);
      if (scanned === undefined) return undefined;
      found.push(...scanned);
    }
    return found;
  }

  /** Keys under `prompts:` of the workspace of a folder: paths, globs of paths, and files that make a prompt together. */
  async promptKeys(
    folder: string,
  ): Promise<{ readonly root: string; readonly keys: readonly string[]; readonly judges: readonly string[] }> {
    const { root, config } = await this.workspaces.open(folder);
    const keys = [...config.prompts].flatMap(([key, { messages }]) => messages?.map(({ file }) => file) ?? [key.replace(/^\.\//, '')]);
    return { root, keys, judges: [...config.judge.prompts.values()].map((file) => path.resolve(root, file)) };
  }

  /** Problems, findings, tokens and cost of a prompt. `git`: whether git may be asked for the committed version. */
  async analysePrompt(
    file: string,
    options: Pick<AnalyseJob, 'unsaved' | 'models' | 'off'> & { readonly git: boolean },
  ): Promise<WorkspacePromptAnalysis & { readonly root: string }> {
    const workspace = await this.workspaces.open(path.dirname(file));
    const isRestricted = !this.options.mayRunCode();
    const previous = options.git && !isRestricted ? await this.committedAtHead(file, workspace) : null;
    const { unsaved, models, off } = options;
    const before = this.builds.before(file, workspace);
    const job = { workspace, file, unsaved, models, off, previous, isRestricted, ...before };
    return { ...(await this.evaluator.analyse(job)), root: workspace.root };
  }

  /** Calls the function that builds a prompt, for its golden cases: analyses count what it returns. False: it has no function. @throws {HumanError} */
  async buildPrompt(file: string, signal: AbortSignal): Promise<boolean> {
    const workspace = await this.workspaces.open(path.dirname(file));
    return this.builds.build(await this.loader(workspace).load(file), workspace, signal);
  }

  /** What git ignores below a folder of the window: absolute paths. Empty where git must not run. */
  ignoredBelow(folder: string): Promise<ReadonlySet<string>> {
    return ignoredBelow(this.git, folder);
  }

  /** Asks git anew: something may have been committed. */
  forgetCommitted(): void {
    this.committed.clear();
  }

  private committedAtHead(file: string, workspace: Workspace): Promise<CommittedText | null> {
    const known = this.committed.get(file);
    if (known !== undefined) return known;
    const found = this.histories.committedAtHead(file, workspace);
    this.committed.set(file, found);
    found.catch(() => this.committed.delete(file));
    return found;
  }

  async readGolden(file: string): Promise<GoldenSet> {
    const workspace = await this.workspaces.open(path.dirname(file));
    return this.evaluator.readGolden(shownPath(workspace.root, file), await this.options.readText(file));
  }

  /** The origins that a key can be kept for; of the workspace of a file, or without one. */
  async keyPlaces(file: string | null): Promise<KeyOrigin[]> {
    return keyOrigins(file === null ? EMPTY_CONFIG : (await this.workspaces.open(path.dirname(file))).config);
  }

  /** The variables that a partial of a template reads, with their places in its file. */
  variablesIn(partial: PartialSource, template: Template): readonly VariableReference[] {
    return analysePartial(partial, template).variables;
  }

  /** The request of a result as it was sent; its prefix is what `others` share. @throws {HumanError} */
  async requestOf(source: RequestSource, root: string): Promise<{ readonly shown: ShownRequest; curl(): string }> {
    const workspace = await this.workspaces.open(root);
    const { config } = workspace;
    const rendered = await renderedRequests(source, this.builds.evaluatorOf(workspace, this.evaluator));
    const [own] = rendered;
    return {
      shown: showRequest(rendered, source.head, config),
      curl: () => {
        if (own === undefined) throw new ConfigurationError('render/failed', 'The prompt was not rendered.');
        return curlOf(own, source.head, config, this.options.quietKeys);
      },
    };
  }

  /** What comparisons in a workspace are judged by. */
  async gateOf(root: string): Promise<Gate> {
    return (await this.workspaces.open(root)).config.gate;
  }

  /** What a model accepts, for completion in a file. */
  async accepted(file: string, model: string): Promise<ReturnType<typeof acceptedBy>> {
    return acceptedBy(model, await this.workspaces.open(path.dirname(file)));
  }

  /** A prompt with another model, and with its parameters as that model accepts them. `text`: of the file, as the editor has it. */
  async switchedModel(file: string, text: string, to: string): Promise<SwitchedModel> {
    const { target } = await this.load(file);
    return switchModelText(text, target.document, to, await this.accepted(file, to));
  }

  /** What the files of a workspace say about a candidate of a run. */
  async columnContext(root: string, head: CandidateHead): Promise<ColumnContext> {
    const workspace = await this.workspaces.open(root);
    const judges = (file: string): ReturnType<RunEngine['judgedNow']> => this.runs.judgedNow(workspace, file);
    return columnContext(workspace, head, (file, models) => this.analysePrompt(file, { unsaved: {}, models, off: [], git: false }), judges);
  }

  /** The request as it would be sent, with the model that would answer. */
  async preview(file: string, goldenCase: GoldenCase | null): Promise<PreviewedRequest> {
    const loaded = await this.load(file);
    refuseBrokenPrompt(loaded);
    const workspace = await this.workspaces.open(path.dirname(file));
    const { version } = loaded.target;
    const data = goldenCase === null ? { input: {} } : renderDataOf(goldenCase);
    const document = await this.builds.settledDocumentOf(loaded.target, workspace, [data.input]);
    const [outcome] = await this.builds
      .evaluatorOf(workspace, this.evaluator)
      .render({ document, partials: loaded.partials, data: [data], segments: false });
    if (!outcome || 'problem' in outcome) throw new ConfigurationError('render/failed', outcome?.problem ?? 'The prompt was not rendered.');
    const { config } = workspace;
    return previewed(findModel({ given: null, document, config })?.id ?? null, outcome.request, version, config);
  }

  /** What a run of this prompt as it is now would be a score of; null: no model is named. `unsaved`: texts by absolute path. */
  async scoreKey(
    file: string,
    unsaved: Readonly<Record<string, string>>,
  ): Promise<{ readonly root: string; readonly key: ScoreKey } | null> {
    const workspace = await this.workspaces.open(path.dirname(file));
    const { target } = this.builds.settledBefore(await this.evaluator.load({ workspace, file, unsaved, most: 0 }), workspace);
    const model = findModel({ given: null, document: target.document, config: workspace.config });
    return model === null ? null : { root: workspace.root, key: scoreKeyOf(target, model.id) };
  }

  /** `made`: texts that are in no file, by absolute path. */
  private loader(workspace: Workspace, made: ReadonlyMap<string, string> = new Map()): PromptLoader {
    const { readText } = this.options;
    const files: PromptFiles = {
      read: (file) => {
        const text = made.get(file);
        return text === undefined ? readText(file) : Promise.resolve(text);
      },
      has: (file) => Promise.resolve(made.has(file) || isInside(workspace.root, file)),
    };
    return new PromptLoader(workspace, made.size === 0 ? readText : files, this.parseGolden, this.caseNames);
  }
}

export const createEngine = (options: EngineOptions): Engine => new Engine(options);
export * from './judges/judge-calibration.ts';
/** Receives telemetry on a thread of its own: what an application sends never holds up the editor. `worker`: the bundled worker. */
export const captureInto = (worker: string, options: Omit<CaptureOptions, 'thread' | 'retention'>): Promise<RunningCapture> =>
  startCapture({ ...options, thread: new WorkerEvaluator(worker), retention: new RetentionThread(worker) });
