/**
 * Lines on their way to disk or to a server. Whoever adds one never waits and never hears of a failure: lines are written in batches,
 * what could not be written waits for the next try, and what is too much is dropped, the oldest first, and counted.
 */
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { messageOf } from '../../core/errors.ts';
import { quantity } from '../../core/figures.ts';
import { isPartlyWritten } from '../partly-written.ts';

export interface LineWriter {
  /** @throws when lines are to be tried again: all of them, or those that `PartlyWritten` leaves. */
  write(lines: readonly StoredLine[]): Promise<void>;
}

export interface LineQueueOptions {
  readonly writer: LineWriter;
  /** What is taken out before anything is written. A line that it throws for is not written. */
  readonly redact: () => Promise<(line: StoredLine) => StoredLine>;
  /** Hears each kind of problem once. */
  readonly onProblem: (problem: string) => void;
  /** Does a work after so many ms, and gives what calls it off. The system's timers when it is not given. */
  readonly later?: (work: () => void, ms: number) => () => void;
}

interface Waiting {
  readonly line: StoredLine;
  readonly size: number;
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
  const timer = setTimeout(work, ms).unref();
  return () => clearTimeout(timer);
}

export class LineQueue {
  private waiting: Waiting[] = [];
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

  /** `size`: characters, roughly. */
  add(line: StoredLine, size: number): void {
    this.waiting.push({ line, size });
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
    const { length } = this.waiting;
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
      const rest = await this.write(batch);
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
      this.problem('redact', `Interactions are not written because the rules in goldset.yaml cannot be read: ${messageOf(error)}.`);
      return batch;
    }
  }

  /** The one place where rules are applied. */
  private async redacted(batch: readonly Waiting[]): Promise<{ readonly line: StoredLine; readonly waiting: Waiting }[]> {
    const redact = await this.options.redact();
    return batch.flatMap((waiting) => {
      try {
        return [{ line: redact(waiting.line), waiting }];
      } catch (error) {
        this.problem('redact-line', `An interaction was not written because a rule in goldset.yaml failed on it: ${messageOf(error)}.`);
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

function codeOf(error: unknown): string {
  const cause = isPartlyWritten(error) ? error.cause : error;
  const { code } = (cause instanceof Error ? cause : {}) as { code?: unknown };
  return typeof code === 'string' ? code : messageOf(cause);
}
