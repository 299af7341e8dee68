/** What a run asks of the world. */
import type { ReadMedia } from '../prompt/media.ts';
import type { CodeRunner } from '../grade/code-assertion.ts';
import type { Judges } from '../judge/judges-port.ts';
import type { Evaluator } from '../evaluation/evaluator.ts';
import type { RunEvent } from './events.ts';
import type { JournalRecord } from '../results/journal.ts';
import type { Result } from '../results/result.ts';
import type { CallPorts } from '../calls/ports.ts';
import type { AnswerStore } from '../calls/answers.ts';
import type { Hash } from '../text/hash.ts';

export interface RunJournal {
  /** On disk when it returns, which is where: the record's position. @throws {HumanError} when it cannot be written. */
  append(record: JournalRecord): number;
  /** The result at this position. */
  result(position: number): Result;
}

export interface RunPorts extends Omit<CallPorts, 'emit'> {
  readonly evaluator: Evaluator;
  readonly journal: RunJournal;
  readonly answers: AnswerStore;
  /** Null: judges are not available. */
  readonly judges: Judges | null;
  /** Null: code of the workspace may not run. */
  readonly code: CodeRunner | null;
  /** A file that a prompt names by its path, as a `data:` address. @throws {HumanError} */
  readonly readMedia: ReadMedia;
  /** SHA-256 in hex. */
  readonly hash: Hash;
  /** ISO 8601. */
  readonly date: () => string;
  readonly emit: (event: RunEvent) => void;
}
