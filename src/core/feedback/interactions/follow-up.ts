/** What becomes known of an interaction after it was recorded. */
import type { FollowUp } from './interaction.ts';

/** `time`: ISO 8601, when it became known. */
export const followUpOn = (interaction: string, time: string, known: Partial<FollowUp>): FollowUp => ({
  of: { interaction, response: null, trace: null, conversation: null },
  time,
  signals: [],
  chunks: [],
  action: null,
  triage: null,
  reason: null,
  ...known,
});
