/**
 * The one way to read a file whole: only regular files, and never more than a given number of bytes. A device has no end, and a pipe or a socket
 * waits for someone, so their kind is looked at before they are opened.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { HumanError } from '../core/problems/errors.ts';

/** Bytes of a text that a person writes: prompts, settings, mappings, variables. */
export const MAX_TEXT = 64 << 20;
/** Bytes of a file that Goldset itself appends to and reads whole. */
export const MAX_STORE = 256 << 20;
/** Bytes of a file that is read line by line: journals, segments of the cache, days of interactions. */
export const MAX_LINES = 16 * 2 ** 30;

/** Never waits for the other end of a pipe. Windows has no such flag, and no such pipes. */
const FLAGS = constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0);

const PIECE = 1 << 20;

interface Kind {
  readonly size: number;
  isFile(): boolean;
}

/** @throws {HumanError} `file/kind` or `file/too-large`. */
function check(file: string, found: Kind, most: number): void {
  if (!found.isFile())
    throw new HumanError('file/kind', `${file} is not a regular file.`, 'Name a regular file, not a folder, device, pipe or socket.');
  if (found.size > most) throw tooLarge(file, found.size, most);
}

const tooLarge = (file: string, size: number, most: number): HumanError =>
  new HumanError(
    'file/too-large',
    `${file} has ${size > most ? megabytes(size) : `more than ${megabytes(most)}`}, which is too large.`,
    `The limit for this file is ${megabytes(most)}.`,
  );

const megabytes = (bytes: number): string => `${Math.max(1, Math.round(bytes / 2 ** 20))} MB`;

/**
 * A descriptor for reading. `flags`: more than those of reading, such as O_NOFOLLOW.
 * @throws {HumanError} for what is not a regular file or too large; as node does when it cannot be opened.
 */
export function openRegular(file: string, most = MAX_LINES, flags = 0): number {
  check(file, statSync(file), most);
  const descriptor = openSync(file, FLAGS | flags);
  try {
    // It may have been replaced since.
    check(file, fstatSync(descriptor), most);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** All bytes of a file. `most`: bytes. `flags` as of `openRegular`. @throws {HumanError} for what is not a regular file or too large; as node does when it cannot be read. */
export function readBytesSync(file: string, most = MAX_TEXT, flags = 0): Buffer {
  const descriptor = openRegular(file, most, flags);
  try {
    const pieces = new Pieces(file, most);
    for (;;) {
      const piece = Buffer.allocUnsafe(pieces.next(fstatSync(descriptor).size));
      const read = readSync(descriptor, piece, 0, piece.length, null);
      if (read === 0) return pieces.all;
      pieces.add(piece.subarray(0, read));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The first bytes of a regular file, fewer where it ends earlier. @throws {HumanError} for what is not a regular file; as node does when it cannot be read. */
export function readStart(file: string, count: number): Buffer {
  const descriptor = openRegular(file);
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, count, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** As `readBytesSync`, without blocking. */
export async function readBytes(file: string, most = MAX_TEXT): Promise<Buffer> {
  check(file, await stat(file), most);
  const handle = await open(file, FLAGS);
  try {
    const found = await handle.stat();
    check(file, found, most);
    const pieces = new Pieces(file, most);
    for (;;) {
      const piece = Buffer.allocUnsafe(pieces.next(found.size));
      const { bytesRead } = await handle.read(piece, 0, piece.length, null);
      if (bytesRead === 0) return pieces.all;
      pieces.add(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/** The text of a file, as UTF-8. Limits and errors are those of `readBytesSync`. */
export const readTextSync = (file: string, most = MAX_TEXT): string => readBytesSync(file, most).toString('utf8');

/** As `readTextSync`, without blocking. */
export const readText = async (file: string, most = MAX_TEXT): Promise<string> => (await readBytes(file, most)).toString('utf8');

/** The text of a stream, such as standard input, counted as it arrives. @throws {HumanError} `file/too-large` */
export async function readStream(stream: AsyncIterable<Buffer>, name: string, most = MAX_TEXT): Promise<string> {
  const pieces = new Pieces(name, most);
  for await (const piece of stream) pieces.add(piece);
  return pieces.all.toString('utf8');
}

/** What was read so far. A file may grow while it is read, and some say that they have no bytes. */
class Pieces {
  private readonly pieces: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly file: string,
    private readonly most: number,
  ) {}

  /** Bytes to ask for next: what is left of the file, and one more to see its end. */
  next(fileSize: number): number {
    return Math.min(Math.max(fileSize - this.size, 0) + 1, this.size === 0 ? this.most + 1 : PIECE);
  }

  add(piece: Buffer): void {
    this.pieces.push(piece);
    this.size += piece.length;
    if (this.size > this.most) throw tooLarge(this.file, this.size, this.size);
  }

  get all(): Buffer {
    const [first] = this.pieces;
    return this.pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.pieces, this.size);
  }
}
