/**
 * Lines on their way to disk or to a server. Whoever adds one never waits and never hears of a failure: lines are written in batches,
 * what could not be written waits for the next try, and what is too much is dropped, the oldest first, and counted.
 */
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { isPartlyWritten } from '../partly-written.ts';

export interface LineWriter {
  /** @throws when lines are to be tried again: all of them, or those that `PartlyWritten` leaves. */
  write(lines: readonly StoredLine[]): Promise<void>;
  /** Writes on this thread, before the process ends. Absent: it cannot. @throws as `write`. */
  writeNow?(lines: readonly StoredLine[]): void;
}

/** Takes out of a line what is never written. */
export type Redact = (line: StoredLine) => StoredLine;

export interface LineQueueOptions {
  readonly writer: LineWriter;
  /** What is taken out before anything is written. A line that it throws for is not written. */
  readonly redact: () => Promise<Redact>;
  /** The same at once, before the process ends. Absent: nothing is written then. */
  readonly redactNow?: () => Redact;
  /** Hears each kind of problem once. */
  readonly onProblem: (problem: string) => void;
  /** Does a work after so many ms, and gives what calls it off. The system's timers when it is not given. */
  readonly later?: (work: () => void, ms: number) => () => void;
}

interface Waiting {
  readonly line: StoredLine;
  readonly size: number;
  /** What else is taken out of this line; null: nothing. */
  readonly own: Redact | null;
}

/** ms within which lines become one batch. */
const DELAY = 50;
/** Lines of a batch. */
const BATCH = 256;
/** What waits at most: lines, and characters. */
const MOST = { lines: 10_000, size: 64 << 20 };
/** ms until a failed batch is tried again, doubled each time, up to the most. */
const RETRY = { first: 1000, most: 60_000 };

/** A record must not keep a process alive that is done; it is written before the process ends all the same. */
function laterWhileAlive(work: () => void, ms: number): () => void {
  const timer: { unref?(): unknown } | number = setTimeout(work, ms);
  // A browser's timer is a number.
  if (typeof timer === 'object') timer.unref?.();
  return () => clearTimeout(timer as NodeJS.Timeout);
}

export class LineQueue {
  private waiting: Waiting[] = [];
  /** What is being written now. */
  private underway: readonly Waiting[] = [];
  private size = 0;
  /** Calls off the next start. */
  private callOff: (() => void) | null = null;
  private writing: Promise<void> | null = null;
  private failures = 0;
  private readonly told = new Set<string>();
  private readonly later: (work: () => void, ms: number) => () => void;
  /** A try to write was the last before the process ends. */
  private wasLast = false;
  dropped = 0;

  constructor(private readonly options: LineQueueOptions) {
    this.later = options.later ?? laterWhileAlive;
  }

  /** `size`: characters, roughly. `own`: takes out of this line what else is never written. */
  add(line: StoredLine, size: number, own: Redact | null = null): void {
    this.waiting.push({ line, size, own });
    this.size += size;
    this.wasLast = false;
    this.shed();
    this.wake();
  }

  private get isEmpty(): boolean {
    return this.waiting.length === 0 && this.writing === null;
  }

  /** Writes until nothing waits, or a try fails. Never rejects. */
  async flush(): Promise<void> {
    if (this.writing !== null) await this.writing;
    this.failures = 0;
    while (this.waiting.length > 0 && this.failures === 0) await this.start();
  }

  /** The process has nothing else to do: one more try, so that a disk that stays full does not keep it alive. */
  async end(): Promise<void> {
    if (this.wasLast || this.isEmpty) return;
    await this.flush();
    this.wasLast = true;
    this.tellLost(this.waiting.length);
  }

  /**
   * The process ends before another turn of its event loop: everything is written on this thread, also what a write under way may not
   * finish. A line that is then twice in a file is counted once. False: some of it could not be written. Never throws.
   */
  endNow(): boolean {
    const { writer, redactNow } = this.options;
    const left = [...this.underway, ...this.waiting];
    if (left.length === 0) return true;
    if (writer.writeNow === undefined || redactNow === undefined) return false;
    this.waiting = [];
    this.underway = [];
    this.size = 0;
    try {
      const ready = this.redactedBy(redactNow(), left);
      try {
        writer.writeNow(ready.map(({ line }) => line));
      } catch (error) {
        this.tellLost(isPartlyWritten(error) ? error.leftOf(ready).length : ready.length);
        return false;
      }
      return true;
    } catch (error) {
      this.problem('redact', noRules(error));
      return false;
    }
  }

  /** What waits and cannot be written any more is told. */
  lose(): void {
    this.tellLost(this.underway.length + this.waiting.length);
  }

  private tellLost(length: number): void {
    if (length > 0)
      this.problem(
        'lost',
        `The process is exiting, and ${quantity(length, 'interaction or signal', 'interactions or signals')} could not be written.`,
      );
  }

  /** Tells a kind of problem, the first time. */
  problem(kind: string, text: string): void {
    if (this.told.has(kind)) return;
    this.told.add(kind);
    try {
      this.options.onProblem(text);
    } catch (error) {
      // The application's own listener; there is nobody else to tell.
      this.told.add(messageOf(error));
    }
  }

  private wake(): void {
    if (this.writing !== null) return;
    const { failures } = this;
    const delay = failures > 0 ? Math.min(RETRY.first * 2 ** (failures - 1), RETRY.most) : this.waiting.length < BATCH ? DELAY : 0;
    if (this.callOff !== null && delay > 0) return;
    this.callOff?.();
    this.callOff = this.later(() => void this.start(), delay);
  }

  private start(): Promise<void> {
    this.callOff?.();
    this.callOff = null;
    this.writing ??= this.drain().finally(() => {
      this.writing = null;
      if (this.waiting.length > 0) this.wake();
    });
    return this.writing;
  }

  /**
   * What waits now, until a batch fails as a whole; of one that fails in part, such as for one day, the rest goes to the end, so that it keeps
   * nothing else waiting. What comes meanwhile makes a batch of its own: the fewer, the less each line costs.
   */
  private async drain(): Promise<void> {
    let hasFailed = false;
    for (let left = this.waiting.length; left > 0 && this.waiting.length > 0; left -= BATCH) {
      const batch = this.waiting.splice(0, Math.min(BATCH, left));
      for (const { size } of batch) this.size -= size;
      this.underway = batch;
      const rest = await this.write(batch);
      this.underway = [];
      if (rest.length === 0) continue;
      hasFailed = true;
      if (rest.length < batch.length) this.waiting.push(...rest);
      else this.waiting.unshift(...rest);
      for (const { size } of rest) this.size += size;
      this.shed();
      if (rest.length === batch.length) break;
    }
    this.failures = hasFailed ? this.failures + 1 : 0;
  }

  /** What is left to be written. */
  private async write(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    try {
      const ready = await this.redacted(batch);
      try {
        if (ready.length > 0) await this.options.writer.write(ready.map(({ line }) => line));
        return [];
      } catch (error) {
        this.problem(
          codeOf(error),
          `Interactions cannot be written: ${messageOf(error)}. They are queued; if the queue fills up, the oldest are dropped.`,
        );
        return (isPartlyWritten(error) ? error.leftOf(ready) : ready).map(({ waiting }) => waiting);
      }
    } catch (error) {
      this.problem('redact', noRules(error));
      return batch;
    }
  }

  /** The one place where rules are applied. */
  private async redacted(batch: readonly Waiting[]): Promise<RedactedLine[]> {
    return this.redactedBy(await this.options.redact(), batch);
  }

  private redactedBy(redact: Redact, batch: readonly Waiting[]): RedactedLine[] {
    return batch.flatMap((waiting) => {
      try {
        const { line, own } = waiting;
        return [{ line: redact(own === null ? line : own(line)), waiting }];
      } catch (error) {
        this.problem('redact-line', `An interaction was not written because a rule for redaction failed on it: ${messageOf(error)}.`);
        this.dropped++;
        return [];
      }
    });
  }

  private shed(): void {
    let gone = 0;
    while (this.waiting.length - gone > MOST.lines || (this.size > MOST.size && this.waiting.length - gone > 1)) {
      this.size -= this.waiting[gone]?.size ?? 0;
      gone++;
    }
    if (gone === 0) return;
    this.waiting.splice(0, gone);
    this.dropped += gone;
    this.problem('dropped', 'Interactions arrive faster than they can be written: the oldest are dropped.');
  }
}

interface RedactedLine {
  readonly line: StoredLine;
  readonly waiting: Waiting;
}

const noRules = (error: unknown): string =>
  `Interactions are not written because the rules in goldset.yaml cannot be read: ${messageOf(error)}.`;

function codeOf(error: unknown): string {
  const cause = isPartlyWritten(error) ? error.cause : error;
  const { code } = (cause instanceof Error ? cause : {}) as { code?: unknown };
  return typeof code === 'string' ? code : messageOf(cause);
}
