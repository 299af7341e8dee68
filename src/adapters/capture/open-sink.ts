/** Where an application's records go, as it says: one queue for each place, however often it is named. */
import { LineQueue, type LineWriter } from './line-queue.ts';
import { onProcessEnd } from './process-end.ts';
import type { SinkParts, SinkTarget } from './sink-parts.ts';
import { writeWarning } from './write-warning.ts';

const queues = new Map<string, LineQueue>();

export function openSink(place: SinkTarget): LineQueue {
  const { root, folder, endpoint, headers } = place;
  const key = JSON.stringify([root, folder, endpoint, headers]);
  const known = queues.get(key);
  if (known) return known;
  const queue = queueFor(place, process.cwd());
  if (queues.size === 0) onProcessEnd(() => [...queues.values()]);
  queues.set(key, queue);
  return queue;
}

/** Never rejects. */
export async function flushSinks(): Promise<void> {
  await Promise.all([...queues.values()].map((queue) => queue.flush()));
}

function queueFor(place: SinkTarget, from: string): LineQueue {
  let loaded: SinkParts | null = null;
  const parts = (): SinkParts =>
    (loaded ??= loadParts().sinkParts(place, from, (kind, problem) => {
      queue.problem(kind, problem);
    }));
  const writer: LineWriter = {
    write: (lines) => parts().writer.write(lines),
    // What goes to a server cannot go at once.
    ...(place.endpoint === null ? { writeNow: (lines) => parts().writer.writeNow?.(lines) } : {}),
  };
  const queue: LineQueue = new LineQueue({
    writer,
    redact: async () => parts().redact(),
    redactNow: () => parts().redactNow(),
    onProblem: place.onProblem ?? writeWarning,
  });
  return queue;
}

/** A bundle of its own, so that an application that starts does not wait for it. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a process that ends has no time for import()
const loadParts = (): typeof import('./sink-parts.ts') => require('./sink-parts.ts') as typeof import('./sink-parts.ts');
