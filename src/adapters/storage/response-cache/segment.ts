/**
 * One file of the response cache: a line an answer, appended by one process, read by all.
 *
 *   KEY(64) ACCOUNT(16) TIME(9, base 36) CHECKSUM(8) JSON
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, readSync } from 'node:fs';
import { parseJson } from '../../../core/json/json.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import { openNoFollow, readNoFollow, replaceFile } from '../data-folder/no-follow.ts';
import { linesIn } from '../../bounded-lines.ts';
import { writeWhole } from '../append-lines.ts';
import type { Entry } from './entry.ts';
import { EntryTable } from './entry-table.ts';
import { responseOf } from './stored-response.ts';

/** Beside a segment that is not written any more: its entries, sorted. */
export const INDEX_SUFFIX = '.index';

const HEADER = 64 + 1 + 16 + 1 + 9 + 1 + 8 + 1;

const checksum = (head: string, json: string): string => createHash('sha256').update(head).update(json).digest('hex').slice(0, 8);

export function entryLine(key: string, account: string, at: number, response: ModelResponse): string {
  const head = `${key} ${account} ${at.toString(36).padStart(9, '0')}`;
  const json = JSON.stringify(response);
  return `${head} ${checksum(head, json)} ${json}\n`;
}

/** A segment that another process writes, or has written. */
export class SegmentReader {
  private readonly descriptor: number;
  private indexed = 0;
  private table: EntryTable | null = null;
  /** Whether the index on disk holds what `sorted` gives. */
  private isOnDisk = false;

  /** @throws when the file is gone. */
  constructor(readonly file: string) {
    this.descriptor = openNoFollow(file, 'r');
  }

  /** Entries up to the first look, from the index beside the file; without one the segment is read once. */
  get sorted(): EntryTable {
    return this.load();
  }

  /** Looks for the first time; later it gives what was found then. */
  load(): EntryTable {
    if (this.table !== null) return this.table;
    const kept = readIndex(this.file, this.size);
    this.indexed = kept?.covered ?? 0;
    this.isOnDisk = kept !== null;
    return (this.table = kept?.table ?? EntryTable.of(this.readOn()));
  }

  /** Entries that were added since the last time; a line without its end waits for it. Nothing is read when nothing was added. */
  fresh(): Iterable<Entry> {
    this.load();
    return this.size > this.indexed ? this.readOn() : [];
  }

  /** Writes the index, for a segment that is not written any more. @throws as `fs` says it when that is impossible. */
  keepIndex(): void {
    const { sorted } = this;
    if (this.isOnDisk || sorted.size === 0) return;
    replaceFile(`${this.file}${INDEX_SUFFIX}`, sorted.file(this.indexed));
    this.isOnDisk = true;
  }

  private get size(): number {
    return fstatSync(this.descriptor).size;
  }

  private *readOn(): Generator<Entry> {
    for (const { bytes, offset, end } of linesIn(this.descriptor, { from: this.indexed })) {
      const entry = bytes === null ? null : entryOf(bytes, offset, end - offset);
      this.indexed = end;
      if (entry) yield entry;
    }
  }

  /** So many bytes are known already. */
  passed(length: number): void {
    this.load();
    this.indexed += length;
  }

  /** Null: the entry is damaged. */
  read({ offset, length, key, account }: Entry): ModelResponse | null {
    const text = this.line(offset, length);
    const json = text.slice(HEADER, -1);
    if (!text.startsWith(`${key} ${account} `) || checksum(text.slice(0, HEADER - 10), json) !== text.slice(HEADER - 9, HEADER - 1))
      return null;
    return responseOf(parseJson(json));
  }

  line(offset: number, length: number): string {
    const bytes = Buffer.alloc(length);
    readSync(this.descriptor, bytes, 0, length, offset);
    return bytes.toString('utf8');
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** `length`: bytes with the line's end. Null: it is no entry. */
function entryOf(bytes: Buffer, offset: number, length: number): Entry | null {
  if (length <= HEADER) return null;
  const head = bytes.toString('latin1', 0, HEADER);
  const at = parseInt(head.slice(82, 91), 36);
  if (!/^[0-9a-f]{64} [0-9a-f-]{16} /.test(head) || !Number.isFinite(at)) return null;
  return { key: head.slice(0, 64), account: head.slice(65, 81), at, offset, length };
}

/** Null: there is none, or it is not of this segment. */
function readIndex(segment: string, size: number): ReturnType<typeof EntryTable.read> {
  const file = `${segment}${INDEX_SUFFIX}`;
  if (!existsSync(file)) return null;
  try {
    return EntryTable.read(readNoFollow(file), size);
  } catch (error) {
    // A link in its place, or it is gone: the segment itself is read.
    if (error instanceof Error) return null;
    throw error;
  }
}

export class SegmentWriter {
  private readonly descriptor: number;
  private written = 0;

  constructor(readonly file: string) {
    this.descriptor = openNoFollow(file, 'ax');
  }

  get size(): number {
    return this.written;
  }

  /** Whether the file is gone: another process has removed it, and what is appended would be lost. */
  get isGone(): boolean {
    return fstatSync(this.descriptor).nlink === 0;
  }

  /** Whether all of it is written; of a line that does not fit on the disk nothing stays. */
  append(line: string): boolean {
    const bytes = Buffer.from(line);
    try {
      writeWhole(this.descriptor, bytes, this.written);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return false;
    }
    this.written += bytes.length;
    return true;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
