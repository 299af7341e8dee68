/**
 * `goldset capture` with real sockets: spans a second, none lost, memory that stays flat. The floor reads and appends the same bodies in one
 * process. GOLDSET_SPANS=1000000 for the long one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { body, number, SPANS_A_BODY } from '../bench/capture-sender.mjs';

const SPANS = Number(process.env.GOLDSET_SPANS ?? 100_000);
const CONNECTIONS = 4;
const FLOOR_BODIES = 50;

export async function measureCapture(row) {
  const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-bench-capture-'));
  try {
    const floor = floorRate(path.join(root, 'floor'));
    const { seconds, sent, early, peak } = await captured(path.join(root, 'capture'));
    row(
      `goldset capture: ${sent.toLocaleString('en-US')} spans over HTTP, none lost`,
      `${Math.round(sent / seconds).toLocaleString('en-US')} spans/s`,
      `${Math.round(floor).toLocaleString('en-US')} spans/s (read and appended, no sockets)`,
      '≥ 5,000 spans/s',
    );
    row('  … peak memory', `${peak.toFixed(0)} MB`, `${early.toFixed(0)} MB (after a fifth of them)`, '≤ 1.5 × floor');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function floorRate(folder) {
  const one = body(0);
  const input = Buffer.concat(Array.from({ length: FLOOR_BODIES }, (_, i) => Buffer.from(number(one, i * SPANS_A_BODY))));
  const floor = spawnSync(process.execPath, ['out/bench/capture-floor.js', String(one.bytes.length), folder], { input, encoding: 'utf8' });
  if (floor.status !== 0) throw new Error(floor.stderr);
  return (FLOOR_BODIES * SPANS_A_BODY) / (Number(floor.stdout) / 1000);
}

async function captured(store) {
  const child = spawn(process.execPath, ['dist/cli.js', 'capture', '--port', '0', '--store', store, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  let out = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  const url = await new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error(err)));
    child.stderr.on('data', (chunk) => {
      err += chunk;
      const match = /OTLP_ENDPOINT=(\S+)/.exec(err);
      if (match) resolve(match[1]);
    });
  });
  const memory = [];
  const look = setInterval(
    () => memory.push(Number(spawnSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' }).stdout) / 1024),
    500,
  );
  const sender = spawn(process.execPath, ['bench/capture-sender.mjs', url, String(SPANS), String(CONNECTIONS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let seconds = '';
  sender.stdout.on('data', (chunk) => (seconds += chunk));
  await new Promise((resolve) => sender.once('close', resolve));
  clearInterval(look);
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await ended;
  const sent = Math.ceil(SPANS / SPANS_A_BODY) * SPANS_A_BODY;
  const ids = idsIn(path.join(store, '.goldset', 'interactions'));
  if (ids !== sent || JSON.parse(out).interactions !== sent) throw new Error(`${sent} spans were sent, ${ids} are on disk.`);
  return { seconds: Number(seconds), sent, early: Math.max(...memory.slice(0, Math.ceil(memory.length / 5))), peak: Math.max(...memory) };
}

/** How many different interactions are on disk. */
function idsIn(folder) {
  const ids = new Set();
  for (const name of readdirSync(folder)) {
    // A day of a million spans is longer than a text may be.
    const bytes = readFileSync(path.join(folder, name));
    for (let at = 0; at < bytes.length; at = bytes.indexOf(10, at) + 1)
      ids.add(/"id":"(\w+)"/.exec(bytes.toString('latin1', at, at + 100))[1]);
  }
  return ids.size;
}
