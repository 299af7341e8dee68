/** What an extension streams, given up at once when the signal aborts: not every extension, nor every VS Code, ends its stream then. */

/** The pieces of `source`. @throws the signal's reason when it aborts before the next piece is there. */
export async function* untilAborted<T>(source: Promise<AsyncIterable<T>>, signal: AbortSignal): AsyncGenerator<T, void> {
  let stop = (): void => undefined;
  const aborted = new Promise<'aborted'>((resolve) => {
    stop = () => resolve('aborted');
  });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const late = (): void => undefined;
  try {
    const opened = await Promise.race([source, aborted]);
    if (opened === 'aborted') {
      // It may still fail later, when no caller waits for it.
      source.catch(late);
      throw signal.reason;
    }
    const pieces = opened[Symbol.asyncIterator]();
    for (;;) {
      const next = pieces.next();
      const piece = await Promise.race([next, aborted]);
      if (piece === 'aborted') {
        next.catch(late);
        pieces.return?.().catch(late);
        throw signal.reason;
      }
      if (piece.done === true) return;
      yield piece.value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
