/** ms of script, style and layout in each frame of a page, from the browser's own trace. */
import type { CDPSession, Frame } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** µs. */
  readonly ts: number;
  readonly dur?: number;
}

const TIMED: ReadonlySet<string> = new Set([
  'FunctionCall',
  'EvaluateScript',
  'UpdateLayoutTree',
  'Layout',
  'PrePaint',
  'FireAnimationFrame',
  'TimerFire',
  'EventDispatch',
  'HandlePostMessage',
  'RunMicrotasks',
  'MinorGC',
  'MajorGC',
  'v8.callFunction',
]);

export class FrameCosts {
  constructor(private readonly session: CDPSession) {}

  /** ms in each of so many frames; `scroll`: which share of all rows goes by. @throws {Error} when the trace has not every frame. */
  async measure(frame: Frame, frames: number, scroll: number): Promise<number[]> {
    const events: TraceEvent[] = [];
    const take = ({ value }: { value: readonly object[] }): void => void events.push(...(value as TraceEvent[]));
    this.session.on('Tracing.dataCollected', take);
    await this.session.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: { includedCategories: ['devtools.timeline', 'v8', 'blink.user_timing'] },
    });
    const scrolled = await frame.evaluate(showFrames, [frames, scroll] as const);
    const done = new Promise<void>((resolve) => this.session.once('Tracing.tracingComplete', () => resolve()));
    await this.session.send('Tracing.end');
    await done;
    this.session.off('Tracing.dataCollected', take);
    if (scroll > 0 && scrolled === 0) throw new Error('The page did not scroll.');
    return costs(events, frames);
  }

  /** Used heap after a collection. */
  async heapMb(): Promise<number> {
    await this.session.send('HeapProfiler.collectGarbage');
    await this.session.send('Performance.enable');
    const { metrics } = await this.session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN) / 1024 / 1024;
  }
}

/** Runs in the page. Marks each frame; returns how far it scrolled. */
async function showFrames([frames, scroll]: readonly [number, number]): Promise<number> {
  const scroller = document.querySelector('.scroller');
  const end = scroller ? scroller.scrollHeight - scroller.clientHeight : 0;
  const from = scroller?.scrollTop ?? 0;
  for (let i = 0; i <= frames; i++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    performance.mark('bench-frame');
    if (scroller && scroll > 0) scroller.scrollTop = (scroll * end * i) / frames;
  }
  return Math.abs((scroller?.scrollTop ?? 0) - from);
}

function costs(events: readonly TraceEvent[], frames: number): number[] {
  const marks = events.filter(({ name }) => name === 'bench-frame').sort((a, b) => a.ts - b.ts);
  const [first] = marks;
  if (!first || marks.length !== frames + 1) throw new Error(`The trace has ${marks.length} marks of ${frames + 1} frames.`);
  const own = events
    .filter(({ name, ph, pid, tid }) => ph === 'X' && TIMED.has(name) && pid === first.pid && tid === first.tid)
    .sort((a, b) => a.ts - b.ts);
  return marks.slice(0, -1).map(({ ts }, i) => covered(own, ts, marks[i + 1]?.ts ?? ts) / 1000);
}

/** µs of [from, to) in which one of the events goes on. */
function covered(events: readonly TraceEvent[], from: number, to: number): number {
  let sum = 0;
  let until = from;
  for (const { ts, dur } of events) {
    if (ts >= to) break;
    const start = Math.max(ts, until);
    const end = Math.min(ts + (dur ?? 0), to);
    if (end > start) {
      sum += end - start;
      until = end;
    }
  }
  return sum;
}
