/** Stored interactions with everything that became known of them, from the newest back; the lines are read once. */
import { joined } from '../../core/feedback/interactions/interaction-query.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
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

/** `since`: a day; null: all that is stored. A call that was sent again after a restart comes twice. @returns lines that are not valid. */
export function* wholeInteractions(root: string, since: string | null): Generator<WholeInteraction, number> {
  const files = new InteractionFiles(root);
  const waiting = new PendingFollowUps();
  for (const followUp of new SharedFeedbackFiles(root).read().followUps) waiting.add(followUp);
  const retried = new RetriedFinder();
  let refused = 0;
  for (const day of files.days(since).reverse())
    for (const { text, offset, end } of linesBackwards(files.readable(day), files.sizeOf(day), MAX_LINE)) {
      const read = text === null ? null : readStoredLine(text);
      if (read === null || 'problem' in read) {
        // A torn last line is not there yet.
        if (text !== '') refused++;
        continue;
      }
      if ('followUp' in read) {
        waiting.add(read.followUp);
        continue;
      }
      const { interaction } = read;
      const by = retried.take(interaction);
      const known = [...waiting.take(interaction), ...(by === null ? [] : [retryOf(interaction.id, by.at)])];
      const key = { id: interaction.id, day, offset, end };
      yield { interaction: known.length === 0 ? interaction : joined(interaction, known), key };
    }
  return refused;
}
