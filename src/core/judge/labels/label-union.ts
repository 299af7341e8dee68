/** Labels of all files of a prompt together. Each person's labels are kept; what a page shows of an output is the newest. */
import type { LabelRecord } from './label-record.ts';

/** Which output of which case a label is of: the same words may be right for one and wrong for another. */
export const labelKey = (caseId: string | null, hash: string): string => `${caseId ?? ''}\u0000${hash}`;

/**
 * Of each output what stands for its labels, of all people: of each criterion the newest, and of several a fail before an unknown before a
 * pass. A label without a criterion is of the whole output: it replaces those before it, and the next one of a criterion replaces it.
 */
export function shownGrades(labels: readonly LabelRecord[]): Map<string, LabelRecord> {
  const byOutput = new Map<string, Map<string, LabelRecord>>();
  for (const label of [...labels].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const key = labelKey(label.target.case, label.target.hash);
    const before = byOutput.get(key) ?? new Map<string, LabelRecord>();
    const { criterion } = label;
    const kept = criterion === null ? [] : [...before].filter(([of]) => of !== WHOLE);
    byOutput.set(key, new Map([...kept, [criterion === null ? WHOLE : `${criterion.type} ${criterion.hash}`, label]]));
  }
  return new Map(
    [...byOutput].flatMap(([key, ofOutput]) =>
      [...ofOutput.values()]
        .sort(byGrade)
        .slice(0, 1)
        .map((label) => [key, label]),
    ),
  );
}

const WHOLE = '';
const ORDER: readonly LabelRecord['grade'][] = ['fail', 'unknown', 'pass'];

const byGrade = (a: LabelRecord, b: LabelRecord): number =>
  ORDER.indexOf(a.grade) - ORDER.indexOf(b.grade) || Date.parse(b.at) - Date.parse(a.at);
