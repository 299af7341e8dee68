/** Paths with `/` between their parts, relative to the workspace root. */

/** The folder of a file; empty: the root. */
export const folderOfPath = (file: string): string => (file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '');

/** A path given relative to a folder, from the root, without `.` and inner `..`. An absolute path stays as it is. */
export function joinPath(folder: string, given: string): string {
  if (given.startsWith('/')) return given;
  const parts: string[] = [];
  for (const part of `${folder}/${given}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/** A path from the root as a path from a folder. */
export function relativePath(folder: string, file: string): string {
  if (file.startsWith('/')) return file;
  const from = folder === '' ? [] : folder.split('/');
  const to = file.split('/');
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
}
