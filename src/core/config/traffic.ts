/** What production sends of a prompt, as goldset.yaml says. */

export interface Traffic {
  readonly callsPerDay: number;
  /** What a user pays attention to: a ticket, a document. */
  readonly action: string;
  readonly callsPerAction: number;
}
