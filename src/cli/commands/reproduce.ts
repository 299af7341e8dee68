/** `goldset reproduce ID`: one call of production, sent again as it was captured, beside today's prompt. */
import { Git } from '../../adapters/git/git.ts';
import { Repository } from '../../adapters/git/repository.ts';
import { settledDocument } from '../../adapters/evaluation/built-cases.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { InteractionInWorkspace } from '../../adapters/interactions/plan-cases.ts';
import { RecordedVersions } from '../../adapters/interactions/recorded-version.ts';
import { reproducePlan, type Reproduction } from '../../adapters/interactions/reproduce-plan.ts';
import { sentRequest } from '../../adapters/interactions/sent-requests.ts';
import { modelFolder } from '../../adapters/models/model-folder.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { refuseBrokenPrompt } from '../../core/prompt/refuse-broken.ts';
import { buildExecutionsOf } from '../../core/run/plan-executions.ts';
import type { Result } from '../../core/results/result.ts';
import type { RunReport } from '../../core/run/report.ts';
import type { Arguments } from '../arguments.ts';
import { recordsOf } from '../interactions/copied-records.ts';
import { promptLoader } from '../golden/golden-target.ts';
import { idFilter, interactionNamed } from '../interactions/interaction-by-id.ts';
import { stderr, stdout } from '../output.ts';
import { reproducedJson, reproducedText, type Reproduced } from '../reporters/reproduce.ts';
import { SEE_ALL } from '../run/run-plan.ts';
import { withSession, type Session } from '../session.ts';
import { requireTrustFor } from '../trust/trust.ts';
import { runPlan } from './run.ts';

const EXIT_PROVIDER = 4;

export async function reproduceCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const [id, ...others] = args.paths;
  if (id === undefined || others.length > 0)
    throw new ConfigurationError('usage', 'Name one interaction: goldset reproduce ID', 'List them with: goldset interactions all');
  return withSession(
    { ...args, paths: [] },
    evaluator,
    async (session) => {
      refuseBrokenSettings(session.workspace, SEE_ALL);
      const records = await recordsOf(args, session, idFilter(id, args.text('since')), 1);
      const whole = await interactionNamed(id, records, session);
      const repository = await Repository.open(new Git(), session.workspace.root);
      try {
        return await sendAgain(whole, await reproduction(whole, repository, args, session), args, session);
      } finally {
        repository?.close();
      }
    },
    { data: null },
  );
}

async function reproduction(
  { interaction, promptFile }: InteractionInWorkspace,
  repository: Repository | null,
  args: Arguments,
  session: Session,
): Promise<Reproduction> {
  const { workspace, models, evaluator, builds } = session;
  const loaded = promptFile === null ? null : await promptLoader(session)(promptFile);
  if (loaded !== null) {
    refuseBrokenPrompt(loaded, { hint: SEE_ALL });
    await requireTrustFor(buildExecutionsOf(loaded.target.document, workspace.config.code), args, session);
  }
  return reproducePlan({
    interaction,
    loaded,
    recorded: loaded === null ? null : await new RecordedVersions(repository, workspace).of(interaction, loaded),
    config: workspace.config,
    evaluator,
    openModel: (model, of) =>
      models.open(model.id, of === null ? workspace.root : modelFolder(model, { file: of.file, root: workspace.root })),
    settle: async (target, variables) => ({ ...target, document: await settledDocument(builds, target.document, [variables]) }),
  });
}

async function sendAgain({ interaction }: InteractionInWorkspace, made: Reproduction, args: Arguments, session: Session): Promise<number> {
  for (const { name, problem, notes } of made.sides) {
    if (problem !== null) stderr.write(`${name}: not sent. ${problem}\n`);
    for (const note of notes) stderr.write(`${name}: ${note}\n`);
  }
  const requests = await Promise.all(made.sides.map((side) => sentRequest(side, session.evaluator)));
  let code: number | null = null;
  const show = (report: RunReport): void => {
    const results = [...report.results];
    const reproduced: Reproduced = { interaction, made, spend: report.spend, results, requests };
    if (args.flag('json')) stdout.json(reproducedJson(reproduced));
    else stdout.write(reproducedText(reproduced));
    if (report.stopped === null) code = codeOf(results);
  };
  const ended = await runPlan(made.plan, sentAnew(args), session, new AbortController(), show, { isTrial: true });
  // Nothing is judged, so nothing fails: what could not be answered decides.
  return code ?? ended;
}

function codeOf(results: readonly Result[]): number {
  const [error] = results.flatMap((result) => (result.error === null ? [] : [result.error]));
  if (error === undefined) return 0;
  // A refused key is a matter of configuration.
  return error.code.startsWith('provider/') && error.code !== 'provider/authentication' ? EXIT_PROVIDER : 2;
}

/** A known answer would reproduce nothing. */
const sentAnew = (args: Arguments): Arguments => ({
  ...args,
  text: (name) => (name === 'cache' ? 'refresh' : args.text(name)),
  texts: (name) => (name === 'cache' ? ['refresh'] : args.texts(name)),
});
