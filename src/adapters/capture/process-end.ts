/**
 * The last records of a process. When it has nothing else to do, one more try is waited for; when it exits, what goes to disk is written on
 * this thread; when a signal ends it, the same, and then the signal ends it as it would have done. What the application itself does at a
 * signal is its own matter: the listener here is gone before the application's run, and ends the process only where it has none.
 */
import type { LineQueue } from './line-queue.ts';

/** Where SIGBREAK is all that a console sends, Node maps Ctrl+C to SIGINT. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** ms that a server may take for the last batch when a signal ends the process. */
const LAST_BATCH = 2000;

/** What of a process is used. */
export type EndingProcess = Pick<NodeJS.Process, 'on' | 'prependListener' | 'removeListener' | 'listenerCount' | 'kill' | 'pid'>;

/** Of all that are open when it ends. */
export function onProcessEnd(queues: () => readonly LineQueue[], ending: EndingProcess = process): void {
  ending.on('beforeExit', () => void Promise.all(queues().map((queue) => queue.end())));
  ending.on('exit', () => {
    for (const queue of queues()) if (!queue.endNow()) queue.lose();
  });
  for (const signal of SIGNALS) listenOnce(signal, queues, ending);
}

function listenOnce(signal: NodeJS.Signals, queues: () => readonly LineQueue[], ending: EndingProcess): void {
  const onSignal = (): void => {
    // Libraries that end the process at a signal do so only where they are alone.
    ending.removeListener(signal, onSignal);
    const late = queues().filter((queue) => !queue.endNow());
    const isOurs = ending.listenerCount(signal) === 0;
    const flushed = late.length === 0 ? null : Promise.all(late.map((queue) => queue.flush()));
    if (!isOurs) {
      // The application goes on for as long as it wants to: what it still records is written at its end.
      setImmediate(() => ending.prependListener(signal, onSignal));
      return;
    }
    const end = (): unknown => ending.kill(ending.pid, signal);
    if (flushed === null) end();
    else void Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, LAST_BATCH))]).then(end);
  };
  ending.prependListener(signal, onSignal);
}
