/**
 * `goldset capture` with real sockets: spans a second, none lost, memory that stays flat. The floor reads and appends the same bodies in
 * one process. GOLDSET_BENCH_SPANS=1000000 for a long one.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CLI, closed, measure, printed, script } from '../measures/measured-process.ts';
import { SPANS_A_BODY } from '../inputs/otlp-bodies.ts';
import type { AppendLoop } from '../processes/append-loop.ts';
import { residentMb } from '../measures/resident-memory.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

const SPANS = Number(process.env['GOLDSET_BENCH_SPANS'] ?? 100_000);
const CONNECTIONS = 4;
const FLOOR_BODIES = 50;
/** ms between two looks at the memory. */
const LOOK = 200;

export async function measureCapture(row: RecordRow, scope: Scope): Promise<void> {
  const floor = await appendedPerSecond(scope);
  const { seconds, sent, memory } = await captured(scope);
  row({
    what: `goldset capture: ${sent.toLocaleString('en-US')} spans over HTTP, none lost`,
    value: sent / seconds,
    unit: 'spans/s',
    floor: { value: floor, of: 'read and appended, no sockets' },
    limit: { least: 5000 },
  });
  const early = Math.max(...memory.slice(0, Math.ceil(memory.length / 5)));
  row({
    what: '  … peak memory',
    value: Math.max(...memory),
    unit: 'MB',
    floor: { value: early, of: 'after a fifth of them' },
    limit: { ratio: 1.5 },
  });
}

async function appendedPerSecond(scope: Scope): Promise<number> {
  const folder = scope.folder('append');
  const { out } = await measure(scope, [script('append-loop'), String(FLOOR_BODIES), folder]);
  const { ms } = JSON.parse(out) as AppendLoop;
  const expected = FLOOR_BODIES * SPANS_A_BODY;
  const found = idsIn(path.join(folder, '.goldset', 'interactions'));
  if (found !== expected) throw new Error(`The floor appended ${found} interactions instead of ${expected}.`);
  return expected / (ms / 1000);
}

async function captured(scope: Scope): Promise<{ seconds: number; sent: number; memory: readonly number[] }> {
  const store = scope.folder('capture');
  const capture = scope.process(() =>
    spawn(process.execPath, [CLI, 'capture', '--port', '0', '--store', store, '--json'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let out = '';
  capture.stdout.on('data', (chunk) => (out += String(chunk)));
  const url = await printed(capture, /OTLP_ENDPOINT=(\S+)/);
  const memory = [residentMb(capture.pid)];
  const looking = setInterval(() => memory.push(residentMb(capture.pid)), LOOK);
  const sender = await measure(scope, [script('capture-sender'), url, String(SPANS), String(CONNECTIONS)]).finally(() =>
    clearInterval(looking),
  );
  const ended = closed(capture);
  capture.kill('SIGTERM');
  await ended;
  const sent = Math.ceil(SPANS / SPANS_A_BODY) * SPANS_A_BODY;
  const stored = idsIn(path.join(store, '.goldset', 'interactions'));
  const { interactions } = JSON.parse(out) as { readonly interactions: number };
  if (stored !== sent || interactions !== sent)
    throw new Error(`${sent} spans were sent, ${interactions} were counted, ${stored} are on disk.`);
  return { seconds: Number(sender.out), sent, memory };
}

/** How many different interactions are on disk. */
function idsIn(folder: string): number {
  const ids = new Set<string>();
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl'))) {
    // A day of a million spans is longer than a text may be.
    const bytes = readFileSync(path.join(folder, name));
    for (let at = 0; at < bytes.length; at = bytes.indexOf(10, at) + 1) {
      const id = /"id":"(\w+)"/.exec(bytes.toString('latin1', at, at + 100))?.[1];
      if (id === undefined) throw new Error(`A line of ${name} does not begin with an id.`);
      ids.add(id);
    }
  }
  return ids.size;
}
