/** `npm run bench`: speed and memory as ratios against a floor that is measured in the same run. Medians. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';

ensureInstalled();
ensureBuilt();
const { default: esbuild } = await import('esbuild');
const entries = ['floor', 'extension-host', 'capture-floor', 'runtime'];
await esbuild.build({
  entryPoints: entries.map((name) => `bench/${name}.ts`),
  outdir: 'out/bench',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  logLevel: 'warning',
});

const rows = [];
const row = (what, value, floor, limit) => rows.push({ what, value, floor, limit });

const { median } = await import('./bench-process.mjs');
const { workspaceFor, startServer } = await import('./bench-workspace.mjs');
const ROUNDS = 5;
const server = await startServer();
const small = workspaceFor(24, server.url);
try {
  const cli = path.resolve('dist/cli.js');
  const first = [];
  const bareFirst = [];
  for (let i = 0; i < ROUNDS; i++) {
    first.push(
      await server.timeToFirstRequest(() => spawn(process.execPath, [cli, 'run', '--json'], { cwd: small.root, stdio: 'ignore' })),
    );
    bareFirst.push(
      await server.timeToFirstRequest(() =>
        spawn(process.execPath, [path.resolve('out/bench/floor.js'), server.url, '1', '1'], { stdio: 'ignore' }),
      ),
    );
  }
  row(
    'command line start to first request (24 cases)',
    `${median(first).toFixed(0)} ms`,
    `${median(bareFirst).toFixed(0)} ms (node + openai SDK)`,
    '≤ 300 ms',
  );
} finally {
  await server.stop();
  small.dispose();
}

const { measureEngine } = await import('./bench-engine.mjs');
await measureEngine(row);

const { measureHistory } = await import('./bench-history.mjs');
await measureHistory(row);

const { measureInsights } = await import('./bench-insights.mjs');
await measureInsights(row);
const { measureCapture } = await import('./bench-capture.mjs');
await measureCapture(row);

const { measureRuntime } = await import('./bench-runtime.mjs');
await measureRuntime(row);

const { measureResultsPage } = await import('./bench-results-page.mjs');
await measureResultsPage(row);

const { measureExtensionHost } = await import('./bench-extension-host.mjs');
const host = await measureExtensionHost();
if (host) {
  row(
    'extension activation (activate and its bundle)',
    `${(host.activationMs + host.loadMs).toFixed(1)} ms`,
    `${host.emptyMs.toFixed(1)} ms (an empty bundle)`,
    '≤ 60 ms',
  );
  const { typing } = host;
  row('first count after opening a prompt of 10,000 tokens', `${typing.firstCountMs.toFixed(0)} ms`, '', '≤ 700 ms');
  row(
    'CPU of ours on the main thread per keystroke (p95)',
    `${typing.ownP95Ms.toFixed(1)} ms`,
    `${typing.plainBusyP95Ms.toFixed(1)} ms (busy, plain file)`,
    '≤ 16 ms',
  );
  row('fresh lens and findings after the last keystroke', `${typing.freshMs.toFixed(0)} ms`, '', '≤ 300 ms');
  row(
    'longest block of ours, typing in a prompt of 1 MB',
    `${typing.hugeBlockMs.toFixed(0)} ms`,
    `${host.idle.longestMs.toFixed(0)} ms (idle host)`,
    '≤ 50 ms',
  );
  row(
    `${host.results} cases in the Test Explorer, run: longest block of ours`,
    `${host.busy.longestOwnMs.toFixed(0)} ms`,
    `${host.idle.longestMs.toFixed(0)} ms (idle host)`,
    '≤ 100 ms',
  );
  row(
    "  … and of the host, with VS Code's own work on it",
    `${host.busy.longestMs.toFixed(0)} ms`,
    `${host.idle.longestMs.toFixed(0)} ms (idle host)`,
    '',
  );
}

const table = [{ what: 'measured', value: 'value', floor: 'floor of the same run', limit: 'target' }, ...rows];
const width = (column) => Math.max(...table.map((cells) => cells[column].length)) + 2;
console.log('');
for (const cells of table)
  console.log(`${['what', 'value', 'floor'].map((column) => cells[column].padEnd(width(column))).join('')}${cells.limit}`.trimEnd());
