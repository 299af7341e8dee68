/** What the file system says of a file. */
import { statSync, type Stats } from 'node:fs';

/** Null: there is no such file, its name cannot be one, or it may not be looked at. */
export function statsOf(file: string): Stats | null {
  try {
    return statSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
