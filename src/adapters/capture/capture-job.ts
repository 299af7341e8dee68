/** What the receiver's thread is given, and what it answers. Bodies are read there: a small one may take long, or need much memory. */
import type { CaptureConfig } from '../../core/config/capture-config.ts';
import type { DeclaredSignals } from '../../core/config/declared-signals.ts';
import type { RefusalSummary } from '../../core/feedback/logs/otlp/telemetry.ts';
import { InteractionFiles } from '../interactions/interaction-files.ts';
import { CapturePrices } from './capture-prices.ts';
import { redactorOf } from './capture-rules.ts';
import { Capture, type CaptureCounts } from './capture.ts';
import type { Encoding } from './otlp-answer.ts';
import { isRefusedRequest, type RefusedRequest } from './refused-request.ts';
import { personHashWith } from './user-hash.ts';

/** `userSecret`: for the hashes of persons, as the thread has no environment; null: they are not kept. */
export type CaptureJob = { readonly root: string; readonly rules: CaptureConfig; readonly userSecret: string | null } & (
  | { readonly kind: 'traces' | 'logs'; readonly encoding: Encoding; readonly body: Uint8Array }
  | { readonly kind: 'signals'; readonly body: Uint8Array; readonly declared: DeclaredSignals }
  /** Everything that waits is written. */
  | { readonly kind: 'end' }
);

export type CaptureOutcome =
  | { readonly refused: RefusalSummary }
  | { readonly taken: number; readonly problems: readonly string[] }
  | { readonly status: RefusedRequest['status']; readonly message: string }
  | { readonly ended: true };

export interface CaptureReply {
  readonly outcome: CaptureOutcome;
  /** What this job added. */
  readonly counts: CaptureCounts;
}

/** The port to the thread: one job at a time, in their order. */
export interface CaptureThread {
  /** @throws {HumanError} `evaluation/timeout` and `evaluation/crashed` when a body is too much for the thread; others when the disk is full. */
  capture(job: CaptureJob): Promise<CaptureReply>;
  /** Ends the thread, whatever it does. */
  dispose(): Promise<void>;
}

/** The thread's side: what it remembers of traces lives as long as the thread. */
export class CaptureReceiver {
  private capture: Capture | null = null;
  /** As JSON: those that the capture follows. */
  private rules = '';

  async take(job: CaptureJob): Promise<CaptureReply> {
    const rules = JSON.stringify(job.rules);
    const persons = personHashWith(job.userSecret);
    const redact = this.capture === null || rules !== this.rules ? redactorOf(job.rules, persons) : null;
    this.rules = rules;
    if (redact !== null) this.capture?.follow(redact);
    this.capture ??= new Capture(
      new InteractionFiles(job.root),
      redact ?? redactorOf(job.rules, persons),
      Date.now,
      persons,
      this.pricesOf(job.root),
    );
    const before = this.capture.counts;
    const outcome = await this.outcomeOf(this.capture, job);
    return { outcome, counts: difference(this.capture.counts, before) };
  }

  /** What goes wrong with prices is told by the commands that report costs: this thread has no one to tell. */
  private pricesOf(root: string): CapturePrices {
    return new CapturePrices(root, () => undefined);
  }

  private async outcomeOf(capture: Capture, job: CaptureJob): Promise<CaptureOutcome> {
    try {
      if (job.kind === 'signals') return capture.takeSignals(bufferOf(job.body), job.declared);
      if (job.kind !== 'end') return { refused: await capture.takeTelemetry(job.kind, job.encoding, bufferOf(job.body)) };
      capture.close();
      return { ended: true };
    } catch (error) {
      if (isRefusedRequest(error)) return { status: error.status, message: error.message };
      throw error;
    }
  }
}

/** The same bytes. */
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

const difference = (after: CaptureCounts, before: CaptureCounts): CaptureCounts => ({
  spans: after.spans - before.spans,
  interactions: after.interactions - before.interactions,
  signals: after.signals - before.signals,
  withoutText: after.withoutText - before.withoutText,
  lateMessages: after.lateMessages - before.lateMessages,
  refused: after.refused - before.refused,
});
