/**
 * Says when the task that a thread is at has to be stopped: its processor time is used up, or the thread has stood still for long. It
 * looks a few times a second, and counts a task's time from the first look at it, so a task that is done between two looks costs nothing.
 */
import type { CpuClock } from './thread-cpu.ts';

/** A thread that gets no processor time for so long, ms, is not waited for. */
const STANDSTILL_MS = 60_000;

export type Overdue = 'used-up' | 'stood-still';

export class TaskWatch {
  private task: number | string | null = null;
  private start = 0;
  private last = 0;
  private lastMoved = 0;

  constructor(
    private readonly clock: CpuClock,
    /** ms, monotonic. */
    private readonly now: () => number,
  ) {}

  /** Looks at the task; `limitMs`: of processor time. Null: it may go on. */
  look(task: number | string, limitMs: number): Overdue | null {
    const used = this.clock.ms();
    if (task !== this.task) {
      this.task = task;
      this.start = used;
      this.last = used;
      this.lastMoved = this.now();
    } else if (used > this.last) {
      this.last = used;
      this.lastMoved = this.now();
    }
    if (used - this.start > limitMs * this.clock.allowance) return 'used-up';
    return this.now() - this.lastMoved > STANDSTILL_MS ? 'stood-still' : null;
  }
}
