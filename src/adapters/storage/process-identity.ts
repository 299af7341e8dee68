/** Which process wrote something, so that a later reader can tell whether that very process still runs. */
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  /** Host name, with the namespace of process ids where the system has them: containers can share a host name. */
  readonly host: string;
  /** When the process started: on Linux the boot and its clock ticks, elsewhere ms since 1970. It tells a process id that is used again. */
  readonly start: string;
}

const PROC = process.platform === 'linux';

/** Clocks are set, and the start of the machine is known to the second. ms. */
const BOOT_TOLERANCE = 60_000;

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, host: hostId(), start: startOf(process.pid) ?? String(Math.round(performance.timeOrigin)) };
}

/**
 * Whether the process has ended. False where that cannot be known: the process belongs to another host, or its id is in use and
 * the system does not say since when.
 */
export function hasEnded({ pid, host, start }: ProcessIdentity): boolean {
  if (host !== hostId()) return false;
  if (!isAlive(pid)) return true;
  const now = startOf(pid);
  if (now !== null && start.includes(':')) return now !== start;
  const startedAt = Number(start);
  return Number.isFinite(startedAt) && startedAt > 0 && startedAt < Date.now() - os.uptime() * 1000 - BOOT_TOLERANCE;
}

/** Whether `hasEnded` knows: the process belongs to this host, and the system says since when its id is in use. */
export const canBeAsked = ({ pid, host, start }: ProcessIdentity): boolean =>
  host === hostId() && (!isAlive(pid) || (start.includes(':') && startOf(pid) !== null));

/** Whether a process of this machine has this id and has not ended. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // A process that was killed keeps its id until its parent asks for the exit code.
  const state = statOf(pid)?.[0];
  return state !== 'Z' && state !== 'X';
}

const hostId = (): string => [os.hostname(), namespaceOfProcessIds()].filter((part) => part !== null).join(' ');

function namespaceOfProcessIds(): string | null {
  try {
    return PROC ? readlinkSync('/proc/self/ns/pid') : null;
  } catch {
    // Without /proc the host name alone has to do.
    return null;
  }
}

/** Null: the system does not say. */
function startOf(pid: number): string | null {
  const ticks = statOf(pid)?.[19];
  const boot = textOfProc('/proc/sys/kernel/random/boot_id');
  return ticks === undefined || boot === null ? null : `${boot.trim()}:${ticks}`;
}

/** The fields of /proc/PID/stat from the state on; the name before them is in brackets and may hold anything. */
function statOf(pid: number): string[] | null {
  const stat = textOfProc(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function textOfProc(file: string): string | null {
  try {
    return PROC ? readFileSync(file, 'utf8') : null;
  } catch {
    // The process has ended, or it hides what it is.
    return null;
  }
}
