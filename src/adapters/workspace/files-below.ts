/** The files below a folder of a workspace. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { isInside } from '../within.ts';
import { SKIPPED_FOLDERS } from './skipped-folders.ts';

/** By their paths from the root; none where the folder cannot be read or leads out of the root by real path. Links below it are not followed. */
export function filesBelow(root: string, folder: string): string[] {
  const absolute = path.resolve(root, folder);
  // A link to `/` would be walked to its end.
  const isOwn = absolute === path.resolve(root) || isInside(root, absolute);
  return isOwn && statSync(absolute, { throwIfNoEntry: false })?.isDirectory() === true ? walk(absolute, folder) : [];
}

const walk = (absolute: string, folder: string): string[] =>
  readdirSync(absolute, { withFileTypes: true }).flatMap((entry): string[] => {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.includes(entry.name) ? [] : walk(path.join(absolute, entry.name), name);
    return entry.isFile() ? [name] : [];
  });
