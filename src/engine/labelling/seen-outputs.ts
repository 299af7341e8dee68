/**
 * Outputs of which a page of this window has shown what a judge said, since the window was opened. A row of the table counts as soon as the page has
 * it, whether or not it was scrolled into view: a label that counts as evidence must be beyond doubt.
 */
export class SeenOutputs {
  private readonly seen = new Set<string>();

  add(key: string): void {
    this.seen.add(key);
  }

  has(key: string): boolean {
    return this.seen.has(key);
  }
}

/** Of a run's output. `column`: its candidate, so that equal texts of two candidates are two outputs. */
export const seenKey = (run: string, column: string, caseId: string, repeat: number): string =>
  JSON.stringify([run, column, caseId, repeat]);

/** Of an interaction: its details have its signals, and who answered. */
export const seenCall = (id: string): string => JSON.stringify(['interaction', id]);

/** Of a run's output, whichever candidate it is of: a draw does not say it, so that one that was seen makes all of them seen. */
export const seenRepeat = (run: string, caseId: string, repeat: number): string => JSON.stringify(['repeat', run, caseId, repeat]);
