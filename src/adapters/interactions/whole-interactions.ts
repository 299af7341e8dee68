/** Stored interactions with everything that became known of them, from the newest back; the lines are read once. */
import { joined } from '../../core/feedback/interactions/interaction-query.ts';
import type { Interaction, StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import { RetriedFinder } from '../../core/feedback/signals/retry-finder.ts';
import { retryOf } from './day-inbox.ts';
import { PendingFollowUps } from './find-interactions.ts';
import { InteractionFiles, MAX_LINE } from './interaction-files.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { linesBackwards } from './lines.ts';
import { SharedFeedbackFiles } from './shared-feedback-files.ts';

export interface WholeInteraction {
  readonly interaction: Interaction;
  readonly key: InteractionKey;
}

/** Puts what became known of calls to them, as lines come from the newest back. */
export class FollowUpJoiner {
  private readonly waiting = new PendingFollowUps();
  private readonly retried = new RetriedFinder();

  /** With what a team shares of the workspace. */
  constructor(root: string) {
    for (const followUp of new SharedFeedbackFiles(root).read().followUps) this.waiting.add(followUp);
  }

  /** Null: the line is known of a call that comes later. */
  take(read: StoredLine): Interaction | null {
    if ('followUp' in read) {
      this.waiting.add(read.followUp);
      return null;
    }
    const { interaction } = read;
    const by = this.retried.take(interaction);
    const known = [...this.waiting.take(interaction), ...(by === null ? [] : [retryOf(interaction.id, by.at)])];
    return known.length === 0 ? interaction : joined(interaction, known);
  }
}

/** `since`: a day; null: all that is stored. A call that was sent again after a restart comes twice. @returns lines that are not valid. */
export function* wholeInteractions(root: string, since: string | null): Generator<WholeInteraction, number> {
  const files = new InteractionFiles(root);
  const joiner = new FollowUpJoiner(root);
  let refused = 0;
  for (const day of files.days(since).reverse())
    for (const { text, offset, end } of linesBackwards(files.readable(day), files.sizeOf(day), MAX_LINE)) {
      const read = text === null ? null : readStoredLine(text);
      if (read === null || 'problem' in read) {
        // A torn last line is not there yet.
        if (text !== '') refused++;
        continue;
      }
      const interaction = joiner.take(read);
      if (interaction !== null) yield { interaction, key: { id: interaction.id, day, offset, end } };
    }
  return refused;
}
