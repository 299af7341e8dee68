/** What Goldset keeps of a user on a machine, outside every workspace. */
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { secretIn } from './secret-file.ts';

export const userFolder = (): string =>
  path.join(process.env['GOLDSET_CACHE_DIR'] ?? process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'goldset');

/** Where decisions of the user are kept, such as allowed keys. A relative XDG_CONFIG_HOME is ignored, as its specification says: it could be in a repository. */
export function userConfigFolder(): string {
  const { GOLDSET_CONFIG_DIR, XDG_CONFIG_HOME, APPDATA } = process.env;
  const windows = process.platform === 'win32' ? APPDATA : undefined;
  const named = [GOLDSET_CONFIG_DIR, XDG_CONFIG_HOME, windows].find((folder) => folder !== undefined && path.isAbsolute(folder));
  return path.join(named ?? path.join(os.homedir(), '.config'), 'goldset');
}

/** 64 hex digits; made on first use. @throws {HumanError} see `secretIn`. */
export function userSecret(): string {
  mkdirSync(userFolder(), { recursive: true });
  return secretIn(path.join(userFolder(), 'secret'));
}
