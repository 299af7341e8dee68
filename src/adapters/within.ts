/** Whether a path is inside a folder, by its parts: `..name` is a name like every other. */
import path from 'node:path';

/** Whether the file is below the folder; the folder itself is not. Neither need exist, and links are not followed. */
export function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}

/** Whether the file is the folder, or below it. */
export const isAtOrWithin = (folder: string, file: string): boolean => path.relative(folder, file) === '' || isWithin(folder, file);
