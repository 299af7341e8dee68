/**
 * One file of the response cache: a line an answer, appended by one process, read by all.
 *
 *   KEY(64) ACCOUNT(16) TIME(9, base 36) CHECKSUM(8) JSON
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { parseJson } from '../../../core/json.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
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
const CHUNK = 1 << 20;
const NEWLINE = 10;

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
    this.descriptor = openSync(file, 'r');
  }

  /** Entries that were added since the last time; a line without its end waits for it. */
  *fresh(): Generator<Entry> {
    const { size } = fstatSync(this.descriptor);
    let rest: Buffer = Buffer.alloc(0);
    while (this.indexed + rest.length < size) {
      const chunk = Buffer.alloc(Math.min(CHUNK, size - this.indexed - rest.length));
      const read = readSync(this.descriptor, chunk, 0, chunk.length, this.indexed + rest.length);
      if (read === 0) return;
      const bytes = rest.length === 0 ? chunk.subarray(0, read) : Buffer.concat([rest, chunk.subarray(0, read)]);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        const entry = this.entryOf(bytes, start, end + 1 - start);
        start = end + 1;
        if (entry) yield entry;
      }
      this.indexed += start;
      rest = bytes.subarray(start);
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

  private entryOf(bytes: Buffer, start: number, length: number): Entry | null {
    if (length <= HEADER) return null;
    const head = bytes.toString('latin1', start, start + HEADER);
    const at = parseInt(head.slice(82, 91), 36);
    if (!/^[0-9a-f]{64} [0-9a-f-]{16} /.test(head) || !Number.isFinite(at)) return null;
    return { key: head.slice(0, 64), account: head.slice(65, 81), at, offset: this.indexed + start, length };
  }
}

export class SegmentWriter {
  private readonly descriptor: number;
  private written = 0;

  constructor(readonly file: string) {
    this.descriptor = openSync(file, 'ax');
  }

  get size(): number {
    return this.written;
  }

  /** Whether all of it is written; of a line that does not fit on the disk nothing stays. */
  append(line: string): boolean {
    const bytes = Buffer.from(line);
    try {
      let done = 0;
      while (done < bytes.length) done += writeSync(this.descriptor, bytes, done);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      ftruncateSync(this.descriptor, this.written);
      return false;
    }
    this.written += bytes.length;
    return true;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
