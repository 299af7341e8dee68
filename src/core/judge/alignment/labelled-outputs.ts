/** Labels of one judge by one criterion → outputs that people graded, with their texts, so that another version of the judge can grade them. */
import { unusedBecause } from '../calibration/calibration-record.ts';
import { groupOfLabel, partOfGroup, type GroupOfCase, type LabelPart } from '../labels/label-part.ts';
import type { LabelledItem, LabelRecord, LabelTarget } from '../labels/label-record.ts';
import type { JudgedCriterion } from '../criterion.ts';

export interface LabelledOutput {
  /** Of the output, equal for all its labels. */
  readonly key: string;
  readonly target: LabelTarget;
  readonly group: string;
  readonly part: LabelPart;
  readonly item: LabelledItem;
  /** What people say. */
  readonly grade: 'pass' | 'fail';
  /** What the judge said when it was labelled. */
  readonly judged: 'pass' | 'fail';
  /** How many outputs it stands for, by the draw. */
  readonly weight: number;
  /** Words of the people who labelled it. */
  readonly failureModes: readonly string[];
  readonly critiques: readonly string[];
}

export interface FoundOutputs {
  readonly outputs: readonly LabelledOutput[];
  /** Labelled outputs whose texts the label files do not keep. */
  readonly withoutText: number;
  /** Labelled outputs on which people disagree evenly. */
  readonly disputed: number;
}

export const outputKey = ({ interaction, run, case: id, repeat, hash }: LabelTarget): string =>
  JSON.stringify([interaction, run, id, repeat, hash]);

/** Criteria that people graded this judge by, the one with most labels first. */
export function criteriaOfLabels(
  labels: readonly LabelRecord[],
  judge: string,
): { readonly criterion: JudgedCriterion; readonly labels: number }[] {
  const counts = new Map<string, { readonly criterion: JudgedCriterion; labels: number }>();
  for (const label of labels) {
    const { criterion } = label;
    if (criterion === null || unusedBecause(label, judge) !== null) continue;
    const key = JSON.stringify([criterion.type, criterion.hash]);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { criterion, labels: 1 });
    else known.labels++;
  }
  return [...counts.values()].sort((a, b) => b.labels - a.labels);
}

/** `judge`: its path, as labels name it. The newest label of each person counts. */
export function labelledOutputs(
  labels: readonly LabelRecord[],
  judge: string,
  criterion: JudgedCriterion,
  groupOf: GroupOfCase,
): FoundOutputs {
  const byOutput = new Map<string, Map<string, LabelRecord>>();
  for (const label of [...labels].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    if (label.criterion?.type !== criterion.type || label.criterion.hash !== criterion.hash || unusedBecause(label, judge) !== null)
      continue;
    const key = outputKey(label.target);
    byOutput.set(key, (byOutput.get(key) ?? new Map<string, LabelRecord>()).set(label.by, label));
  }
  const outputs: LabelledOutput[] = [];
  let [withoutText, disputed] = [0, 0];
  for (const [key, byPerson] of byOutput) {
    const own = [...byPerson.values()];
    const [first] = own;
    const item = own.find((label) => label.item !== null)?.item ?? null;
    const passes = own.filter(({ grade }) => grade === 'pass').length;
    if (first === undefined) continue;
    if (item === null) withoutText++;
    else if (passes * 2 === own.length) disputed++;
    else outputs.push(outputOf(key, own, first, { item, isPass: passes * 2 > own.length, groupOf }));
  }
  return { outputs, withoutText, disputed };
}

function outputOf(
  key: string,
  own: readonly LabelRecord[],
  { target, judge }: LabelRecord,
  { item, isPass, groupOf }: { readonly item: LabelledItem; readonly isPass: boolean; readonly groupOf: GroupOfCase },
): LabelledOutput {
  const group = groupOfLabel({ target }, groupOf);
  const drawn = own.find(({ draw }) => draw !== null)?.draw ?? null;
  return {
    key,
    target,
    group,
    part: partOfGroup(group),
    item,
    grade: isPass ? 'pass' : 'fail',
    judged: judge?.verdict ?? 'fail',
    weight: drawn === null ? 1 : 1 / drawn.probability,
    failureModes: own.flatMap(({ failureMode, cause }) => failureMode ?? (cause === 'none' ? null : cause) ?? []),
    critiques: own.flatMap(({ critique }) => critique ?? []),
  };
}
