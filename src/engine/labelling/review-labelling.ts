/** Labelling the outputs of a review, one at a time: the page gets neither what the judge said nor the stratum that an output is of. */
import type { Review } from '../../adapters/review/review.ts';
import { criterionWords } from '../../core/judge/labels/criterion-text.ts';
import type { LabelTarget } from '../../core/judge/labels/label-record.ts';
import { failureModes, type QueuedItem } from '../../core/judge/review/review-queue.ts';
import { unseal } from '../../core/judge/labels/sealed.ts';
import { targetKey } from '../../core/judge/labels/label-record.ts';
import { excerpt } from '../../core/text/text.ts';
import type { LabelGiven, LabelTask } from '../../protocol/labelling.ts';
import type { ReviewedOutput, ReviewSnapshot } from '../../protocol/review.ts';
import { formatOf } from '../results-view/show-cell.ts';
import { MAX_DETAIL } from '../results-view/show-detail.ts';
import { seenCall, seenRepeat, type SeenOutputs } from './seen-outputs.ts';

/** What is shown where the text is neither in the draw nor on this machine. */
const NO_TEXT = 'The text is not here: this machine has neither the call nor the run.';
/** Characters of an output in the list of errors. */
const SHOWN = 160;

export class ReviewLabelling {
  private queue: readonly QueuedItem[] = [];
  private open: { readonly at: number; readonly queued: QueuedItem } | null = null;

  constructor(
    readonly review: Pick<Review, 'draw' | 'labels' | 'queue' | 'textOf' | 'label' | 'summary' | 'problems'>,
    private readonly seen: SeenOutputs,
    private readonly notes: readonly string[],
  ) {}

  /** What this person has not labelled yet, in the order of the draw; how many outputs. */
  start(): number {
    this.queue = this.review.queue().filter(({ label }) => label === null);
    this.open = null;
    return this.queue.length;
  }

  /** Null: the queue has no output at this place. */
  task(at: number): LabelTask | null {
    const queued = this.queue[at];
    if (queued === undefined) return null;
    const { draw, labels } = this.review;
    const now = this.review.queue();
    const text = this.review.textOf(queued.item);
    this.open = { at, queued };
    return {
      at,
      total: this.queue.length,
      labelled: now.filter(({ label }) => label !== null).length,
      input: text?.input ?? '(not recorded)',
      ...shownText(text?.output ?? NO_TEXT),
      context: (text?.context ?? '').slice(0, MAX_DETAIL),
      criteria: [
        { text: criterionWords(draw.frame.criterion), grade: now.find(({ index }) => index === queued.index)?.label?.grade ?? null },
      ],
      isSeen: this.isSeen(queued.item.target),
      modes: failureModes(labels),
    };
  }

  /** False: it is not the task that is open. Is on disk when it returns. @throws {HumanError} when it cannot be written. */
  give({ at, criterion, grade, cause, failureMode, critique }: LabelGiven): boolean {
    if (this.open?.at !== at || criterion !== 0) return false;
    const { item } = this.open.queued;
    const mode = grade === 'fail' ? failureMode : null;
    this.review.label(item, { grade, cause, failureMode: mode, critique, correction: null }, { isBlind: !this.isSeen(item.target) });
    return true;
  }

  /** The figures. From then on what the judge got wrong has been seen. */
  snapshot(): ReviewSnapshot {
    const summary = this.review.summary();
    const { items } = this.review.draw;
    for (const { target } of summary.errors ?? []) this.markSeen(target);
    const excerpts = (summary.errors ?? []).map(({ index }) => {
      const item = items[index];
      return item === undefined ? '' : excerpt(this.review.textOf(item)?.output ?? '(the text is not here)', SHOWN);
    });
    const missing = items.filter((item) => this.review.textOf(item) === null).length;
    const without = missing === 0 ? [] : [`${missing} of ${items.length} outputs have no text on this machine.`];
    return { summary, notes: [...this.notes, ...without, ...this.review.problems.slice(0, 5)], excerpts };
  }

  /** Null: the draw has no output at this place, or this person has outputs to label. */
  reviewed(index: number): ReviewedOutput | null {
    const item = this.review.draw.items[index];
    if (item === undefined || this.review.queue().some(({ label }) => label === null)) return null;
    this.markSeen(item.target);
    const text = this.review.textOf(item);
    const opened = item.sealed === null ? null : unseal(item.sealed);
    const key = targetKey(item.target);
    return {
      index,
      input: text?.input ?? '(not recorded)',
      ...shownText(text?.output ?? NO_TEXT),
      context: (text?.context ?? '').slice(0, MAX_DETAIL),
      judged: opened?.verdict ?? null,
      score: opened?.score ?? null,
      labels: this.review.labels
        .filter(({ target, draw }) => draw?.id === this.review.draw.id && targetKey(target) === key)
        .map(({ id, by, grade, cause, failureMode, critique }) => ({ id, by, grade, cause, failureMode, critique })),
    };
  }

  private isSeen({ interaction, run, case: id, repeat }: LabelTarget): boolean {
    if (interaction !== null) return this.seen.has(seenCall(interaction));
    return run !== null && id !== null && this.seen.has(seenRepeat(run, id, repeat ?? 0));
  }

  private markSeen({ interaction, run, case: id, repeat }: LabelTarget): void {
    if (interaction !== null) this.seen.add(seenCall(interaction));
    else if (run !== null && id !== null) this.seen.add(seenRepeat(run, id, repeat ?? 0));
  }
}

const shownText = (output: string): Pick<LabelTask, 'output' | 'format' | 'cut'> => ({
  output: output.slice(0, MAX_DETAIL),
  format: formatOf(output),
  cut: Math.max(0, output.length - MAX_DETAIL),
});
