/** What the user has trusted, outside every workspace: one line for a folder and the hash of something that it executes. */
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { configFolder } from '../storage/user-folder.ts';

const PRIVATE = 0o600;

/** `trusted.jsonl` in the user's configuration folder. To withdraw trust, delete its lines or the file. */
export const trustFile = (): string => path.join(configFolder(), 'trusted.jsonl');

/** Hashes that are trusted in a folder, by its real path. A line that cannot be read trusts nothing. */
export function trustedIn(folder: string): ReadonlySet<string> {
  const file = trustFile();
  if (!existsSync(file)) return new Set();
  const hashes = readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line): string[] => {
      const entry = parseJson(line);
      return isJsonObject(entry) && entry['folder'] === folder && typeof entry['hash'] === 'string' ? [entry['hash']] : [];
    });
  return new Set(hashes);
}

/** Adds hashes of a folder. @throws when the file cannot be written, as `fs` says it. */
export function rememberTrust(folder: string, hashes: readonly string[]): void {
  const file = trustFile();
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const at = new Date().toISOString();
  appendFileSync(file, hashes.map((hash) => `${JSON.stringify({ folder, hash, at })}\n`).join(''), { mode: PRIVATE });
  if (process.platform !== 'win32' && (statSync(file).mode & 0o777) !== PRIVATE) chmodSync(file, PRIVATE);
}
