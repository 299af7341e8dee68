/** Files of a repository that Goldset writes on its own account: deployments, labels, golden sets. A link must not lead them elsewhere. */
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { isPlainName, isWithin } from '../within.ts';
import { DATA_FOLDER } from './data-folder/data-folder.ts';

/**
 * The real path of a file, to write; it need not exist, its folder must. A link inside the root is followed.
 * @throws {ConfigurationError} when the file lies outside the root, or among the files of git or of Goldset.
 */
export function realPathToWrite(root: string, file: string): string {
  const real = realPathOf(file);
  const top = realpathSync.native(root);
  if (real !== null && isWithin(top, real)) {
    const parts = path.relative(top, real).split(path.sep);
    const isOneFile = process.platform !== 'win32' || parts.every(isPlainName);
    if (isOneFile && !parts.some((part) => ['.git', DATA_FOLDER].includes(part.toLowerCase()))) return real;
  }
  throw new ConfigurationError(
    'file/outside',
    `${file} leads to ${real ?? 'a place that does not exist'}, which is not a file of ${root}. It is not written.`,
    'Replace the link by a file.',
  );
}

/** Null: a link that leads nowhere. */
function realPathOf(file: string): string | null {
  if (existsSync(file)) return realpathSync.native(file);
  if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) return null;
  return path.join(realpathSync.native(path.dirname(file)), path.basename(file));
}
