/** How long the command line takes from its start to its first request. */
import { spawn } from 'node:child_process';
import { startChatServer } from '../chat-server.ts';
import { CLI, script } from '../measures/measured-process.ts';
import { median } from '../measures/numbers.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';
import { workspaceFor } from '../inputs/workspace.ts';

const ROUNDS = 5;

export async function measureStart(row: RecordRow, scope: Scope): Promise<void> {
  const server = await startChatServer(scope);
  const cwd = workspaceFor(scope, 24, server.url);
  const first: number[] = [];
  const bare: number[] = [];
  const start = (args: string[]) => () => spawn(process.execPath, args, { cwd, detached: true, stdio: 'ignore' });
  for (let i = 0; i < ROUNDS; i++) {
    first.push(await server.timeToFirstRequest(start([CLI, 'run', '--json'])));
    bare.push(await server.timeToFirstRequest(start([script('openai-loop'), server.url, '1', '1'])));
  }
  row({
    what: 'command line start to first request (24 cases)',
    value: median(first),
    unit: 'ms',
    floor: { value: median(bare), of: 'node and the openai SDK' },
    limit: { most: 300 },
  });
}
