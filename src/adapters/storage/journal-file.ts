/** A run's journal on disk: one writer, repaired where a killed process tore it, and read line by line however long it is. */
import { closeSync, existsSync, fstatSync, ftruncateSync, readSync, rmSync } from 'node:fs';
import path from 'node:path';
import { HumanError, messageOf } from '../../core/problems/errors.ts';
import { VERSION_HINT } from '../../core/files/file-version.ts';
import {
  JournalReader,
  recordOf,
  versionOf,
  type EndRecord,
  type JournalContent,
  type JournalHead,
  type JournalRecord,
} from '../../core/results/journal.ts';
import type { RunJournal } from '../../core/run/ports.ts';
import type { Result } from '../../core/results/result.ts';
import { openNoFollow } from './data-folder/no-follow.ts';
import { linesIn } from '../bounded-lines.ts';
import { writeWhole } from './append-lines.ts';
import { lockHint, takeLock, type Lock } from './lock-file.ts';

/** Bytes that hold most single results. */
const ONE_LINE = 1 << 14;
/** Bytes that hold the last record of most runs, and of every run. */
const TAIL = 1 << 15;
const MAX_TAIL = 1 << 24;
const NEWLINE = 10;
/** Bytes of a journal that are read before others have their turn. */
const TURN = 1 << 18;

/** Each record is with the operating system when `append` returns, so a killed process loses none. */
export class JournalFile implements RunJournal {
  private size: number;
  /** Line lengths by position, bytes. */
  private readonly lengths = new Map<number, number>();
  private isOpen = true;

  /** `answers`: where each stands, by the key of its request. */
  private constructor(
    readonly file: string,
    private readonly descriptor: number,
    private readonly lock: Lock,
    lines: Iterable<Line>,
    private readonly answers: Map<string, AnswerPlace>,
  ) {
    this.size = fstatSync(descriptor).size;
    for (const { position, length } of lines) this.lengths.set(position, length);
  }

  /** A new journal. @throws {HumanError} when another process writes it. */
  static create(file: string): JournalFile {
    const lock = lockOf(file);
    return orRelease(lock, () => new JournalFile(file, openNoFollow(file, 'ax+'), lock, [], new Map()));
  }

  /** An interrupted journal, to go on with; a torn last line is cut off. @throws {HumanError} when another process writes it. */
  static resume(file: string): { journal: JournalFile; content: JournalContent } {
    const lock = lockOf(file);
    return orRelease(lock, () => {
      const descriptor = openNoFollow(file, 'a+');
      const answers = new Map<string, AnswerPlace>();
      const reader = new JournalReader(undefined, ({ key, account }, position) => answers.set(key, { account, position }));
      const lines: Line[] = [];
      let end = 0;
      for (const line of linesOf(descriptor)) {
        reader.line(line.text, line.position);
        lines.push({ ...line, text: null });
        end = line.position + line.length;
      }
      if (reader.content.unknownVersion !== null) {
        closeSync(descriptor);
        throw unknownVersion(file, reader.content.unknownVersion);
      }
      if (end < fstatSync(descriptor).size) ftruncateSync(descriptor, end);
      return { journal: new JournalFile(file, descriptor, lock, lines, answers), content: reader.content };
    });
  }

  append(record: JournalRecord): number {
    if (record.kind === 'end') {
      const answers = [...this.answers].map(([key, { account, position }]) => [key, account, position] as const);
      return this.write({ ...record, index: this.write({ kind: 'index', answers }) });
    }
    const position = this.write(record);
    if (record.kind === 'answer') this.answers.set(record.key, { account: record.account, position });
    return position;
  }

  private write(record: JournalRecord): number {
    const position = this.size;
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    if (!this.isOpen) throw new HumanError('journal/write', `The journal ${path.basename(this.file)} is closed.`);
    if (!this.lock.stillHeld())
      throw new HumanError(
        'journal/lost',
        `Another process has taken over ${path.basename(this.file)}, because this one gave no sign of life for minutes.`,
        'Look whether that process runs. Otherwise resume: goldset run --resume',
      );
    try {
      writeWhole(this.descriptor, bytes, position);
    } catch (error) {
      throw new HumanError(
        'journal/write',
        `The journal ${this.file} cannot be written: ${messageOf(error)}`,
        'Free some disk space, then resume: goldset run --resume',
      );
    }
    this.size += bytes.length;
    if (record.kind === 'result') this.lengths.set(position, bytes.length);
    return position;
  }

  result(position: number): Result {
    const bytes = Buffer.alloc(this.lengths.get(position) ?? 0);
    readSync(this.descriptor, bytes, 0, bytes.length, position);
    const record = recordOf(bytes.toString('utf8'));
    if (record?.kind !== 'result') throw new HumanError('journal/read', `The journal ${this.file} changed during the run.`);
    return record.result;
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    closeSync(this.descriptor);
    // A run that was declined before it began leaves nothing.
    if (this.size === 0) rmSync(this.file, { force: true });
    this.lock.release();
  }
}

/** @throws {HumanError} when another process writes this journal. */
function lockOf(file: string): Lock {
  const lock = takeLock(`${file}.lock`);
  if (lock === null)
    throw new HumanError(
      'journal/locked',
      `Another process is writing ${path.basename(file)}.`,
      lockHint(`${file}.lock`, 'Wait until it ends, or start a new run without --resume.'),
    );
  return lock;
}

/** A journal that cannot be opened is not held. */
function orRelease<T>(lock: Lock, open: () => T): T {
  try {
    return open();
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface AnswerPlace {
  readonly account: string | null;
  readonly position: number;
}

interface Line {
  /** Null: it is longer than any record of ours. */
  readonly text: string | null;
  /** Bytes from the start of the file. */
  readonly position: number;
  /** Bytes with its end. */
  readonly length: number;
}

/** Whole lines: a torn last one is left out. */
function* linesOf(descriptor: number, from = 0, chunk?: number): Generator<Line> {
  for (const { bytes, offset, end } of linesIn(descriptor, { from, ...(chunk === undefined ? {} : { chunk }) }))
    yield { text: bytes?.toString('utf8') ?? null, position: offset, length: end - offset };
}

/** The record whose line begins at this byte; null: no record begins there. */
export function readRecordAt(file: string, position: number): JournalRecord | null {
  const descriptor = openNoFollow(file, 'r');
  try {
    const line = linesOf(descriptor, position, ONE_LINE).next();
    return line.done === true || line.value.text === null ? null : recordOf(line.value.text);
  } finally {
    closeSync(descriptor);
  }
}

/** The result whose line begins at this byte; null: there is none. */
export function readResultAt(file: string, position: number): Result | null {
  const record = readRecordAt(file, position);
  return record?.kind === 'result' ? record.result : null;
}

/** What a journal says; `onResult` sees each result whole, with the byte where its line begins. Null: there is none. */
export function readJournalFile(file: string, onResult?: (result: Result, position: number) => void): JournalContent | null {
  if (!existsSync(file)) return null;
  const descriptor = openNoFollow(file, 'r');
  try {
    const reader = new JournalReader(onResult);
    for (const { text, position } of linesOf(descriptor)) reader.line(text, position);
    return reader.content;
  } finally {
    closeSync(descriptor);
  }
}

/** As `readJournalFile`, in turns with everything else that wants to be done. `isWanted` false ends it. */
export async function readJournalInTurns(
  file: string,
  onResult: (result: Result, position: number) => void,
  isWanted: () => boolean,
): Promise<JournalContent> {
  const descriptor = openNoFollow(file, 'r');
  try {
    const reader = new JournalReader(onResult);
    let next = TURN;
    for (const { text, position } of linesOf(descriptor)) {
      reader.line(text, position);
      if (position < next) continue;
      next = position + TURN;
      await new Promise((resolve) => setImmediate(resolve));
      if (!isWanted()) break;
    }
    return reader.content;
  } finally {
    closeSync(descriptor);
  }
}

/** What stands before the first result: the head, and the prompts that were asked with. */
export function readJournalStart(file: string): JournalContent {
  const descriptor = openNoFollow(file, 'r');
  try {
    const reader = new JournalReader();
    for (const { text, position } of linesOf(descriptor)) {
      reader.line(text, position);
      const { head, prompts } = reader.content;
      const kind = text === null ? undefined : recordOf(text)?.kind;
      if (head !== null && kind !== 'run' && (prompts.length === 0 || kind !== 'prompt')) break;
    }
    return reader.content;
  } finally {
    closeSync(descriptor);
  }
}

/** The first and the last record: enough to know how a run ended. Null: no journal, or one of another version. */
export function readJournalEnds(file: string): { head: JournalHead; end: EndRecord | null; isComplete: boolean } | null {
  const descriptor = openNoFollow(file, 'r');
  try {
    const first = linesOf(descriptor, 0, ONE_LINE).next();
    const head = first.done === true || first.value.text === null ? null : recordOf(first.value.text);
    if (head?.kind !== 'run' || versionOf(head) !== null) return null;
    const last = recordOf(lastLine(descriptor));
    const end = last?.kind === 'end' ? last : null;
    return { head, end, isComplete: end?.complete === true };
  } finally {
    closeSync(descriptor);
  }
}

/** The text after the last line end but one, which is never longer than `MAX_TAIL`. */
function lastLine(descriptor: number): string {
  const { size } = fstatSync(descriptor);
  for (let length = TAIL; ; length *= 8) {
    const tail = Buffer.alloc(Math.min(size, length, MAX_TAIL));
    const from = size - tail.length;
    readSync(descriptor, tail, 0, tail.length, from);
    const end = tail.at(-1) === NEWLINE ? tail.length - 1 : tail.length;
    const start = end === 0 ? -1 : tail.lastIndexOf(NEWLINE, end - 1);
    if (start !== -1 || from === 0 || length >= MAX_TAIL) return tail.toString('utf8', start + 1, end);
  }
}

/** Nothing of such a journal is read, and nothing is written to it. `problem`: as the reader gives it. */
export const unknownVersion = (file: string, problem: string): HumanError =>
  new HumanError('journal/version', `${file}, line 1: ${problem}`, VERSION_HINT);
