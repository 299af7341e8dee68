/** A label as a person gives it, and as it is kept. */
import type { LabelTexts } from '../../config/label-texts.ts';
import type { JsonValue } from '../../json/json.ts';
import type { LabelCause, LabelledItem, LabelRecord, LabelTarget } from './label-record.ts';

/** What a person says about an output. */
export interface GivenGrade {
  readonly grade: LabelRecord['grade'];
  readonly cause: LabelCause | null;
  /** In the person's words, or one that was offered again. */
  readonly failureMode: string | null;
  readonly critique: string | null;
  readonly correction: JsonValue | null;
  /** The person saw neither what the judge said nor which candidate it was of. */
  readonly blind: boolean;
}

/** What is graded: an output, by one criterion. */
export interface Gradable {
  readonly target: LabelTarget;
  /** Redacted as captured; null: it is not known. */
  readonly item: LabelledItem | null;
  /** Null: no judge graded it, and the person grades by their own judgement. */
  readonly criterion: LabelRecord['criterion'];
  readonly judge: LabelRecord['judge'];
  readonly draw: LabelRecord['draw'];
}

/** `by`: as people read the name; `at`: ISO 8601; `texts`: which texts files keep. */
export function newLabel(
  { target, item, criterion, judge, draw }: Gradable,
  { grade, cause, failureMode, critique, correction, blind }: GivenGrade,
  { id, by, at, texts }: { readonly id: string; readonly by: string; readonly at: string; readonly texts: LabelTexts },
): LabelRecord {
  return {
    id,
    target,
    item: keptItem(item, target, texts),
    criterion,
    judge,
    grade,
    cause,
    failureMode: wordsOf(failureMode),
    critique: wordsOf(critique),
    correction,
    by,
    at,
    blind,
    draw,
  };
}

/** What label and draw files keep of an output's texts. */
export const keptItem = (item: LabelledItem | null, { interaction }: LabelTarget, texts: LabelTexts): LabelledItem | null =>
  texts === 'all' || (texts === 'runs' && interaction === null) ? item : null;

/** Characters of what a person writes. */
const MOST = 10_000;

const wordsOf = (text: string | null): string | null => {
  const words = (text ?? '').trim().slice(0, MOST);
  return words === '' ? null : words;
};
