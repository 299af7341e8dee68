/** What Goldset keeps of a user on a machine, outside every workspace. */
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { secretIn } from './secret-file.ts';

export const userFolder = (): string =>
  path.join(process.env['GOLDSET_CACHE_DIR'] ?? process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'goldset');

/** 64 hex digits; made on first use. @throws {HumanError} see `secretIn`. */
export function userSecret(): string {
  mkdirSync(userFolder(), { recursive: true });
  return secretIn(path.join(userFolder(), 'secret'));
}

/** Instead of the user's configuration folder. */
export const CONFIG_FOLDER_VARIABLE = 'GOLDSET_CONFIG_DIR';

/**
 * Where Goldset keeps what a user decided, such as what to trust; unlike `userFolder`, it is not a cache that may be emptied. A relative path
 * in a variable is ignored, as the XDG specification says: it could be in a repository.
 */
export function configFolder(): string {
  const { [CONFIG_FOLDER_VARIABLE]: own, XDG_CONFIG_HOME, APPDATA } = process.env;
  if (own !== undefined && path.isAbsolute(own)) return own;
  const windows = process.platform === 'win32' ? APPDATA : undefined;
  const named = [XDG_CONFIG_HOME, windows].find((folder) => folder !== undefined && path.isAbsolute(folder));
  return path.join(named ?? path.join(os.homedir(), '.config'), 'goldset');
}
