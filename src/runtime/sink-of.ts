/** The queue of a sink as the public types name it. */
import type { LineQueue } from '../adapters/capture/line-queue.ts';
import { openSink } from '../adapters/capture/open-sink.ts';
import type { Sink } from './goldset-runtime.d.ts';

/** Where this process last captured to: signals that name no sink go there. */
let last: Sink = {};

export function captureQueue(sink: Sink | undefined): LineQueue {
  if (sink !== undefined) last = sink;
  return queueOf(last);
}

export const signalQueue = (sink: Sink | undefined): LineQueue => queueOf(sink ?? last);

/** A sink is looked at once: an application names the same object at each call. */
const opened = new WeakMap<Sink, LineQueue>();

function queueOf(sink: Sink): LineQueue {
  const known = opened.get(sink);
  if (known) return known;
  const onProblem = sink.onProblem ?? null;
  const queue =
    'endpoint' in sink
      ? openSink({ root: null, folder: null, endpoint: sink.endpoint, headers: sink.headers ?? {}, onProblem })
      : openSink({ root: sink.root ?? null, folder: sink.folder ?? null, endpoint: null, headers: {}, onProblem });
  opened.set(sink, queue);
  return queue;
}
