/**
 * Work for a receiver that is slower than its sender: a window that redraws for each message. It is done in slices. After a slice the
 * receiver must have answered, and then rests for at least as long as it was busy, so that its user can type.
 */

export interface SlicePorts {
  /** Resolves when the receiver has handled everything that was sent before. */
  answered(): PromiseLike<unknown>;
  /** ms of a clock that never goes back. */
  now(): number;
  /** Resolves after so many ms. */
  rest(ms: number): Promise<void>;
  /** The ms of a rest at least, after the queue has been there for so many ms. */
  pause(elapsedMs: number): number;
  /** Resolves when everything else on this thread has had its turn. */
  turn(): Promise<void>;
}

/** Units of work before the receiver must answer. */
const SLICE = 500;
/** Units of work before other work on this thread gets its turn. */
const BATCH = 25;

type Work = () => void | PromiseLike<void>;

export class SlicedQueue {
  private readonly queue: Work[] = [];
  private draining: Promise<void> | null = null;
  private failure: { readonly error: unknown } | null = null;
  private hurry: () => void = () => undefined;
  private readonly isHurried: Promise<void>;
  private mayRest = true;
  private readonly since: number;

  constructor(private readonly ports: SlicePorts) {
    this.since = ports.now();
    this.isHurried = new Promise((resolve) => (this.hurry = resolve));
  }

  push(work: Work): void {
    if (this.failure !== null) return;
    this.queue.push(work);
    this.draining ??= this.drain();
  }

  /** Does what is left without a rest. Resolves when all of it is done. @throws what a unit of work failed with. */
  async end(): Promise<void> {
    this.mayRest = false;
    this.hurry();
    while (this.draining) await this.draining;
    if (this.failure !== null) throw this.failure.error;
  }

  private async drain(): Promise<void> {
    try {
      // The sender goes on first: what it has by then belongs to the first slice.
      await this.ports.turn();
      while (this.queue.length > 0) await this.slice();
    } catch (error) {
      this.failure = { error };
      this.queue.length = 0;
    }
    this.draining = null;
  }

  private async slice(): Promise<void> {
    const { now, answered, rest, pause, turn } = this.ports;
    const began = now();
    for (const [i, work] of this.queue.splice(0, SLICE).entries()) {
      if (i > 0 && i % BATCH === 0) await turn();
      const done = work();
      if (done) await done;
    }
    await answered();
    const ended = now();
    if (this.mayRest) await Promise.race([rest(Math.max(ended - began, pause(ended - this.since))), this.isHurried]);
  }
}
