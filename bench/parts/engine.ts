/** The run engine beside a bare loop of the openai SDK: time and memory of a first run. */
import { startChatServer, type ChatServer } from '../chat-server.ts';
import { CLI, measure, script, type MeasuredProcess } from '../measures/measured-process.ts';
import { median } from '../measures/numbers.ts';
import type { Limit, RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';
import { forgetRuns, workspaceFor } from '../inputs/workspace.ts';

export interface Load {
  readonly delayMs: number;
  readonly cases: number;
  readonly concurrency: number;
  readonly rounds: number;
  readonly time: Limit;
  readonly memory?: Limit;
}

export const LOADS: readonly Load[] = [
  { delayMs: 0, cases: 1000, concurrency: 32, rounds: 5, time: { ratio: 1.2 } },
  { delayMs: 200, cases: 1000, concurrency: 128, rounds: 3, time: { ratio: 1.15 } },
  { delayMs: 0, cases: 10_000, concurrency: 32, rounds: 3, time: { ratio: 1.2 }, memory: { most: 300 } },
];
export const LOOP = 'a bare loop of the openai SDK';

const ms = (all: readonly MeasuredProcess[]): number => median(all.map((one) => one.ms));
const mb = (all: readonly MeasuredProcess[]): number => median(all.map((one) => one.mb));

export async function measureEngine(row: RecordRow, scope: Scope): Promise<void> {
  for (const load of LOADS) {
    const server = await startChatServer(scope, load.delayMs);
    const root = workspaceFor(scope, load.cases, server.url);
    await measureFirst(row, scope, load, server, root);
    await server.stop();
  }
}

async function measureFirst(row: RecordRow, scope: Scope, load: Load, server: ChatServer, cwd: string): Promise<void> {
  const { cases, concurrency, rounds } = load;
  const ours: MeasuredProcess[] = [];
  const loop: MeasuredProcess[] = [];
  for (let i = 0; i < rounds; i++) {
    loop.push(await measureLoop(scope, load, server));
    forgetRuns(cwd);
    ours.push(await server.expecting(cases, () => measure(scope, [CLI, 'run', '--concurrency', String(concurrency)], { cwd })));
  }
  row({ what: nameOf(load), value: ms(ours), unit: 'ms', floor: { value: ms(loop), of: LOOP }, limit: load.time });
  row({
    what: '  … peak memory',
    value: mb(ours),
    unit: 'MB',
    floor: { value: mb(loop), of: LOOP },
    ...(load.memory ? { limit: load.memory } : {}),
  });
}

/** The floor. */
export const measureLoop = (scope: Scope, { cases, concurrency }: Load, server: ChatServer): Promise<MeasuredProcess> =>
  server.expecting(cases, () => measure(scope, [script('openai-loop'), server.url, String(cases), String(concurrency)]));

export const nameOf = ({ cases, delayMs, concurrency }: Load): string =>
  `${cases.toLocaleString('en-US')} cases at ${delayMs} ms, concurrency ${concurrency}`;
