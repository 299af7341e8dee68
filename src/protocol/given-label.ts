/** Reads what a page says that a person has graded: it comes from a page and is checked. */
import { CAUSES, GRADES } from '../core/judge/labels/label-record.ts';
import type { LabelGiven } from './labelling.ts';

/** Null: it is no label. */
export function givenLabel(args: Readonly<Record<keyof LabelGiven, unknown>>): LabelGiven | null {
  const grade = GRADES.find((name) => name === args.grade);
  if (grade === undefined) return null;
  return {
    at: queuePlace(args.at),
    criterion: queuePlace(args.criterion),
    grade,
    cause: CAUSES.find((name) => name === args.cause) ?? null,
    failureMode: textOrNull(args.failureMode),
    critique: textOrNull(args.critique),
  };
}

/** A place in a list; −1: it is none. */
export const queuePlace = (value: unknown): number => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : -1);
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
