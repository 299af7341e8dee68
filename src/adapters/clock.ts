/** Time as the world has it. */

export const systemClock = {
  now: (): number => performance.now(),
  /** Resolves when everything else that waits has had its turn. */
  turn: (): Promise<void> => new Promise((resolve) => setImmediate(resolve)),
  /** Resolves early, without an error, when the signal aborts. */
  sleep: (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};
