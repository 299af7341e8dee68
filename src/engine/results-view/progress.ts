/** How a run stands, how fast it goes, and when it ends, from the times of its last answers. */
import type { ResultsProgress } from '../../protocol/results.ts';

/** ms that the rate looks back. */
const WINDOW = 5000;

export class ThroughputMeter {
  private readonly times: number[] = [];

  constructor(private readonly now: () => number) {}

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

export function progressOf(state: Omit<ResultsProgress, 'projectedUsd' | 'leftMs'>): ResultsProgress {
  const { running, done, samples, spentUsd, perSecond } = state;
  return {
    ...state,
    projectedUsd: !running || spentUsd === null || done === 0 ? null : (spentUsd / done) * samples,
    leftMs: perSecond === null ? null : (Math.max(0, samples - done) / perSecond) * 1000,
  };
}
