/**
 * `npm test`: installs what it needs, then runs every layer: types and lint, pure core, command line and sockets,
 * inside a real VS Code, and the user's walk in a browser. `npm run test:unit` and other names run one layer.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';

ensureInstalled();
const { default: esbuild } = await import('esbuild');

const layers = {
  check: checkLayer,
  unit: () => mochaLayer('unit'),
  system: () => mochaLayer('system'),
  workbench: workbenchLayer,
  ui: () => mochaLayer('ui'),
};
const wanted = process.argv.slice(2);
const names = wanted.length === 0 ? Object.keys(layers) : wanted.map((name) => (name === 'layers' ? 'unit' : name));
const total = { passed: 0, failed: 0 };

rmSync('out/test', { recursive: true, force: true });
ensureBuilt();
if (names.includes('workbench') || names.includes('ui')) (await import('./workbench/install.mjs')).installAll();
for (const name of names) {
  console.log(`\n== ${name}`);
  const { passed, failed } = await layers[name]();
  total.passed += passed;
  total.failed += failed;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** Runs a command and gives its exit code and what it printed. */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const take = (chunk) => {
      output += chunk;
      process.stdout.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Each of these counts as one test. */
async function checkLayer() {
  const checks = [
    ['tsc', '--noEmit'],
    ['tsc', '-p', 'src/core/tsconfig.json'],
    ['tsc', '-p', 'src/webview/tsconfig.json'],
    ['eslint', '.', '--cache', '--cache-location', 'out/.eslintcache'],
    ['prettier', '--check', '.', '--log-level', 'warn', '--cache', '--cache-location', 'out/.prettiercache'],
  ];
  const counts = { passed: 0, failed: 0 };
  for (const [tool, ...args] of checks) {
    const { code } = await run(process.execPath, [binary(tool), ...args]);
    console.log(`  ${code === 0 ? '✔' : '✘'} ${tool} ${args.join(' ')}`);
    counts[code === 0 ? 'passed' : 'failed']++;
  }
  return counts;
}

/** Where a tool's own script is; npx would cost a second each. */
function binary(tool) {
  const scripts = {
    tsc: 'node_modules/typescript/bin/tsc',
    eslint: 'node_modules/eslint/bin/eslint.js',
    prettier: 'node_modules/prettier/bin/prettier.cjs',
  };
  return scripts[tool];
}

async function bundleTests(folder) {
  const all = readdirSync(`test/${folder}`, { recursive: true });
  const files = all.filter((name) => name.endsWith('.test.ts'));
  // What tests start as processes of their own.
  const processes = all.filter((name) => name.endsWith('.process.ts'));
  await esbuild.build({
    entryPoints: [...files, ...processes].map((name) => path.join('test', folder, name)),
    outdir: `out/test/${folder}`,
    outbase: `test/${folder}`,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    external: ['../../scripts/*', '*/workbench.mjs'],
    define: { GOLDSET_VERSION: '"test"' },
    logLevel: 'warning',
  });
  return files.map((name) => `out/test/${folder}/${name.replace(/\.ts$/, '.mjs')}`);
}

async function mochaLayer(folder) {
  const files = await bundleTests(folder);
  const timeout = folder === 'ui' ? '180000' : '30000';
  const { code, output } = await run(process.execPath, [
    'node_modules/mocha/bin/mocha.js',
    '--timeout',
    timeout,
    '--reporter',
    folder === 'ui' ? 'spec' : 'dot',
    // Pure tests share nothing; the others would share the machine with what they start.
    ...(folder === 'unit' ? ['--parallel', '--jobs', String(os.availableParallelism())] : []),
    ...(process.env.GOLDSET_GREP ? ['--grep', process.env.GOLDSET_GREP] : []),
    ...files,
  ]);
  return counted(code, output);
}

async function workbenchLayer() {
  mkdirSync('out/test/workbench', { recursive: true });
  await esbuild.build({
    entryPoints: ['test/workbench/index.ts'],
    outfile: 'out/test/workbench/index.js',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  const { code, output } = await run(process.execPath, ['scripts/workbench/run-suite.mjs']);
  return counted(code, output);
}

/** mocha's own counts; a run that died without them is one failure. */
function counted(code, output) {
  // eslint-disable-next-line no-control-regex
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '');
  const number = (word) => Number(new RegExp(`^\\s*(\\d+) ${word}`, 'm').exec(plain)?.[1] ?? 0);
  const failed = number('failing');
  return { passed: number('passing'), failed: code !== 0 && failed === 0 ? 1 : failed };
}
