/** What `replaceFile` leaves behind when its process is killed. */
import { lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../../core/errors.ts';
import { isAlive } from '../process-identity.ts';
import { dataFolder } from './data-folder.ts';

/** Of a process that was killed while it replaced a file. */
const UNFINISHED = /\.(\d+)-[0-9a-f]{8}\.new$/;
/** ms after which such a file is left behind, whatever runs under the number of its process by now. */
const OLD = 3_600_000;

/**
 * Halves of files below a folder of `.goldset/` that a killed process was about to put in place: they may hold text that is deleted everywhere
 * else. Returns what could not be deleted, as sentences.
 */
export function removeUnfinished(root: string, below: readonly string[], now: Date): string[] {
  const folder = dataFolder(root);
  const problems: string[] = [];
  const walk = (names: readonly string[]): void => {
    for (const name of folder.list('files', ...names)) {
      const pid = UNFINISHED.exec(name)?.[1];
      const file = pid === undefined ? null : folder.readable(...names, name);
      if (file === null) continue;
      const age = now.getTime() - (lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now.getTime());
      if (isAlive(Number(pid)) && age < OLD) continue;
      try {
        rmSync(file, { force: true });
      } catch (error) {
        problems.push(`${path.basename(file)}: ${messageOf(error)}`);
      }
    }
    for (const name of folder.list('folders', ...names)) walk([...names, name]);
  };
  walk(below);
  return problems;
}
