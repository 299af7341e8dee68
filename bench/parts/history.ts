/** A prompt that 5,000 commits changed: its newest versions, which the tree opens with, and all of them. */
import { execFileSync } from 'node:child_process';
import { CLI, measure } from '../measures/measured-process.ts';
import { median } from '../measures/numbers.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

const COMMITS = 5000;
const PAGE = 20;
const ROUNDS = 5;

export async function measureHistory(row: RecordRow, scope: Scope): Promise<void> {
  const long = repositoryWith(scope, COMMITS);
  const short = repositoryWith(scope, 1);
  const page: number[] = [];
  const whole: number[] = [];
  const start: number[] = [];
  const log: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    start.push(await versions(scope, short, 10_000, 1));
    page.push(await versions(scope, long, PAGE, PAGE));
    whole.push(await versions(scope, long, 10_000, COMMITS));
    const began = performance.now();
    execFileSync('git', ['log', '--raw', '--no-abbrev', '--', 'a.prompt'], { cwd: long, maxBuffer: 1 << 26, timeout: 60_000 });
    log.push(performance.now() - began);
  }
  const floor = { value: median(log), of: 'git log --raw' };
  const note = `${median(start).toFixed(0)} ms of a history of one commit taken off`;
  const added = (all: readonly number[]): number => median(all) - median(start);
  row({ what: `first ${PAGE} versions of a prompt with 5,000 commits`, value: added(page), unit: 'ms', floor, limit: { most: 300 }, note });
  row({ what: '  … all of them', value: added(whole), unit: 'ms', floor, limit: { most: 2000 }, note });
}

/** ms. @throws {Error} when it does not find so many versions. */
async function versions(scope: Scope, cwd: string, limit: number, expected: number): Promise<number> {
  const { ms, out } = await measure(scope, [CLI, 'versions', 'a.prompt', '--json', '--limit', String(limit)], { cwd });
  const { prompts } = JSON.parse(out) as { readonly prompts: readonly { readonly versions: readonly unknown[] }[] };
  const found = prompts[0]?.versions.length ?? 0;
  if (found !== expected) throw new Error(`${found} versions instead of ${expected} were found.`);
  return ms;
}

function repositoryWith(scope: Scope, commits: number): string {
  const root = scope.folder('git');
  const git = (args: readonly string[], input?: string): unknown =>
    execFileSync('git', args, { cwd: root, input, stdio: ['pipe', 'ignore', 'inherit'], timeout: 60_000 });
  git(['init', '-q', '-b', 'main']);
  const stream = Array.from({ length: commits }, (_, i) => {
    const text = `---\nmodel: scripted:m\n---\n{{role "system"}}Version ${i}. Be kind.\n{{role "user"}}{{x}}`;
    return `commit refs/heads/main\ncommitter Ana <ana@example.com> ${1_700_000_000 + i} +0000\ndata 6\nchange\nM 100644 inline a.prompt\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  });
  git(['fast-import', '--quiet', '--force'], stream.join(''));
  git(['reset', '-q', '--hard', 'main']);
  return root;
}
