/**
 * One process at a time, by a file that names it, made with the flag `wx`: every file system has that, unlike hard links (exFAT and
 * many network drives do not). A process that was killed leaves its file; the next one takes the lock over. What is ruled out, and how:
 *
 * - Two processes find the same lock of a process that has ended. Only the process that holds the claim on this very text may remove
 *   the file, and it looks again first. A claim is such a lock itself, so a process that is killed while it removes blocks no other process.
 * - A process is killed between making the file and writing it, or another process reads half of it. A file that cannot be read counts
 *   as held for `UNREADABLE` after its last change, and a process that takes longer than half of that to write does not have the lock.
 * - A process id is used again: the start of the process is in the file. See process-identity.ts.
 * - The file is of another host, or the system does not say when the process of this id began: the process cannot be asked. A holder
 *   writes its text again every `BEAT`; a lock that was not renewed for `EXPIRY` has expired. A holder that slept for that long looks whether
 *   the file of this name is still its own before it goes on (`stillHeld`). An open file that was removed tells nothing of that on NFS:
 *   it stays there under another name, with a link count of 1.
 */
import { closeSync, fstatSync, ftruncateSync, lstatSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { ConfigurationError, isConfigurationError } from '../../core/problems/errors.ts';
import { isJsonObject, parseJson } from '../../core/json/json.ts';
import { openNoFollow, textNoFollow } from './data-folder/no-follow.ts';
import { canBeAsked, hasEnded, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { sha256 } from '../hash.ts';

/** How long a file that cannot be read may be one that is being written. ms. */
const UNREADABLE = 10_000;
/** The lock is taken or lost within so many looks; a lock that changes hands faster is held by another process. */
const LOOKS = 5;

/** How often a holder renews its lock, and how long one that is not renewed holds. ms. */
const BEAT = 15_000;
const EXPIRY = 5 * 60_000;

export interface Lock {
  /** Renews it. False: it had expired and another process has taken it over, so nothing more may be written. */
  stillHeld(): boolean;
  release(): void;
}

/** Null: another process has it. @throws when the file cannot be made, as `fs` says it. */
export function takeLock(file: string): Lock | null {
  // Known before the file is made: a process that is killed while it finds this out leaves no empty lock.
  const own = JSON.stringify({ ...ownIdentity(), id: randomUUID() });
  for (let look = 0; look < LOOKS; look++) {
    const began = performance.now();
    const handle = madeAnew(file);
    if (handle !== null) return writeOwn(file, handle, own, began);
    const text = textOf(file);
    if (text !== null && !(isLeftBehind(file, text) && removeLeftBehind(file, text))) return null;
  }
  return null;
}

/** Who holds a lock, and what to do next. `next`: where the process runs here and will end. */
export function lockHint(file: string, next: string): string {
  const holder = holderIn(textOf(file) ?? '');
  if (holder === null) return next;
  if (holder.host === ownIdentity().host) return `Process ${holder.pid} of this machine holds ${file}. ${next}`;
  return `Process ${holder.pid} on ${holder.host} holds ${file}. If that process has ended, the lock expires ${EXPIRY / 60_000} minutes after it was last renewed, or delete the file.`;
}

function writeOwn(file: string, handle: number, own: string, began: number): Lock | null {
  const isLate = (): boolean => performance.now() - began > UNREADABLE / 2;
  try {
    writeSync(handle, own);
    if (isLate()) {
      // Another process may be removing the file as one left behind. Empty, it stays for that process.
      ftruncateSync(handle);
      closeSync(handle);
      return null;
    }
    if (textOf(file) === own) return new HeldLock(file, handle, own);
  } catch (error) {
    closeSync(handle);
    if (!isLate()) rmSync(file, { force: true });
    throw error;
  }
  closeSync(handle);
  return null;
}

/** Its file stays open: what is written to it never reaches the lock of another process in its place. */
class HeldLock implements Lock {
  private isOpen = true;
  /** ms since 1970, for a machine that sleeps counts no time else. */
  private renewed = Date.now();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly file: string,
    private readonly handle: number,
    private readonly text: string,
  ) {
    this.timer = setInterval(() => this.beat(), BEAT);
    this.timer.unref();
  }

  stillHeld(): boolean {
    if (!this.isOpen) return false;
    if (Date.now() - this.renewed < BEAT) return true;
    return this.beat();
  }

  release(): void {
    if (!this.isOpen) return;
    const isOwn = textOf(this.file) === this.text;
    this.close();
    if (isOwn) rmSync(this.file, { force: true });
  }

  /** The file system sets the time, which on a network drive is that of the server. A disk that is full renews nothing. */
  private beat(): boolean {
    try {
      if (!this.isOwn()) {
        this.close();
        return false;
      }
      writeSync(this.handle, this.text, 0);
      this.renewed = Date.now();
    } catch (error) {
      // It is tried again with the next beat; whether the file is there is known.
      if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error;
    }
    return true;
  }

  /** Whether the file of this name is the one that is open. @throws as `fs` says it. */
  private isOwn(): boolean {
    try {
      return fstatSync(this.handle).nlink > 0 && textOf(this.file) === this.text;
    } catch (error) {
      // A link is in its place.
      if (isConfigurationError(error)) return false;
      throw error;
    }
  }

  private close(): void {
    this.isOpen = false;
    clearInterval(this.timer);
    closeSync(this.handle);
  }
}

function isLeftBehind(file: string, text: string): boolean {
  const holder = holderIn(text);
  if (holder === null) return isUnchangedFor(file, UNREADABLE);
  return hasEnded(holder) || (!canBeAsked(holder) && isUnchangedFor(file, EXPIRY));
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
