/** `goldset.calibration/1`: what label files say of a judge, one record for each criterion that it graded by. */
import type { DrawFile } from '../labels/draw-file.ts';
import { labelSplit, NO_GROUPS, type GroupOfCase } from '../labels/label-part.ts';
import type { LabelJudge, LabelRecord } from '../labels/label-record.ts';
import { calibrationFigures, type CalibrationFigures, type DrawnFrame } from './calibrate.ts';
import { lengthBias, type LabelledAnswer } from './length-effect.ts';
import type { GradedLabel } from './graded-items.ts';

export const CALIBRATION_SCHEMA = 'goldset.calibration/1';

export interface CalibrationRecord extends CalibrationFigures {
  readonly judge: Pick<LabelJudge, 'path' | 'version' | 'model'>;
  readonly criterion: { readonly type: string; readonly hash: string };
  /** Labels by how they may be used to align a rubric; a calibration counts all. */
  readonly split: { readonly train: number; readonly dev: number; readonly test: number };
  /** ISO 8601, of the newest label. */
  readonly labelledAt: string;
  /** Golden cases of labelled outputs, the first in their order: when they are judged by another rubric, it was changed. */
  readonly cases: readonly string[];
  /** Share of outputs that the judge grades alike twice; null: not measured. */
  readonly repeatability: number | null;
  /** Share of comparisons with the same winner in both orders; null: not measured. */
  readonly positionConsistency: number | null;
  /** Score that 400 more characters add among answers that people grade alike; null: not measured, which needs 200 labels with their texts. */
  readonly lengthBias: number | null;
}

/** Why labels say nothing of the judge; each is counted once, by the first reason. */
export interface UnusedLabels {
  /** The person had seen what the judge said. */
  readonly notBlind: number;
  readonly unknown: number;
  /** It names no criterion, no judge, or no verdict. */
  readonly withoutVerdict: number;
  readonly ofOtherJudges: number;
}

/** `judge`: its path, as the labels name it. `groupOf`: what hangs together, for the split. Newest criterion first. */
export function calibrationsOf(
  labels: readonly LabelRecord[],
  draws: readonly DrawFile[],
  judge: string,
  groupOf: GroupOfCase = NO_GROUPS,
): { readonly calibrations: readonly CalibrationRecord[]; readonly unused: UnusedLabels } {
  const groups = new Map<string, LabelRecord[]>();
  const unused = { notBlind: 0, unknown: 0, withoutVerdict: 0, ofOtherJudges: 0 };
  for (const label of [...labels].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const reason = unusedBecause(label, judge);
    if (reason !== null) {
      unused[reason]++;
      continue;
    }
    const key = JSON.stringify([label.criterion, label.judge?.version, label.judge?.model]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [label]);
    else group.push(label);
  }
  const frames = draws.map(frameOf);
  const calibrations = [...groups.values()].flatMap((group) => recordOf(group, frames, groupOf));
  return { calibrations: calibrations.sort((a, b) => Date.parse(b.labelledAt) - Date.parse(a.labelledAt)), unused };
}

/** Why a label is no evidence of the judge at `path`; null: it is. */
export function unusedBecause({ judge, criterion, grade, blind }: LabelRecord, path: string): keyof UnusedLabels | null {
  if (judge === null || criterion === null || judge.verdict === null) return 'withoutVerdict';
  if (judge.path !== path) return 'ofOtherJudges';
  if (!blind) return 'notBlind';
  return grade === 'unknown' ? 'unknown' : null;
}

function recordOf(group: readonly LabelRecord[], frames: readonly DrawnFrame[], groupOf: GroupOfCase): CalibrationRecord[] {
  const figures = calibrationFigures(group.flatMap(gradedLabel), frames);
  const newest = group.at(-1);
  if (figures === null || newest?.judge == null || newest.criterion === null) return [];
  const { path, version, model } = newest.judge;
  return [
    {
      judge: { path, version, model },
      criterion: newest.criterion,
      split: labelSplit(group, groupOf),
      labelledAt: newest.at,
      cases: casesOf(group),
      ...figures,
      repeatability: null,
      positionConsistency: null,
      lengthBias: lengthBias(group.flatMap(answerOf))?.value ?? null,
    },
  ];
}

/** So many tell whether a rubric is that of the same cases. */
const MOST_CASES = 200;

const casesOf = (labels: readonly LabelRecord[]): string[] =>
  [...new Set(labels.flatMap(({ target }) => target.case ?? []))].sort().slice(0, MOST_CASES);

/** A length is counted in fours of characters: a label file has texts and no token counts, and where it is read no tokenizer is at hand. */
const FOUR_CHARACTERS = 4;

function answerOf({ item, judge, grade }: LabelRecord): LabelledAnswer[] {
  if (item === null || judge?.score == null || grade === 'unknown') return [];
  return [{ score: judge.score, grade: grade === 'pass' ? 1 : 0, length: item.output.length / FOUR_CHARACTERS }];
}

function gradedLabel({ target, by, grade, judge, draw }: LabelRecord): GradedLabel[] {
  if (grade === 'unknown' || judge === null || judge.verdict === null) return [];
  const item = JSON.stringify([target.interaction, target.run, target.case, target.repeat, target.hash]);
  return [{ item, by, grade, judged: judge.verdict, draw: draw === null ? null : { id: draw.id, probability: draw.probability } }];
}

const frameOf = ({ id, strata, frame }: DrawFile): DrawnFrame => ({
  id,
  strata,
  // A stratum without a verdict is of outputs that were not judged.
  judged:
    strata.length > 0 && strata.every(({ verdict }) => verdict !== null)
      ? { passed: strata.reduce((sum, { verdict, n }) => sum + (verdict === 'pass' ? n : 0), 0), total: frame.n }
      : null,
});
