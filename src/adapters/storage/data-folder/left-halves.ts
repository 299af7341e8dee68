/** Halves of files that a process was about to put in place (`replaceFile`) when it was killed. */
import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, rmSync, type Stats } from 'node:fs';
import path from 'node:path';
import { isAlive } from '../process-identity.ts';

/** The number of the process, and 4 bytes that differ each time. */
const HALF = /\.(\d+)-[0-9a-f]{8}\.new$/;
/** ms. A process of another host or container cannot be asked; none takes so long for one file. */
const RECENT = 60_000;
/** ms after which such a file is left behind, whatever runs under the number of its process by now. */
const OLD = 3_600_000;

/** Beside a file that is about to be replaced: where the new one is written. */
export const halfOf = (file: string): string => `${file}.${process.pid}-${randomBytes(4).toString('hex')}.new`;

/** Whether this name is that of such a half. */
export const isHalf = (name: string): boolean => HALF.test(name);

/** Whether the process that wrote such a half has ended. `now`: ms since 1970. */
export const isLeftBehind = (name: string, { mtimeMs }: Pick<Stats, 'mtimeMs'>, now: number): boolean =>
  now - mtimeMs >= OLD || !isAlive(Number(HALF.exec(name)?.[1]));

/** Removes what earlier processes have left beside a file; it is no matter for the one that writes now. */
export function removeHalvesBeside(file: string): void {
  const [folder, base] = [path.dirname(file), path.basename(file)];
  const now = Date.now();
  try {
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(base) || name.replace(HALF, '') !== base || name === base) continue;
      const half = path.join(folder, name);
      const found = lstatSync(half, { throwIfNoEntry: false });
      if (found?.isFile() === true && now - found.mtimeMs >= RECENT && isLeftBehind(name, found, now)) rmSync(half, { force: true });
    }
  } catch (error) {
    // A folder that may be written and not listed, or a half of another user: it stays until retention names it.
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error;
  }
}
