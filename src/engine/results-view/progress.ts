/** How a run stands, how fast it goes, and when it ends, from the times of its last answers. */
import { LONG_WAIT } from '../../core/calls/origin-limiter.ts';
import type { ResultsProgress } from '../../protocol/results.ts';

/** ms that the rate looks back. */
const WINDOW = 5000;

export class ThroughputMeter {
  private readonly times: number[] = [];

  /** The last long wait of the run. */
  readonly wait: WaitNotice;

  constructor(private readonly now: () => number) {
    this.wait = new WaitNotice(now);
  }

  /** Both null when nothing runs. */
  state(running: boolean): Pick<ResultsProgress, 'perSecond' | 'waiting'> {
    return running ? { perSecond: this.perSecond, waiting: this.wait.left } : { perSecond: null, waiting: null };
  }

  tick(): void {
    this.times.push(this.now());
    if (this.times.length > 20_000) this.times.splice(0, 10_000);
  }

  /** Answers a second over the last seconds; null: too few to tell. */
  get perSecond(): number | null {
    const now = this.now();
    const from = this.times.findIndex((time) => time >= now - WINDOW);
    const first = this.times[from];
    if (from === -1 || first === undefined) return null;
    const recent = this.times.length - from;
    return recent < 2 ? null : (1000 * recent) / Math.max(200, now - first);
  }
}

/** A wait that is long enough to be shown, as long as it goes on. */
export class WaitNotice {
  private reason = '';
  private until = -Infinity;

  constructor(private readonly now: () => number) {}

  /** Nothing can be sent for this time, in ms; a short wait is shown only if that is wanted. `reason`: why, as a clause. */
  tell(ms: number, reason: string, isShortShown = false): void {
    if (ms <= LONG_WAIT && !isShortShown) return;
    this.reason = reason;
    this.until = this.now() + ms;
  }

  /** Null: there is no wait. */
  get left(): ResultsProgress['waiting'] {
    const ms = this.until - this.now();
    return ms > 0 ? { ms, reason: this.reason } : null;
  }
}

export function progressOf(state: Omit<ResultsProgress, 'projectedUsd' | 'leftMs'>): ResultsProgress {
  const { running, done, samples, spentUsd, perSecond } = state;
  return {
    ...state,
    projectedUsd: !running || spentUsd === null || done === 0 ? null : (spentUsd / done) * samples,
    leftMs: perSecond === null ? null : (Math.max(0, samples - done) / perSecond) * 1000,
  };
}
