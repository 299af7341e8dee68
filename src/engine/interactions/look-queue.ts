/** Looks at sources, one after the other, for they share the store. What is given up while it waits is never begun. */
import { HumanError } from '../../core/problems/errors.ts';

export class LookQueue {
  private last: Promise<unknown> = Promise.resolve();
  private readonly open = new Set<AbortController>();

  /**
   * `work` gets what ends it and ends soon after that. `wanted`: aborted when the result is wanted no more; null: it stays wanted.
   * @throws {HumanError} `source/stopped` when it was given up before its turn; as `work` does.
   */
  add<T>(source: string, work: (own: AbortController) => Promise<T>, wanted: AbortSignal | null = null): Promise<T> {
    const own = new AbortController();
    const giveUp = (): void => own.abort();
    if (wanted?.aborted === true) giveUp();
    wanted?.addEventListener('abort', giveUp, { once: true });
    this.open.add(own);
    const turn = this.last.then(() => {
      if (own.signal.aborted) throw new HumanError('source/stopped', `Reading ${source} was stopped.`);
      return work(own);
    });
    this.last = turn
      .catch(() => undefined)
      .finally(() => {
        this.open.delete(own);
        wanted?.removeEventListener('abort', giveUp);
      });
    return turn;
  }

  /** What waits or is under way is given up. */
  stop(): void {
    for (const own of this.open) own.abort();
  }
}
