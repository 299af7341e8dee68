/**
 * The processor time of a worker thread, so that a limit counts what the thread did and not what else the machine was busy with.
 * Linux tells it for each thread of the process. Elsewhere Node 20 knows only that of the whole process: an upper bound, so a limit
 * counts there only when several times as much was used.
 */
import { readFileSync, readlinkSync } from 'node:fs';

export interface CpuClock {
  /** ms of processor time until now. */
  ms(): number;
  /** By how much a limit is multiplied: 1 where the time is the thread's own. */
  readonly allowance: number;
}

/** Clock ticks of Linux are hundredths of a second, whatever the kernel's own are (USER_HZ, proc(5)). */
const MS_PER_TICK = 10;
const PROCESS_ALLOWANCE = 5;

/** The id of the thread that calls it; null: the system does not tell. It must be read synchronously, or another thread answers. */
export function ownThreadId(): number | null {
  if (process.platform !== 'linux') return null;
  try {
    const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    return Number.isInteger(id) ? id : null;
  } catch {
    // No /proc here.
    return null;
  }
}

/** The clock of a thread of this process. `thread`: its id, or null. */
export function threadClock(thread: number | null): CpuClock {
  const process = processClock();
  if (thread === null || ticksOf(thread) === null) return process;
  return { ms: () => (ticksOf(thread) ?? 0) * MS_PER_TICK, allowance: 1 };
}

function processClock(): CpuClock {
  return {
    ms: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    allowance: PROCESS_ALLOWANCE,
  };
}

/** User and system time; null: there is no such thread any more. */
function ticksOf(thread: number): number | null {
  try {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    // The name, in brackets, may hold anything; utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return null;
  }
}
