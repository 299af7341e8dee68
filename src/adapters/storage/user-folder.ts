/** What Goldset keeps of a user on a machine, outside every workspace. */
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { secretIn } from './secret-file.ts';

export const userFolder = (): string =>
  path.join(process.env['GOLDSET_CACHE_DIR'] ?? process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'goldset');

/** What the user has decided, such as what to trust; it is no cache, so nothing deletes it. */
export const userConfigFolder = (): string =>
  path.join(
    process.env['GOLDSET_CONFIG_DIR'] ??
      process.env['XDG_CONFIG_HOME'] ??
      (process.platform === 'win32' ? process.env['APPDATA'] : undefined) ??
      path.join(os.homedir(), '.config'),
    'goldset',
  );

/** 64 hex digits; made on first use. @throws {HumanError} see `secretIn`. */
export function userSecret(): string {
  mkdirSync(userFolder(), { recursive: true });
  return secretIn(path.join(userFolder(), 'secret'));
}
