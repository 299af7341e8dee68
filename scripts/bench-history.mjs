/** A prompt that 5,000 commits changed: its newest versions, as the tree opens with, and all of them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { measure, median } from './bench-process.mjs';

const COMMITS = 5000;
const ROUNDS = 5;
const cli = path.resolve('dist/cli.js');

export async function measureHistory(row) {
  const long = repositoryWith(COMMITS);
  const short = repositoryWith(1);
  try {
    const page = [];
    const whole = [];
    const start = [];
    const log = [];
    for (let i = 0; i < ROUNDS; i++) {
      start.push((await measure([cli, 'versions', 'a.prompt', '--json'], { cwd: short })).ms);
      page.push((await measure([cli, 'versions', 'a.prompt', '--json', '--limit', '20'], { cwd: long })).ms);
      whole.push(await wholeHistory(long));
      const began = performance.now();
      execFileSync('git', ['log', '--raw', '--no-abbrev', '--', 'a.prompt'], { cwd: long, maxBuffer: 1 << 26 });
      log.push(performance.now() - began);
    }
    const floor = median(start);
    const gitLog = `${median(log).toFixed(0)} ms (git log --raw)`;
    row('first 20 versions of a prompt with 5,000 commits', `${(median(page) - floor).toFixed(0)} ms`, gitLog, '≤ 300 ms');
    row('  … all of them', `${(median(whole) - floor).toFixed(0)} ms`, `${floor.toFixed(0)} ms (one commit, taken off both)`, '≤ 2,000 ms');
  } finally {
    for (const root of [long, short]) rmSync(root, { recursive: true, force: true });
  }
}

async function wholeHistory(cwd) {
  const { ms, out } = await measure([cli, 'versions', 'a.prompt', '--json', '--limit', '10000'], { cwd });
  const found = JSON.parse(out).prompts[0].versions.length;
  if (found !== COMMITS) throw new Error(`${found} versions of ${COMMITS} were found.`);
  return ms;
}

function repositoryWith(commits) {
  const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-bench-git-'));
  const git = (args, input) => execFileSync('git', args, { cwd: root, input, stdio: ['pipe', 'ignore', 'inherit'] });
  git(['init', '-q', '-b', 'main']);
  const stream = Array.from({ length: commits }, (_, i) => {
    const text = `---\nmodel: scripted:m\n---\n{{role "system"}}Version ${i}. Be kind.\n{{role "user"}}{{x}}`;
    return `commit refs/heads/main\ncommitter Ana <ana@example.com> ${1_700_000_000 + i} +0000\ndata 6\nchange\nM 100644 inline a.prompt\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  });
  git(['fast-import', '--quiet', '--force'], stream.join(''));
  git(['reset', '-q', '--hard', 'main']);
  return root;
}
