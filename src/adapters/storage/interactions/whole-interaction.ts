/** One interaction with everything that became known of it, wherever that stands. */
import type { FollowUp, Interaction } from '../../../core/feedback/interaction.ts';
import { readStoredLine } from '../../../core/feedback/stored-line.ts';
import { MAX_LINE, type InteractionFiles, type LinePlace } from './interaction-files.ts';
import { lineAt, linesOf } from './lines.ts';

export interface WholeInteraction {
  readonly interaction: Interaction;
  /** In the order in which they became known. */
  readonly followUps: readonly FollowUp[];
}

const TURN = 1024;

/** Null: it does not stand there any more. Gives others their turn between lines. */
export function* wholeInteraction(
  files: InteractionFiles,
  id: string,
  { day, offset, end }: LinePlace,
): Generator<void, WholeInteraction | null> {
  const text = lineAt(files.fileOf(day), offset, end);
  const read = text === null ? null : readStoredLine(text);
  if (read === null || !('interaction' in read) || read.interaction.id !== id) return null;
  const { interaction } = read;
  const { responseId, trace, conversation } = interaction;
  // As a line has them, to be found before it is read.
  const names = [id, responseId, trace, conversation].filter((name) => name !== null).map((name) => JSON.stringify(name).slice(1, -1));
  const followUps: FollowUp[] = [];
  /** Whether it still is the last of its trace, of its conversation. */
  const last = { trace: true, conversation: true };
  let lines = 0;
  for (const later of files.days(null)) {
    // What is about the interaction by its id may stand before it: it came from elsewhere, or clocks differ.
    const isAfter = later > day;
    for (const line of linesOf(files.fileOf(later), 0, MAX_LINE)) {
      if (++lines % TURN === 0) yield;
      const raw = line.text;
      if (raw === null || !names.some((name) => raw.includes(name))) continue;
      const found = readStoredLine(raw);
      const isBehind = isAfter || (later === day && line.offset > offset);
      if ('interaction' in found && isBehind) {
        if (trace !== null && found.interaction.trace === trace) last.trace = false;
        if (conversation !== null && found.interaction.conversation === conversation) last.conversation = false;
      }
      if ('followUp' in found && isAbout(found.followUp, interaction, isBehind ? last : NONE)) followUps.push(found.followUp);
    }
  }
  return { interaction, followUps };
}

const NONE = { trace: false, conversation: false };

function isAbout({ of }: FollowUp, { id, responseId, trace, conversation }: Interaction, last: typeof NONE): boolean {
  if (of.interaction !== null) return of.interaction === id;
  if (of.response !== null) return of.response === responseId;
  if (of.trace !== null) return last.trace && of.trace === trace;
  return last.conversation && of.conversation === conversation;
}
