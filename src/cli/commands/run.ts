/** `goldset run`: load, plan, estimate, execute, report; once, or on every save. */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { isHumanError, messageOf } from '../../core/problems/errors.ts';
import type { Plan } from '../../core/run/plan.ts';
import type { RunReport } from '../../core/run/report.ts';
import { SessionRuns } from '../../core/results/session-runs.ts';
import { exitCodeOf } from '../../core/results/verdict.ts';
import { systemClock } from '../../adapters/clock.ts';
import { newRunStorage, resumedRunStorage, type RunStorage } from '../../adapters/storage/run-storage.ts';
import { ComparedLabels } from '../../adapters/storage/compared-labels.ts';
import { JudgeCalibrations } from '../../adapters/storage/judge-calibrations.ts';
import { newRunId } from '../../adapters/storage/run-files.ts';
import { removeUnlessKept } from '../../adapters/storage/run-retention.ts';
import { prepareJudges } from '../../adapters/models/workspace-judges.ts';
import { startRun } from '../../adapters/run/start-run.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { Arguments } from '../arguments.ts';
import { mayRun } from '../run/before-run.ts';
import { progressReporter } from '../reporters/progress.ts';
import { parseReportTargets, prepareReports, writeReports } from '../reporters/reports.ts';
import { showReport } from '../reporters/show-report.ts';
import { cacheModeOf, inconclusiveOf, EXIT_INTERRUPTED } from '../run/run-modes.ts';
import { runByBatch } from './batch.ts';
import { baseNotes } from '../run/base-notes.ts';
import { concurrencyOf } from '../../core/run/plan-run.ts';
import { makePlan } from '../run/run-plan.ts';
import { withSession, type Session } from '../session.ts';
import { requireCodeTrust } from '../trust/trust.ts';
import { untilChanged } from '../run/watch.ts';
import { stderr, stdout } from '../output.ts';
import { quantity } from '../../core/display/figures.ts';

export async function runCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const interrupt = new AbortController();
  setMaxListeners(0, interrupt.signal);
  inconclusiveOf(args);
  prepareReports(parseReportTargets(args.texts('report')), process.cwd());
  return args.flag('watch')
    ? watch(args, evaluator, interrupt)
    : withSession(args, evaluator, (session) => runOnce(args, session, interrupt, capOf(args, session)).then(({ code }) => code));
}

/**
 * Work that a signal ends in order: what was paid for is on disk. Before and after it a signal ends the process at once, for reading a
 * large journal or writing a report leaves no turn to hear of it, and nothing is lost.
 */
export async function stoppable<T>(interrupt: AbortController, work: () => Promise<T>): Promise<T> {
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await work();
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Again and again, as files change; what is the same comes from the response cache. The cap is that of all runs together. */
async function watch(args: Arguments, evaluator: WorkerEvaluator, interrupt: AbortController): Promise<number> {
  let spent = 0;
  // A session each time: goldset.yaml and the prices may be what changed.
  const again = (): Promise<Ran> =>
    withSession(args, evaluator, (session) => {
      const cap = capOf(args, session);
      return runOnce(args, session, interrupt, cap === null ? null : Math.max(0, cap - spent));
    });
  const journals = new SessionRuns<RunPlace>(1);
  let ran: Ran = await again();
  forgetReplaced(journals, ran);
  for (;;) {
    spent += ran.report?.spend.countedUsd ?? 0;
    if (interrupt.signal.aborted || stdout.hasEnded) return ran.code;
    stderr.write(`Watching ${quantity(ran.files.length, 'file')}. Stop with Ctrl+C.\n`);
    const { files, readAt } = ran;
    if (!(await stoppable(interrupt, () => untilChanged(files, readAt, interrupt.signal, tellWatching)))) return EXIT_INTERRUPTED;
    const before = ran;
    ran = await again().catch((error: unknown) => unrunnable(error, before));
    if (ran.run?.id !== before.run?.id) forgetReplaced(journals, ran);
  }
}

const tellWatching = (problem: string): void => stderr.write(`${problem}\n`);

/** The newest run that ended is kept, and the newest if it was stopped. One that a person named or labelled meanwhile stays. */
function forgetReplaced(session: SessionRuns<RunPlace>, { run, report }: Ran): void {
  if (run === null) return;
  for (const { root, id } of session.follow(run, report?.complete === true)) {
    try {
      removeUnlessKept(root, id);
    } catch (error) {
      stderr.write(`The journal of run ${id} cannot be deleted: ${messageOf(error)}\n`);
    }
  }
}

/** What is half written cannot be run: that is said, and the next save is waited for. */
function unrunnable(error: unknown, { files, run }: Ran): Ran {
  // A run that lost its journal may have spent more than is known.
  if (!isHumanError(error) || error.code.startsWith('journal/')) throw error;
  stderr.write(`goldset: ${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}\n`);
  return { code: 2, report: null, run, files, readAt: Date.now() };
}

interface RunPlace {
  readonly root: string;
  readonly id: string;
}

interface Ran {
  readonly code: number;
  readonly report: RunReport | null;
  /** Whose journal is there; null: it began none. */
  readonly run: RunPlace | null;
  readonly files: readonly string[];
  /** When they were read, ms since 1970. */
  readonly readAt: number;
}

async function runOnce(args: Arguments, session: Session, interrupt: AbortController, cap: number | null): Promise<Ran> {
  const readAt = Date.now();
  const { plan, files, changes } = await makePlan(args, session);
  if (session.base !== null)
    for (const note of await baseNotes(session.base, plan, await prepareJudges(plan, session.judges), changes)) stderr.write(`${note}\n`);
  if (args.flag('batch')) {
    const judged = await prepareJudges(plan, session.judges);
    const code = await stoppable(interrupt, () => runByBatch(plan, judged, args, session, interrupt, cap));
    return { code, report: null, run: null, files, readAt };
  }
  const ran = await planned(plan, args, session, interrupt, cap, (report, storage) =>
    showReport(report, path.relative(session.cwd, storage.journal.file), args, session.cwd),
  );
  return { ...ran, files, readAt };
}

/** Runs a plan that another command has made. `show` prints what it found. `isTrial`: it scores nothing. `cap`: USD; absent: that of a run. */
export async function runPlan(
  plan: Plan,
  args: Arguments,
  session: Session,
  interrupt: AbortController,
  show: (report: RunReport) => void | Promise<void>,
  { isTrial = false, cap = capOf(args, session) }: { readonly isTrial?: boolean; readonly cap?: number | null } = {},
): Promise<number> {
  setMaxListeners(0, interrupt.signal);
  const shown = async (report: RunReport): Promise<void> => {
    // The files come first: whatever reads the output may go away at any time.
    writeReports(report, parseReportTargets(args.texts('report')), session.cwd);
    await show(report);
  };
  const { code } = await planned(plan, args, session, interrupt, cap, shown, isTrial);
  return code;
}

async function planned(
  plan: Plan,
  args: Arguments,
  session: Session,
  interrupt: AbortController,
  cap: number | null,
  show: (report: RunReport, storage: RunStorage) => void | Promise<void>,
  isTrial = false,
): Promise<Pick<Ran, 'code' | 'report' | 'run'>> {
  const judged = await prepareJudges(plan, session.judges);
  await requireCodeTrust(plan, judged, args, session);
  const storage = openStorage(args, plan, session);
  try {
    if (!(await mayRun({ plan, judged, args, session, answers: storage.answers, cap })))
      return { code: EXIT_INTERRUPTED, report: null, run: null };
    const report = await stoppable(interrupt, () => execute(args, session, plan, storage, interrupt, cap, isTrial));
    await show(report, storage);
    const code = exitCodeOf(report.verdict, inconclusiveOf(args), report.complete);
    return { code: interrupt.signal.aborted ? EXIT_INTERRUPTED : code, report, run: { root: storage.root, id: storage.id } };
  } finally {
    storage.close();
  }
}

async function execute(
  args: Arguments,
  { evaluator, workspace, judges, code }: Session,
  plan: Plan,
  storage: RunStorage,
  abort: AbortController,
  cap: number | null,
  isTrial: boolean,
): Promise<RunReport> {
  const progress = progressReporter(stderr, systemClock.now);
  const calibrations = new JudgeCalibrations(workspace.settingsRoot ?? workspace.root);
  try {
    const report = await startRun(plan, evaluator, storage, {
      concurrency: args.count('concurrency', concurrencyOf(plan) ?? 8),
      gate: workspace.config.gate,
      cache: cacheModeOf(args),
      cap,
      abort,
      sequential: args.flag('sequential'),
      streamText: false,
      emit: progress.event,
      judges,
      code,
      isTrial,
      calibrations: calibrations.of,
      labels: new ComparedLabels(workspace.settingsRoot ?? workspace.root),
    });
    for (const problem of calibrations.problems) stderr.write(`warning: ${problem}\n`);
    return report;
  } finally {
    progress.end();
  }
}

function openStorage(args: Arguments, plan: Plan, { workspace }: Session): RunStorage {
  const resume = args.text('resume');
  if (resume !== null) return resumedRunStorage(workspace.root, plan, resume === '' ? null : resume);
  return newRunStorage(
    workspace.root,
    plan,
    newRunId(new Date(), () => randomBytes(4).readUInt32BE() / 2 ** 32),
  );
}

/** USD; --max-cost beats goldset.yaml's `spend.perRun`. */
export const capOf = (args: Arguments, { workspace }: Session): number | null => args.number('max-cost') ?? workspace.config.spend.perRun;
