/** Billed input on a long shared prefix, against `goldset serve` with a prompt cache: with and without the schedule that knows it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunReport } from '../../src/core/run/report.ts';
import type { Result } from '../../src/core/results/result.ts';
import { CLI, measure, printed, script } from '../measures/measured-process.ts';
import type { OpenaiLoopUsage } from '../processes/openai-loop.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';
import { workspaceFor } from '../inputs/workspace.ts';

const CASES = 200;
const CONCURRENCY = '32';
/** Tokens below which nothing is cached. */
const MINIMUM = 1024;
const MODEL = `price: { input: 1, cacheRead: 0.1, output: 2 }
cache: { minimumTokens: ${MINIMUM}, blockTokens: 128, ttlSeconds: 300 }
speed: { ttftMs: 300, tokensPerSecond: 200 }
default: { json: { label: shipping } }
`;

/** The form in which `goldset run --json` writes a report. */
type WrittenReport = Omit<RunReport, 'results'> & { readonly results: readonly Result[] };

export async function measurePrefix(row: RecordRow, scope: Scope): Promise<void> {
  const rules = Array.from({ length: 400 }, (_, i) => `Rule ${i}: never promise what policy ${i * 7} does not allow.`).join('\n');
  const root = workspaceFor(scope, CASES, '');
  const write = (name: string, text: string): void => writeFileSync(path.join(root, name), text);
  write('m.scripted.yaml', MODEL);
  write('system.txt', rules);
  // A server for each, so that neither finds the other's prefix.
  const plain = await startModel(scope, root);
  const loop = await measure(scope, [script('openai-loop'), plain.url, String(CASES), CONCURRENCY, path.join(root, 'system.txt')]);
  plain.process.kill();
  const bare = JSON.parse(loop.out) as OpenaiLoopUsage;
  const { url } = await startModel(scope, root);
  write('goldset.yaml', `providers:\n  bench: { kind: openai-compatible, baseUrl: "${url}" }\n`);
  write('a.prompt', `---\nmodel: bench:m\n---\n{{role "system"}}${rules}{{role "user"}}{{ticket}}`);
  const run = await measure(scope, [CLI, 'run', '--json', '--concurrency', CONCURRENCY], { cwd: root });
  const report = JSON.parse(run.out) as WrittenReport;
  const usage = report.candidates[0]?.usage;
  const cached = Math.max(...report.results.map((result) => result.usage?.cacheRead ?? 0));
  if (!usage || report.results.length !== CASES) throw new Error(`The run has ${report.results.length} results of ${CASES}, or no usage.`);
  if (cached < MINIMUM) throw new Error(`The longest cached prefix has ${cached} tokens: the prompt cache was not used.`);
  const optimum = {
    value: billed({ input: usage.input, cached: cached * (CASES - 1) }),
    of: 'optimum: each call after the first finds the prefix',
  };
  const what = `billed input, ${CASES} calls that share ${cached.toLocaleString('en-US')} tokens, concurrency ${CONCURRENCY}`;
  row({ what, value: billed({ input: usage.input, cached: usage.cacheRead }), unit: 'tokens', floor: optimum, limit: { ratio: 1.05 } });
  row({ what: '  … by a bare loop of the openai SDK', value: billed(bare), unit: 'tokens', floor: optimum });
}

/** Input tokens, a cached one counted as a tenth. */
const billed = ({ input, cached }: OpenaiLoopUsage): number => input - 0.9 * cached;

async function startModel(scope: Scope, cwd: string): Promise<{ url: string; process: ChildProcess }> {
  const child = scope.process(() =>
    spawn(process.execPath, [CLI, 'serve', 'm.scripted.yaml'], { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  return { url: await printed(child, /(http:\S+\/v1)/), process: child };
}
