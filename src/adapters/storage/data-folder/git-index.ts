/**
 * Which files below `.goldset/` git tracks, read from git's index. Such a file can be changed by the next `git pull`. Reading the index
 * starts no process, so it costs the same in every thread and in an application that imports the runtime, and git need not be installed.
 * The format: https://git-scm.com/docs/index-format, versions 2 to 4, with split and sparse indexes.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface GitIndex {
  /** The work tree's top folder. */
  readonly top: string;
  /** The index file. It need not exist. */
  readonly file: string;
  readonly gitDir: string;
}

const SIGNATURE = 'DIRC';
const HEADER = 12;
/** Bytes of an entry before its hash. */
const STAT = 40;
const EXTENDED = 0x4000;

/** The indexes of all repositories whose work tree contains the folder, the nearest first. `folder`: its real path. */
export function gitIndexesAbove(folder: string): GitIndex[] {
  const found: GitIndex[] = [];
  for (let top = folder; ; top = path.dirname(top)) {
    const gitDir = gitDirOf(top);
    if (gitDir !== null) found.push({ top, gitDir, file: path.join(gitDir, 'index') });
    if (path.dirname(top) === top) return found;
  }
}

/** A text that changes whenever the index does. */
export function stampOf({ file }: GitIndex): string {
  const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.ino}:${stats.size}:${stats.mtimeNs}`;
}

/**
 * Paths below `folder` that the index has, relative to it, as `comparable` writes them; '' is the folder itself.
 * Null: the index cannot be read, so nothing is known.
 */
export function trackedBelow({ top, gitDir, file }: GitIndex, folder: string): string[] | null {
  const prefix = path.relative(top, folder).split(path.sep).map(comparable);
  const names: string[] = [];
  const hashBytes = hashBytesOf(gitDir);
  for (const each of [file, ...sharedIndexes(file)]) {
    if (lstatSync(each, { throwIfNoEntry: false }) === undefined) continue;
    const own = namesIn(readFileSync(each), hashBytes);
    if (own === null) return null;
    for (const name of own) {
      const parts = name.split('/').filter((part) => part !== '');
      if (parts.length < prefix.length || !prefix.every((part, i) => isSame(comparable(parts[i] ?? ''), part))) continue;
      names.push(parts.slice(prefix.length).map(comparable).join('/'));
    }
  }
  return names;
}

/**
 * A name as a file system may read it: without case, without the characters that HFS+ ignores, without the dots and spaces that Windows
 * drops at the end, and without the stream of NTFS.
 */
export const comparable = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .replace(/:.*$/, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();

/** Windows also knows `.goldset` by a short name. */
const isSame = (name: string, wanted: string): boolean => name === wanted || (wanted === '.goldset' && /^goldse~\d$/.test(name));

/** Null: no repository begins here. */
function gitDirOf(top: string): string | null {
  const file = path.join(top, '.git');
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (!stats.isFile()) return file;
  const target = /^gitdir: (.+?)\s*$/.exec(readFileSync(file, 'utf8'))?.[1];
  return target === undefined ? null : path.resolve(top, target);
}

/** Of an object's hash: 20 or 32. Of a linked work tree, the configuration is in the common directory. */
function hashBytesOf(gitDir: string): number {
  const common = textOf(path.join(gitDir, 'commondir'))?.trim();
  const config = textOf(path.join(common === undefined ? gitDir : path.resolve(gitDir, common), 'config')) ?? '';
  return /^\s*objectformat\s*=\s*"?sha256/im.test(config) ? 32 : 20;
}

/** A split index keeps most of its names in `sharedindex.HASH` beside it. */
function sharedIndexes(file: string): string[] {
  const folder = path.dirname(file);
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith('sharedindex.'))
    .map((name) => path.join(folder, name));
}

const textOf = (file: string): string | null =>
  lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, 'utf8') : null;

/** Null: this is no index of a version that is known. */
function namesIn(bytes: Buffer, hashBytes: number): string[] | null {
  const version = bytes.length < HEADER ? 0 : bytes.readUInt32BE(4);
  if (bytes.toString('latin1', 0, 4) !== SIGNATURE || version < 2 || version > 4) return null;
  const names: string[] = [];
  let at = HEADER;
  let previous = Buffer.alloc(0);
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    const flagsAt = at + STAT + hashBytes;
    if (flagsAt + 4 > bytes.length) return null;
    const isExtended = version > 2 && (bytes.readUInt16BE(flagsAt) & EXTENDED) !== 0;
    let start = flagsAt + (isExtended ? 4 : 2);
    let kept = 0;
    if (version === 4) {
      const cut = offsetAt(bytes, start);
      kept = previous.length - cut.value;
      start = cut.end;
    }
    const end = bytes.indexOf(0, start);
    if (end === -1 || kept < 0) return null;
    const name = Buffer.concat([previous.subarray(0, kept), bytes.subarray(start, end)]);
    names.push(name.toString('utf8'));
    previous = name;
    // Entries of version 2 and 3 end with one to eight NULs, at a multiple of eight.
    at = version === 4 ? end + 1 : at + ((end - at + 8) & ~7);
  }
  return names;
}

/** A number as pack files write offsets. */
function offsetAt(bytes: Buffer, from: number): { readonly value: number; readonly end: number } {
  let end = from;
  let byte = bytes[end++] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = bytes[end++] ?? 0;
    value = ((value + 1) << 7) | (byte & 0x7f);
  }
  return { value, end };
}
