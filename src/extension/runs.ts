/** Runs in the editor: starts and cancels them, and remembers the latest results of every prompt for all who show them. */
import path from 'node:path';
import * as vscode from 'vscode';
import { usd } from '../core/figures.ts';
import type { RunEvent } from '../core/run/events.ts';
import { headOf, type CandidateHead } from '../core/run/candidate-report.ts';
import type { RunReport } from '../core/run/report.ts';
import type { Result } from '../core/run/result.ts';
import type { PreparedRun, RunRequest } from './engine.ts';
import { contextKeys, settings } from './names.ts';
import type { Services } from './services.ts';

/** One run as the page and the tests see it. */
export interface ShownRun {
  readonly id: string;
  readonly root: string;
  readonly heads: readonly CandidateHead[];
  readonly caseIds: readonly string[];
  readonly results: Result[];
  samples: number;
  report: RunReport | null;
}

export interface PromptScore {
  readonly passed: number;
  readonly cases: number;
  readonly costPerCallUsd: number | null;
}

export class Runs {
  private readonly events = new vscode.EventEmitter<{ readonly run: ShownRun; readonly event: RunEvent }>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly verdicts = new Map<string, Result['verdict']>();
  private readonly scores = new Map<string, PromptScore>();
  private readonly cancels = new Map<string, AbortController>();
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

  /** Of the last time the case ran. */
  verdictOf(file: string, caseId: string): Result['verdict'] | undefined {
    return this.verdicts.get(key(file, caseId));
  }

  scoreOf(file: string): PromptScore | undefined {
    return this.scores.get(file);
  }

  cancelAll(): void {
    for (const cancel of this.cancels.values()) cancel.abort();
  }

  /** @throws {HumanError} when it cannot start. Undefined: the user declined. */
  async start(
    request: Omit<RunRequest, 'concurrency'>,
    options: { readonly mustAsk: boolean; readonly token?: vscode.CancellationToken },
  ): Promise<ShownRun | undefined> {
    const engine = this.services.engine();
    const concurrency = vscode.workspace.getConfiguration(settings.section).get<number>(settings.concurrency, 8);
    const prepared = await engine.prepareRun({ ...request, concurrency });
    if (!(await this.mayStart(prepared, options.mustAsk))) return undefined;
    const run = shownRun(prepared);
    this.latestRun = run;
    const cancel = new AbortController();
    this.cancels.set(run.id, cancel);
    options.token?.onCancellationRequested(() => cancel.abort());
    await this.announce();
    try {
      await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Goldset' }, async (progress) => {
        run.report = await engine.run(prepared, concurrency, cancel.signal, (event) => {
          if (event.type === 'result' && isShown(event)) progress.report({ message: `${event.done}/${event.samples}` });
          this.take(run, event);
        });
      });
      this.remember(run);
      return run;
    } finally {
      this.cancels.delete(run.id);
      await this.announce();
      this.changed.fire();
    }
  }

  private take(run: ShownRun, event: RunEvent): void {
    if (event.type === 'started') run.samples = event.samples;
    if (event.type === 'result') {
      run.results.push(event.result);
      const head = run.heads.find((item) => item.id === event.result.candidate);
      if (head) this.verdicts.set(key(path.resolve(run.root, head.prompt.path), event.result.case), event.result.verdict);
    }
    this.events.fire({ run, event });
  }

  /** A prompt's score is that of its last run over all of its cases. */
  private remember(run: ShownRun): void {
    for (const candidate of run.report?.candidates ?? []) {
      const { passed, cases, costPerCallUsd } = candidate;
      const file = path.resolve(run.root, candidate.prompt.path);
      const known = this.scores.get(file);
      if (known === undefined || cases >= known.cases) this.scores.set(file, { passed, cases, costPerCallUsd });
    }
  }

  /** Money is spent on purpose: an unscoped run asks, and one that is likely to cost more than `spend.askAbove`. */
  private async mayStart({ plan, workspace }: PreparedRun, mustAsk: boolean): Promise<boolean> {
    const samples = plan.candidates.reduce((sum, { cases }) => sum + cases.length * plan.repeats, 0);
    const estimate = this.estimate(plan, workspace.root);
    const askAbove = workspace.config.spend.askAbove ?? 0.1;
    if (!mustAsk && (estimate === null || estimate <= askAbove)) return true;
    const cost = estimate === null ? 'The cost is not known yet.' : `About ${usd(estimate)}, by the cost per call of the last run.`;
    const answer = await vscode.window.showWarningMessage(
      `Run ${samples} samples of ${plan.candidates.length} prompts?`,
      { modal: true, detail: cost },
      'Run',
    );
    return answer === 'Run';
  }

  private estimate(plan: PreparedRun['plan'], root: string): number | null {
    let sum = 0;
    for (const { candidate, cases } of plan.candidates) {
      const perCall = this.scores.get(path.resolve(root, candidate.target.document.path))?.costPerCallUsd;
      if (perCall === null || perCall === undefined) return null;
      sum += perCall * cases.length * plan.repeats;
    }
    return sum;
  }

  private announce(): Thenable<unknown> {
    return vscode.commands.executeCommand('setContext', contextKeys.running, this.cancels.size > 0);
  }
}

/** At most a hundred steps of progress: each is a message to the window. */
const isShown = ({ done, samples }: { readonly done: number; readonly samples: number }): boolean =>
  samples <= 100 || done % Math.ceil(samples / 100) === 0;

const key = (file: string, caseId: string): string => `${file}\u0000${caseId}`;

function shownRun({ id, plan, workspace }: PreparedRun): ShownRun {
  const heads = plan.candidates.map(({ candidate }) => headOf(candidate));
  const caseIds = [...new Set(plan.candidates.flatMap(({ cases }) => cases.map((item) => item.goldenCase.id)))];
  return { id, root: workspace.root, heads, caseIds, results: [], samples: 0, report: null };
}
