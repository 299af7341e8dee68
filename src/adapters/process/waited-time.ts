/** How long a process stood ready and got no processor, so that a time limit does not count what else the machine was busy with. */
import { readFileSync } from 'node:fs';

/**
 * ms that the first thread of a process has waited for a processor. Linux tells it (schedstats: time on the processor, time waiting, both
 * in ns, and time slices); 0 elsewhere, and when the process is gone.
 */
export function waitedMs(pid: number): number {
  if (process.platform !== 'linux') return 0;
  try {
    const waited = Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]);
    return Number.isFinite(waited) ? waited / 1e6 : 0;
  } catch {
    // The process has ended, or the kernel does not count.
    return 0;
  }
}
