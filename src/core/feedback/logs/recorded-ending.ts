import { brokenOffMessage, endingOf } from '../../model/finish-reasons.ts';
import type { Interaction } from '../interactions/interaction.ts';

/** How a recorded answer ended. A reason that is not in the table is unknown; an answer that the provider broke off is an error. */
export function recordedEnding(reason: string | null): Pick<Interaction, 'finish' | 'error'> {
  const { finish, brokenOff } = endingOf(reason);
  return { finish, error: brokenOff === null ? null : { type: brokenOff, message: brokenOffMessage(reason ?? '') } };
}
