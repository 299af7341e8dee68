/** The key of a stored interaction. */

/** Which interaction, and where its line is. */
export interface InteractionKey {
  readonly id: string;
  /** The file of the day, such as 2026-11-01, in UTC. */
  readonly day: string;
  /** Bytes before the line. */
  readonly offset: number;
  /** Bytes before the next line. */
  readonly end: number;
}
