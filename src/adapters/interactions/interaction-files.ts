/** Interactions on disk: `.goldset/interactions/DAY.jsonl`, one line each, only ever appended to; read line by line, however long a day is. */
import { appendFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { storedLineText, readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import { dataFolder } from '../storage/run-files.ts';
import { lineNumber, linesOf } from './lines.ts';

const DAY_FILE = /^\d{4}-\d{2}-\d{2}\.jsonl$/;
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
  constructor(private readonly root: string) {
    this.folder = path.join(root, '.goldset', 'interactions');
  }

  /** On disk when it returns, each in the file of its day. @throws when that cannot be written. */
  append(...lines: readonly StoredLine[]): void {
    dataFolder(this.root);
    mkdirSync(this.folder, { recursive: true });
    const days = new Map<string, string>();
    for (const line of lines) {
      const day = ('interaction' in line ? line.interaction : line.followUp).time.slice(0, 10);
      days.set(day, `${days.get(day) ?? ''}${storedLineText(line)}\n`);
    }
    // One write a day: several processes may append to the same one.
    for (const [day, text] of days) appendFileSync(this.fileOf(day), text);
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
    const file = this.fileOf(day);
    for (const { text, offset, end } of linesOf(file, from, MAX_LINE)) {
      if (text !== null && text.trim() === '') continue;
      const read = text === null ? { problem: `It is longer than ${MAX_LINE >> 20} MB.` } : readStoredLine(text);
      const place = { day, offset, end };
      if ('problem' in read) yield { refused: `${day}.jsonl, line ${lineNumber(file, offset)}: ${read.problem}`, place };
      else yield { line: read, place };
    }
  }

  /** Days that have a file, oldest first. */
  days(since: string | null): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => DAY_FILE.test(name) && (since === null || name.slice(0, 10) >= since))
      .map((name) => name.slice(0, 10))
      .sort();
  }

  fileOf(day: string): string {
    return path.join(this.folder, `${day}.jsonl`);
  }
}
