/** Interactions with everything that became known of them, wherever that stands: many in one reading. */
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { unionOfFollowUps } from '../../core/feedback/interactions/follow-up.ts';
import type { FollowUp, Interaction } from '../../core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import { MAX_LINE, type InteractionFiles, type LineLocation } from './interaction-files.ts';
import { lineAt, linesOf } from './lines.ts';
import { namesIn } from './names-in-line.ts';
import { SharedFeedbackFiles } from './shared-feedback-files.ts';

export interface InteractionWithFollowUps {
  readonly interaction: Interaction;
  /** In the order in which they became known. */
  readonly followUps: readonly FollowUp[];
}

const TURN = 1024;

interface Wanted extends InteractionWithFollowUps {
  readonly place: LineLocation;
  readonly followUps: FollowUp[];
  /** Whether it still is the last of its trace, of its conversation. */
  lastOfTrace: boolean;
  lastOfConversation: boolean;
}

/** Null: it does not stand there any more. Gives others their turn between lines. */
export function* interactionsWithFollowUps(
  files: InteractionFiles,
  keys: readonly InteractionKey[],
): Generator<void, (InteractionWithFollowUps | null)[]> {
  const found = keys.map((key) => wantedAt(files, key));
  const all = found.filter((item) => item !== null);
  const names = new Set(
    all.flatMap(({ interaction: { id, responseId, trace, conversation } }) =>
      [id, responseId, trace, conversation].filter((name) => name !== null),
    ),
  );
  const first = all.reduce((day, { place }) => (place.day < day ? place.day : day), '9999-12-31');
  let lines = 0;
  for (const day of files.days(first)) {
    for (const { text, offset } of linesOf(files.readable(day), 0, MAX_LINE)) {
      if (++lines % TURN === 0) yield;
      if (text === null || !namesIn(text, names)) continue;
      const line = readStoredLine(text);
      if ('problem' in line) continue;
      for (const item of all) {
        const isBehind = day > item.place.day || (day === item.place.day && offset > item.place.offset);
        if ('followUp' in line) takeFollowUp(item, line.followUp, isBehind);
        else if (isBehind) takeLater(item, line.interaction);
      }
    }
  }
  const { followUps: shared } = new SharedFeedbackFiles(files.root).read();
  return found.map(
    (item) =>
      item && {
        interaction: item.interaction,
        followUps: unionOfFollowUps(
          item.followUps,
          shared.filter(({ of }) => of.interaction === item.interaction.id),
        ),
      },
  );
}

function wantedAt(files: InteractionFiles, { id, day, offset, end }: InteractionKey): Wanted | null {
  const text = lineAt(files.readable(day), offset, end);
  const read = text === null ? null : readStoredLine(text);
  if (read === null || !('interaction' in read) || read.interaction.id !== id) return null;
  const { interaction } = read;
  return { interaction, place: { day, offset, end }, followUps: [], lastOfTrace: true, lastOfConversation: true };
}

function takeLater(item: Wanted, { trace, conversation }: Interaction): void {
  if (trace !== null && trace === item.interaction.trace) item.lastOfTrace = false;
  if (conversation !== null && conversation === item.interaction.conversation) item.lastOfConversation = false;
}

/** What is about it by its id may stand before it. */
function takeFollowUp(item: Wanted, followUp: FollowUp, isBehind: boolean): void {
  const { of } = followUp;
  const { id, responseId, trace, conversation } = item.interaction;
  const isAbout =
    of.interaction !== null
      ? of.interaction === id
      : of.response !== null
        ? of.response === responseId
        : of.trace !== null
          ? isBehind && item.lastOfTrace && of.trace === trace
          : isBehind && item.lastOfConversation && of.conversation === conversation;
  if (isAbout) item.followUps.push(followUp);
}
