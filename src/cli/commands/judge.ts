/** `goldset judge calibrate JUDGE`: how often a judge is right, from the labels of people in the repository. `align` is in ../judge/judge-align.ts. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { calibrationJson, measuredCalibrations, writeCalibration } from '../../adapters/judging/calibrate-judge.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { readLabelFiles, type FoundLabels } from '../../adapters/storage/label-files.ts';
import { slashedPath } from '../../adapters/within.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import type { UnusedLabels } from '../../core/judge/calibration/calibration-record.ts';
import type { Arguments } from '../arguments.ts';
import { alignCommand } from '../judge/judge-align.ts';
import { withRepeatability } from '../judge/judge-repeat.ts';
import { EXIT_INTERRUPTED } from '../run/run-modes.ts';
import { calibrationLines } from '../reporters/calibration.ts';
import { judgeLabels } from '../judge/judge-labels.ts';
import { stderr, stdout } from '../output.ts';
import { judgeRun } from '../judge/judge-run.ts';

/** Problems of files that are named one by one. */
const SHOWN_PROBLEMS = 5;

export function judgeCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const [action, given, ...more] = args.paths;
  if (action === 'run' && given !== undefined && more.length === 0) return judgeRun(args, given, evaluator);
  if (action === 'labels' && given !== undefined && more.length === 0) return judgeLabels(args, given);
  if ((action !== 'calibrate' && action !== 'align') || given === undefined || more.length > 0)
    throw new ConfigurationError(
      'usage',
      'Name an action and a judge: goldset judge calibrate JUDGE, align JUDGE or run JUDGE; or a draw: goldset judge labels DRAW',
      'See: goldset help judge',
    );
  const cwd = process.cwd();
  const root = findRoot(cwd);
  const judge = judgeName(given, cwd, root);
  const found = labelsFor(args, cwd, root);
  return action === 'align' ? alignCommand(judge, found, args, evaluator, root) : calibrate(judge, found, args, evaluator, root);
}

async function calibrate(judge: string, found: FoundLabels, args: Arguments, evaluator: WorkerEvaluator, root: string): Promise<number> {
  const { calibrations, unused, groupOf } = measuredCalibrations(root, judge, found);
  if (calibrations.length === 0) throw noLabels(judge, found.files, unused);
  const records = args.flag('repeat') ? await withRepeatability(calibrations, found, groupOf, judge, args, evaluator) : calibrations;
  if (records === null) return EXIT_INTERRUPTED;
  if (!args.flag('dry-run')) writeCalibration(root, judge, records);
  if (args.flag('json')) for (const record of records) stdout.write(`${calibrationJson(record)}\n`);
  else stdout.write(calibrationLines(judge, records, unused));
  return 0;
}

function labelsFor(args: Arguments, cwd: string, root: string): FoundLabels {
  const paths = args.texts('labels').map((file) => path.resolve(cwd, file));
  for (const file of paths)
    if (!existsSync(file)) throw new ConfigurationError('path/missing', `There is no ${slashedPath(root, file)}.`, 'Check --labels.');
  const found = readLabelFiles(paths.length > 0 ? paths : [root], root);
  for (const problem of found.problems.slice(0, SHOWN_PROBLEMS)) stderr.write(`warning: ${problem}\n`);
  if (found.problems.length > SHOWN_PROBLEMS)
    stderr.write(`warning: ${found.problems.length - SHOWN_PROBLEMS} more lines were not read.\n`);
  return found;
}

const noLabels = (judge: string, files: number, unused: UnusedLabels): ConfigurationError =>
  new ConfigurationError(
    'judge/no-labels',
    `No label in ${quantity(files, 'file')} says how ${judge} graded${whyNot(unused)}.`,
    'Label outputs of a run that this judge graded, without looking at its verdict first; docs/judges.md says how.',
  );

/** A file by its path from the root, as labels name it; a built-in judge by its name. */
function judgeName(given: string, cwd: string, root: string): string {
  const file = path.resolve(cwd, given);
  return existsSync(file) ? slashedPath(root, file) : given;
}

function whyNot({ notBlind, unknown, withoutVerdict, ofOtherJudges }: UnusedLabels): string {
  const reasons = [
    notBlind > 0 ? `${notBlind} given after seeing the verdict` : '',
    unknown > 0 ? `${unknown} unknown` : '',
    withoutVerdict > 0 ? `${withoutVerdict} without a judge’s verdict` : '',
    ofOtherJudges > 0 ? `${ofOtherJudges} of other judges` : '',
  ].filter((reason) => reason !== '');
  return reasons.length === 0 ? '' : ` (labels: ${reasons.join(', ')})`;
}
