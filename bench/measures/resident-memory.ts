/** Resident memory of another process, now. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** MB. @throws {Error} when it cannot be read, since the process has ended or the system has neither /proc nor ps. */
export function residentMb(pid: number | undefined): number {
  const kb = existsSync('/proc/self/status')
    ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    : spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  const mb = Number(kb) / 1024;
  if (!(mb > 0)) throw new Error(`The memory of process ${pid} cannot be read.`);
  return mb;
}
