/** Which reviews a person still has outputs to label in, and whether the next one is due. */
import type { DrawFile } from '../labels/draw-file.ts';
import type { LabelRecord } from '../labels/label-record.ts';
import { queueOf } from './review-queue.ts';

export interface ReviewStanding {
  /** Newest first. */
  readonly open: readonly { readonly id: string; readonly drawn: number; readonly left: number }[];
  /** The last review is older than `review.everyDays`, or goldset.yaml has `review:` and the first is still to come. */
  readonly isDue: boolean;
}

const DAY = 86_400_000;
/** Days after which a review that was not finished is no longer asked for, or two intervals if that is longer. */
const OPEN_DAYS = 28;

/** `everyDays`: as goldset.yaml says it; `isWanted`: it says something about reviews. */
export function reviewStanding(
  draws: readonly DrawFile[],
  labels: readonly LabelRecord[],
  {
    person,
    everyDays,
    isWanted,
    now,
  }: { readonly person: string; readonly everyDays: number; readonly isWanted: boolean; readonly now: Date },
): ReviewStanding {
  const age = ({ at }: DrawFile): number => (now.getTime() - Date.parse(at)) / DAY;
  const newest = [...draws].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const open = newest
    .filter((draw) => age(draw) <= Math.max(OPEN_DAYS, 2 * everyDays))
    .map((draw) => ({
      id: draw.id,
      drawn: draw.items.length,
      left: queueOf(draw, labels, person).filter(({ label }) => label === null).length,
    }))
    .filter(({ left }) => left > 0);
  const [last] = newest;
  return { open, isDue: last === undefined ? isWanted : age(last) > everyDays };
}
