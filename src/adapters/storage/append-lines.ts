/**
 * The one way to add lines to a file. A disk that was full and a process that was killed leave a line without its end; the next line must
 * not be glued to it, or it is lost although it was acknowledged. Where several processes append, the torn line stays and the next one
 * begins on its own; where one process holds the file, the torn line is cut off.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { PartlyWritten } from '../partly-written.ts';

const NEWLINE = 10;
const LINE_END = Buffer.from('\n');

/**
 * Appends lines (without their ends) to a file that other processes may append to as well; the file is made when it is not there.
 * All of them are with the operating system when it returns. @throws {PartlyWritten} with the number of lines that are.
 */
export function appendLines(file: string, lines: readonly string[]): void {
  const append = new Append(lines);
  let descriptor = -1;
  try {
    descriptor = openSync(file, 'a+');
    for (let bytes = append.next(isTorn(descriptor)); bytes !== null; bytes = append.next(isTorn(descriptor)))
      append.took(writeSync(descriptor, bytes));
  } catch (error) {
    throw new PartlyWritten(append.written, error);
  } finally {
    if (descriptor !== -1) closeSync(descriptor);
  }
}

/** As `appendLines`, without waiting for the disk on this thread. @throws {PartlyWritten} */
export async function appendLinesLater(file: string, lines: readonly string[]): Promise<void> {
  const append = new Append(lines);
  try {
    const handle = await open(file, 'a+');
    try {
      const torn = async (): Promise<boolean> => {
        const { size } = await handle.stat();
        const last = Buffer.alloc(1);
        return size > 0 && (await handle.read(last, 0, 1, size - 1)).bytesRead === 1 && last[0] !== NEWLINE;
      };
      for (let bytes = append.next(await torn()); bytes !== null; bytes = append.next(await torn()))
        append.took((await handle.write(bytes)).bytesWritten);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new PartlyWritten(append.written, error);
  }
}

/**
 * Writes bytes at the end of a file that this process alone writes, `end` bytes long. When they do not fit, nothing of them stays.
 * @throws when they cannot be written.
 */
export function writeWhole(descriptor: number, bytes: Buffer, end: number): void {
  try {
    let done = 0;
    while (done < bytes.length) done += writeSync(descriptor, bytes, done);
  } catch (error) {
    ftruncateSync(descriptor, end);
    throw error;
  }
}

/** Whether the last line has no end: whoever wrote it was killed, or had no room. */
function isTorn(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
}

/**
 * What is written next. All lines go in one write, which other processes' writes do not break up. After a write that was cut short, the
 * line that it cut begins again: its other half could come after a line of another process.
 */
class Append {
  /** Lines that are in the file. */
  written = 0;
  private readonly lines: readonly Buffer[];
  /** Bytes of a line end that the last piece began with. */
  private before = 0;

  constructor(lines: readonly string[]) {
    this.lines = lines.map((line) => Buffer.from(`${line}\n`));
  }

  /** Null: everything is written. */
  next(isTornNow: boolean): Buffer | null {
    const rest = this.lines.slice(this.written);
    if (rest.length === 0 && (this.lines.length === 0 || !isTornNow)) return null;
    this.before = isTornNow ? 1 : 0;
    return Buffer.concat(isTornNow ? [LINE_END, ...rest] : rest);
  }

  /** @throws when nothing at all was written. */
  took(bytes: number): void {
    if (bytes === 0) throw new Error('The file takes nothing more.');
    let left = bytes - this.before;
    for (let line = this.lines[this.written]; line !== undefined; line = this.lines[this.written]) {
      // A line that lacks only its end is there: whoever appends next ends it.
      if (left < line.length - 1) return;
      left -= line.length;
      this.written++;
    }
  }
}
