/** `goldset review`: a sample of outputs that people label, and what their labels say. */
import path from 'node:path';
import { Git } from '../../adapters/git/git.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { openWeeklyReview, type Review, type ReviewRequest } from '../../adapters/review/review.ts';
import { writeReviewPage } from '../../adapters/review/review-page.ts';
import type { LabelTexts } from '../../core/config/label-texts.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { REVIEW_SCHEMA } from '../../core/judge/review/review-summary.ts';
import { excerpt } from '../../core/text/text.ts';
import type { Arguments } from '../arguments.ts';
import { reviewLines } from '../reporters/review.ts';
import { Keyboard } from '../review/keyboard.ts';
import { reviewAtTerminal } from '../review/terminal-review.ts';
import { withSession } from '../session.ts';
import { isInteractive, stderr, stdout } from '../output.ts';

export async function reviewCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const page = args.text('html');
  const isLabelling = !args.flag('json') && page === null;
  if (!args.flag('week')) throw new ConfigurationError('usage', 'Name the sample: goldset review --week', 'See: goldset help review');
  if (isLabelling && !(isInteractive() && stdout.isTTY))
    throw new ConfigurationError(
      'review/terminal',
      'Labels are given by keys, and this is not a terminal.',
      'Use --html FILE for a page to label on, or --json for what the labels say.',
    );
  return withSession(
    args,
    evaluator,
    async (session) => {
      const { workspace } = session;
      const request: ReviewRequest = {
        from: args.text('from') ?? 'production',
        size: args.count('n', workspace.config.review.size),
        people: (args.text('assign') ?? '')
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== ''),
        judge: args.text('judge'),
        now: new Date(),
      };
      const { draw, isNew, review, notes } = await openWeeklyReview({ workspace, evaluator, git: new Git(), cwd: session.cwd }, request);
      for (const note of [...notes, ...review.problems.slice(0, 5)]) stderr.write(`${note}\n`);
      if (isNew)
        stderr.write(
          `Drew ${quantity(draw.items.length, 'output')} of ${draw.frame.n}: reviews/${draw.id}.draw.json. Commit it, so that others label the same.\n`,
        );
      if (isLabelling) await label(review);
      if (page !== null) return writePage(path.resolve(session.cwd, page), review, workspace.config.labelTexts);
      tell(review, args.flag('json'));
      return 0;
    },
    { readsOnly: false },
  );
}

function writePage(file: string, review: Review, texts: LabelTexts): number {
  const { missing } = writeReviewPage(file, review, texts, __dirname);
  if (missing > 0) stderr.write(`${quantity(missing, 'output')} without texts: this machine has neither the call nor the run.\n`);
  stdout.write(`${file}\nIt contains the texts: send it to the people who label, and do not commit it.\n`);
  return 0;
}

async function label(review: Review): Promise<void> {
  const keyboard = new Keyboard();
  try {
    await reviewAtTerminal(review, keyboard);
  } finally {
    keyboard.close();
  }
}

/** Characters of an output in a list. */
const SHOWN = 100;

function tell(review: Review, isJson: boolean): void {
  const summary = review.summary();
  if (isJson) return stdout.json({ schema: REVIEW_SCHEMA, ...summary });
  const textOf = (index: number): string => {
    const item = review.draw.items[index];
    return item === undefined ? '' : excerpt(review.textOf(item)?.output ?? '(the text is not here)', SHOWN);
  };
  stdout.write(reviewLines(summary, textOf));
}
