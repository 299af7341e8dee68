/** Of the runs of one session, such as those on every save: which of them newer ones have replaced, so that they leave no pile of journals. */

interface SessionRun {
  readonly id: string;
}

export class SessionRuns<R extends SessionRun> {
  /** Newest first. */
  private runs: readonly { readonly run: R; readonly isComplete: boolean }[] = [];

  /** `kept`: how many complete runs stay. The newest run stays too when it was stopped, since it can be resumed. */
  constructor(private readonly kept: number) {}

  /** Takes the newest run; gives those that it replaces. */
  follow(run: R, isComplete: boolean): R[] {
    const all = [{ run, isComplete }, ...this.runs.filter((known) => known.run.id !== run.id)];
    const complete = all.filter((known) => known.isComplete).slice(0, this.kept);
    this.runs = all.filter((known, place) => place === 0 || complete.includes(known));
    return all.filter((known) => !this.runs.includes(known)).map((known) => known.run);
  }
}
