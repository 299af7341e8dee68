/** One process at a time, by a file that names it. A process that was killed leaves its file; the next one takes it over. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { isJsonObject, parseJson } from '../../core/json.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, where the system tells: a number that is used again is another process. */
  readonly started: string | null;
}

export interface Lock {
  release(): void;
}

/** Null: another process has it. */
export function takeLock(file: string): Lock | null {
  const own: Holder = { pid: process.pid, host: os.hostname(), started: startOf(process.pid) };
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(own));
  try {
    // A link appears whole, or not at all.
    if (links(mine, file)) return { release: () => rmSync(file, { force: true }) };
    const text = textOf(file);
    if (text !== null && isHeld(text)) return null;
    removeStale(file, text);
    return links(mine, file) ? { release: () => rmSync(file, { force: true }) } : null;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Whoever moves the file away looks again at what it was: another process may have been quicker. */
function removeStale(file: string, text: string | null): void {
  const away = `${file}.${process.pid}.stale`;
  if (text === null || !moves(file, away)) return;
  if (textOf(away) !== text) links(away, file);
  rmSync(away, { force: true });
}

const links = (from: string, to: string): boolean => succeeds(() => linkSync(from, to), 'EEXIST');
const moves = (from: string, to: string): boolean => succeeds(() => renameSync(from, to), 'ENOENT');

function succeeds(work: () => void, expected: string): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === expected) return false;
    throw error;
  }
}

/** Null: the file is gone. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A process of another machine cannot be asked, so it counts as alive. */
function isHeld(text: string): boolean {
  const holder = parseJson(text);
  if (!isJsonObject(holder)) return false;
  const { pid, host, started } = holder as Partial<Record<keyof Holder, unknown>>;
  if (host !== os.hostname()) return true;
  return typeof pid === 'number' && isAlive(pid) && (started === null || startOf(pid) === started);
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Linux: field 22 of /proc/PID/stat, behind the name in brackets. Null elsewhere. */
function startOf(pid: number): string | null {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat === null ? null : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null);
}
