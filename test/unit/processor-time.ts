/** Work in processor time, which does not pass while other processes have the machine. */

/**
 * ms of processor time of this process for a work that is done again and again: the least of three times, since a collection of
 * garbage adds to one and takes nothing away.
 */
export function processorMs(work: () => void): number {
  work();
  const once = (): number => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  return Math.min(once(), once(), once());
}
