/** A label that is being given, by keys: the same ones in the terminal, in the editor and on the page for people without either. */
import type { LabelRecord } from '../labels/label-record.ts';

export interface ReviewDraft {
  readonly grade: LabelRecord['grade'] | null;
  readonly failureMode: string | null;
  readonly critique: string | null;
}

export const EMPTY_DRAFT: ReviewDraft = { grade: null, failureMode: null, critique: null };

const GRADE_KEYS: Readonly<Record<string, LabelRecord['grade']>> = { p: 'pass', f: 'fail', u: 'unknown' };

/** Failure modes that have a key. */
export const KEYED_MODES = 9;

/** `modes`: the first nine have the keys 1 to 9. Null: the key means nothing here. A failure mode is of a fail. */
export function draftAfter(draft: ReviewDraft, key: string, modes: readonly string[]): ReviewDraft | null {
  const grade = Object.hasOwn(GRADE_KEYS, key) ? GRADE_KEYS[key] : undefined;
  if (grade !== undefined) return { ...draft, grade, failureMode: grade === 'fail' ? draft.failureMode : null };
  const mode = /^[1-9]$/.test(key) ? modes[Number(key) - 1] : undefined;
  if (mode === undefined) return null;
  return { ...draft, grade: 'fail', failureMode: draft.failureMode === mode ? null : mode };
}

export const draftOf = (label: LabelRecord | null): ReviewDraft =>
  label === null ? EMPTY_DRAFT : { grade: label.grade, failureMode: label.failureMode, critique: label.critique };

/** Key and what it does; the last column is where it differs: how the terminal and a page move on. */
export const REVIEW_KEYS = [
  ['p', 'passes'],
  ['f', 'fails'],
  ['u', 'unknown: you cannot tell'],
  ['1–9', 'fails, by this failure mode; again: without it'],
  ['m', 'fails, by a failure mode in your words'],
  ['n', 'write a note'],
] as const;
