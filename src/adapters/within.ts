/** Whether a path is inside a folder, by its parts: `..name` is a name like every other. `paths`: the rules of another system, for tests. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

type Paths = Pick<path.PlatformPath, 'relative' | 'isAbsolute' | 'sep'>;

/** Whether the file is below the folder; the folder itself is not. Neither need exist, and links are not followed. */
export function isWithin(folder: string, file: string, paths: Paths = path): boolean {
  const relative = paths.relative(folder, file);
  return relative !== '' && relative.split(paths.sep)[0] !== '..' && !paths.isAbsolute(relative);
}

/** Whether the file is the folder, or below it. */
export const isAtOrWithin = (folder: string, file: string, paths: Paths = path): boolean =>
  paths.relative(folder, file) === '' || isWithin(folder, file, paths);

/** A path with `/` between its parts, as git and journals write paths. */
export const slashed = (file: string, paths: Paths = path): string => file.split(paths.sep).join('/');

/** The path of a file from a folder, with `/`. */
export const slashedPath = (folder: string, file: string, paths: Paths = path): string => slashed(paths.relative(folder, file), paths);

/**
 * Where a path leads: inside the folder by its real path, to nothing that is there, or outside of it, by its text, by `..` or by a link.
 * A path that is outside by its text is not even looked at: on Windows, looking at `\\server\share` signs in there.
 */
export function leadsTo(folder: string, file: string): 'inside' | 'nothing' | 'outside' {
  const real = realpathSync(folder);
  if (!isWithin(folder, file) && !isWithin(real, file)) return 'outside';
  if (!existsSync(file)) return 'nothing';
  return isWithin(real, realpathSync(file)) ? 'inside' : 'outside';
}

/** Whether a file is there, and its real path is inside the folder. */
export const isInside = (folder: string, file: string): boolean => leadsTo(folder, file) === 'inside';

/** Names that Windows gives to devices, with or without an ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i;

/** Whether this is the name of one file in one folder, on every system: no path, no stream of a file, no device, no second spelling. */
export const isPlainName = (name: string): boolean => name !== '' && !/[/\\:\0]/.test(name) && !/[. ]$/.test(name) && !DEVICE.test(name);
