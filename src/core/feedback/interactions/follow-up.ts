/** What becomes known of an interaction after it was recorded. */
import type { FollowUp, Triage } from './interaction.ts';

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

/** What one person decided about an interaction. */
export interface TriageDecision {
  readonly triage: Triage;
  /** Why it was dismissed, or which golden case it became. */
  readonly reason: string | null;
  /** Null: not known. */
  readonly by: string | null;
  /** ISO 8601. */
  readonly time: string;
}

/** The newest decision of each person, the newest first: that one holds. */
export function decisionsIn(followUps: readonly FollowUp[]): TriageDecision[] {
  const newest = new Map<string | null, TriageDecision>();
  for (const { triage, reason, by = null, time } of followUps) {
    const known = newest.get(by);
    if (triage !== null && (known === undefined || known.time <= time)) newest.set(by, { triage, reason, by, time });
  }
  return [...newest.values()].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
}

/** Those of this machine and those of the repository, in the order of time; what was copied from here to there is one. */
export function unionOfFollowUps(own: readonly FollowUp[], shared: readonly FollowUp[]): readonly FollowUp[] {
  if (shared.length === 0) return own;
  const known = new Set(shared.map(nameOfFollowUp));
  return [...own.filter((followUp) => !known.has(nameOfFollowUp(followUp))), ...shared].sort((a, b) =>
    a.time < b.time ? -1 : a.time > b.time ? 1 : 0,
  );
}

/** Two with the same name are one: a copy may be redacted. */
export const nameOfFollowUp = ({ of, time, triage, signals }: FollowUp): string =>
  JSON.stringify([of.interaction, time, triage, ...signals.map(({ name }) => name)]);
