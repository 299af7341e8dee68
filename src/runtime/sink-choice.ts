/** The queue of a sink as the public types name it. */
import type { LineQueue } from '../adapters/capture/line-queue.ts';
import type { CaptureHost } from './capture-host.ts';
import type { Sink } from './goldset-runtime.d.ts';

/** `first`: where records go before an application names a sink. `open`: the queue of a sink that was not seen yet. */
export function sinkChoice(first: Sink, open: (sink: Sink) => LineQueue): Pick<CaptureHost, 'captureQueue' | 'signalQueue'> {
  /** Where this process last captured to: signals that name no sink go there. */
  let last = first;
  /** A sink is looked at once: an application names the same object at each call. */
  const opened = new WeakMap<Sink, LineQueue>();
  const queueOf = (sink: Sink): LineQueue => {
    const known = opened.get(sink) ?? open(sink);
    opened.set(sink, known);
    return known;
  };
  return {
    captureQueue: (sink) => {
      if (sink !== undefined) last = sink;
      return queueOf(last);
    },
    signalQueue: (sink) => queueOf(sink ?? last),
  };
}
