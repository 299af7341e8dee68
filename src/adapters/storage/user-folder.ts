/** What Goldset keeps of a user on a machine, outside every workspace. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const userFolder = (): string =>
  path.join(process.env['GOLDSET_CACHE_DIR'] ?? process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'goldset');

/** In hex; made on first use, and never anywhere else. */
export function userSecret(): string {
  const file = path.join(userFolder(), 'secret');
  if (!existsSync(file)) {
    mkdirSync(userFolder(), { recursive: true });
    writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8');
}
