/** A random secret in a file: made on first use, the same for every process that asks at once, and never anywhere else. */
import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { HumanError } from '../../core/problems/errors.ts';
import { replaceFile, textNoFollow } from './data-folder/no-follow.ts';
import { lockHint, takeLock } from './lock-file.ts';

/** How long another process may take to make it. ms. */
const PATIENCE = 10_000;
const POLL = 5;

/**
 * 64 hex digits. The folder has to exist. A file that holds no such secret is replaced: its process was killed while it wrote.
 * `onMade`: this process has made it.
 * @throws {HumanError} when another process has begun to make it and does not end.
 */
export function secretIn(file: string, onMade?: () => void): string {
  for (const until = performance.now() + PATIENCE; ;) {
    const known = secretOf(file);
    if (known !== null) return known;
    const lock = takeLock(`${file}.lock`);
    if (lock === null) {
      if (performance.now() > until)
        throw new HumanError(
          'secret/busy',
          `Another process is creating ${file}.`,
          lockHint(`${file}.lock`, 'Try again when it has finished.'),
        );
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL);
      continue;
    }
    try {
      if (secretOf(file) !== null) continue;
      replaceFile(file, randomBytes(32).toString('hex'), 0o600);
      onMade?.();
    } finally {
      lock.release();
    }
  }
}

/** The secret in the file; null when the file is missing or incomplete. */
function secretOf(file: string): string | null {
  const text = lstatSync(file, { throwIfNoEntry: false }) === undefined ? '' : textNoFollow(file);
  return /^[0-9a-f]{64}$/.test(text) ? text : null;
}
