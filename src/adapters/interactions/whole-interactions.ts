/** Stored interactions with everything that became known of them, from the newest back; the lines are read once. */
import { joined } from '../../core/feedback/interactions/interaction-query.ts';
import type { Interaction, StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import { FollowUpJoiner, type KnownCall } from './follow-up-joiner.ts';
import { InteractionFiles, MAX_LINE } from './interaction-files.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { linesBackwards } from './lines.ts';
import { SharedFeedbackFiles } from './shared-feedback-files.ts';

export interface WholeInteraction {
  readonly interaction: Interaction;
  readonly key: InteractionKey;
}

/** With what the team shares of the workspace. */
const workspaceJoiner = (root: string): FollowUpJoiner => new FollowUpJoiner(new SharedFeedbackFiles(root).read().followUps);

const wholeCall = ({ interaction, followUps }: KnownCall): Interaction =>
  followUps.length === 0 ? interaction : joined(interaction, followUps);

/** `since`: a day; null: all that is stored. A call that was sent again after a restart comes twice. @returns lines that are not valid. */
export function* wholeInteractions(root: string, since: string | null): Generator<WholeInteraction, number> {
  const files = new InteractionFiles(root);
  const joiner = workspaceJoiner(root);
  let refused = 0;
  for (const day of files.days(since).reverse())
    for (const { text, offset, end } of linesBackwards(files.readable(day), files.sizeOf(day), MAX_LINE)) {
      const read = text === null ? null : readStoredLine(text);
      if (read === null || 'problem' in read) {
        // A torn last line is not there yet.
        if (text !== '') refused++;
        continue;
      }
      const call = joiner.take(read);
      if (call !== null) yield { interaction: wholeCall(call), key: { id: call.interaction.id, day, offset, end } };
    }
  return refused;
}

/** Takes each call of the files, or of `lines` of a store instead, which have no place in the files. @returns lines of files that are not valid. */
export async function eachInteraction(
  { root, since, lines }: { readonly root: string; readonly since: string | null; readonly lines: AsyncIterable<StoredLine> | null },
  take: (interaction: Interaction, key: InteractionKey | null) => void,
): Promise<number> {
  if (lines === null) {
    const stored = wholeInteractions(root, since);
    let next = stored.next();
    for (; next.done !== true; next = stored.next()) take(next.value.interaction, next.value.key);
    return next.value;
  }
  const joiner = workspaceJoiner(root);
  for await (const line of lines) {
    const call = joiner.take(line);
    if (call !== null) take(wholeCall(call), null);
  }
  return 0;
}
