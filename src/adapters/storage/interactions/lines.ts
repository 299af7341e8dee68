/** Lines of a file that may be larger than memory, with their places. */
import { closeSync, openSync, readSync } from 'node:fs';

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
      let start = 0;
      for (let stop = bytes.indexOf(NEWLINE); stop !== -1; stop = bytes.indexOf(NEWLINE, start)) {
        const end = position - bytes.length + stop + 1;
        yield { text: isTooLong ? null : bytes.toString('utf8', start, stop), offset, end };
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
