/** Lines of a file that may be larger than memory, with their places. */
import { isAscii } from 'node:buffer';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';

const CHUNK = 1 << 20;
const NEWLINE = 10;

export interface Line {
  /** Null: it is longer than it may be. */
  readonly text: string | null;
  /** Bytes before it, and before the next. */
  readonly offset: number;
  readonly end: number;
}

/** From a byte on, where a line begins. A torn last line is left out: whoever writes it is not done. */
export function* linesOf(file: string, from: number, maxLine: number): Generator<Line> {
  const descriptor = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK);
    let rest: Buffer = Buffer.alloc(0);
    let isTooLong = false;
    let position = from;
    let offset = from;
    for (let read = 0; (read = readSync(descriptor, chunk, 0, CHUNK, position)) > 0;) {
      position += read;
      const bytes = rest.length === 0 ? chunk.subarray(0, read) : Buffer.concat([rest, chunk.subarray(0, read)]);
      // Most logs are, and are read in half the time.
      const encoding = isAscii(bytes) ? 'latin1' : 'utf8';
      let start = 0;
      for (let stop = bytes.indexOf(NEWLINE); stop !== -1; stop = bytes.indexOf(NEWLINE, start)) {
        const end = position - bytes.length + stop + 1;
        yield { text: isTooLong ? null : bytes.toString(encoding, start, stop), offset, end };
        isTooLong = false;
        offset = end;
        start = stop + 1;
      }
      rest = Buffer.from(bytes.subarray(start));
      if (rest.length > maxLine) {
        isTooLong = true;
        rest = Buffer.alloc(0);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** From 1, of the line that begins at a byte. */
export function lineNumber(file: string, offset: number): number {
  let number = 1;
  for (const line of linesOf(file, 0, Infinity)) {
    if (line.offset >= offset) break;
    number++;
  }
  return number;
}

/** From a byte on, where a line ends, back to the beginning: the newest first. Ends are as of `linesOf`. */
export function* linesBackwards(file: string, end: number, maxLine: number): Generator<Line> {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK);
    /** What stands before the lines that are out, from `position` on. */
    let rest: Buffer = Buffer.alloc(0);
    let position = end;
    let isTooLong = false;
    /** Bytes before the next of the line that is being collected. */
    let stop = end;
    while (position > 0) {
      const size = Math.min(CHUNK, position);
      position -= size;
      readSync(descriptor, buffer, 0, size, position);
      const chunk = buffer.subarray(0, size);
      let bytes = rest.length === 0 ? chunk : Buffer.concat([chunk, rest]);
      // The break before a line; the last byte is the line's own.
      for (
        let at = bytes.lastIndexOf(NEWLINE, bytes.length - 2);
        at !== -1 && bytes.length > 1;
        at = bytes.lastIndexOf(NEWLINE, bytes.length - 2)
      ) {
        const text = isTooLong ? null : textOf(bytes.subarray(at + 1));
        yield { text, offset: position + at + 1, end: stop };
        isTooLong = false;
        stop = position + at + 1;
        bytes = bytes.subarray(0, at + 1);
      }
      rest = Buffer.from(bytes);
      if (rest.length > maxLine) {
        isTooLong = true;
        // Its break alone is kept.
        rest = rest.subarray(rest.length - 1);
      }
    }
    if (rest.length > 0 || isTooLong) yield { text: isTooLong ? null : textOf(rest), offset: 0, end: stop };
  } finally {
    closeSync(descriptor);
  }
}

/** Without the line's end. */
const textOf = (line: Buffer): string => line.toString('utf8', 0, line.at(-1) === NEWLINE ? line.length - 1 : line.length);

/** One line by its place; null: there is none such any more. */
export function lineAt(file: string, offset: number, end: number): string | null {
  if (!existsSync(file) || end <= offset || statSync(file).size < end) return null;
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(end - offset);
    readSync(descriptor, bytes, 0, bytes.length, offset);
    return textOf(bytes);
  } finally {
    closeSync(descriptor);
  }
}
