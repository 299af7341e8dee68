/**
 * Tries every guard, or those whose name matches GOLDSET_GREP, in the sources of the current folder, which are a copy; writes out/guards.json.
 * Bundles stay in memory, and only those that a changed file is in are made again.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import esbuild from 'esbuild';
import { parse } from 'yaml';
import { bundlesWith } from '../bundles.mjs';
import { bundleOf, filesOf, testBundles, testsOf } from '../test-layers.mjs';

/**
 * `find` stands in `file` exactly once; with `replace` in its place the guard is gone and the sources still compile. `tests`: part of the
 * name of the tests that must fail then.
 * @typedef {{ guard: string, file: string, find: string, replace: string, tests: string }} Guard
 * @typedef {{ context: import('esbuild').BuildContext, inputs: Set<string> }} Bundle
 */

const GUARDS = 'test/security/guards';
/** ms for one test, and for all: without its guard, a command may never end, and one that reads a device holds even the clock of mocha up. */
const [PATIENCE, MOST] = [90_000, 180_000];

/** @param {import('esbuild').BuildOptions} options */
async function bundle(options) {
  const context = await esbuild.context({ ...options, metafile: true });
  const { metafile } = await context.rebuild();
  return { context, inputs: new Set(Object.keys(metafile?.inputs ?? {})) };
}

/** @param {readonly string[]} args */
function mocha(args) {
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'goldset-test-'));
  // A test runs a command as another user, who must get to a folder of their own in it.
  chmodSync(temporary, 0o711);
  const printed = path.join(temporary, 'printed');
  // Into a file: a program that never ends without its guard would hold a pipe open.
  const output = openSync(printed, 'w');
  const { status, signal } = spawnSync(process.execPath, ['node_modules/mocha/bin/mocha.js', '--exit', ...args], {
    stdio: ['ignore', output, output],
    timeout: MOST,
    killSignal: 'SIGKILL',
    env: { ...process.env, TMPDIR: temporary, GOLDSET_CONFIG_DIR: path.join(temporary, 'config') },
  });
  closeSync(output);
  const text = readFileSync(printed, 'utf8');
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  return { status, text, isEndless: signal === 'SIGKILL' };
}

/**
 * The full titles of the tests, by their file.
 * @returns {Map<string, string[]>}
 */
function titles() {
  const files = new Map(testsOf('security').map((name) => [path.resolve(bundleOf('security', name)), name]));
  const { text } = mocha(['--dry-run', '--reporter', 'json', ...files.keys()]);
  /** @type {{ tests: { file: string, fullTitle: string }[] }} */
  const { tests } = JSON.parse(text.slice(text.indexOf('{\n'), text.lastIndexOf('}') + 1));
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const { file, fullTitle } of tests) {
    const name = files.get(file) ?? file;
    found.set(name, [...(found.get(name) ?? []), fullTitle]);
  }
  return found;
}

/** @type {Guard[]} */
const guards = readdirSync(GUARDS).flatMap((name) => parse(readFileSync(path.join(GUARDS, name), 'utf8')));
const wanted = new RegExp(process.env.GOLDSET_GREP ?? '');

mkdirSync('out/test/security', { recursive: true });
const built = await Promise.all(bundlesWith({ minify: false }).map(bundle));
const processes = await bundle(testBundles('security', filesOf('security', '.process.ts')));
await esbuild.build(testBundles('security', testsOf('security')));
const inFile = titles();
/** @type {Map<string, Bundle>} */
const tests = new Map();
/** The file that the guard before this one was removed from: its bundles lack that guard still. */
let last = '';

/**
 * Why removing the guard proves nothing; null: its tests failed, as they should.
 * @param {Guard} guard
 */
async function without({ file, find, replace, tests: name }) {
  const files = [...inFile].flatMap(([of, titles]) => (titles.some((title) => title.includes(name)) ? [of] : []));
  if (files.length === 0) return `No test has "${name}" in its name.`;
  const text = readFileSync(file, 'utf8');
  const parts = text.split(find);
  if (parts.length !== 2) return `The text to remove is there ${parts.length - 1} times, not once.`;
  writeFileSync(file, parts.join(replace));
  try {
    const stale = [...built, processes].filter(({ inputs }) => inputs.has(file) || inputs.has(last));
    last = file;
    for (const { context } of stale) await context.rebuild();
    for (const one of files) {
      const known = tests.get(one);
      if (known === undefined) tests.set(one, await bundle(testBundles('security', [one])));
      else await known.context.rebuild();
    }
    const bundles = files.map((one) => bundleOf('security', one));
    const {
      text: printed,
      status,
      isEndless,
    } = mocha(['--bail', '--timeout', String(PATIENCE), '--reporter', 'dot', '--fgrep', name, ...bundles]);
    if (isEndless || /^\s*\d+ failing$/m.test(printed)) return null;
    const passed = /^\s*(\d+) passing/m.exec(printed)?.[1];
    return passed === undefined || status !== 0
      ? `The tests did not run (exit code ${status}): ${printed.slice(-1000)}`
      : `${passed} tests pass without it.`;
  } catch (error) {
    return `It does not compile: ${String(error).slice(0, 1000)}`;
  } finally {
    writeFileSync(file, text);
  }
}

const counts = { passed: 0, failed: 0, skipped: 0, failures: '' };
for (const guard of guards.filter((one) => wanted.test(one.guard))) {
  const began = performance.now();
  const problem = await without(guard);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`  ${problem === null ? '✔' : '✘'} ${guard.guard} (${seconds} s)${problem === null ? '' : `: ${problem}`}`);
  counts[problem === null ? 'passed' : 'failed']++;
  if (problem !== null) counts.failures += `${guard.guard} (${guard.file})\n  ${problem}\n`;
}
writeFileSync('out/guards.json', JSON.stringify(counts));
// The contexts of esbuild keep the process.
process.exit();
