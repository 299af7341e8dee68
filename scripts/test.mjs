/**
 * `npm test`: installs what it needs, then runs every layer: types and lint, pure core, command line and sockets, attacks, inside a real
 * VS Code, and a person's walks in a browser. Names run single layers: `node scripts/test.mjs unit`. `--all` is `npm run test:all`.
 * Prints the seconds of each layer and how busy the processors were, and ends with `N passed, N failed`, or with the skipped ones too.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';

ensureInstalled();
const { checkLayer, mochaLayer, workbenchLayer } = await import('./test-layers.mjs');

/** Walks in four themes, a process for each command, kills and mutated sources in the numbers that find rare faults, three weeks of production as they were observed, the template engines of other languages and the real instrumentations themselves. */
const ALL = {
  GOLDSET_THEMES: 'all',
  GOLDSET_ENGINES: 'all',
  GOLDSET_PEERS: 'all',
  GOLDSET_KILLS: '200',
  GOLDSET_KILL_CASES: '1000',
  GOLDSET_ROUND_TRIPS: '10000',
  GOLDSET_SEEDS: '3',
  GOLDSET_WEEKS: 'all',
  // ClickHouse itself instead of its recorded answers; where it is not installed its suite is skipped, and says so.
  GOLDSET_CLICKHOUSE: 'chdb',
  GOLDSET_OWN_PROCESS: '1',
  GOLDSET_RECORD: '1',
};
/** What a busy machine must still do in the workbench. */
const SMOKE = /^(main-job|economics|golden-table|tour)\.test\.ts$/;

/** @type {Record<string, () => Promise<{ passed: number, failed: number, skipped: number, failures: string }>>} */
const layers = {
  check: checkLayer,
  unit: () => mochaLayer('unit'),
  system: () => mochaLayer('system'),
  security: () => mochaLayer('security'),
  aging: () => mochaLayer('aging'),
  workbench: workbenchLayer,
  oldest: () => workbenchLayer({ oldest: true }),
  ui: () => withShared((environment) => mochaLayer('ui', { environment })),
  guards: async () => (await import('./mutations/guards.mjs')).guardLayer(),
  smoke: () => withShared((environment) => mochaLayer('ui', { environment, only: SMOKE })),
};
const EVERY = ['check', 'unit', 'system', 'security', 'workbench', 'ui'];
const IN_A_WORKBENCH = ['workbench', 'oldest', 'ui', 'smoke'];

const wanted = process.argv.slice(2);
const all = wanted.includes('--all');
if (all) Object.assign(process.env, ALL);
const named = wanted.filter((name) => name !== '--all');
const names = named.length > 0 ? named : all ? [...EVERY, 'aging', 'oldest', 'guards'] : EVERY;
const unknown = names.filter((name) => !Object.hasOwn(layers, name));
if (unknown.length > 0) {
  console.error(`There is no layer ${unknown.join(', ')}. The layers: ${Object.keys(layers).join(', ')}.`);
  process.exit(2);
}

// What tests make is in one folder, which goes with them.
const temporary = mkdtempSync(path.join(os.tmpdir(), 'goldset-test-'));
// A test runs a command as another user, who must get to a folder of their own in it.
chmodSync(temporary, 0o711);
process.env.TMPDIR = temporary;
// The secret of the marks, and what a user decided: not those of the person who runs the tests.
process.env.GOLDSET_CONFIG_DIR = path.join(temporary, 'config');
process.once('exit', removeTemporary);

rmSync('out/test', { recursive: true, force: true });
mkdirSync('out/test', { recursive: true });
ensureBuilt();
if (names.some((name) => IN_A_WORKBENCH.includes(name)))
  (await import('./workbench/install.mjs')).installAll({ oldest: names.includes('oldest') });

const total = { passed: 0, failed: 0, skipped: 0 };
const seconds = [];
let failures = '';
for (const name of names) {
  console.log(`\n== ${name}`);
  const began = performance.now();
  const worked = processorTimes();
  const counts = await layers[name]?.();
  if (counts === undefined) continue;
  const busy = busyShare(worked, processorTimes());
  seconds.push(`${name} ${Math.round((performance.now() - began) / 1000)} s (${Math.round(busy * 100)} % of the processors busy)`);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  if (counts.failures !== '') failures += `\n== ${name}, what failed\n${counts.failures}\n`;
}
removeTemporary();
// Once more at the end: a log that was cut keeps its last lines.
console.log(`${failures}\n${seconds.join(', ')}`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** ms that all processors were idle, and all ms, since the machine started. */
function processorTimes() {
  const all = os.cpus().map(({ times }) => times);
  const total = all.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { idle: all.reduce((sum, { idle }) => sum + idle, 0), total };
}

/**
 * How far a layer is limited by the processors: near 1, only less work makes it faster.
 * @param {{ idle: number, total: number }} from
 * @param {{ idle: number, total: number }} to
 */
function busyShare(from, to) {
  return 1 - (to.idle - from.idle) / Math.max(1, to.total - from.total);
}

/** A browser that has just closed may still write there: what is left is named, and no failure. */
function removeTemporary() {
  try {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    console.warn(`Left in ${temporary}: ${String(error)}`);
  }
}

/**
 * With the workbench servers that all suites of the UI share.
 * @template T
 * @param {(environment: Record<string, string>) => Promise<T>} use
 */
async function withShared(use) {
  const { startShared } = await import('./workbench/shared.mjs');
  const shared = await startShared();
  try {
    return await use({ GOLDSET_SHARED_WORKBENCH: JSON.stringify(shared.description) });
  } finally {
    shared.stop();
  }
}
