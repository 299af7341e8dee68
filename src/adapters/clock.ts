/** Time as the world has it. */

/**
 * Does a work every so many ms until the returned function is called; the process does not stay alive for it. A work that fails is told,
 * and the next time comes all the same; one that takes longer than the time between two is not started twice.
 */
export function repeatEvery(ms: number, work: () => Promise<void>, onFailure: (error: unknown) => void): () => void {
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    work()
      .catch(onFailure)
      .finally(() => (isBusy = false));
  }, ms).unref();
  return () => clearInterval(timer);
}

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
