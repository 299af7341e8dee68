/** Runs in the editor: starts and cancels them, and remembers the latest results of every prompt for all who show them. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunEvent } from '../../core/run/events.ts';
import { ConfigurationError, isHumanError } from '../../core/problems/errors.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import { findModel } from '../../core/config/resolve-model.ts';
import type { Candidate } from '../../core/run/plan.ts';
import type { CandidateHead } from '../../core/results/candidate-head.ts';
import type { RunReport } from '../../core/run/report.ts';
import type { Result } from '../../core/results/result.ts';
import { SampleCancels } from '../../core/calls/sample-cancels.ts';
import { mayStart } from './before-run.ts';
import type { PreparedRun, RunEngine, RunRequest } from '../../engine/runs/run-engine.ts';
import { commands, contextKeys, settings } from '../window/names.ts';
import { scoredModel, type Score, type ScoreKey } from '../../core/versions/score.ts';
import { RunOutcomes, type RunOutcome } from '../../engine/runs/run-outcomes.ts';
import { errorAction, needsKey } from '../../core/problems/error-actions.ts';
import { inEditorWords } from '../../core/display/editor-words.ts';
import { errorsText, sumCounts } from '../../core/results/case-counts.ts';
import { remedy, showError } from '../window/messages.ts';
import { CaseVerdicts } from '../../engine/runs/case-verdicts.ts';
import type { CaseFacts } from '../../engine/results-view/run-table.ts';
import { requireTrust } from '../window/trust.ts';
import type { Services } from '../window/services.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { headOf } from '../../core/run/candidate-head-of.ts';

/** One run as the page and the tests see it. */
export interface ShownRun {
  readonly id: string;
  readonly root: string;
  readonly heads: readonly CandidateHead[];
  readonly caseIds: readonly string[];
  /** What the golden set says of them. */
  readonly cases: readonly CaseFacts[];
  /** The journal. */
  readonly file: string;
  readonly startedAt: string;
  /** Candidates that are the prompts as they stand in their files, with their own model and parameters. */
  readonly own: ReadonlySet<string>;
  /** Who started it and shows it itself; null: a command, a lens or a page. */
  readonly by: object | null;
  /** Who asked for it to join what is shown already; null: it is shown by itself. */
  readonly joins: object | null;
  /** Some cases of its prompts: it joins a page that shows the same candidates. */
  readonly isPart: boolean;
  samples: number;
  report: RunReport | null;
}

export interface EditorRunOptions {
  /** Ask before it starts, whatever it costs. */
  readonly mustAsk: boolean;
  readonly token?: vscode.CancellationToken;
  /** USD instead of `spend.perRun`. */
  readonly cap?: number;
  /** Go on with this run. */
  readonly resume?: string;
  /** The view that its results are to be shown in. */
  readonly joins?: object;
  /** Who starts it and shows it itself. */
  readonly by?: object;
  /** Ask anew, whatever is known. */
  readonly refresh?: boolean;
  /** Start only if every answer is known and no judge is needed, so that nothing is sent. */
  readonly onlyKnown?: boolean;
}

/** It ended without a report: its journal could not be written. */
export interface RunFailed {
  readonly type: 'failed';
}

export class Runs {
  private readonly events = new vscode.EventEmitter<{ readonly run: ShownRun; readonly event: RunEvent | RunFailed }>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly verdicts = new CaseVerdicts();
  private readonly outcomes = new RunOutcomes();
  private readonly cancels = new Map<string, UnderWay>();
  private latestRun: ShownRun | null = null;

  readonly onEvent = this.events.event;
  /** Something that a lens shows is different now. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly services: Services) {
    services.context.subscriptions.push(this.events, this.changed, { dispose: () => this.cancelAll() });
  }

  get latest(): ShownRun | null {
    return this.latestRun;
  }

  /** Of the last time that this case ran in this window with this prompt version, model and parameters; undefined: it has not. */
  verdictOf(root: string, key: ScoreKey, goldenCase: GoldenCase): Result['verdict'] | undefined {
    return this.verdicts.of(root, key, goldenCase);
  }

  /** The same of a case before it or its prompt was edited; undefined: it had none. */
  verdictBefore(root: string, key: ScoreKey, goldenCase: GoldenCase): Result['verdict'] | undefined {
    return this.verdicts.before(root, key, goldenCase);
  }

  /** Of the last run of exactly this in this window, when it stopped at errors and `score` is not newer; null: it did not. */
  outcomeOf(root: string, key: ScoreKey, score: Score | null): RunOutcome | null {
    return this.outcomes.of(root, key, score);
  }

  /** A run that went another way, such as a batch, has stored its scores; or more is known of a judge. */
  scored(): void {
    this.changed.fire();
  }

  cancelAll(): void {
    for (const { run } of this.cancels.values()) run.abort();
  }

  cancel(id: string): void {
    this.cancels.get(id)?.run.abort();
  }

  /** The runs that a prompt or golden set is part of. `file`: absolute. */
  cancelOf(file: string): void {
    for (const { run, files } of this.cancels.values()) if (files.has(file)) run.abort();
  }

  /** One case of a run that goes on, with these candidates; it stays unanswered. */
  cancelCase(id: string, candidates: readonly string[], caseId: string): void {
    this.cancels.get(id)?.cases.cancel(candidates, caseId);
  }

  /** @throws {HumanError} when it cannot start; if that is for a key, it starts when one was entered. Undefined: the user declined. */
  async start(request: Omit<RunRequest, 'concurrency'>, options: EditorRunOptions): Promise<ShownRun | undefined> {
    try {
      return await this.startRun(request, options);
    } catch (error) {
      if (isHumanError(error) && needsKey(error.code)) this.waitForKey(request, options);
      throw error;
    }
  }

  private waitForKey(request: Omit<RunRequest, 'concurrency'>, options: EditorRunOptions): void {
    const [first, ...others] = request.prompts.map(({ file }) => vscode.workspace.asRelativePath(file));
    const name = others.length === 0 ? `The run of ${first ?? ''}` : `The run of ${others.length + 1} prompts`;
    const { token: _, ...rest } = options;
    this.services.stoppedByKey.set(name, () =>
      this.start(request, rest).catch((error: unknown) => void showError(error, this.services, request.prompts[0]?.file)),
    );
  }

  private async startRun(request: Omit<RunRequest, 'concurrency'>, options: EditorRunOptions): Promise<ShownRun | undefined> {
    requireTrust();
    const engine = this.services.engine();
    const concurrency = vscode.workspace.getConfiguration(settings.section).get<number>(settings.concurrency, 8);
    const prepared = await engine.runs.prepare({ ...request, concurrency });
    const resumed = options.resume === undefined ? prepared : { ...prepared, id: options.resume, isResumed: true };
    if (options.onlyKnown === true && !(await isAllKnown(engine.runs, resumed))) return undefined;
    const cap = options.cap ?? prepared.workspace.config.spend.perRun;
    if (!(await mayStart(engine.runs, resumed, { cap, mustAsk: options.mustAsk, refresh: options.refresh === true }))) return undefined;
    if (this.cancels.has(resumed.id)) throw new ConfigurationError('run/under-way', 'This run is already in progress.');
    const isPart = request.prompts.every(({ cases }) => cases !== null) && (request.refs ?? [null]).every((ref) => ref === null);
    const run = shownRun(resumed, engine.archive.fileOf(prepared.workspace.root, resumed.id), options, isPart);
    this.latestRun = run;
    const abort = new AbortController();
    const cancels = new SampleCancels();
    this.cancels.set(run.id, { run: abort, cases: cancels, files: filesOf(resumed, request) });
    const cancelled = options.token?.onCancellationRequested(() => abort.abort());
    await this.announce();
    try {
      await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Goldset' }, async (progress) => {
        const record = this.verdicts.recorder(run.root, resumed.plan);
        const emit = (event: RunEvent): void => {
          if (event.type === 'result') record(event.result);
          if (event.type === 'result' && isShown(event)) progress.report({ message: `${event.done}/${event.samples}` });
          this.take(run, event);
        };
        const report = await engine.runs.run(resumed, {
          concurrency,
          cap,
          abort,
          cancels,
          cache: options.refresh === true ? 'refresh' : 'use',
          emit,
        });
        run.report = report;
        this.outcomes.take(run.root, resumed.plan, report);
      });
      return run;
    } finally {
      cancelled?.dispose();
      if (run.report === null) this.events.fire({ run, event: { type: 'failed' } });
      this.cancels.delete(run.id);
      await this.announce();
      this.changed.fire();
      void this.tellEnd(run, request, options);
    }
  }

  /**
   * A run that was not cancelled by the user and did not end says why, and continues with one click. Where a key was refused, it continues
   * when another one was entered, and so does a run that ended with errors for that.
   */
  private async tellEnd({ id, report }: ShownRun, request: Omit<RunRequest, 'concurrency'>, options: EditorRunOptions): Promise<void> {
    const stopped = report?.stopped ?? null;
    if (report === null || stopped?.code === 'interrupted') return;
    const counts = sumCounts(report.candidates);
    const [cause] = counts.errorCauses ?? [];
    const action = cause === undefined ? null : errorAction(cause.code);
    if (action?.remedy === 'enter-key') this.waitForKey(request, stopped === null ? options : { ...options, resume: id });
    else this.services.stoppedByKey.clear();
    if (stopped === null && action === null) return;
    const why = errorsText(counts);
    const text = stopped === null ? `${why ?? ''}.` : `${inEditorWords(stopped.message)} Finished answers are kept.`;
    const buttons = [...(action === null ? [] : [action.title]), ...(stopped === null ? [] : ['Resume'])];
    const chosen = await vscode.window.showWarningMessage(`Goldset: ${text}`, ...buttons);
    if (chosen === 'Resume') await vscode.commands.executeCommand(commands.resumeRun, { request, resume: id, options });
    else if (chosen !== undefined && action !== null) await remedy(action, this.services, request.prompts[0]?.file);
  }

  private take(run: ShownRun, event: RunEvent): void {
    if (event.type === 'started') run.samples = event.samples;
    this.events.fire({ run, event });
  }

  private announce(): Thenable<unknown> {
    const files = [...this.cancels.values()].flatMap((item) => [...item.files]);
    void vscode.commands.executeCommand('setContext', contextKeys.runningFiles, files);
    return vscode.commands.executeCommand('setContext', contextKeys.running, this.cancels.size > 0);
  }
}

async function isAllKnown(engine: RunEngine, prepared: PreparedRun): Promise<boolean> {
  return prepared.judged.judgements === 0 && (await engine.dryRun(prepared, { isBatch: false, refresh: false })).calls === 0;
}

interface UnderWay {
  readonly run: AbortController;
  readonly cases: SampleCancels;
  /** Prompts and golden sets. */
  readonly files: ReadonlySet<string>;
}

const filesOf = ({ plan, workspace }: PreparedRun, { prompts }: Pick<RunRequest, 'prompts'>): Set<string> =>
  new Set([
    ...prompts.map(({ file }) => fileOfPrompt(file)),
    ...plan.candidates.flatMap(({ cases }) =>
      cases.slice(0, 1).map(({ goldenCase }) => path.resolve(workspace.root, goldenCase.source.path)),
    ),
  ]);

/** At most a hundred steps of progress: each is a message to the window. */
const isShown = ({ done, samples }: { readonly done: number; readonly samples: number }): boolean =>
  samples <= 100 || done % Math.ceil(samples / 100) === 0;

function shownRun({ id, plan, workspace }: PreparedRun, file: string, { joins, by }: EditorRunOptions, isPart: boolean): ShownRun {
  const heads = plan.candidates.map(({ candidate }) => headOf(candidate));
  const cases = new Map(
    plan.candidates.flatMap((candidate) => candidate.cases.map(({ goldenCase }) => [goldenCase.id, factsOf(goldenCase)] as const)),
  );
  const caseIds = [...cases.keys()];
  return {
    id,
    root: workspace.root,
    heads,
    caseIds,
    cases: [...cases.values()],
    file,
    startedAt: new Date().toISOString(),
    own: new Set(plan.candidates.filter(({ candidate }) => isOwnCandidate(candidate, workspace)).map(({ candidate }) => candidate.id)),
    by: by ?? null,
    joins: joins ?? null,
    isPart,
    samples: 0,
    report: null,
  };
}

/** Whether it is the prompt as it stands in its file, with its own model and parameters. */
function isOwnCandidate({ target, client, parameters }: Candidate, { config }: Workspace): boolean {
  const { document, ref } = target;
  const own = findModel({ given: null, document, config })?.id;
  return (
    ref === null &&
    own !== undefined &&
    scoredModel(own) === scoredModel(client.id) &&
    JSON.stringify(parameters) === JSON.stringify(document.parameters)
  );
}

const factsOf = ({ id, description, status, critical, group, vars, metadata, expected }: GoldenCase): CaseFacts => ({
  case: id,
  description,
  status,
  critical,
  group,
  vars,
  metadata,
  expected: expected ?? null,
});
