/**
 * Removes one guard at a time (test/security/guards/*.yaml) from a copy of the sources, and expects that the named tests of test/security
 * then fail. A guard whose removal no test finds is not tested.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * What is tried there is in try-guards.mjs.
 * @returns {{ passed: number, failed: number, skipped: number, failures: string }}
 */
export function guardLayer() {
  const copy = copySources();
  try {
    spawnSync(process.execPath, ['scripts/mutations/try-guards.mjs'], { cwd: copy, stdio: ['ignore', 'inherit', 'inherit'] });
    return JSON.parse(readFileSync(path.join(copy, 'out/guards.json'), 'utf8'));
  } finally {
    rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Every file of the work tree that git knows or would add, in a folder of its own. */
function copySources() {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'goldset-guards-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' });
  for (const name of listed.split('\0').filter((file) => file !== '' && existsSync(file))) {
    mkdirSync(path.dirname(path.join(copy, name)), { recursive: true });
    cpSync(name, path.join(copy, name));
  }
  for (const name of ['node_modules', '.workbench']) symlinkSync(path.resolve(name), path.join(copy, name));
  return copy;
}
