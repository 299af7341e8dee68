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
import { NO_GROUPS, type GroupOfCase } from '../../core/judge/labels/label-part.ts';
import { replaceFile } from '../storage/data-folder/no-follow.ts';
import { realPathToWrite } from '../storage/file-in-root.ts';
import { readLabelFiles, type FoundLabels } from '../storage/label-files.ts';
import { goldenGroups } from './golden-groups.ts';
import { recordedConsistency, steadyBefore } from './measured-before.ts';

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

/** What labels say of a judge, with what was measured of it besides labels: before, or in runs on this machine. */
export function measuredCalibrations(
  root: string,
  judge: string,
  { labels, draws }: Pick<FoundLabels, 'labels' | 'draws'>,
): { readonly calibrations: readonly CalibrationRecord[]; readonly unused: UnusedLabels; readonly groupOf: GroupOfCase } {
  const groupOf = labels.some(({ target }) => target.case !== null) ? goldenGroups(root) : NO_GROUPS;
  const { calibrations, unused } = calibrationsOf(labels, draws, judge, groupOf);
  const before = steadyBefore(root, judge);
  const measured = calibrations.map((record): CalibrationRecord => {
    const known = before(record);
    return { ...record, ...known, positionConsistency: recordedConsistency(root, record) ?? known.positionConsistency };
  });
  return { calibrations: measured, unused, groupOf };
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
  const found = readLabelFiles([root], root);
  const { problems } = found;
  const { calibrations, unused } = measuredCalibrations(root, judge, found);
  return { calibrations, unused, problems, file: calibrations.length === 0 ? null : writeCalibration(root, judge, calibrations) };
}

/** Judges that labels of a workspace name, with how many do; the most first. */
export function labelledJudges(root: string): { readonly judge: string; readonly labels: number }[] {
  const counts = new Map<string, number>();
  for (const { judge } of readLabelFiles([root], root).labels)
    if (judge !== null) counts.set(judge.path, (counts.get(judge.path) ?? 0) + 1);
  return [...counts].map(([judge, labels]) => ({ judge, labels })).sort((a, b) => b.labels - a.labels);
}
