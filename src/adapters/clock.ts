/** Time as the world has it. */

export const systemClock = {
  now: (): number => performance.now(),
  /** Resolves after everything that is waiting in the event loop has run. */
  yieldToEventLoop: (): Promise<void> => new Promise((resolve) => setImmediate(resolve)),
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
