/**
 * Removes one guard at a time (test/security/guards/*.yaml) from a copy of the sources, and expects that the named tests of test/security
 * then fail. A guard whose removal no test finds is not tested.
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';

/**
 * `find` stands in `file` exactly once; with `replace` in its place the guard is gone and the sources still compile. `tests`: part of the
 * name of the tests that must fail then.
 * @typedef {{ guard: string, file: string, find: string, replace: string, tests: string }} Guard
 */

const GUARDS = 'test/security/guards';

/** @returns {Guard[]} */
export const guards = () =>
  readdirSync(GUARDS).flatMap((name) => /** @type {Guard[]} */ (parse(readFileSync(path.join(GUARDS, name), 'utf8'))));

/** Tries every guard; each counts as one test. */
export async function guardLayer() {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: '' };
  const copy = copySources();
  try {
    for (const guard of guards()) {
      const problem = await without(copy, guard);
      console.log(`  ${problem === null ? '✔' : '✘'} ${guard.guard}`);
      counts[problem === null ? 'passed' : 'failed']++;
      if (problem !== null) counts.failures += `${guard.guard} (${guard.file})\n  ${problem}\n`;
    }
  } finally {
    rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  }
  return counts;
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

/**
 * Why removing the guard proves nothing; null: its tests failed, as they should.
 * @param {string} copy
 * @param {Guard} guard
 */
async function without(copy, { file, find, replace, tests }) {
  const target = path.join(copy, file);
  const text = readFileSync(target, 'utf8');
  const parts = text.split(find);
  if (parts.length !== 2) return `The text to remove is there ${parts.length - 1} times, not once.`;
  writeFileSync(target, parts.join(replace));
  try {
    const { code, output } = await securityTests(copy, tests);
    const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(output) ?? [];
    if (passed === undefined) return `The tests did not run (exit code ${code}): ${output.slice(-1000)}`;
    if (!/^\s*\d+ failing$/m.test(output)) return failed === '0' ? `${passed} tests pass without it.` : output.slice(-1000);
    return null;
  } finally {
    writeFileSync(target, text);
  }
}

/**
 * @param {string} cwd
 * @param {string} name
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function securityTests(cwd, name) {
  const grep = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const child = spawn(process.execPath, ['scripts/test.mjs', 'security'], { cwd, env: { ...process.env, GOLDSET_GREP: grep } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (/** @type {Buffer} */ chunk) => (output += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}
