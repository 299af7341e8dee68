/** What the response cache costs and saves: a first run beside one without it, a run without a request, and outputs that are graded anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChatServer } from '../chat-server.ts';
import { forgetRuns, workspaceFor } from '../inputs/workspace.ts';
import { CLI, measure, type MeasuredProcess } from '../measures/measured-process.ts';
import { median } from '../measures/numbers.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

const ROUNDS = 3;
const ms = (all: readonly MeasuredProcess[]): number => median(all.map((one) => one.ms));

export async function measureCache(row: RecordRow, scope: Scope): Promise<void> {
  for (const cases of [1000, 10_000]) await measureCases(row, scope, cases);
}

async function measureCases(row: RecordRow, scope: Scope, cases: number): Promise<void> {
  const server = await startChatServer(scope);
  const cwd = workspaceFor(scope, cases, server.url);
  const args = [CLI, 'run', '--concurrency', '32'];
  const start: MeasuredProcess[] = [];
  const on: MeasuredProcess[] = [];
  const off: MeasuredProcess[] = [];
  const warm: MeasuredProcess[] = [];
  const regraded: MeasuredProcess[] = [];
  const golden = path.join(cwd, 'a.golden.yaml');
  const text = readFileSync(golden, 'utf8');
  for (let i = 0; i < ROUNDS; i++) {
    start.push(await measure(scope, [CLI, '--version'], { cwd }));
    forgetRuns(cwd);
    off.push(await server.expecting(cases, () => measure(scope, [...args, '--cache', 'off'], { cwd })));
    forgetRuns(cwd);
    on.push(await server.expecting(cases, () => measure(scope, args, { cwd })));
    warm.push(await server.expecting(0, () => measure(scope, args, { cwd })));
    writeFileSync(golden, text.replaceAll('{ label: shipping }', '{ label: refund }'));
    // Every case now fails.
    regraded.push(await server.expecting(0, () => measure(scope, args, { cwd, exits: [1] })));
    writeFileSync(golden, text);
  }
  await server.stop();
  const count = cases.toLocaleString('en-US');
  const floor = { value: ms(start), of: 'goldset --version' };
  row({
    what: `first run of ${count} with the cache on`,
    value: ms(on),
    unit: 'ms',
    floor: { value: ms(off), of: 'cache off' },
    limit: { ratio: 1.15 },
  });
  row({
    what: `warm run of ${count} (no request)`,
    value: ms(warm),
    unit: 'ms',
    floor,
    ...(cases === 1000 ? { limit: { most: 700 } } : {}),
  });
  row({
    what: `re-grading ${count} stored outputs`,
    value: ms(regraded),
    unit: 'ms',
    floor,
    ...(cases === 10_000 ? { limit: { most: 2000 } } : {}),
  });
}
