/** `goldset judge run`: by which judge the answers of its batch are, and its verdicts as signals of the interactions. */
import { ConfigurationError } from '../../core/problems/errors.ts';
import { stemOf } from '../../core/grade/assertion-types.ts';
import { judgeKindOf } from '../../core/judge/judge-kinds.ts';
import type { Judges } from '../../core/judge/judges-port.ts';
import type { Result } from '../../core/results/result.ts';
import type { Plan } from '../../core/run/plan.ts';
import type { FollowUp } from '../../core/feedback/interactions/interaction.ts';
import { InteractionFiles } from '../interactions/interaction-files.ts';
import { judgedVerdicts, type JudgedVerdicts } from '../../core/feedback/signals/judged-verdicts.ts';
import type { Judging } from './stored-plan.ts';

/** What judges the answers of a plan, all by one criterion. @throws {ConfigurationError} when it cannot be asked. */
export async function judgingPlan(plan: Plan, criterion: string, judges: Judges): Promise<Judging> {
  const { name, version, client } = await judgeOf(plan, judges);
  return { judge: name, version, model: client.id, criterion };
}

/** @throws {ConfigurationError} when the judge is another one than when the batch was submitted: what it was asked would be asked once more. */
export async function refuseOtherJudge({ judge, version }: Judging, plan: Plan, judges: Judges): Promise<void> {
  if ((await judgeOf(plan, judges)).version === version) return;
  throw new ConfigurationError(
    'batch/judge-changed',
    `${judge} changed since this batch was submitted, so the answers are not verdicts of this judge.`,
    'Restore it and continue with goldset batch wait, or give the batch up: goldset batch cancel',
  );
}

/**
 * What a judge said, stored beside the answers; it is on disk when it returns. `criterion`: in words. `time`: of a batch, which may have stored
 * some of it before it was killed: a verdict of this time is there already.
 */
export function keepVerdicts(root: string, results: Iterable<Result>, criterion: string, time: string | null = null): JudgedVerdicts {
  const verdicts = judgedVerdicts([...results], criterion, time ?? new Date().toISOString());
  const files = new InteractionFiles(root);
  const stored = time === null ? new Set<string>() : verdictsOf(files, time);
  const lines = verdicts.followUps.flatMap((followUp) => (stored.has(verdictKey(followUp)) ? [] : [{ followUp }]));
  if (lines.length > 0) files.append(...lines);
  return verdicts;
}

/** The verdicts of one time that are stored. */
function verdictsOf(files: InteractionFiles, time: string): Set<string> {
  const found = new Set<string>();
  for (const read of files.readDay(time.slice(0, 10), 0))
    if ('line' in read && 'followUp' in read.line && read.line.followUp.time === time) found.add(verdictKey(read.line.followUp));
  return found;
}

/** Of which answer, and by which judge. */
const verdictKey = ({ of, signals }: FollowUp): string =>
  JSON.stringify([of.interaction, ...signals.map(({ name, by, judge }) => [name, by ?? null, judge?.version ?? null])]);

async function judgeOf({ candidates }: Plan, judges: Judges): ReturnType<Judges['judge']> {
  const [spec] = candidates.flatMap(({ cases }) => cases.flatMap(({ assertions }) => assertions));
  const kind = spec === undefined ? null : judgeKindOf(stemOf(spec.type));
  if (spec !== undefined && kind !== null) return judges.judge(kind.prompt, spec);
  throw new ConfigurationError('batch/no-judge', 'Nothing in this batch is graded by a judge.', 'Run it at once.');
}
