/**
 * The evaluator on a worker thread. Tasks run one after the other there; the first in line has a limit of processor time. When it is
 * used up, the thread is killed, that task fails, and the rest goes to a new thread. A busy machine only makes tasks slower: a thread
 * that stood still is replaced, and its task is tried once more.
 */
import type { Worker } from 'node:worker_threads';
import { EvaluationTimeout, HumanError } from '../../core/problems/errors.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import type { TextEdit } from '../../core/text/text.ts';
import type { GradedResult } from '../../core/grade/grade.ts';
import type { Evaluator, GradeJob, MediaFacts, RenderJob, RenderOutcome } from '../../core/evaluation/evaluator.ts';
import type { ScriptedMatch, ScriptedRequest } from '../models/scripted/match.ts';
import type { ScriptMatcher } from '../models/scripted/scripted-model.ts';
import type { Script } from '../models/scripted/script.ts';
import type { HashedGoldenSet } from '../workspace/golden-hash.ts';
import type { SourceScanJob } from '../workspace/source-scan.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';
import type { InsightsRead } from '../../core/feedback/insights/insights.ts';
import type { InsightsJob } from '../interactions/read-insights.ts';
import type { FailuresJob, FailuresRead } from '../interactions/read-failures.ts';
import type { DriftJob, DriftRead } from '../interactions/read-drift.ts';
import type { RetainJob, Retained } from '../interactions/retention.ts';
import type { PrunedData, PruneJob } from '../retention/prune-data.ts';
import type { InteractionAnswer, InteractionJob } from '../interactions/interaction-reader.ts';
import type { CaptureJob, CaptureReply, CaptureThread } from '../capture/capture-job.ts';
import type { ParquetJob, ParquetSlice } from '../parquet/parquet-reader.ts';
import type { ParquetThread } from '../parquet/parquet-rows.ts';
import { builtForAnalysis, builtJob, mayBeBuilt, type Builds } from './built-cases.ts';
import { startWorker } from './start-worker.ts';
import type { AnalyseJob, WorkspacePromptAnalysis } from '../analysis/prompt-analyst.ts';
import type { CountedRequest, CountJob } from '../analysis/request-counter.ts';
import type { RenamedField } from '../../core/prompt/code/rename-field.ts';
import type { CodeEditJob, RenameFieldJob, WorkspacePromptMove } from '../workspace/edit-code-prompt.ts';
import type { SourceText } from '../../core/prompt/code/read-code.ts';
import type { Workspace } from '../workspace/root.ts';
import { TaskWatch } from './task-watch.ts';
import { threadClock } from './thread-cpu.ts';
import type { FoundCodePrompt, LoadJob, TaskArgs, TaskFailure, TaskName, TaskReply, TaskRequest, TaskResult, ThreadNews } from './tasks.ts';
import type { GoldenEditJob } from '../workspace/golden-edit.ts';

/** ms of processor time, after the code that the task needs was loaded. On a quiet machine a user sees the error within two seconds. */
const LIMITS: Readonly<Record<TaskName, number>> = {
  load: 30_000,
  usedCodePrompts: 10_000,
  promptsOfGolden: 10_000,
  codePrompts: 10_000,
  scanSources: 20_000,
  movePrompt: 10_000,
  renamePromptField: 60_000,
  render: 1200,
  grade: 1200,
  measureMedia: 10_000,
  readGolden: 30_000,
  goldenSlice: 10_000,
  editGolden: 60_000,
  matchScript: 2000,
  // 2 s of it are for the vocabularies of two models.
  analyse: 32_000,
  countRequest: 10_000,
  interactions: 30_000,
  insights: 1_800_000,
  failures: 1_800_000,
  drift: 1_800_000,
  retain: 1_800_000,
  prune: 1_800_000,
  capture: 20_000,
  parquet: 60_000,
};
/** ms of processor time for a thread to start, and for a task to load what it needs. */
const START_LIMIT = 30_000;
/** Source files that are looked at in one turn. */
const SOURCE_SLICE = 50;
/** ms between two looks at the first in line. */
const LOOK_MS = 100;

const NAMES: Readonly<Record<TaskName, string>> = {
  usedCodePrompts: 'Reading the prompts of a source file',
  promptsOfGolden: 'Finding the prompts of a golden set',
  codePrompts: 'Reading the prompts of a source file',
  scanSources: 'Looking for prompts in source files',
  movePrompt: 'Moving the prompt to a file',
  renamePromptField: 'Renaming the variable',
  load: 'Reading the prompt and its golden set',
  render: 'Rendering the template',
  grade: 'Grading the output',
  measureMedia: 'Reading the pages or the length of a file',
  readGolden: 'Reading the golden set',
  goldenSlice: 'Reading the golden set',
  editGolden: 'Changing the golden set',
  matchScript: 'Matching the rules of the scripted model',
  analyse: 'Analysing the prompt',
  countRequest: 'Counting the tokens of the request',
  interactions: 'Reading the interactions',
  insights: 'Aggregating the interactions',
  failures: 'Looking for causes and topics of failures',
  drift: 'Comparing calls with earlier ones',
  retain: 'Deleting old interactions',
  prune: 'Deleting old data',
  capture: 'Reading what was sent',
  parquet: 'Reading the Parquet file',
};

interface Pending {
  readonly request: TaskRequest;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  /** The thread stood still at it once. */
  wasRetried?: boolean;
}

export class WorkerEvaluator implements Evaluator, ScriptMatcher, CaptureThread, ParquetThread {
  private worker: Worker | null = null;
  private builds: Builds | null = null;
  private watch = watchOf(null);
  /** The task whose code is loaded, so that its own time runs. */
  private begun: number | null = null;
  private readonly queue: Pending[] = [];
  private timer: NodeJS.Timeout | null = null;
  private nextId = 1;
  private isDisposed = false;
  /** One set is read at a time: the worker keeps only that one. */
  private goldenReads: Promise<unknown> = Promise.resolve();

  /** `script`: the bundled worker. `started`: a thread of it that was started in this very turn, so that no time is lost. */
  constructor(
    readonly script: string,
    started?: Worker,
  ) {
    if (started) this.adopt(started);
  }

  /** @throws {HumanError} when the prompt's own file cannot be read. */
  load(job: LoadJob): Promise<LoadedPrompt> {
    return this.run('load', job);
  }

  /** The ids of the used prompts of a source file, absolute. */
  usedCodePrompts(job: { readonly workspace: Workspace; readonly file: string }): Promise<readonly string[]> {
    return this.run('usedCodePrompts', job);
  }

  /** The ids of the prompts that use a golden set, absolute. @throws {HumanError} when its folder cannot be read. */
  promptsOfGolden(job: { readonly workspace: Workspace; readonly golden: string }): Promise<readonly string[]> {
    return this.run('promptsOfGolden', job);
  }

  /** Where the prompts of a source file are. `path`: from the root. */
  codePrompts(job: SourceText): Promise<readonly FoundCodePrompt[]> {
    return this.run('codePrompts', job);
  }

  /** The ids of the prompts of source files. Between two slices others have their turn. Undefined: `signal` stopped it. */
  async scanSources(job: SourceScanJob, signal: AbortSignal): Promise<string[] | undefined> {
    const found: string[] = [];
    for (let from = 0; from < job.files.length; from += SOURCE_SLICE) {
      if (signal.aborted) return undefined;
      found.push(...(await this.run('scanSources', { ...job, files: job.files.slice(from, from + SOURCE_SLICE) })));
    }
    return signal.aborted ? undefined : found;
  }

  /** The text of a prompt in code as a file, or why it cannot be one. @throws {HumanError} when its file cannot be read. */
  movePrompt(job: CodeEditJob): Promise<WorkspacePromptMove> {
    return this.run('movePrompt', job);
  }

  /** A field of a prompt in code under another name, or why that is not safe. @throws {HumanError} when a file cannot be read. */
  renamePromptField(job: RenameFieldJob): Promise<RenamedField> {
    return this.run('renamePromptField', job);
  }

  /** What a function of the program builds is built first, in its own process. */
  async render(job: RenderJob): Promise<readonly RenderOutcome[]> {
    return this.run('render', this.builds === null || job.built !== undefined ? job : await builtJob(this.builds, job));
  }

  /**
   * From now on, functions that build prompts are called by this, to render and to analyse. An editor has several workspaces and analyses
   * while a person types: it calls them itself, and gives an analysis what was built before.
   */
  useBuilds(builds: Builds): void {
    this.builds = builds;
  }

  grade(job: GradeJob): Promise<GradedResult> {
    return this.run('grade', job);
  }

  /** Bound, since readers of files take it by itself. */
  readonly measureMedia = (base64: string): Promise<MediaFacts> => this.run('measureMedia', { base64 });

  /** Arrives in slices, so that taking in a large set never blocks this thread. */
  readGolden(path: string, text: string): Promise<HashedGoldenSet> {
    const reading = this.goldenReads.then(async (): Promise<HashedGoldenSet> => {
      const { total, hash, diagnostics } = await this.run('readGolden', { path, text });
      const cases: GoldenCase[] = [];
      while (cases.length < total) {
        const slice = await this.run('goldenSlice', { from: cases.length });
        if (slice.length === 0) throw new HumanError('evaluation/crashed', `Reading ${path} was interrupted.`, 'Try again.');
        cases.push(...slice);
      }
      return { path, cases, diagnostics, hash };
    });
    this.goldenReads = reading.catch(() => undefined);
    return reading;
  }

  /** @throws {HumanError} when the text cannot be changed safely. */
  editGolden(job: GoldenEditJob): Promise<readonly TextEdit[]> {
    return this.run('editGolden', job);
  }

  matchScript(script: Script, request: ScriptedRequest): Promise<ScriptedMatch> {
    return this.run('matchScript', { script, request });
  }

  /** @throws {HumanError} when the prompt's own file cannot be read. */
  async analyse(job: AnalyseJob): Promise<WorkspacePromptAnalysis> {
    const { builds } = this;
    if (builds === null || job.built !== undefined || !mayBeBuilt(job.workspace.config, job.file)) return this.run('analyse', job);
    const { workspace, file, unsaved } = job;
    const { target } = await this.load({ workspace, file, unsaved, most: null });
    return this.run('analyse', target.document.template.kind === 'built' ? { ...job, built: await builtForAnalysis(builds, target) } : job);
  }

  /** How many tokens a rendered request has; null: no model is known to count for. */
  countRequest(job: CountJob): Promise<CountedRequest | null> {
    return this.run('countRequest', job);
  }

  /** Comes back until it is done: between two looks others have their turn. Undefined: nobody waits for it any more. */
  async interactions(job: InteractionJob, signal?: AbortSignal): Promise<Exclude<InteractionAnswer, { kind: 'more' }> | undefined> {
    while (signal?.aborted !== true) {
      const answer = await this.run('interactions', job);
      if (answer.kind !== 'more') return answer;
    }
    return undefined;
  }

  /** @throws {HumanError} when another process does not come to an end with the same sums. */
  insights(job: InsightsJob): Promise<InsightsRead> {
    return this.run('insights', job);
  }

  /** @throws {HumanError} when goldset.yaml is broken. */
  failures(job: FailuresJob): Promise<FailuresRead> {
    return this.run('failures', job);
  }

  /** @throws {HumanError} when goldset.yaml is broken. */
  drift(job: DriftJob): Promise<DriftRead> {
    return this.run('drift', job);
  }

  /** As `keepRetention` with `addUp`. */
  retain(job: RetainJob): Promise<Retained> {
    return this.run('retain', job);
  }

  /** @throws {ConfigurationError} when the data folder must not be used. */
  prune(job: PruneJob): Promise<PrunedData> {
    return this.run('prune', job);
  }

  /** @throws {HumanError} when a body is more than the thread can read. */
  capture(job: CaptureJob): Promise<CaptureReply> {
    return this.run('capture', job);
  }

  /** @throws {HumanError} when a file takes more memory or time than the thread has. */
  parquet(job: ParquetJob): Promise<ParquetSlice> {
    return this.run('parquet', job);
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    this.disarm();
    for (const pending of this.queue.splice(0)) pending.reject(new HumanError('evaluation/stopped', 'The evaluation was stopped.'));
    const last = this.worker;
    this.worker = null;
    last?.ref();
    await last?.terminate();
  }

  private run<K extends TaskName>(task: K, args: TaskArgs<K>): Promise<TaskResult<K>> {
    if (this.isDisposed) return Promise.reject(new HumanError('evaluation/stopped', 'The evaluation was stopped.'));
    return new Promise((resolve, reject) => {
      const request = { id: this.nextId++, task, args };
      this.queue.push({ request, resolve: resolve as (result: unknown) => void, reject });
      const worker = this.start();
      worker.postMessage(request);
      worker.ref();
      if (this.queue.length === 1) this.arm();
    });
  }

  private start(): Worker {
    if (this.worker) return this.worker;
    return this.adopt(startWorker(this.script));
  }

  /** Listens to a thread that has just been started. */
  private adopt(worker: Worker): Worker {
    this.worker = worker;
    this.begun = null;
    this.watch = watchOf(null);
    worker.on('message', (message: TaskReply | ThreadNews) => {
      if (this.worker === worker) this.receive(message);
    });
    worker.on('error', (error: Error) => {
      if (this.worker === worker) this.fail(new HumanError('evaluation/crashed', `The evaluation thread stopped: ${error.message}`));
    });
    worker.on('exit', () => {
      if (this.worker === worker) this.fail(new HumanError('evaluation/crashed', 'The evaluation thread ended unexpectedly.'));
    });
    worker.unref();
    return worker;
  }

  private receive(message: TaskReply | ThreadNews): void {
    if ('thread' in message) {
      this.watch = watchOf(message.thread);
      return;
    }
    if ('began' in message) {
      this.begun = message.began;
      return;
    }
    const pending = this.queue.shift();
    if (pending?.request.id !== message.id)
      return this.fail(new HumanError('evaluation/crashed', 'The evaluation thread answered out of order.'));
    this.arm();
    if ('error' in message) pending.reject(asError(message.error));
    else pending.resolve(message.result);
  }

  /** Watches the first in line, as long as there is one. */
  private arm(): void {
    if (this.queue.length === 0) {
      this.disarm();
      this.worker?.unref();
    } else this.timer ??= setInterval(() => this.look(), LOOK_MS);
  }

  private disarm(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  private look(): void {
    const head = this.queue[0];
    if (!head) return;
    const { id, task } = head.request;
    const hasBegun = this.begun === id;
    const limit = hasBegun ? LIMITS[task] : START_LIMIT;
    const overdue = this.watch.look(hasBegun ? id : `before ${id}`, limit);
    if (overdue === 'used-up') this.fail(new EvaluationTimeout(NAMES[task], limit));
    else if (overdue === 'stood-still') this.stoodStill(head);
  }

  /** The machine failed, not the task. */
  private stoodStill(head: Pending): void {
    const error = new HumanError(
      'evaluation/stalled',
      'The evaluation thread got no processor time for a minute.',
      'Try again when the machine is less busy.',
    );
    if (head.wasRetried === true) return this.fail(error);
    head.wasRetried = true;
    this.renew();
  }

  /** Gives up the thread and its first task. */
  private fail(error: HumanError): void {
    this.queue.shift()?.reject(error);
    this.renew();
  }

  /** Gives up the thread; the tasks in line start again on the next one. */
  private renew(): void {
    this.disarm();
    const dead = this.worker;
    this.worker = null;
    void dead?.terminate();
    if (this.queue.length === 0 || this.isDisposed) return;
    const worker = this.start();
    for (const { request } of this.queue) worker.postMessage(request);
    worker.ref();
    this.arm();
  }
}

const watchOf = (thread: number | null): TaskWatch => new TaskWatch(threadClock(thread), () => performance.now());

const asError = ({ code, message, hint }: TaskFailure): HumanError =>
  new HumanError(code ?? 'evaluation/failed', message, hint ?? undefined);
