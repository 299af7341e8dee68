/** The layers of `npm test`; each gives how many passed, failed and were skipped, and what the failures said. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';

/** Two at a time everywhere: what is measured and promised is two cores. */
const JOBS = 2;
/** @satisfies {import('esbuild').BuildOptions} */
const NODE_BUNDLE = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };

/**
 * Runs a command and gives its exit code and what it printed; prints it too, at once or as a whole.
 * @param {readonly string[]} args
 * @param {{ environment?: Record<string, string>, isLive?: boolean }} options
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function run(args, { environment = {}, isLive = true } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
    let output = '';
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      output += chunk;
      if (isLive) process.stdout.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('close', (code) => {
      if (!isLive) process.stdout.write(output);
      resolve({ code, output });
    });
  });
}

/** @type {(readonly [tool: string, script: string, ...args: string[]])[]} */
const CHECKS = [
  ['oxlint', 'node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
  ['tsc', 'node_modules/typescript-native/bin/tsc', '--noEmit'],
  ['tsc', 'node_modules/typescript-native/bin/tsc', '-p', 'src/core/tsconfig.json'],
  ['tsc', 'node_modules/typescript-native/bin/tsc', '-p', 'src/webview/tsconfig.json'],
  ['tsc', 'node_modules/typescript-native/bin/tsc', '-p', 'scripts/tsconfig.json'],
  ['oxfmt', 'node_modules/oxfmt/bin/oxfmt', '--check'],
];

/** Types, lint and format; each counts as one test. */
export async function checkLayer() {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: '' };
  const waiting = [...CHECKS];
  const lane = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const [tool, script, ...args] = check;
      const { code, output } = await run([script, ...args], { isLive: false });
      console.log(`  ${code === 0 ? '✔' : '✘'} ${tool} ${args.join(' ')}`);
      counts[code === 0 ? 'passed' : 'failed']++;
      if (code !== 0) counts.failures += `${tool} ${args.join(' ')}\n${output.slice(0, FAILURES)}\n`;
    }
  };
  await Promise.all(Array.from({ length: JOBS }, lane));
  return counts;
}

/**
 * @param {string} folder
 * @param {string} ending
 */
export const filesOf = (folder, ending) =>
  readdirSync(`test/${folder}`, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));

/**
 * Makes a bundle of each test file, and of what tests start as processes of their own; gives the files for mocha, longest first.
 * @param {string} folder
 * @param {(file: string) => boolean} isWanted
 */
async function bundleTests(folder, isWanted) {
  const tests = testsOf(folder).filter(isWanted);
  // What several files import is bundled, and read by mocha, once: a quarter of the work.
  await esbuild.build({ ...testBundles(folder, [...tests, ...filesOf(folder, '.process.ts')]), splitting: true });
  /** @param {string} name */
  const rank = (name) => (LONG.includes(name) ? LONG.indexOf(name) : LONG.length);
  return tests.sort((a, b) => rank(a) - rank(b)).map((name) => bundleOf(folder, name));
}

/** @param {string} folder */
export const testsOf = (folder) => filesOf(folder, '.test.ts');

/**
 * What mocha loads of a test file.
 * @param {string} folder
 * @param {string} name
 */
export const bundleOf = (folder, name) => `out/test/${folder}/${name.replace(/\.ts$/, '.mjs')}`;

/**
 * Makes a bundle of each of these files.
 * @param {string} folder
 * @param {readonly string[]} names
 * @returns {import('esbuild').BuildOptions}
 */
export const testBundles = (folder, names) => ({
  ...NODE_BUNDLE,
  entryPoints: names.map((name) => path.join('test', folder, name)),
  outdir: `out/test/${folder}`,
  outbase: `test/${folder}`,
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  packages: 'external',
  external: ['../../scripts/*', '*/workbench.mjs'],
  define: { GOLDSET_VERSION: '"test"' },
});

/** Started first, so that none is left alone at the end. */
const LONG = [
  ...['numbers/comparisons', 'compare', 'limits', 'hostile', 'redact', 'numbers/caching', 'numbers/insight-alarms', 'spend'],
  ...['run-faults', 'batch-kills', 'cli', 'proxy', 'github', 'runtime-prompt', 'openai', 'planted-keys', 'completion', 'git', 'run-money'],
  ...['pull-requests', 'long-lines', 'key-commands', 'data-folder-commands', 'redaction', 'git-programs'],
  ...['interactions', 'results', 'judges', 'models', 'main-job', 'hostile-page', 'insights'],
].map((name) => `${name}.test.ts`);

/** ms that one test may take; long, because a busy machine is slow and only a failure takes all of it. */
const LIMITS = { unit: 300_000, system: 300_000, security: 300_000, aging: 1_800_000, ui: 300_000 };

/**
 * Suites run two at a time: what they use is theirs alone, or made for several.
 * @param {keyof typeof LIMITS} folder
 * @param {{ environment?: Record<string, string>, only?: RegExp }} options
 */
export async function mochaLayer(folder, { environment = {}, only = /^/ } = {}) {
  const files = await bundleTests(folder, (name) => only.test(name));
  const grep = process.env.GOLDSET_GREP;
  const { code, output } = await run(
    [
      'node_modules/mocha/bin/mocha.js',
      '--parallel',
      '--jobs',
      String(JOBS),
      '--timeout',
      String(LIMITS[folder]),
      '--reporter',
      process.env.GOLDSET_REPORTER ?? (folder === 'ui' ? 'spec' : 'dot'),
      ...(grep ? ['--grep', grep] : []),
      ...files,
    ],
    { environment },
  );
  return counted(code, output);
}

/** The suites that run inside the extension host of a real VS Code; `oldest`: of the oldest one that the extension supports. */
export async function workbenchLayer({ oldest = false } = {}) {
  mkdirSync('out/test/workbench', { recursive: true });
  await esbuild.build({
    ...NODE_BUNDLE,
    entryPoints: ['test/workbench/index.ts'],
    outfile: 'out/test/workbench/index.js',
    format: 'cjs',
    external: ['vscode', 'mocha'],
  });
  const { code, output } = await run(['scripts/workbench/run-suite.mjs', ...(oldest ? ['--oldest'] : [])]);
  return counted(code, output);
}

/** So much of a layer's failures is printed once more at the end of the run. Characters. */
const FAILURES = 6_000;

/**
 * mocha's own counts, and the text of its failures; a run that died without them is one failure.
 * @param {number | null} code
 * @param {string} output
 */
function counted(code, output) {
  // eslint-disable-next-line no-control-regex
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '');
  /** @param {string} word */
  const number = (word) => [...plain.matchAll(new RegExp(`^\\s*(\\d+) ${word}`, 'gm'))].reduce((sum, [, count]) => sum + Number(count), 0);
  const failed = number('failing');
  return {
    passed: number('passing'),
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: number('pending'),
    failures: code === 0 ? '' : plain.slice(Math.max(0, plain.search(/^\s*\d+ failing$/m))).slice(0, FAILURES),
  };
}
