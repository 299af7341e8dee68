/** Cases that a person has cancelled while the run goes on. They stay unanswered, so a resume asks them again. */
import type { SampleId } from '../results/sample-id.ts';

export class SampleCancels {
  private readonly cancelled = new Set<string>();
  private readonly underWay = new Map<string, Set<AbortController>>();

  /** All repeats of a case with these candidates. */
  cancel(candidates: readonly string[], caseId: string): void {
    for (const candidate of candidates) {
      const key = keyOf({ candidate, case: caseId });
      this.cancelled.add(key);
      for (const controller of this.underWay.get(key) ?? []) controller.abort();
    }
  }

  has(sample: Pick<SampleId, 'candidate' | 'case'>): boolean {
    return this.cancelled.size > 0 && this.cancelled.has(keyOf(sample));
  }

  /** Does the work with a signal that ends with the run, and with the cancelling of this sample. */
  async during<T>(sample: SampleId, run: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const key = keyOf(sample);
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const group = this.underWay.get(key) ?? new Set();
    this.underWay.set(key, group.add(controller));
    run.addEventListener('abort', abort, { once: true });
    if (run.aborted || this.has(sample)) abort();
    try {
      return await work(controller.signal);
    } finally {
      run.removeEventListener('abort', abort);
      group.delete(controller);
      if (group.size === 0) this.underWay.delete(key);
    }
  }
}

const keyOf = (sample: Pick<SampleId, 'candidate' | 'case'>): string => `${sample.candidate}\u0000${sample.case}`;
