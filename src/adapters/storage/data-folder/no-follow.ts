/** Opening files of `.goldset/`: a link in the last place is not followed, and what is put in place of a file is written beside it first. */
import { closeSync, constants, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { linesIn } from '../../bounded-lines.ts';
import { MAX_LINES, MAX_STORE, openRegular, readBytesSync } from '../../bounded-file.ts';
import { halfOf, removeHalvesBeside } from './left-halves.ts';

/** Windows has no such flag; there the check of `DataFolder` before each opening has to do. */
const NO_FOLLOW = (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;
const { O_RDONLY, O_WRONLY, O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_TRUNC } = constants;

const FLAGS = {
  r: O_RDONLY,
  w: O_WRONLY | O_CREAT | O_TRUNC,
  wx: O_WRONLY | O_CREAT | O_EXCL,
  a: O_WRONLY | O_APPEND | O_CREAT,
  ax: O_WRONLY | O_APPEND | O_CREAT | O_EXCL,
  'a+': O_RDWR | O_APPEND | O_CREAT,
  'ax+': O_RDWR | O_APPEND | O_CREAT | O_EXCL,
} as const;

/** The flags of `fs.open` by the same names, with O_NOFOLLOW. */
export const noFollowFlags = (mode: keyof typeof FLAGS): number => FLAGS[mode] | NO_FOLLOW;

/** A descriptor. @throws {HumanError} when what is read is not a regular file; else as `fs` says it: ELOOP when the file is a link. */
export const openNoFollow = (file: string, mode: keyof typeof FLAGS, permissions = 0o666): number =>
  mode === 'r' ? openRegular(file, MAX_LINES, NO_FOLLOW) : openSync(file, noFollowFlags(mode), permissions);

/** All bytes of a file. `most`: bytes. @throws as `openNoFollow`, and {HumanError} when it is too large. */
export const readNoFollow = (file: string, most = MAX_STORE): Buffer => readBytesSync(file, most, NO_FOLLOW);

/** The text of a file, as UTF-8. Limits and errors are those of `readNoFollow`. */
export const textNoFollow = (file: string, most = MAX_STORE): string => readNoFollow(file, most).toString('utf8');

/** Whole lines of a file, however large it is; `number`: from 1. Null: the line is longer than any record of ours. @throws as `openNoFollow`. */
export function readLines(file: string, take: (line: string | null, number: number) => void): void {
  const descriptor = openNoFollow(file, 'r');
  let number = 0;
  try {
    for (const { bytes } of linesIn(descriptor)) take(bytes?.toString('utf8') ?? null, ++number);
  } finally {
    closeSync(descriptor);
  }
}

/** Puts a text, or bytes, in the place of a file, whole or not at all. A link there is replaced, not followed. @throws as `fs` says it. */
export const replaceFile = (file: string, content: string | Uint8Array, permissions = 0o666): void =>
  replaceFileInPieces(file, [content], permissions);

/** The same of what is not held as a whole. */
export function replaceFileInPieces(file: string, pieces: Iterable<string | Uint8Array>, permissions = 0o666): void {
  const part = halfOf(file);
  const descriptor = openNoFollow(part, 'wx', permissions);
  try {
    try {
      for (const piece of pieces) writeAll(descriptor, Buffer.from(piece));
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  removeHalvesBeside(file);
}

/** Bytes of an open file. */
export const sizeOf = (descriptor: number): number => fstatSync(descriptor).size;

function writeAll(descriptor: number, bytes: Buffer): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(descriptor, bytes, done);
}
