/** What `golden add` sends before it writes: passages to the judge, and new cases to the version that answered. Both follow the rules of a run. */
import { causeIn, causePlan } from '../../adapters/interactions/cause-plan.ts';
import type { CasePlan, GoldenPlan } from '../../adapters/interactions/plan-cases.ts';
import type { RecordedVersions } from '../../adapters/interactions/recorded-version.ts';
import { replayedCases, replayItems } from '../../adapters/interactions/replay-cases.ts';
import { replayPlan } from '../../adapters/interactions/replay-plan.ts';
import { readText } from '../../adapters/bounded-file.ts';
import { modelFolder } from '../../adapters/models/model-folder.ts';
import { isHumanError } from '../../core/problems/errors.ts';
import { needsCause, type CaseCause } from '../../core/feedback/interactions/case-from-interaction.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import { correctionIn } from '../../core/feedback/interactions/interaction-query.ts';
import { passagesOf } from '../../core/feedback/interactions/passages.ts';
import type { Result } from '../../core/results/result.ts';
import type { Plan } from '../../core/run/plan.ts';
import { quantity } from '../../core/display/figures.ts';
import { excerpt } from '../../core/text/text.ts';
import type { Arguments } from '../arguments.ts';
import { runPlan } from '../commands/run.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import { isInteractive, stderr } from '../output.ts';
import { Questions } from '../questions.ts';
import type { Session } from '../session.ts';

/** By interaction: a person's word, else the judge's, else nothing is known. */
export async function causesOf(
  args: Arguments,
  session: Session,
  interactions: readonly Interaction[],
  hasJudge: boolean,
): Promise<ReadonlyMap<string, CaseCause>> {
  const open = interactions.filter(needsCause);
  const said = args.text('cause');
  if (said === 'retrieval' || said === 'prompt') return new Map(open.map(({ id }) => [id, reviewed(said)]));
  if (open.length === 0 || args.flag('dry-run')) return new Map();
  if (!hasJudge) return isInteractive() && !args.flag('yes') ? askedCauses(open) : tellUnreviewed(open);
  stderr.write(`Do the passages support the correction? The judge reads ${quantity(open.length, 'interaction')}.\n`);
  const causes = new Map<string, CaseCause>();
  for (const result of await trialOrNothing('Not reviewed', causePlan(open), args, session)) {
    const { cause, problem } = causeIn(result);
    if (cause === null) stderr.write(`${result.case}: the cause is not reviewed. ${problem ?? ''}\n`);
    else causes.set(result.case, cause);
  }
  return causes;
}

const reviewed = (cause: CaseCause['cause']): CaseCause => ({ cause, basis: 'reviewed', by: null, reason: null });

function tellUnreviewed(open: readonly Interaction[]): ReadonlyMap<string, CaseCause> {
  stderr.write(
    `${quantity(open.length, 'case')} of calls with retrieved passages: the cause is not reviewed, so they are unverified. Say it with --cause retrieval or --cause prompt, or set a judge model in goldset.yaml.\n`,
  );
  return new Map();
}

/** One key each. */
async function askedCauses(open: readonly Interaction[]): Promise<ReadonlyMap<string, CaseCause>> {
  const causes = new Map<string, CaseCause>();
  const questions = new Questions();
  try {
    for (const interaction of open) {
      const passages = passagesOf(interaction).texts.map((text) => `  | ${excerpt(text, 300)}\n`);
      stderr.write(`\n${interaction.id}\n${passages.join('')}  correction: ${excerpt(correctionIn(interaction)?.text ?? '', 300)}\n`);
      const chosen = await questions.choose('Do the passages support the correction?', [
        { label: 'I do not know', note: 'the case is unverified' },
        { label: 'Yes', note: 'a case of the prompt' },
        { label: 'No', note: 'a retrieval case' },
      ]);
      if (chosen === null) break;
      if (chosen > 0) causes.set(interaction.id, reviewed(chosen === 1 ? 'prompt' : 'retrieval'));
    }
  } finally {
    questions.close();
  }
  return causes;
}

/** The plans with what a replay found: each new case that can be sent, on the version that answered. */
export async function replayed(
  plan: GoldenPlan,
  chosen: readonly CasePlan[],
  file: string | undefined,
  versions: RecordedVersions,
  args: Arguments,
  session: Session,
): Promise<readonly CasePlan[]> {
  if (args.flag('no-replay') || args.flag('dry-run')) return chosen;
  const { evaluator, workspace, models } = session;
  const { root, config } = workspace;
  try {
    const { items, left } = await replayItems({
      ...{ plan, chosen, file, versions, config, editor: evaluator, readText },
      openModel: (model, of) => models.open(model.id, modelFolder(model, { file: of, root })),
    });
    for (const sentence of left) stderr.write(`${sentence}\n`);
    if (items.length === 0) return chosen;
    stderr.write(`Replay: ${quantity(items.length, 'case')} on the recorded version.\n`);
    const { cases, notes } = replayedCases(chosen, items, await trial(replayPlan(items), args, session));
    for (const note of notes) stderr.write(`${note}\n`);
    return cases;
  } catch (error) {
    // The cases are worth keeping without it.
    if (!isHumanError(error) || error.code === 'journal/write') throw error;
    stderr.write(`Not replayed: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}\n`);
    return chosen;
  }
}

/** What keeps a trial from running is said; cases are worth keeping without it. */
async function trialOrNothing(what: string, plan: Plan, args: Arguments, session: Session): Promise<readonly Result[]> {
  try {
    return await trial(plan, args, session);
  } catch (error) {
    if (!isHumanError(error) || error.code === 'journal/write') throw error;
    stderr.write(`${what}: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}\n`);
    return [];
  }
}

/** A run that scores nothing. No results: it was declined or stopped. */
async function trial(plan: Plan, args: Arguments, session: Session): Promise<readonly Result[]> {
  await settleDataFolder(session.workspace.root, 'needed');
  const results: Result[] = [];
  await runPlan(plan, args, session, new AbortController(), (report) => void results.push(...report.results), { isTrial: true });
  return results;
}
