/** `goldset judge calibrate JUDGE --repeat`: 30 labelled outputs are graded twice. */
import path from 'node:path';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { repeatability, repeatedCases } from '../../adapters/judging/repeat-judge.ts';
import type { FoundLabels } from '../../adapters/storage/label-files.ts';
import { existsSync } from 'node:fs';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { labelledOutputs } from '../../core/judge/alignment/labelled-outputs.ts';
import type { CalibrationRecord } from '../../core/judge/calibration/calibration-record.ts';
import { judgeKindOf } from '../../core/judge/judge-kinds.ts';
import type { GroupOfCase } from '../../core/judge/labels/label-part.ts';
import type { Arguments } from '../arguments.ts';
import { casesToGrade, JudgeTrials, promptTargets } from './judge-trials.ts';
import { stderr } from '../output.ts';
import { withSession } from '../session.ts';

/** Null: it was declined or stopped. A record of another version or model than the judge has now keeps what it had. */
export function withRepeatability(
  records: readonly CalibrationRecord[],
  { labels, draws }: Pick<FoundLabels, 'labels' | 'draws'>,
  groupOf: GroupOfCase,
  judge: string,
  args: Arguments,
  evaluator: WorkerEvaluator,
): Promise<CalibrationRecord[] | null> {
  return withSession({ ...args, paths: [] }, evaluator, async (session) => {
    const targets = await promptTargets(session);
    const trials = new JudgeTrials(args, session);
    const rubricPrompt = existsSync(path.join(session.workspace.root, judge)) ? judge : undefined;
    const measured: CalibrationRecord[] = [];
    let isMeasured = false;
    for (const record of records) {
      const { criterion } = record;
      const kind = judgeKindOf(criterion.type);
      const found = kind === null ? null : casesToGrade(labelledOutputs(labels, judge, criterion, groupOf), criterion, targets, draws);
      const [first] = found === null ? [] : repeatedCases(found.cases);
      const now = kind === null || first === undefined ? null : await session.judges.judge(kind.prompt, specOf(first.spec, rubricPrompt));
      if (found === null || now === null) {
        stderr.write(`${criterion.type} ${criterion.hash.slice(0, 8)}: not graded twice, because no output of it can be graded here.\n`);
        measured.push(record);
      } else if (now.version !== record.judge.version || now.client.id !== record.judge.model) {
        stderr.write(
          `${criterion.type} ${criterion.hash.slice(0, 8)}: not graded twice, because the labels are of another version or model.\n`,
        );
        measured.push(record);
      } else {
        const result = await repeatability(found.cases, rubricPrompt, session.judges, (...step) => trials.trial(...step));
        if (result === null) return null;
        stderr.write(`Graded alike: ${result.alike} of ${quantity(result.compared, 'output')}.\n`);
        measured.push({ ...record, repeatability: result.share });
        isMeasured = true;
      }
    }
    if (isMeasured) return measured;
    throw new ConfigurationError(
      'judge/not-repeated',
      'No labelled output could be graded twice.',
      'Label files need the texts (labels.texts in goldset.yaml), and a golden set here the rubric.',
    );
  });
}

function specOf<T extends { readonly rubricPrompt?: string }>(spec: T, rubricPrompt: string | undefined): T {
  const { rubricPrompt: _own, ...rest } = spec;
  return (rubricPrompt === undefined ? rest : { ...rest, rubricPrompt }) as T;
}
