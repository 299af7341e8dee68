/** The server's side of the receiver: bodies go to the thread one by one, and what it cannot read within its limits is refused. */
import { isHumanError } from '../../core/problems/errors.ts';
import type { RefusalSummary } from '../../core/feedback/logs/otlp/telemetry.ts';
import type { CaptureRules } from './capture-rules.ts';
import type { CaptureCounts } from './capture.ts';
import type { CaptureJob, CaptureOutcome, CaptureThread } from './capture-job.ts';
import type { Encoding } from './otlp-answer.ts';
import { RefusedRequest } from './refused-request.ts';
import type { PersonSecret } from './user-hash.ts';

export class CaptureDesk {
  counts: CaptureCounts = { spans: 0, interactions: 0, signals: 0, withoutText: 0, lateMessages: 0, refused: 0 };

  constructor(
    private readonly thread: CaptureThread,
    private readonly root: string,
    private readonly rules: CaptureRules,
    private readonly persons: PersonSecret,
  ) {}

  /** A body of /v1/traces or /v1/logs; on disk when it resolves. Returns what was refused. @throws {RefusedRequest} */
  async takeTelemetry(kind: 'traces' | 'logs', encoding: Encoding, body: Buffer): Promise<RefusalSummary> {
    const outcome = await this.outcomeOf({ ...(await this.settings()), kind, encoding, body });
    return 'refused' in outcome ? outcome.refused : { count: 0, first: null };
  }

  /** A body of /signals; on disk when it resolves. @throws {RefusedRequest} */
  async takeSignals(body: Buffer): Promise<{ readonly taken: number; readonly problems: readonly string[] }> {
    const outcome = await this.outcomeOf({ ...(await this.settings()), kind: 'signals', body, declared: this.rules.signals });
    return 'taken' in outcome ? outcome : { taken: 0, problems: [] };
  }

  /** Writes what was kept for calls that did not come. @throws when it cannot be written. */
  async close(): Promise<void> {
    await this.outcomeOf({ ...(await this.settings()), kind: 'end' });
  }

  private async settings(): Promise<Pick<CaptureJob, 'root' | 'rules' | 'userSecret'>> {
    return { root: this.root, rules: await this.rules.current(), userSecret: this.persons.current() };
  }

  private async outcomeOf(job: CaptureJob): Promise<CaptureOutcome> {
    try {
      const { outcome, counts } = await this.thread.capture(job);
      this.counts = sum(this.counts, counts);
      if ('status' in outcome) throw new RefusedRequest(outcome.status, outcome.message);
      return outcome;
    } catch (error) {
      // Sent again, it would end in the same way.
      if (isHumanError(error) && TOO_MUCH.has(error.code))
        throw new RefusedRequest(413, 'Reading the body takes too long or needs too much memory: send smaller batches.');
      throw error;
    }
  }
}

const TOO_MUCH: ReadonlySet<string> = new Set(['evaluation/timeout', 'evaluation/crashed']);

const sum = (a: CaptureCounts, b: CaptureCounts): CaptureCounts => ({
  spans: a.spans + b.spans,
  interactions: a.interactions + b.interactions,
  signals: a.signals + b.signals,
  withoutText: a.withoutText + b.withoutText,
  lateMessages: a.lateMessages + b.lateMessages,
  refused: a.refused + b.refused,
});
