/**
 * Lines of a file that may be larger than memory. Each byte is looked at once, however long a line is, and no more than one line is held:
 * a line that is longer than it may be is passed over.
 */
import { readSync } from 'node:fs';

/** Bytes of one record of Goldset's own files: an answer of 16 MB, with its characters escaped and its request beside it. */
export const MAX_RECORD = 64 << 20;

const CHUNK = 1 << 20;
const NEWLINE = 10;

export interface ByteLine {
  /** Without its end; good until the next line is read. Null: it is longer than it may be. */
  readonly bytes: Buffer | null;
  /** Bytes before it, and before the next line. */
  readonly offset: number;
  readonly end: number;
}

export interface LineLimits {
  /** Byte at which to begin, where a line begins. */
  readonly from?: number;
  /** Bytes of one line. */
  readonly longest?: number;
  /** Bytes that are read at once. */
  readonly chunk?: number;
}

/** Whole lines; a torn last one is left out, because its writer may not be done. */
export function* linesIn(descriptor: number, { from = 0, longest = MAX_RECORD, chunk = CHUNK }: LineLimits = {}): Generator<ByteLine> {
  const buffer = Buffer.allocUnsafe(chunk);
  const line = new OpenLine(longest);
  let position = from;
  let offset = from;
  for (let read = 0; (read = readSync(descriptor, buffer, 0, chunk, position)) > 0; position += read) {
    const bytes = buffer.subarray(0, read);
    let start = 0;
    for (let stop = bytes.indexOf(NEWLINE); stop !== -1; stop = bytes.indexOf(NEWLINE, start)) {
      const end = position + stop + 1;
      yield { bytes: line.endWith(bytes.subarray(start, stop)), offset, end };
      offset = end;
      start = stop + 1;
    }
    line.add(bytes.subarray(start));
  }
}

/** The line whose end has not been read yet. */
class OpenLine {
  private pieces: Buffer[] = [];
  private size = 0;

  constructor(private readonly longest: number) {}

  add(piece: Buffer): void {
    this.size += piece.length;
    if (this.size > this.longest) this.pieces = [];
    else if (piece.length > 0) this.pieces.push(Buffer.from(piece));
  }

  endWith(piece: Buffer): Buffer | null {
    const { pieces } = this;
    const size = this.size + piece.length;
    this.pieces = [];
    this.size = 0;
    if (size > this.longest) return null;
    return pieces.length === 0 ? piece : Buffer.concat([...pieces, piece], size);
  }
}
