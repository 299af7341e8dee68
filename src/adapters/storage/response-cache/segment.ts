/**
 * One file of the response cache: a line an answer, appended by one process, read by all.
 *
 *   KEY(64) ACCOUNT(16) TIME(9, base 36) CHECKSUM(8) JSON
 */
import { createHash } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { parseJson } from '../../../core/json.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import { openNoFollow } from '../data-folder/no-follow.ts';
import { linesIn } from '../../bounded-lines.ts';
import { writeWhole } from '../append-lines.ts';
import { responseOf } from './stored-response.ts';

export interface Entry {
  readonly key: string;
  /** ANY: a recording, for every account. */
  readonly account: string;
  /** ms since 1970. */
  readonly at: number;
  readonly offset: number;
  /** Bytes, the line's end included. */
  readonly length: number;
}

/** The account of an entry that is good for everybody. */
export const ANY = '-'.repeat(16);

const HEADER = 64 + 1 + 16 + 1 + 9 + 1 + 8 + 1;

const checksum = (head: string, json: string): string => createHash('sha256').update(head).update(json).digest('hex').slice(0, 8);

export function entryLine(key: string, account: string, at: number, response: ModelResponse): string {
  const head = `${key} ${account} ${at.toString(36).padStart(9, '0')}`;
  const json = JSON.stringify(response);
  return `${head} ${checksum(head, json)} ${json}\n`;
}

/** A segment that somebody else writes, or has written. */
export class SegmentReader {
  private readonly descriptor: number;
  private indexed = 0;

  /** @throws when the file is gone. */
  constructor(readonly file: string) {
    this.descriptor = openNoFollow(file, 'r');
  }

  /** Entries that were added since the last time; a line without its end waits for it. */
  *fresh(): Generator<Entry> {
    for (const { bytes, offset, end } of linesIn(this.descriptor, { from: this.indexed })) {
      const entry = bytes === null ? null : entryOf(bytes, offset, end - offset);
      this.indexed = end;
      if (entry) yield entry;
    }
  }

  /** So many bytes are known already. */
  passed(length: number): void {
    this.indexed += length;
  }

  /** Null: the entry is damaged. */
  read({ offset, length, key }: Entry): ModelResponse | null {
    const text = this.line(offset, length);
    const json = text.slice(HEADER, -1);
    if (!text.startsWith(key) || checksum(text.slice(0, HEADER - 10), json) !== text.slice(HEADER - 9, HEADER - 1)) return null;
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

export class SegmentWriter {
  private readonly descriptor: number;
  private written = 0;

  constructor(readonly file: string) {
    this.descriptor = openNoFollow(file, 'ax');
  }

  get size(): number {
    return this.written;
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
