/**
 * `goldset.alignment/1`, a line of NAME.alignment.jsonl beside the judge: each time that a version of a judge was looked at on the test part of the
 * labels. A part that is looked at again and again is no proof, so the looks are counted, and the file is committed.
 */
import { isJsonObject, parseJson, type JsonObject } from '../../json/json.ts';
import type { JudgedCriterion } from '../criterion.ts';
import type { JudgeVersionChange } from './judge-measure.ts';

export const ALIGNMENT_SCHEMA = 'goldset.alignment/1';

export interface AlignmentLook {
  /** ISO 8601. */
  readonly at: string;
  readonly criterion: JudgedCriterion;
  readonly model: string;
  /** Versions of the judge's prompt. */
  readonly from: string;
  readonly to: string;
  /** Labelled outputs of the test part. */
  readonly outputs: number;
  /** Null: it was begun, and did not end. */
  readonly result: (Pick<JudgeVersionChange, 'fixed' | 'broken' | 'p'> & { readonly proved: boolean }) | null;
}

export const alignmentLine = (look: AlignmentLook): string => JSON.stringify({ schema: ALIGNMENT_SCHEMA, ...look });

/** Looks at the test part by this criterion. A line that cannot be read counts as one: nothing says that it was none. */
export function looksIn(text: string, criterion: JudgedCriterion): number {
  return text.split('\n').filter((line) => line.trim() !== '' && isOf(parseJson(line), criterion)).length;
}

function isOf(value: unknown, criterion: JudgedCriterion): boolean {
  const of: JsonObject | null = isJsonObject(value) && isJsonObject(value['criterion']) ? value['criterion'] : null;
  return of === null || (of['type'] === criterion.type && of['hash'] === criterion.hash);
}

/** The file of looks at `judges/strict.prompt`, or at a built-in judge by its name; relative to the root. */
export const alignmentFile = (judge: string): string =>
  `${judge.endsWith('.prompt') ? judge.slice(0, -'.prompt'.length) : `judges/${judge}`}.alignment.jsonl`;
