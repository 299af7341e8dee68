/**
 * The one way to add lines to a file. A disk that was full and a process that was killed leave a line without its end; the next line must
 * not be glued to it, or it is lost although it was acknowledged. After a failed append the half line is cut off again, and before every
 * append a torn line that another process has left is ended. Where other processes append too, it is cut off only while it is the last.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { PartlyWritten } from '../partly-written.ts';
import { noFollowFlags, openNoFollow } from './data-folder/no-follow.ts';

const NEWLINE = 10;
const LINE_END = Buffer.from('\n');

/**
 * Appends lines (without their ends) to a file that other processes may append to as well; the file is made when it is not there, and a link is not followed
 * (`follow`: it is, for files that the user placed).
 * All of them are with the operating system when it returns. @throws {PartlyWritten} with the number of lines that are.
 */
export function appendLines(file: string, lines: readonly string[], { follow = false } = {}): void {
  const append = new Append(lines);
  let descriptor = -1;
  try {
    descriptor = follow ? openSync(file, 'a+') : openNoFollow(file, 'a+');
    for (;;) {
      const { size } = fstatSync(descriptor);
      const bytes = append.next(isTorn(readFrom(descriptor, size - 1, size)));
      if (bytes === null) return;
      const count = writeSync(descriptor, bytes);
      const after = fstatSync(descriptor).size;
      append.took(count, size, after, () => isGlued(readFrom(descriptor, size - 1, after), bytes.subarray(0, count)));
    }
  } catch (error) {
    if (descriptor !== -1) cutOff(descriptor, append.torn);
    throw new PartlyWritten(append.written, error);
  } finally {
    if (descriptor !== -1) closeSync(descriptor);
  }
}

/**
 * As `appendLines`, without waiting for the disk on this thread. `follow`: a link is followed, for files that the user placed.
 * @throws {PartlyWritten}
 */
export async function appendLinesLater(file: string, lines: readonly string[], { follow = false } = {}): Promise<void> {
  const append = new Append(lines);
  try {
    const handle = await open(file, follow ? 'a+' : noFollowFlags('a+'));
    const read = async (from: number, to: number): Promise<Buffer> => {
      const bytes = Buffer.alloc(Math.max(0, to - Math.max(0, from)));
      return bytes.subarray(0, (await handle.read(bytes, 0, bytes.length, Math.max(0, from))).bytesRead);
    };
    try {
      for (;;) {
        const { size } = await handle.stat();
        const bytes = append.next(isTorn(await read(size - 1, size)));
        if (bytes === null) return;
        const count = (await handle.write(bytes)).bytesWritten;
        const after = (await handle.stat()).size;
        const around = after === size + count ? null : await read(size - 1, after);
        append.took(count, size, after, () => around !== null && isGlued(around, bytes.subarray(0, count)));
      }
    } catch (error) {
      // At once, so that no other process appends in between.
      cutOff(handle.fd, append.torn);
      throw error;
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

/** A half line of a failed append goes again. Other processes that have appended since have ended it already. */
function cutOff(descriptor: number, torn: Torn | null): void {
  if (torn !== null && fstatSync(descriptor).size === torn.to) ftruncateSync(descriptor, torn.from);
}

/** Bytes of a file that are a line without its end. */
interface Torn {
  readonly from: number;
  readonly to: number;
}

function readFrom(descriptor: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, to - Math.max(0, from)));
  return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, Math.max(0, from)));
}

/** Whether a file that ends with these bytes has a last line without its end: its writer was killed, or had no room. */
const isTorn = (end: Buffer): boolean => end.length > 0 && end.at(-1) !== NEWLINE;

/** Whether what was written stands after a line that another process tore between the look at the end and the write. */
function isGlued(around: Buffer, written: Buffer): boolean {
  const at = around.indexOf(written);
  return at > 0 && written[0] !== NEWLINE && around[at - 1] !== NEWLINE;
}

/**
 * What is written next. All lines go in one write, which other processes' writes do not break up. After a write that was cut short, the
 * line that it cut begins again: its other half could come after a line of another process.
 */
class Append {
  private pending: readonly { readonly line: Buffer; readonly at: number }[];
  private readonly total: number;
  /** Bytes of a line end that the last piece began with. */
  private before = 0;
  /** The half line that the last write has left at the end of the file; null: it left none, or another process has appended since. */
  torn: Torn | null = null;

  constructor(lines: readonly string[]) {
    this.pending = lines.map((line, at) => ({ line: Buffer.from(`${line}\n`), at }));
    this.total = lines.length;
  }

  /** Lines, from the first, that are in the file. */
  get written(): number {
    return this.pending[0]?.at ?? this.total;
  }

  /** Null: everything is written. */
  next(isTornNow: boolean): Buffer | null {
    const rest = this.pending.map(({ line }) => line);
    if (rest.length === 0 && (this.total === 0 || !isTornNow)) return null;
    this.before = isTornNow ? 1 : 0;
    return Buffer.concat(isTornNow ? [LINE_END, ...rest] : rest);
  }

  /**
   * So many bytes were written where the file had `size`, and it has `after` now. `isGlued`: the first line stands after half a line of
   * another process, so it is written again. @throws when nothing was written.
   */
  took(bytes: number, size: number, after: number, isGlued: () => boolean): void {
    if (bytes === 0) throw new Error('The file takes nothing more.');
    const isAlone = after === size + bytes;
    const glued = !isAlone && isGlued();
    let left = bytes - this.before;
    let whole = 0;
    for (const { line } of this.pending) {
      // A line that lacks only its end is there: the next append ends it.
      if (left < line.length - 1) break;
      left -= line.length;
      whole++;
    }
    this.torn = isAlone && whole < this.pending.length && left > 0 ? { from: after - left, to: after } : null;
    this.pending = [...(glued && whole > 0 ? this.pending.slice(0, 1) : []), ...this.pending.slice(whole)];
  }
}
