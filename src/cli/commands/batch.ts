/** `goldset run --batch` and `goldset batch list|wait|cancel`: answers within a day, for half the price. */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { readBatches } from '../../adapters/batch/batch-files.ts';
import { refuseUnbatched, type BatchStep } from '../../adapters/batch/batch-job.ts';
import { clientsOf, newBatch, openBatch, type BatchSession, type OpenBatch } from '../../adapters/batch/run-batch.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import { SEE_ALL } from '../run/run-plan.ts';
import { systemClock } from '../../adapters/clock.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { newRunId } from '../../adapters/storage/run-files.ts';
import { ResponseCache } from '../../adapters/storage/response-cache/response-cache.ts';
import { openWorkspace } from '../../adapters/workspace/root.ts';
import { batchProgress, batchScore, batchStatus, countBatch, type BatchState } from '../../core/batch/batch-log.ts';
import { ConfigurationError, isConfigurationError, isProviderError } from '../../core/problems/errors.ts';
import { VERSION_HINT } from '../../core/files/file-version.ts';
import { count, quantity } from '../../core/display/figures.ts';
import type { JudgedPlan } from '../../core/judge/judged-plan.ts';
import type { Plan } from '../../core/run/plan.ts';
import { exitCodeOf } from '../../core/results/verdict.ts';
import type { Arguments } from '../arguments.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import { mayRun } from '../run/before-run.ts';
import { tellJudged } from '../judge/judged-outcome.ts';
import { judgedVerdicts } from '../../core/feedback/signals/judged-verdicts.ts';
import { showReport } from '../reporters/show-report.ts';
import { cacheModeOf, inconclusiveOf, EXIT_INTERRUPTED } from '../run/run-modes.ts';
import { prepareJudges } from '../../adapters/models/workspace-judges.ts';
import { withSession, type Session } from '../session.ts';
import { requireCodeTrust } from '../trust/trust.ts';
import { stderr, stdout } from '../output.ts';

/** ms: first between looks, and then at most. */
const FIRST = 5_000;
const LONGEST = 60_000;
/** Failures after which looking again may help. */
const PASSING: ReadonlySet<string> = new Set(['connection', 'timeout', 'server', 'rate-limit', 'unreachable']);

/** Submits the plan of `goldset run --batch`; with --wait it goes on until it is graded. `criterion`: in words, of `goldset judge run --batch`. */
export async function runByBatch(
  plan: Plan,
  judged: JudgedPlan,
  args: Arguments,
  session: Session,
  interrupt: AbortController,
  cap: number | null,
  criterion: string | null = null,
): Promise<number> {
  refuseWithBatch(args);
  refuseUnbatched(clientsOf(plan, judged));
  await requireCodeTrust(plan, judged, args, session);
  const { root } = session.workspace;
  const id = newRunId(new Date(), () => randomBytes(4).readUInt32BE() / 2 ** 32);
  const answers = new ResponseCache(root);
  try {
    if (!(await mayRun({ plan, judged, args, session, answers, cap }))) return EXIT_INTERRUPTED;
  } finally {
    answers.close();
  }
  const options = { cap, refresh: cacheModeOf(args) === 'refresh' };
  const batch = await newBatch(plan, id, batchSession(args, session, interrupt), options, criterion);
  try {
    if (args.flag('wait')) return await wait(id, batch, args, session, interrupt);
    const step = await batch.job.advance(interrupt.signal);
    return step.kind === 'waiting' ? submitted(step.state, args) : await ended(step, batch, args, session);
  } catch (error) {
    if (!(isConfigurationError(error) && error.code === 'batch/open'))
      stderr.write(`The batch is saved. Continue with: goldset batch wait ${id}\n`);
    throw error;
  } finally {
    batch.close();
  }
}

function refuseWithBatch(args: Arguments): void {
  for (const flag of ['watch', 'sequential'] as const) {
    if (args.flag(flag))
      throw new ConfigurationError('usage', `--${flag} needs answers immediately, so it can’t be combined with --batch.`);
  }
  if (args.text('settings-from') !== null)
    throw new ConfigurationError(
      'usage',
      '--settings-from can’t be combined with --batch: the answers are judged later, by the settings of that time.',
      'Run without --batch.',
    );
  if (args.text('resume') !== null)
    throw new ConfigurationError('usage', '--resume can’t be combined with --batch.', 'Continue a batch with: goldset batch wait ID');
  const mode = cacheModeOf(args);
  if (mode === 'off' || mode === 'frozen')
    throw new ConfigurationError(
      'usage',
      `--cache ${mode} can’t be combined with --batch.`,
      'Leave --cache out, or use --cache refresh to send every request again.',
    );
}

export async function batchCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const [action, id, ...more] = args.paths;
  const { root } = await openWorkspace(process.cwd());
  await settleDataFolder(root, 'needed');
  if (more.length === 0) {
    if (action === 'list' && id === undefined) return list(root, args);
    if (action === 'wait' || action === 'cancel') return withBatch(idOf(root, id), args, evaluator, action === 'wait' ? wait : cancel);
  }
  throw new ConfigurationError('usage', 'Name an action: list, wait [ID] or cancel [ID].', 'See: goldset help batch');
}

type Work = (id: string, batch: OpenBatch, args: Arguments, session: Session, interrupt: AbortController) => Promise<number>;

async function withBatch(id: string, given: Arguments, evaluator: WorkerEvaluator, work: Work): Promise<number> {
  const args = { ...given, paths: [] };
  const interrupt = new AbortController();
  setMaxListeners(0, interrupt.signal);
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await withSession(args, evaluator, async (session) => {
      // Cancelling costs nothing and must always work.
      if (work === wait) refuseBrokenSettings(session.workspace, SEE_ALL);
      const batch = await openBatch(id, batchSession(args, session, interrupt), args.number('max-cost'), args.flag('from-elsewhere'));
      try {
        await requireCodeTrust(batch.plan, await prepareJudges(batch.plan, session.judges), args, session);
        return await work(id, batch, args, session, interrupt);
      } finally {
        batch.close();
      }
    });
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** The newest that has not ended, where none is named. */
function idOf(root: string, given: string | undefined): string {
  const id = given ?? readBatches(root).states.find(({ end }) => end === null)?.head.id;
  if (id !== undefined) return id;
  throw new ConfigurationError('batch/none', 'This workspace has no unfinished batch.', 'Submit one: goldset run --batch');
}

const batchSession = (args: Arguments, { workspace, evaluator, models, judges, code }: Session, abort: AbortController): BatchSession => ({
  workspace,
  evaluator,
  models,
  judges,
  code,
  concurrency: args.count('concurrency', 8),
  abort,
  emit: () => undefined,
});

async function wait(id: string, batch: OpenBatch, args: Arguments, session: Session, interrupt: AbortController): Promise<number> {
  const { signal } = interrupt;
  const every = args.number('every');
  const limit = args.number('give-up');
  const until = limit === null ? Infinity : Date.now() + limit * 1000;
  let pause = every === null ? FIRST : every * 1000;
  let said = '';
  for (;;) {
    let step: BatchStep | null = null;
    try {
      step = await batch.job.advance(signal);
    } catch (error) {
      if (signal.aborted) return interrupted(id);
      if (!isProviderError(error) || !PASSING.has(error.failure)) throw error;
      stderr.write(`${error.message} Retrying.\n`);
    }
    if (step !== null && step.kind !== 'waiting') return ended(step, batch, args, session);
    const text = step === null ? said : batchProgress(step.state);
    if (text !== said) stderr.write(`${text}\n`);
    said = text;
    if (signal.aborted) return interrupted(id);
    if (Date.now() + pause > until) {
      stderr.write(`The batch is not finished. Continue with: goldset batch wait ${id}\n`);
      return EXIT_INTERRUPTED;
    }
    await systemClock.sleep(pause, signal);
    if (every === null) pause = Math.min(LONGEST, pause * 1.5);
  }
}

function interrupted(id: string): number {
  stderr.write(`The batch continues at the provider. Collect it with: goldset batch wait ${id}\n`);
  return EXIT_INTERRUPTED;
}

async function cancel(id: string, batch: OpenBatch, args: Arguments, session: Session, interrupt: AbortController): Promise<number> {
  await batch.job.cancel(interrupt.signal);
  const step = await batch.job.advance(interrupt.signal);
  if (step.kind !== 'waiting') await ended(step, batch, args, session);
  else stderr.write(`The batch is being cancelled. Grade the answers it already has with: goldset batch wait ${id}\n`);
  return 0;
}

async function ended(step: Exclude<BatchStep, { kind: 'waiting' }>, batch: OpenBatch, args: Arguments, session: Session): Promise<number> {
  if (step.kind === 'stopped')
    stderr.write(`${step.stop.message} Continue with: goldset batch wait ${step.state.head.id} --max-cost USD\n`);
  const { report } = step;
  if (report === null) {
    const end = step.kind === 'ended' ? step.end : { state: '', passed: 0, cases: 0 };
    stdout.write(`This batch is already ${end.state}: ${batchScore(end)}. Run id: ${step.state.head.id}.\n`);
    return 0;
  }
  if (batch.judging !== null) {
    const verdicts = judgedVerdicts([...report.results], batch.judging.criterion, '');
    return tellJudged(batch.judging, verdicts, exitCodeOf(report.verdict, 'report', report.complete), args);
  }
  await showReport(report, path.relative(session.cwd, batch.journal), args, session.cwd);
  return exitCodeOf(report.verdict, inconclusiveOf(args), report.complete);
}

function submitted(state: BatchState, args: Arguments): number {
  const { head, parts } = state;
  if (args.flag('json')) return printJson(jsonOf(state));
  const { requests } = countBatch(state);
  const split = parts.length === 1 ? '' : ` in ${count(parts.length)} parts`;
  return print(
    [
      `Batch ${head.id}: ${quantity(requests, 'request')}${split} submitted. Answers arrive within 24 hours, usually much sooner.`,
      `  goldset batch wait ${head.id}   waits, ${head.judging === true ? 'and stores the verdicts' : 'grades, and exits like goldset run'}`,
      '  goldset batch list                        lists all batches of this workspace',
    ].join('\n'),
  );
}

function list(root: string, args: Arguments): number {
  const { states, problems } = readBatches(root);
  for (const problem of problems) stderr.write(`${problem} ${VERSION_HINT}\n`);
  if (args.flag('json')) return printJson({ schema: 'goldset.batches/1', batches: states.map(jsonOf) });
  if (states.length === 0) return print('This workspace has no batches. Submit one: goldset run --batch');
  return print(states.map(rowOf).join('\n'));
}

function rowOf(state: BatchState): string {
  const { head } = state;
  return `${head.id}  ${batchStatus(state).padEnd(10)}  ${head.prompts.join(', ')} · ${head.models.join(', ')} · ${batchProgress(state)}`;
}

/** One batch as `--json` has it. */
const jsonOf = (state: BatchState): object => ({
  schema: state.head.schema,
  id: state.head.id,
  startedAt: state.head.startedAt,
  status: batchStatus(state),
  judging: state.head.judging === true,
  prompts: state.head.prompts,
  models: state.head.models,
  samples: state.head.samples,
  ...countBatch(state),
  parts: state.parts.map(({ part, model, requests, atMostUsd, job, progress, collected }) => ({
    part,
    model,
    requests,
    atMostUsd,
    job,
    state: collected !== null ? 'collected' : (progress?.state ?? (job === null ? 'waiting' : 'running')),
    answered: collected?.answered ?? progress?.answered ?? 0,
    failed: collected?.failed ?? progress?.failed ?? 0,
    reason: progress?.reason ?? null,
  })),
  verdict: state.end?.verdict ?? null,
  spentUsd: state.end?.spentUsd ?? null,
});

function printJson(value: object): number {
  stdout.json(value);
  return 0;
}

function print(text: string): number {
  stdout.write(`${text}\n`);
  return 0;
}
