/** What a run asks of the world. */
import type { Evaluator } from './evaluator.ts';
import type { RunEvent } from './events.ts';
import type { JournalRecord } from './journal.ts';

export interface RunPorts {
  readonly evaluator: Evaluator;
  readonly journal: { append(record: JournalRecord): void | Promise<void> };
  /** ms, monotonic. */
  readonly now: () => number;
  /** ISO 8601. */
  readonly date: () => string;
  /** Resolves when everything else that waits, arriving bytes above all, has had its turn. */
  readonly turn: () => Promise<void>;
  /** Resolves early, without an error, when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly emit: (event: RunEvent) => void;
}
