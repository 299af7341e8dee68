/** Lines of a file that may be larger than memory, with their places. */
import { isAscii } from 'node:buffer';
import { closeSync, readSync } from 'node:fs';
import { linesIn } from '../bounded-lines.ts';
import { openNoFollow, sizeOf } from '../storage/data-folder/no-follow.ts';

const CHUNK = 1 << 20;
const NEWLINE = 10;

export interface Line {
  /** Null: it is longer than it may be. */
  readonly text: string | null;
  /** Bytes before it, and before the next. */
  readonly offset: number;
  readonly end: number;
}

/** From a byte on, where a line begins; of no file, no line. A torn last line is left out, because its writer may not be done. */
export function* linesOf(file: string | null, from: number, longest: number): Generator<Line> {
  if (file === null) return;
  const descriptor = openNoFollow(file, 'r');
  try {
    for (const { bytes, offset, end } of linesIn(descriptor, { from, longest })) {
      // Most lines are ASCII, and are read in half the time.
      const text = bytes === null ? null : bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
      yield { text, offset, end };
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Bytes up to the end of the last whole line: a torn one behind it is not there yet. */
export function endOfLines(file: string | null, size: number): number {
  if (file === null) return 0;
  const descriptor = openNoFollow(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let position = size; position > 0;) {
      const length = Math.min(CHUNK, position);
      position -= length;
      readSync(descriptor, buffer, 0, length, position);
      const at = buffer.lastIndexOf(NEWLINE, length - 1);
      if (at !== -1 && at < length) return position + at + 1;
    }
    return 0;
  } finally {
    closeSync(descriptor);
  }
}

/** From 1, of the line that begins at a byte. */
export function lineNumber(file: string | null, offset: number): number {
  let number = 1;
  for (const line of linesOf(file, 0, 0)) {
    if (line.offset >= offset) break;
    number++;
  }
  return number;
}

/** From a byte on, where a line ends, back to the beginning: the newest first. Each byte is looked at once. Ends are as of `linesOf`. */
export function* linesBackwards(file: string | null, end: number, longest: number): Generator<Line> {
  if (file === null) return;
  const descriptor = openNoFollow(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    const line = new OpenEnd(longest);
    let position = end;
    /** Bytes before the next of the line that is being collected. */
    let stop = end;
    while (position > 0) {
      const size = Math.min(CHUNK, position);
      position -= size;
      readSync(descriptor, buffer, 0, size, position);
      let chunk = buffer.subarray(0, size);
      // The break before a line; the last byte is the line's own.
      for (let last = line.size === 0 ? size - 2 : size - 1, at = 0; last >= 0; last = at - 1) {
        at = chunk.lastIndexOf(NEWLINE, last);
        if (at === -1) break;
        const offset = position + at + 1;
        yield { text: line.beginWith(chunk.subarray(at + 1)), offset, end: stop };
        stop = offset;
        chunk = chunk.subarray(0, at + 1);
      }
      line.add(chunk);
    }
    if (line.size > 0) yield { text: line.beginWith(Buffer.alloc(0)), offset: 0, end: stop };
  } finally {
    closeSync(descriptor);
  }
}

/** The end of a line whose beginning has not been read yet. */
class OpenEnd {
  size = 0;
  private pieces: Buffer[] = [];

  constructor(private readonly longest: number) {}

  add(piece: Buffer): void {
    this.size += piece.length;
    if (this.size > this.longest) this.pieces = [];
    else this.pieces.push(Buffer.from(piece));
  }

  /** Null: it is longer than it may be. */
  beginWith(piece: Buffer): string | null {
    const { pieces } = this;
    const size = this.size + piece.length;
    this.pieces = [];
    this.size = 0;
    return size > this.longest ? null : textOf(Buffer.concat([piece, ...pieces.reverse()], size));
  }
}

/** Without the line's end. */
const textOf = (line: Buffer): string => line.toString('utf8', 0, line.at(-1) === NEWLINE ? line.length - 1 : line.length);

/** One line by its place; null: there is none such any more. */
export function lineAt(file: string | null, offset: number, end: number): string | null {
  if (file === null || end <= offset) return null;
  const descriptor = openNoFollow(file, 'r');
  try {
    if (sizeOf(descriptor) < end) return null;
    const bytes = Buffer.alloc(end - offset);
    readSync(descriptor, bytes, 0, bytes.length, offset);
    return textOf(bytes);
  } finally {
    closeSync(descriptor);
  }
}
