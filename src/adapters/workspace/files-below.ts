/** The files below a folder of a workspace. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { SKIPPED_FOLDERS } from './skipped-folders.ts';

/** By their paths from the root; none where the folder cannot be read. Links to folders are not followed. */
export function filesBelow(root: string, folder: string): string[] {
  const absolute = path.resolve(root, folder);
  if (statSync(absolute, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(absolute, { withFileTypes: true }).flatMap((entry): string[] => {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.includes(entry.name) ? [] : filesBelow(root, name);
    return entry.isFile() ? [name] : [];
  });
}
