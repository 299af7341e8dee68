/** From the labels of a repository to NAME.calibration.json. The command line and the editor calibrate here. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import {
  CALIBRATION_SCHEMA,
  calibrationsOf,
  type CalibrationRecord,
  type UnusedLabels,
} from '../../core/judge/calibration/calibration-record.ts';
import { calibrationFile } from '../../core/judge/calibration/read-calibration.ts';
import { replaceFile } from './data-folder/no-follow.ts';
import { realPathToWrite } from './file-in-root.ts';
import { readLabelFiles } from './label-files.ts';

/** One line for each criterion, so that a change of one is a change of a line. */
export const calibrationJson = (record: CalibrationRecord): string => JSON.stringify({ schema: CALIBRATION_SCHEMA, ...record });

/** `judge`: its path from the root, or the name of a built-in one. Gives where it was written. @throws {ConfigurationError} where a link leads elsewhere. */
export function writeCalibration(root: string, judge: string, records: readonly CalibrationRecord[]): string {
  const file = path.join(root, calibrationFile(judge));
  // Of a built-in judge: the workspace may have no judge of its own.
  if (!judge.includes('/')) mkdirSync(path.join(root, 'judges'), { recursive: true });
  replaceFile(realPathToWrite(root, file), `${records.map(calibrationJson).join('\n')}\n`);
  return file;
}

export interface CalibratedJudge {
  readonly calibrations: readonly CalibrationRecord[];
  readonly unused: UnusedLabels;
  /** Where it was written; null: no label says how the judge graded, so nothing was. */
  readonly file: string | null;
  readonly problems: readonly string[];
}

/** From all labels of a workspace. */
export function calibrateJudge(root: string, judge: string): CalibratedJudge {
  const { labels, draws, problems } = readLabelFiles([root], root);
  const { calibrations, unused } = calibrationsOf(labels, draws, judge);
  return { calibrations, unused, problems, file: calibrations.length === 0 ? null : writeCalibration(root, judge, calibrations) };
}

/** Judges that labels of a workspace name, with how many do; the most first. */
export function labelledJudges(root: string): { readonly judge: string; readonly labels: number }[] {
  const counts = new Map<string, number>();
  for (const { judge } of readLabelFiles([root], root).labels)
    if (judge !== null) counts.set(judge.path, (counts.get(judge.path) ?? 0) + 1);
  return [...counts].map(([judge, labels]) => ({ judge, labels })).sort((a, b) => b.labels - a.labels);
}
