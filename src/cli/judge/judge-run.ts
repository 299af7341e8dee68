/** `goldset judge run JUDGE`: a judge grades answers of production. Its verdicts are stored with them, marked as a model's. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { withPrompts, type InteractionInWorkspace } from '../../adapters/interactions/plan-cases.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { sha256 } from '../../adapters/hash.ts';
import { goldenCriteria, type GoldenCriterion } from '../../adapters/review/golden-criteria.ts';
import { judgeSpecOf } from './judge-criterion.ts';
import { keepVerdicts } from '../../adapters/batch/judging-batch.ts';
import { judgePlan } from '../../adapters/review/judge-plan.ts';
import { prepareJudges } from '../../adapters/models/workspace-judges.ts';
import { slashedPath } from '../../adapters/within.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { readFilter } from '../../core/feedback/interactions/filter-text.ts';
import { quantity } from '../../core/display/figures.ts';
import type { Result } from '../../core/results/result.ts';
import type { Arguments } from '../arguments.ts';
import { tellJudged } from './judged-outcome.ts';
import { stderr } from '../output.ts';
import { withSession, type Session } from '../session.ts';
import { promptLoader } from '../golden/golden-target.ts';
import { withStoredName } from '../commands/golden.ts';
import { runByBatch } from '../commands/batch.ts';
import { capOf, runPlan, stoppable } from '../commands/run.ts';

/** Interactions that a search gives at most. */
const MOST = 50_000;
const SAMPLE = 100;

export function judgeRun(args: Arguments, judge: string, evaluator: WorkerEvaluator): Promise<number> {
  const typed = readFilter(['all', ...args.texts('from')]);
  if ('problem' in typed) throw new ConfigurationError('usage', typed.problem, 'See: goldset help judge');
  return withSession({ ...args, paths: [] }, evaluator, async (session) => {
    const { root, config } = session.workspace;
    const job = { root, declared: config.signals, isKept: true };
    const filter = await withStoredName(typed.filter, job, evaluator);
    const found = await evaluator.interactions({ ...job, query: { kind: 'find', filter, from: 0, to: MOST } });
    const rows = found?.kind === 'found' ? found.rows.filter(({ key }) => typed.id === null || key.id === typed.id) : [];
    const size = args.count('sample', SAMPLE);
    // By a hash, so that the sample is random, and the same command with a larger one goes on with it.
    const chosen = [...rows].sort((a, b) => (sha256(a.key.id) < sha256(b.key.id) ? -1 : 1));
    const wholes = await withOutputs(
      session,
      chosen.map(({ key }) => key),
      size,
    );
    if (wholes.length === 0)
      throw new ConfigurationError(
        'judge/nothing',
        'No stored answer matches this filter.',
        '--from all selects every one; see: goldset help judge',
      );
    const { spec, text } = judgeSpecOf(judgeName(judge, session), await criteriaOf(wholes, session), args.text('criterion'), config);
    stderr.write(`${judge} grades ${quantity(wholes.length, 'answer')} of ${quantity(rows.length, 'call')}.\n`);
    const plan = judgePlan(
      wholes.map(({ interaction }) => interaction),
      spec,
    );
    const interrupt = new AbortController();
    if (args.flag('batch')) {
      const judged = await prepareJudges(plan, session.judges);
      return stoppable(interrupt, () => runByBatch(plan, judged, args, session, interrupt, capOf(args, session), text));
    }
    const results: Result[] = [];
    const code = await runPlan(plan, args, session, interrupt, (report) => void results.push(...report.results), { isTrial: true });
    if (results.length === 0) return code;
    return tellJudged({ judge, criterion: text }, keepVerdicts(root, results, text), code, args);
  });
}

/** As labels and journals name it: a file by its path from the root, a built-in judge by its name. */
function judgeName(given: string, { cwd, workspace }: Session): string {
  const file = path.resolve(cwd, given);
  return existsSync(file) ? slashedPath(workspace.root, file) : given;
}

/** The first `size` that have an output. */
async function withOutputs(
  { evaluator, workspace: { root, config } }: Session,
  keys: Extract<Parameters<WorkerEvaluator['interactions']>[0]['query'], { kind: 'records' }>['keys'],
  size: number,
): Promise<InteractionInWorkspace[]> {
  const found: InteractionInWorkspace[] = [];
  for (let from = 0; from < keys.length && found.length < size; from += size) {
    const query = { kind: 'records', keys: keys.slice(from, from + size) } as const;
    const answer = await evaluator.interactions({ root, declared: config.signals, isKept: true, query });
    const records = answer?.kind === 'records' ? answer.records.filter((record) => record !== null) : [];
    found.push(...(await withPrompts(root, records)).filter(({ interaction: { output } }) => output !== null && output !== ''));
  }
  return found.slice(0, size);
}

async function criteriaOf(wholes: readonly InteractionInWorkspace[], session: Session): Promise<GoldenCriterion[]> {
  const load = promptLoader(session);
  const files = new Set(wholes.flatMap(({ promptFile }) => promptFile ?? []));
  const found: GoldenCriterion[] = [];
  for (const file of files) found.push(...goldenCriteria(await load(file)));
  return found;
}
