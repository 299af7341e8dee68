/** What `judge` sends: each paid step is a run that scores nothing, under one spending limit for all of them. */
import { readTextSync, MAX_TEXT } from '../../adapters/bounded-file.ts';
import { searchPrompts } from '../../adapters/workspace/find-prompts.ts';
import { Git } from '../../adapters/git/git.ts';
import { ignoredBelow } from '../../adapters/git/ignored-files.ts';
import { labelledCases, type FoundCases } from '../../adapters/judging/labelled-cases.ts';
import { isHumanError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import type { JudgedCriterion } from '../../core/judge/criterion.ts';
import type { FoundOutputs } from '../../core/judge/alignment/labelled-outputs.ts';
import type { DrawFile } from '../../core/judge/labels/draw-file.ts';
import type { Judges } from '../../core/judge/judges-port.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { Result } from '../../core/results/result.ts';
import type { Plan } from '../../core/run/plan.ts';
import type { Arguments } from '../arguments.ts';
import { runPlan } from '../commands/run.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import { promptLoader } from '../golden/golden-target.ts';
import { stderr } from '../output.ts';
import type { Session } from '../session.ts';

/** The steps of one command, which share `--max-cost` or `spend.perRun`. */
export class JudgeTrials {
  private spent = 0;

  constructor(
    private readonly args: Arguments,
    private readonly session: Session,
    private readonly interrupt = new AbortController(),
  ) {}

  /** Null: it was declined, stopped, or reached the limit. */
  async trial(what: string, plan: Plan, judges: Judges): Promise<readonly Result[] | null> {
    const { args, session } = this;
    await settleDataFolder(session.workspace.root, 'needed');
    stderr.write(`${what}: ${quantity(plan.candidates.reduce((sum, { cases }) => sum + cases.length, 0) * plan.repeats, 'output')}.\n`);
    let results: readonly Result[] | null = null;
    const limit = args.number('max-cost') ?? session.workspace.config.spend.perRun;
    await runPlan(
      plan,
      args,
      { ...session, judges },
      this.interrupt,
      (report) => {
        this.spent += report.spend.countedUsd;
        if (report.complete) results = [...report.results];
        else if (report.stopped !== null) stderr.write(`${report.stopped.message}\n`);
      },
      { isTrial: true, cap: limit === null ? null : Math.max(0, limit - this.spent) },
    );
    return results;
  }

  get spentUsd(): number {
    return this.spent;
  }
}

/** The prompts of the workspace with their golden sets; one that cannot be read is left out. */
export async function promptTargets(session: Session): Promise<RunTarget[]> {
  const load = promptLoader(session);
  const git = new Git();
  const { files } = await searchPrompts([], session.workspace.root, (folder) => ignoredBelow(git, folder));
  const targets: RunTarget[] = [];
  for (const file of files) {
    try {
      targets.push((await load(file)).target);
    } catch (error) {
      if (!isHumanError(error) && !(error instanceof Error && 'code' in error)) throw error;
    }
  }
  return targets;
}

/** The outputs with what they are graded by; what is left out is said. Null: the workspace has no such rubric. */
export function casesToGrade(
  found: FoundOutputs,
  criterion: JudgedCriterion,
  targets: readonly RunTarget[],
  draws: readonly DrawFile[],
): FoundCases | null {
  if (found.withoutText > 0)
    stderr.write(`${quantity(found.withoutText, 'labelled output')} left out: the label files do not keep their texts (labels.texts).\n`);
  if (found.disputed > 0) stderr.write(`${quantity(found.disputed, 'labelled output')} left out: people disagree evenly.\n`);
  const cases = labelledCases(found.outputs, criterion, targets, draws);
  if (cases !== null && cases.withoutVariables > 0)
    stderr.write(
      `${quantity(cases.withoutVariables, 'labelled output')} left out: the rubric needs their golden case, which is not here.\n`,
    );
  return cases;
}

export const textOfFile = (file: string): string => readTextSync(file, MAX_TEXT);
