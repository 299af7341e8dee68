/** Labels outputs at a terminal, one per screen, by keys. Each label is on disk before the next output is shown. */
import type { LabelledItem } from '../../core/judge/labels/label-record.ts';
import type { DrawFile, DrawItem } from '../../core/judge/labels/draw-file.ts';
import { draftAfter, draftOf, type ReviewDraft } from '../../core/judge/review/review-draft.ts';
import { failureModes, type QueuedItem, type ReviewAnswer } from '../../core/judge/review/review-queue.ts';
import type { LabelRecord } from '../../core/judge/labels/label-record.ts';
import type { Text } from '../output.ts';
import { KEYS_HELP, reviewScreen } from './review-screen.ts';

/** What the loop needs of `Review`. */
export interface TerminalReview {
  readonly draw: DrawFile;
  readonly labels: readonly LabelRecord[];
  queue(): readonly QueuedItem[];
  textOf(item: DrawItem): LabelledItem | null;
  label(item: DrawItem, answer: Omit<ReviewAnswer, 'by' | 'at'>): LabelRecord;
}

/** The terminal that a person sits at. */
export interface ReviewTerminal {
  /** Empties the screen and writes. */
  show(screen: Text): void;
  write(text: Text): void;
  /** The next key by its name, such as `p`, `return`, `left`; null: there is no more input. */
  key(): Promise<string | null>;
  /** A line of text; null: the person gave none. */
  line(question: string): Promise<string | null>;
}

/** Until all is labelled or the person stops. */
export async function reviewAtTerminal(review: TerminalReview, terminal: ReviewTerminal): Promise<void> {
  let at = nextOpen(review.queue(), 0);
  if (at === null) return;
  let draft: ReviewDraft | null = null;
  let isHelp = false;
  for (;;) {
    const queue = review.queue();
    const queued = queue[at];
    if (queued === undefined) return;
    draft ??= draftOf(queued.label);
    const modes = failureModes(review.labels);
    const screen = { at, of: queue.length, labelled: queue.filter(({ label }) => label !== null).length, modes, draft };
    const { criterion } = review.draw.frame;
    terminal.show(
      reviewScreen({
        ...screen,
        text: review.textOf(queued.item),
        criterion,
        isStored: queued.label !== null && isSame(draft, draftOf(queued.label)),
      }),
    );
    if (isHelp) terminal.write(KEYS_HELP);
    isHelp = false;
    const key = await terminal.key();
    if (key === null || key === 'q' || key === 'escape') return;
    const names = modes.map(({ mode }) => mode);
    const changed: ReviewDraft | null = draftAfter(draft, key, names);
    if (changed !== null) draft = changed;
    else if (key === '?') isHelp = true;
    else if (key === 'm') draft = withMode(draft, await terminal.line('Failure mode, in your words: '));
    else if (key === 'n') draft = { ...draft, critique: await terminal.line('Note: ') };
    else if (key === 'left' || key === 'right') {
      at = Math.min(queue.length - 1, Math.max(0, at + (key === 'left' ? -1 : 1)));
      draft = null;
    } else if (key === 'return' && draft.grade !== null) {
      // What is stored already is not stored twice.
      if (!isSame(draft, draftOf(queued.label))) review.label(queued.item, answerOf(draft, draft.grade));
      const open: number | null = nextOpen(review.queue(), at + 1) ?? nextOpen(review.queue(), 0);
      if (open === null) return;
      at = open;
      draft = null;
    }
  }
}

const answerOf = ({ failureMode, critique }: ReviewDraft, grade: LabelRecord['grade']): Omit<ReviewAnswer, 'by' | 'at'> => ({
  ...{ grade, cause: null, failureMode, critique, correction: null },
});

const withMode = (draft: ReviewDraft, mode: string | null): ReviewDraft =>
  mode === null ? draft : { ...draft, grade: 'fail', failureMode: mode };

const isSame = (a: ReviewDraft, b: ReviewDraft): boolean =>
  a.grade === b.grade && a.failureMode === b.failureMode && a.critique === b.critique;

function nextOpen(queue: readonly QueuedItem[], from: number): number | null {
  const at = queue.findIndex(({ label }, i) => i >= from && label === null);
  return at === -1 ? null : at;
}
