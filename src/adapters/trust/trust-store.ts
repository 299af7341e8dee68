/** What the user has trusted, outside every workspace: one line for a folder and the hash of something that it executes. */
import path from 'node:path';
import { isJsonObject, parseJson } from '../../core/json/json.ts';
import { configFolder } from '../storage/user-folder.ts';
import { UserLines } from '../storage/user-lines.ts';

/** `trusted.jsonl` in the user's configuration folder. To withdraw trust, delete its lines or the file. */
export const trustFile = (): string => path.join(configFolder(), 'trusted.jsonl');

const lines = (): UserLines => new UserLines(trustFile(), { code: 'trust/file', says: 'which says what may be executed' });

/**
 * Hashes that are trusted in a folder, by its real path. A line that cannot be read trusts nothing.
 * @throws {ConfigurationError} `trust/file` when others may write the file.
 */
export const trustedIn = (folder: string): ReadonlySet<string> =>
  new Set(
    lines()
      .read()
      .flatMap((line): string[] => {
        const entry = parseJson(line);
        return isJsonObject(entry) && entry['folder'] === folder && typeof entry['hash'] === 'string' ? [entry['hash']] : [];
      }),
  );

/** Adds hashes of a folder. @throws {ConfigurationError} as `trustedIn`; as `fs` says it when the file cannot be written. */
export function rememberTrust(folder: string, hashes: readonly string[]): void {
  const at = new Date().toISOString();
  lines().add(hashes.map((hash) => JSON.stringify({ folder, hash, at })));
}
