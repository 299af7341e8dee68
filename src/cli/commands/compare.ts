/** `goldset compare A B`: two versions, runs or models over the same golden cases, with a verdict. */
import { setMaxListeners } from 'node:events';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { Comparison } from '../../core/compare/compare.ts';
import { compareWithLabels } from '../../core/judge/calibration/judged-comparison.ts';
import { ComparedLabels } from '../../adapters/storage/compared-labels.ts';
import { planRun, repeatsOf, type ComparedTarget } from '../../core/run/plan-run.ts';
import { exitCodeOf, worstOf, type RunVerdict } from '../../core/results/verdict.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { journalNamed, storedSides } from '../../adapters/storage/stored-side.ts';
import { promptsAt } from '../run/prompt-search.ts';
import { withCasesFrom } from '../../adapters/git/target-at.ts';
import type { Arguments } from '../arguments.ts';
import { isStored } from '../../core/run/pair-candidates.ts';
import { onlySide, repositoryOf, sideNamed, type OpenClients } from '../run/baseline.ts';
import { comparisonLines } from '../../core/report/comparison.ts';
import { parseReportTargets, prepareReports } from '../reporters/reports.ts';
import { upgradeLines } from '../reporters/upgrade.ts';
import { settleBuilt } from '../run/built-prompts.ts';
import { withGeneratedTests } from '../run/generated-tests.ts';
import { isOfAnotherTool } from '../../core/prompt/refuse-broken.ts';
import { checkPrompt, openClients, SEE_ALL } from '../run/run-plan.ts';
import { readPriceFile, refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import { withSession, type Session } from '../session.ts';
import { inconclusiveOf, EXIT_INTERRUPTED } from '../run/run-modes.ts';
import { runPlan } from './run.ts';
import { sha256 } from '../../adapters/hash.ts';
import { stderr, stdout } from '../output.ts';

export async function compareCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const [a, b, ...paths] = args.paths;
  if (a === undefined || b === undefined)
    throw new ConfigurationError('usage', 'Name two sides: goldset compare A B', 'Each is a git ref, working, a run, or model:ID.');
  const inconclusive = inconclusiveOf(args);
  prepareReports(parseReportTargets(args.texts('report')), process.cwd());
  return withSession({ ...args, paths }, evaluator, async (session) => {
    const { cwd, workspace } = session;
    refuseBrokenSettings(workspace, SEE_ALL);
    const stored = [a, b].map((name) => journalNamed(name, workspace.root, cwd));
    const [runA, runB] = stored;
    if (typeof runA === 'string' && typeof runB === 'string') {
      const comparisons = compareRuns(runA, runB, session);
      print(comparisons, args);
      return exitCodeOf(worstOf(comparisons.map(({ verdict }) => verdict)), inconclusive);
    }
    // Only the new side may be asked; an old run is always what it is compared with.
    if (typeof runB === 'string')
      throw new ConfigurationError(
        'usage',
        'A run must be the first side: it is compared with something newer.',
        `goldset compare ${b} ${a}`,
      );
    return compareLive(a, b, paths, args, session);
  });
}

function compareRuns(a: string, b: string, { workspace: { config, root, settingsRoot = root } }: Session): Comparison[] {
  const before = storedSides(a);
  const after = storedSides(b);
  const prompts = [...new Set(after.map(({ head }) => head.prompt.path))];
  const pairs = prompts.flatMap((prompt) => {
    const [left, right] = [onlySide(before, prompt, a), onlySide(after, prompt, b)];
    return left === null || right === null ? [] : [{ a: left, b: right, sequential: null }];
  });
  if (pairs.length === 0) throw new ConfigurationError('compare/nothing', 'The two runs have no prompt in common.');
  return compareWithLabels(pairs, config.gate, new ComparedLabels(settingsRoot));
}

async function compareLive(a: string, b: string, paths: readonly string[], args: Arguments, session: Session): Promise<number> {
  const { cwd, evaluator, workspace } = session;
  const clientsOf: OpenClients = (loaded, target) => openClients(args, session, { ...loaded, target });
  const [left, right] = [await sideNamed(a, session, clientsOf), await sideNamed(b, session, clientsOf)];
  const casesFrom = args.text('cases-from');
  const repository = casesFrom === null ? null : await repositoryOf(workspace.root);
  const own = readPriceFile(workspace.root, workspace.config).capabilities;
  const targets: ComparedTarget[] = [];
  const files = await promptsAt(paths, cwd);
  for (const file of files) {
    const whole = await withGeneratedTests([await evaluator.load({ workspace, file, unsaved: {}, most: null })], args, session);
    const [read] = await settleBuilt(whole, args, session);
    if (read === undefined || read.target.document.isPartial || isOfAnotherTool(read.target.document)) continue;
    checkPrompt(read);
    const loaded = repository === null || casesFrom === null ? read : await withCasesFrom(repository, casesFrom, read);
    if (loaded.target.cases.length === 0) continue;
    const [own, comparedWith] = [await right.targetOf(loaded), await left.targetOf(loaded)];
    if (own === null || comparedWith === null || isStored(own)) {
      stderr.write(`${loaded.target.document.path} exists on one side only.\n`);
      continue;
    }
    targets.push({ ...own, comparedWith });
  }
  repository?.close();
  const plan = planRun({ targets, repeats: args.count('repeat', repeatsOf(targets, workspace.config.gate.repeats)), hash: sha256 });
  if (plan.comparisons.length === 0)
    throw new ConfigurationError(
      'compare/nothing',
      'No prompt has golden cases on both sides.',
      'Name a prompt or a folder after the two sides.',
    );
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  let verdict: RunVerdict = 'pass';
  const code = await runPlan(plan, args, session, abort, (report) => {
    verdict = report.complete ? worstOf(report.comparisons.map((comparison) => comparison.verdict)) : report.verdict;
    print(report.comparisons, args);
    if (!args.flag('json'))
      for (const line of upgradeLines(a, b, report, new Date().toISOString().slice(0, 10), own)) stdout.write(`${line}\n`);
  });
  // Only the comparison counts here, not whether every case passes.
  return code === EXIT_INTERRUPTED ? code : exitCodeOf(verdict, inconclusiveOf(args));
}

/** One comparison is goldset.compare/1 itself. */
function print(comparisons: readonly Comparison[], args: Arguments): void {
  if (!args.flag('json')) {
    stdout.write(`${comparisons.map((comparison) => comparisonLines(comparison).join('\n')).join('\n\n')}\n`);
    return;
  }
  const [only] = comparisons;
  const value = comparisons.length === 1 && only ? only : { schema: 'goldset.comparisons/1', comparisons };
  stdout.json(value);
}
