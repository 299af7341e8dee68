/** Interactions on disk: `.goldset/interactions/DAY.jsonl`, one line each, only ever appended to; read line by line, however long a day is. */
import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import { isPartlyWritten, PartlyWritten } from '../partly-written.ts';
import { appendLines } from '../storage/append-lines.ts';
import { DATA_FOLDER, dataFolder } from '../storage/data-folder/data-folder.ts';
import { linesByDay } from './day-lines.ts';
import { lineNumber, linesOf } from './lines.ts';

const DAY_FILE = /^\d{4}-\d{2}-\d{2}\.jsonl$/;
const INTERACTIONS = 'interactions';
/** A line that is longer is none of ours. Bytes. */
export const MAX_LINE = 32 << 20;

/** Where a line stands. */
export interface LineLocation {
  /** Such as 2026-11-01, in UTC. */
  readonly day: string;
  /** Bytes before it. */
  readonly offset: number;
  /** Bytes before the next. */
  readonly end: number;
}

/** `refused`: where a line is none, and why. */
export type ReadLine = ({ readonly line: StoredLine } | { readonly refused: string }) & { readonly place: LineLocation };

export interface ReadCounts {
  readonly interactions: number;
  /** Lines that are none, the place of the first, and why. */
  readonly refused: { readonly count: number; readonly first: string | null };
}

export class InteractionFiles {
  readonly folder: string;

  /** Looking makes no folder. */
  constructor(readonly root: string) {
    this.folder = path.join(root, DATA_FOLDER, INTERACTIONS);
  }

  /** On disk when it returns, each in the file of its day. @throws {PartlyWritten} when a day cannot be written; the other days are. */
  append(...lines: readonly StoredLine[]): void {
    const written = new Set<number>();
    let failed: { readonly error: unknown } | null = null;
    for (const { day, texts, places } of linesByDay(lines)) {
      try {
        appendLines(dataFolder(this.root).writable(INTERACTIONS, `${day}.jsonl`), texts);
        for (const place of places) written.add(place);
      } catch (error) {
        if (isPartlyWritten(error)) for (const place of places.slice(0, error.written)) written.add(place);
        failed ??= { error: isPartlyWritten(error) ? error.cause : error };
      }
    }
    if (failed === null) return;
    // A data folder that must not be used takes no line of any day.
    dataFolder(this.root).require();
    throw new PartlyWritten(written, failed.error);
  }

  /** In the order of days, lines as they were written. `since`: a day, such as 2026-11-01; null: all that is stored. */
  read(since: string | null, take: (line: StoredLine, place: LineLocation) => void): ReadCounts {
    let interactions = 0;
    let count = 0;
    let first: string | null = null;
    for (const day of this.days(since)) {
      for (const read of this.readDay(day, 0)) {
        if ('refused' in read) {
          count++;
          first ??= read.refused;
          continue;
        }
        if ('interaction' in read.line) interactions++;
        take(read.line, read.place);
      }
    }
    return { interactions, refused: { count, first } };
  }

  /** What stands in a day's file after so many bytes. */
  *readDay(day: string, from: number): Generator<ReadLine> {
    const file = this.readable(day);
    /** Of the first line that is read, from 1; counted when a line is refused. */
    let first: number | null = null;
    let read = 0;
    for (const { text, offset, end } of linesOf(file, from, MAX_LINE)) {
      read++;
      if (text !== null && text.trim() === '') continue;
      const line = text === null ? { problem: `It is longer than ${MAX_LINE >> 20} MB.` } : readStoredLine(text);
      const place = { day, offset, end };
      if ('problem' in line) {
        first ??= lineNumber(file, from);
        yield { refused: `${day}.jsonl, line ${first + read - 1}: ${line.problem}`, place };
      } else yield { line, place };
    }
  }

  /** Days that have a file, oldest first. */
  days(since: string | null): string[] {
    return dataFolder(this.root)
      .list('files', INTERACTIONS)
      .filter((name) => DAY_FILE.test(name) && (since === null || name.slice(0, 10) >= since))
      .map((name) => name.slice(0, 10));
  }

  /** The file of a day, to read; null: it does not exist, or it must not be read. */
  readable(day: string): string | null {
    return dataFolder(this.root).readable(INTERACTIONS, `${day}.jsonl`);
  }

  /** Bytes of a day's file; 0: it does not exist, or it must not be read. */
  sizeOf(day: string): number {
    const file = this.readable(day);
    return file === null ? 0 : (lstatSync(file, { throwIfNoEntry: false })?.size ?? 0);
  }

  /** Where the file of a day is, or would be. */
  fileOf(day: string): string {
    return path.join(this.folder, `${day}.jsonl`);
  }
}
