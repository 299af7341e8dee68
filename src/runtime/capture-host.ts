/** What a captured client needs of where it runs: Node with a disk, or a browser or edge runtime that has only fetch. */
import type { LineQueue, Redact } from '../adapters/capture/line-queue.ts';
import type { RedactRules, Sink } from './goldset-runtime.d.ts';
import type { HeldRecords } from './sampling.ts';

export interface CaptureHost {
  /** Of the calls of a client. Signals that name no sink go where the last of them went. */
  readonly captureQueue: (sink: Sink | undefined) => LineQueue;
  readonly signalQueue: (sink: Sink | undefined) => LineQueue;
  /** Null: the user cannot be hashed here, and is not recorded. */
  readonly hashUser: (user: string) => string | null;
  /** What a call's own rules take out. @throws {RangeError} when a rule cannot be used. */
  readonly redactorOf: (rules: RedactRules) => Redact;
  /** Records that were not sampled. */
  readonly held: HeldRecords;
}
