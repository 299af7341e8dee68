/**
 * One process at a time, by a file that names it, made with the flag `wx`: every file system has that, unlike hard links (exFAT and
 * many network drives do not). A process that was killed leaves its file; the next one takes the lock over. What is ruled out, and how:
 *
 * - Two processes find the same lock of a process that has ended. Only the process that holds the claim on this very text may remove
 *   the file, and it looks again first. A claim is such a lock itself, so a process that is killed while it removes blocks no other process.
 * - A process is killed between making the file and writing it, or another process reads half of it. A file that cannot be read counts
 *   as held for `UNREADABLE` after its last change, and a process that takes longer than half of that to write does not have the lock.
 * - A process id is used again: the start of the process is in the file. See process-identity.ts.
 * - The file is of another host: it counts as held, for its process cannot be asked. `lockHint` says how to go on.
 */
import { closeSync, ftruncateSync, lstatSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { ConfigurationError } from '../../core/errors.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { openNoFollow, textNoFollow } from './data-folder/no-follow.ts';
import { hasEnded, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { sha256 } from '../hash.ts';

/** How long a file that cannot be read may be one that is being written. ms. */
const UNREADABLE = 10_000;
/** The lock is taken or lost within so many looks; a lock that changes hands faster is held by another process. */
const LOOKS = 5;

export interface Lock {
  release(): void;
}

/** Null: another process has it. @throws when the file cannot be made, as `fs` says it. */
export function takeLock(file: string): Lock | null {
  for (let look = 0; look < LOOKS; look++) {
    const began = performance.now();
    const handle = madeAnew(file);
    if (handle !== null) return writeOwn(file, handle, began);
    const text = textOf(file);
    if (text !== null && !(isLeftBehind(file, text) && removeLeftBehind(file, text))) return null;
  }
  return null;
}

/** What to do about a lock that another host holds; null: the process runs here and will end. */
export function lockHint(file: string): string | null {
  const holder = holderIn(textOf(file) ?? '');
  if (holder === null || holder.host === ownIdentity().host) return null;
  return `Process ${holder.pid} on ${holder.host} holds the lock. If that process has ended, delete ${file}.`;
}

function writeOwn(file: string, handle: number, began: number): Lock | null {
  const own = JSON.stringify({ ...ownIdentity(), id: randomUUID() });
  const isLate = (): boolean => performance.now() - began > UNREADABLE / 2;
  try {
    writeSync(handle, own);
    if (isLate()) {
      // Another process may be removing the file as one left behind. Empty, it stays for that process.
      ftruncateSync(handle);
      return null;
    }
  } catch (error) {
    if (!isLate()) rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  return textOf(file) === own ? { release: () => (textOf(file) === own ? rmSync(file, { force: true }) : undefined) } : null;
}

function isLeftBehind(file: string, text: string): boolean {
  const holder = holderIn(text);
  return holder === null ? isUnchangedFor(file, UNREADABLE) : hasEnded(holder);
}

/** Whether the lock may be free now. */
function removeLeftBehind(file: string, text: string): boolean {
  // All texts that cannot be read are one: an empty file has no other name.
  const name = holderIn(text) === null ? 'unreadable' : sha256(text).slice(0, 16);
  const claim = takeLock(`${file}.${name}`);
  if (claim === null) return false;
  try {
    const now = textOf(file);
    const isSame = now !== null && (now === text || (holderIn(now) === null && holderIn(text) === null));
    if (isSame && isLeftBehind(file, now)) rmSync(file, { force: true });
    return true;
  } finally {
    claim.release();
  }
}

/** By the clock of the file system, which on a network drive is that of the server. */
function isUnchangedFor(file: string, ms: number): boolean {
  const probe = `${file}.${randomUUID()}.now`;
  try {
    writeFileSync(probe, '', { flag: 'wx' });
    return (changedAt(probe) ?? 0) - (changedAt(file) ?? Infinity) > ms;
  } finally {
    rmSync(probe, { force: true });
  }
}

const changedAt = (file: string): number | null => unlessMissing(() => lstatSync(file).mtimeMs);

/** Null: the file is gone. */
const textOf = (file: string): string | null => unlessMissing(() => textNoFollow(file));

/** Null: it exists. */
function madeAnew(file: string): number | null {
  try {
    return openNoFollow(file, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw error;
  }
}

function unlessMissing<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    const { code, path: file = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'ELOOP')
      throw new ConfigurationError('lock/link', `The lock ${file} is a link. It is not followed.`, `Delete it: rm "${file}"`);
    throw error;
  }
}

/** Null: nothing that names a process, or not the whole of it. Versions before 0.6 wrote no `start`. */
function holderIn(text: string): ProcessIdentity | null {
  const holder = parseJson(text);
  if (!isJsonObject(holder)) return null;
  const { pid, host, start } = holder;
  return typeof pid === 'number' && typeof host === 'string' ? { pid, host, start: typeof start === 'string' ? start : '' } : null;
}
