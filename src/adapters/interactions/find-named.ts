/** What a name is of, as far as it is stored: an interaction, a provider's answer, a trace or a conversation. */
import type { FollowUpTarget } from '../../core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import { MAX_LINE, type InteractionFiles } from './interaction-files.ts';
import { linesBackwards } from './lines.ts';
import { namesIn } from './names-in-line.ts';

export interface NamedInteraction {
  /** What the name is of. */
  readonly target: keyof FollowUpTarget;
  /** Of the interaction itself. */
  readonly id: string;
}

/** The newest that has the name; null: nothing has it. */
export function findNamed(files: InteractionFiles, name: string): NamedInteraction | null {
  const names = new Set([name]);
  for (const day of files.days(null).reverse()) {
    for (const { text } of linesBackwards(files.readable(day), files.sizeOf(day), MAX_LINE)) {
      if (text === null || !text.includes(name) || !namesIn(text, names)) continue;
      const line = readStoredLine(text);
      if (!('interaction' in line)) continue;
      const { id, responseId, trace, conversation } = line.interaction;
      if (id === name) return { target: 'interaction', id };
      if (responseId === name) return { target: 'response', id };
      if (trace === name) return { target: 'trace', id };
      if (conversation === name) return { target: 'conversation', id };
    }
  }
  return null;
}
