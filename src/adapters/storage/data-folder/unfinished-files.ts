/** What `replaceFile` leaves behind when its process is killed. */
import { lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../../core/problems/errors.ts';
import { dataFolder } from './data-folder.ts';
import { isHalf, isLeftBehind } from './left-halves.ts';

/**
 * Halves of files below a folder of `.goldset/` that a killed process was about to put in place: they may hold text that is deleted everywhere
 * else. Returns what could not be deleted, as sentences.
 */
export function removeUnfinished(root: string, below: readonly string[], now: Date): string[] {
  const folder = dataFolder(root);
  const problems: string[] = [];
  const walk = (names: readonly string[]): void => {
    for (const name of folder.list('files', ...names)) {
      const file = isHalf(name) ? folder.readable(...names, name) : null;
      const found = file === null ? undefined : lstatSync(file, { throwIfNoEntry: false });
      if (file === null || found === undefined || !isLeftBehind(name, found, now.getTime())) continue;
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
