/** `goldset run`: load, plan, execute, report. */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import picomatch from 'picomatch';
import { ConfigurationError, messageOf } from '../../core/errors.ts';
import { parameterFromText } from '../../core/prompt/formats/parameters.ts';
import type { Parameters } from '../../core/prompt/document.ts';
import { executeRun } from '../../core/run/execute.ts';
import { countSamples, planRun, type Plan, type PlanInput } from '../../core/run/plan.ts';
import { exitCodeOf } from '../../core/run/verdict.ts';
import { systemClock } from '../../adapters/clock.ts';
import { JournalWriter, journalFile, newRunId } from '../../adapters/storage/run-files.ts';
import { findPrompts } from '../../adapters/workspace/find-prompts.ts';
import { sha256 } from '../../adapters/workspace/golden-hash.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { Arguments } from '../arguments.ts';
import { plainText } from '../plain-text.ts';
import { progressReporter } from '../reporters/progress.ts';
import { parseReportTargets, writeReports } from '../reporters/reports.ts';
import { printReport } from '../reporters/terminal.ts';
import { withSession, type Session } from '../session.ts';

declare const GOLDSET_VERSION: string;

const INTERRUPTED = 130;

export async function runCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const reports = parseReportTargets(args.texts('report'));
  const concurrency = args.count('concurrency', 8);
  return withSession(args, evaluator, async (session) => {
    const plan = await makePlan(args, session);
    const id = newRunId(new Date(), () => randomBytes(4).readUInt32BE() / 2 ** 32);
    const journal = new JournalWriter(journalFile(session.workspace.root, id));
    const interrupt = new AbortController();
    setMaxListeners(0, interrupt.signal);
    const stop = (): void => interrupt.abort();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    const progress = progressReporter(process.stderr, systemClock.now);
    try {
      const report = await executeRun(
        plan,
        {
          evaluator: session.evaluator,
          journal,
          now: systemClock.now,
          turn: systemClock.turn,
          sleep: systemClock.sleep,
          random: Math.random,
          date: () => new Date().toISOString(),
          emit: progress.event,
        },
        { id, toolVersion: GOLDSET_VERSION, concurrency, gate: session.workspace.config.gate, signal: interrupt.signal, streamText: false },
      );
      progress.end();
      const written = await writeReports(report, reports, session.cwd);
      if (args.flag('json')) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      else
        printReport(report, {
          journal: path.relative(session.cwd, journal.file),
          written,
          width: process.stdout.columns ?? 100,
          colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
        });
      return interrupt.signal.aborted ? INTERRUPTED : exitCodeOf(report.verdict);
    } finally {
      progress.end();
      journal.close();
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    }
  });
}

/** @throws {ConfigurationError} when there is nothing to run, or something cannot be run as written. */
async function makePlan(args: Arguments, session: Session): Promise<Plan> {
  const { cwd, evaluator, models, workspace } = session;
  const files = await findPrompts(args.paths, cwd);
  const targets: PlanInput['targets'][number][] = [];
  const loads = files.map((file) => evaluator.load({ workspace, file, unsaved: {}, most: null }));
  const [allLoaded] = await Promise.all([Promise.all(loads), models.warmUp(args.texts('model'))]);
  for (const loaded of allLoaded) {
    if (loaded.target.document.isPartial)
      throw new ConfigurationError(
        'prompt/partial',
        `${loaded.target.document.path} is a partial and never runs by itself.`,
        'Run a prompt that uses it.',
      );
    refuseErrors(loaded);
    if (loaded.target.cases.length > 0) targets.push({ target: loaded.target, clients: await openClients(args, session, loaded) });
    else process.stderr.write(plainText(`${loaded.target.document.path} has no golden cases: nothing to run.\n`));
  }
  const plan = planRun({
    targets,
    parameters: parameterSets(args.texts('param')),
    repeats: args.count('repeat', workspace.config.gate.repeats),
    selection: { matches: caseMatcher(args.texts('case')), tags: args.texts('tag') },
    hash: sha256,
  });
  if (countSamples(plan) === 0) {
    throw new ConfigurationError(
      'run/nothing',
      'There is no golden case to run.',
      files.length === 0
        ? 'Prompts are files that end with .prompt or .prompt.yml.'
        : 'Add cases beside the prompt (NAME.golden.yaml), or check --case and --tag.',
    );
  }
  return plan;
}

/** A broken prompt is not run: what it would send is not what its author wrote. A problem of one golden case is that case's own. */
function refuseErrors({ reading, diagnostics }: LoadedPrompt): void {
  const broken = reading.diagnostics.find((item) => item.severity === 'error');
  if (broken)
    throw new ConfigurationError(broken.code, `${broken.path}: ${broken.message}`, broken.hint ?? 'See all problems: goldset check');
  const unreadable = diagnostics.find(
    (item) => item.severity === 'error' && /^(yaml\/|golden\/(too-large|not-a-list|missing|syntax))/.test(item.code),
  );
  if (unreadable) throw new ConfigurationError(unreadable.code, `${unreadable.path}: ${unreadable.message}`, unreadable.hint);
  for (const item of diagnostics) {
    if (item.severity === 'error') process.stderr.write(plainText(`${item.path}: ${item.message}\n`));
  }
}

/** --model beats the prompt, the prompt beats goldset.yaml. */
async function openClients(
  args: Arguments,
  { cwd, models, workspace }: Session,
  { file, target }: LoadedPrompt,
): Promise<Awaited<ReturnType<Session['models']['open']>>[]> {
  const chosen = args.texts('model');
  if (chosen.length > 0) return Promise.all(chosen.map((id) => models.open(id, cwd)));
  const own = target.document.model;
  if (own !== null) return [await models.open(own.id, path.dirname(file))];
  if (workspace.config.model !== null) return [await models.open(workspace.config.model, workspace.root)];
  throw new ConfigurationError(
    'model/none',
    `${target.document.path} names no model.`,
    'Add `model: provider:model` to it or to goldset.yaml, or pass --model.',
  );
}

function caseMatcher(globs: readonly string[]): ((text: string) => boolean) | null {
  if (globs.length === 0) return null;
  const matchers = globs.map((glob) => picomatch(glob, { dot: true, bash: true }));
  return (text) => matchers.some((matches, i) => matches(text) || text === globs[i]);
}

/** `--param temperature=0,0.7 --param seed=1,2` makes four candidates. */
function parameterSets(texts: readonly string[]): Parameters[] {
  return texts.reduce<Parameters[]>(
    (sets, text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new ConfigurationError('usage', `--param must be NAME=VALUE, not "${text}".`);
      const name = text.slice(0, at);
      const values = splitValues(text.slice(at + 1));
      return sets.flatMap((set) => values.map((value) => ({ ...set, ...readParameter(name, value) })));
    },
    texts.length > 0 ? [{}] : [],
  );
}

/** Commas separate values, but not inside JSON. */
const splitValues = (text: string): string[] => (/^[[{"]/.test(text.trim()) ? [text] : text.split(','));

function readParameter(name: string, text: string): Parameters {
  try {
    return Object.fromEntries([parameterFromText(name, text.trim())]);
  } catch (error) {
    throw new ConfigurationError('usage', `--param: ${messageOf(error)}.`);
  }
}
