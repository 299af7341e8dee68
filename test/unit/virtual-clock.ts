/** Time that passes only when everybody waits for it, so that minutes of a run take milliseconds. */

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

export class VirtualClock {
  private time = 0;
  private order = 0;
  private timers: Timer[] = [];

  readonly now = (): number => this.time;
  readonly yieldToEventLoop = (): Promise<void> => Promise.resolve();

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const wake = (): void => {
        this.timers = this.timers.filter((timer) => timer.wake !== wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.timers.push({ at: this.time + Math.max(0, ms), order: this.order++, wake });
      signal?.addEventListener('abort', wake, { once: true });
    });

  /** Does a work after so many ms, and gives what calls it off. */
  readonly later = (work: () => void, ms: number): (() => void) => {
    const off = new AbortController();
    void this.sleep(ms, off.signal).then(() => {
      if (!off.signal.aborted) work();
    });
    return () => off.abort();
  };

  /** What the work gives, with as much time as it takes. @throws when it waits for something else than time. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    work.then(done, done);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) return work;
      const next = this.timers.reduce<Timer | null>(
        (first, timer) => (first === null || timer.at < first.at || (timer.at === first.at && timer.order < first.order) ? timer : first),
        null,
      );
      if (next === null) throw new Error('Everybody waits, but not for time.');
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
  }
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
