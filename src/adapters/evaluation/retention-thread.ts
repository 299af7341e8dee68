/** Deletion of what is too old, on a thread that ends with it: adding up months of calls takes minutes, and nothing else waits for that. */
import type { RetainJob, Retained } from '../interactions/retention.ts';
import type { PrunedData, PruneJob } from '../retention/prune-data.ts';
import { WorkerEvaluator } from './worker-evaluator.ts';

export class RetentionThread {
  private readonly running = new Set<WorkerEvaluator>();

  /** `script`: the bundled worker. */
  constructor(private readonly script: string) {}

  /** As `keepRetention` with `addUp`. @throws {HumanError} when it was stopped. */
  retain(job: RetainJob): Promise<Retained> {
    return this.apart((evaluator) => evaluator.retain(job));
  }

  /** As `pruneData`. @throws {HumanError} when it was stopped. */
  prune(job: PruneJob): Promise<PrunedData> {
    return this.apart((evaluator) => evaluator.prune(job));
  }

  /** Stops what it does: what is deleted is deleted, and the next time makes up for the rest. */
  async dispose(): Promise<void> {
    await Promise.all([...this.running].map((evaluator) => evaluator.dispose()));
  }

  private async apart<T>(work: (evaluator: WorkerEvaluator) => Promise<T>): Promise<T> {
    const evaluator = new WorkerEvaluator(this.script);
    this.running.add(evaluator);
    try {
      return await work(evaluator);
    } finally {
      this.running.delete(evaluator);
      await evaluator.dispose();
    }
  }
}
