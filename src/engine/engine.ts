/** Everything that is not VS Code, behind one object; bundled apart and loaded on first use, so that activation stays short. */
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { startCapture } from '../adapters/capture/start-capture.ts';
import type { AnalyseJob, PromptInsight } from '../adapters/analysis/prompt-analyst.ts';
import { WorkerEvaluator } from '../adapters/evaluation/worker-evaluator.ts';
import { Git } from '../adapters/git/git.ts';
import { committedText, type CommittedText } from '../adapters/git/committed-prompt.ts';
import type { PromptVersion } from '../adapters/git/history.ts';
import type { RestoredFile } from '../adapters/git/restore.ts';
import type { PromptVersions } from '../adapters/git/prompt-versions.ts';
import { localScores } from '../adapters/storage/scores-file.ts';
import { bestScore, type Score } from '../core/versions/score.ts';
import { PromptHistories, type VersionEconomics } from './prompt-history.ts';
import { editorModelId } from '../adapters/models/editor/editor-client.ts';
import { surveyProviders } from '../adapters/models/reachable.ts';
import { modelGroups, type ModelGroup } from './model-choices.ts';
import { keyPlaces, type KeyPlace, type KeySource } from '../adapters/models/keys.ts';
import { EMPTY_CONFIG } from '../core/config/goldset-yaml.ts';
import { ResponseCache } from '../adapters/storage/response-cache/response-cache.ts';
import { promptsOfGolden } from '../adapters/workspace/find-prompts.ts';
import { PromptLoader, type LoadedPrompt } from '../adapters/workspace/prompt-files.ts';
import type { ReadText } from '../adapters/workspace/prompt-source.ts';
import { openWorkspace, shownPath, type Workspace } from '../adapters/workspace/root.ts';
import { ConfigurationError } from '../core/errors.ts';
import type { GoldenCase, GoldenSet } from '../core/golden/case.ts';
import { goldenVariableKeys, variableKeys } from '../core/golden/variable-keys.ts';
import type { PartialSource } from '../core/prompt/document.ts';
import { partialFile } from '../core/prompt/render.ts';
import { analyseTemplate, type VariableReference } from '../core/prompt/template/analyse.ts';
import { SampleCancels } from '../core/calls/sample-cancels.ts';
import type { CandidateHead } from '../core/results/candidate-head.ts';
import type { ShownRequest } from '../protocol/detail.ts';
import { BatchEngine } from './batch-engine.ts';
import { InsightsEngine } from './insights-engine.ts';
import { InteractionEngine } from './interaction-engine.ts';
import { Reproducer } from './reproduce.ts';
import { CaseWriter } from './case-writer.ts';
import { columnContext } from './column-context.ts';
import { RunArchive } from './run-archive.ts';
import { RunEngine, type RunEngineOptions } from './run-engine.ts';
import { curlOf, previewed, renderedRequests, showRequest, type PreviewedRequest, type RequestSource } from './request-view.ts';
import type { ColumnContext } from './results-view/show-column.ts';
import type { Gate } from '../core/config/gate.ts';

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
}

export class Engine {
  readonly evaluator: WorkerEvaluator;
  readonly archive: RunArchive;
  readonly writer: CaseWriter;
  readonly runs: RunEngine;
  readonly batches: BatchEngine;
  readonly interactions: InteractionEngine;
  readonly insights: InsightsEngine;
  readonly reproducer: Reproducer;
  private readonly git: Git;
  private readonly histories: PromptHistories;
  private readonly committed = new Map<string, Promise<CommittedText | null>>();

  constructor(private readonly options: EngineOptions) {
    this.evaluator = new WorkerEvaluator(options.worker, options.started);
    this.git = new Git(options.gitExecutable);
    this.histories = new PromptHistories(this.git);
    this.runs = new RunEngine(this.evaluator, {
      keys: options.keys,
      histories: this.histories,
      judges: path.join(path.dirname(options.worker), '..', 'judges'),
      models: options.models,
      loader: (workspace) => this.loader(workspace),
      mayRunCode: options.mayRunCode,
    });
    this.batches = new BatchEngine(this.runs, this.evaluator, options);
    this.archive = new RunArchive(path.dirname(options.worker));
    this.writer = new CaseWriter(this.evaluator, options.readText, this.git);
    this.interactions = new InteractionEngine(this.evaluator, this.writer, options.readText, options.mayRunCode);
    this.insights = new InsightsEngine(options.worker, options.mayRunCode);
    this.reproducer = new Reproducer(this.runs, this.histories);
  }

  async dispose(): Promise<void> {
    await Promise.all([this.evaluator.dispose(), this.insights.stop()]);
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
    const previous = options.git ? await this.committedAtHead(file, workspace) : null;
    const { unsaved, models, off } = options;
    return { ...(await this.evaluator.analyse({ workspace, file, unsaved, models, off, previous })), root: workspace.root };
  }

  /** Asks git anew: something may have been committed. */
  forgetCommitted(): void {
    this.committed.clear();
  }

  private committedAtHead(file: string, workspace: Workspace): Promise<CommittedText | null> {
    const known = this.committed.get(file) ?? committedText(this.git, 'HEAD', file, workspace);
    this.committed.set(file, known);
    return known;
  }

  async readGolden(file: string): Promise<GoldenSet> {
    const workspace = await openWorkspace(path.dirname(file));
    return this.evaluator.readGolden(shownPath(workspace.root, file), await this.options.readText(file));
  }

  /** The origins that a key can be kept for; of the workspace of a file, or without one. */
  async keyPlaces(file: string | null): Promise<KeyPlace[]> {
    return keyPlaces(file === null ? EMPTY_CONFIG : (await openWorkspace(path.dirname(file))).config);
  }

  /** The models that a prompt can be run with. `onKnown` has those that need no asking, while the providers are asked. */
  async modelGroups(
    { file, own, scripted }: { readonly file: string; readonly own: readonly string[]; readonly scripted: readonly string[] },
    onKnown: (groups: readonly ModelGroup[]) => void,
  ): Promise<ModelGroup[]> {
    const { config } = await openWorkspace(path.dirname(file));
    const ofWorkspace = [...own, ...(config.model === null ? [] : [config.model]), ...config.matrix.models];
    const sources = { own: [...new Set(ofWorkspace)], scripted, providers: [], editor: [] };
    onKnown(modelGroups(sources));
    const { keys, models } = this.options;
    const [providers, editor] = await Promise.all([
      surveyProviders({ config, keys, allowedOrigins: [] }),
      models.editorModels?.list() ?? [],
    ]);
    return modelGroups({ ...sources, providers, editor: editor.map((model) => ({ id: editorModelId(model), name: model.name })) });
  }

  promptsOfGolden(file: string): Promise<string[]> {
    return promptsOfGolden(file);
  }

  readonly variableKeys = variableKeys;
  readonly goldenVariableKeys = goldenVariableKeys;

  /** The variables that a partial reads, with their places in its file. */
  variablesIn(partial: PartialSource): readonly VariableReference[] {
    const { source, offset } = partialFile(partial);
    return analyseTemplate(source, offset).variables;
  }

  /** Deletes the answers of the workspace of a file; gives how many there were. */
  async clearCache(file: string): Promise<number> {
    const { root } = await openWorkspace(path.dirname(file));
    const cache = new ResponseCache(root);
    const { entries } = cache.stats();
    cache.clear();
    return entries;
  }

  /** The request of a result as it was sent; its prefix is what `others` share. @throws {HumanError} */
  async requestOf(source: RequestSource, root: string): Promise<{ readonly shown: ShownRequest; curl(): string }> {
    const { config } = await openWorkspace(root);
    const rendered = await renderedRequests(source, this.evaluator);
    const [own] = rendered;
    return {
      shown: showRequest(rendered, source.head, config),
      curl: () => {
        if (own === undefined) throw new ConfigurationError('render/failed', 'The prompt was not rendered.');
        return curlOf(own, source.head, config);
      },
    };
  }

  /** What comparisons in a workspace are judged by. */
  async gateOf(root: string): Promise<Gate> {
    return (await openWorkspace(root)).config.gate;
  }

  /** What the files of a workspace say about a candidate of a run. */
  columnContext(root: string, head: CandidateHead): Promise<ColumnContext> {
    return columnContext(root, head, (file, models) => this.insight(file, { unsaved: {}, models, off: [], git: false }));
  }

  /** The request as it would be sent, with the model that would answer. */
  async preview(file: string, goldenCase: GoldenCase | null): Promise<PreviewedRequest> {
    const loaded = await this.load(file);
    const { document, version } = loaded.target;
    const data = goldenCase === null ? { input: {} } : { input: goldenCase.vars, prefix: goldenCase.prefix, suffix: goldenCase.suffix };
    const [outcome] = await this.evaluator.render({ document, partials: loaded.partials, data: [data], segments: false });
    if (!outcome || 'problem' in outcome) throw new ConfigurationError('render/failed', outcome?.problem ?? 'The prompt was not rendered.');
    const { config } = await openWorkspace(path.dirname(file));
    return previewed(document.model?.id ?? config.model, outcome.request, version, config);
  }

  /** Null: the prompt is in no repository. */
  async versions(file: string, limit: number): Promise<PromptVersions | null> {
    const workspace = await openWorkspace(path.dirname(file));
    return this.histories.versions(await this.loader(workspace).load(file), workspace, limit);
  }

  textAtCommit(file: string, commit: string, at: string): Promise<string> {
    return this.histories.textAt(file, commit, at);
  }

  async versionEconomics(file: string, version: PromptVersion, older: PromptVersion | null): Promise<VersionEconomics> {
    const workspace = await openWorkspace(path.dirname(file));
    return this.histories.economicsOf(file, version, older, workspace, (job) => this.evaluator.analyse(job));
  }

  async restored(file: string, version: PromptVersion): Promise<RestoredFile[]> {
    return this.histories.restored(file, version, await openWorkspace(path.dirname(file)));
  }

  async deployed(file: string, name: string, version: PromptVersion): Promise<RestoredFile> {
    const workspace = await openWorkspace(path.dirname(file));
    return this.histories.deployed(workspace, shownPath(workspace.root, file), name, version);
  }

  /** What this very version scored on this machine before; null: nobody has run it here. */
  storedScore(root: string, version: string): Score | null {
    return bestScore(localScores(root), version, null);
  }

  readonly startCapture = startCapture;

  readonly createCancels = (): SampleCancels => new SampleCancels();

  forgetRepositories(): Promise<void> {
    return this.histories.forget();
  }

  private loader(workspace: Workspace): PromptLoader {
    return new PromptLoader(workspace, this.options.readText, (shown, text) => this.evaluator.readGolden(shown, text));
  }
}

export const createEngine = (options: EngineOptions): Engine => new Engine(options);
