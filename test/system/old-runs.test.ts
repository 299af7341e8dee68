/** Runs of months ago, damaged or of another version, and histories in other places, as the command line meets them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assertValid, TestWorkspace } from './command-line.ts';
import { golden, journals } from './run-workspace.ts';

const SCRIPT = 'default: { reply: ok }\n';
const workspaceWith = (cases: number): TestWorkspace =>
  new TestWorkspace({
    'a.prompt': '---\nmodel: scripted:./a.scripted.yaml\n---\n{{x}}',
    'a.golden.yaml': golden(cases),
    'a.scripted.yaml': SCRIPT,
  });
const onlyJournal = (workspace: TestWorkspace): string => {
  const [file = ''] = journals(workspace);
  return file;
};

describe('an earlier run', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = workspaceWith(20);
  });
  afterEach(() => workspace.dispose());

  it('of which 15 of 20 results cannot be read, or are gone, does not pass as a baseline, and its shard is not merged', async () => {
    assert.equal((await workspace.run(['run'])).code, 0);
    const file = onlyJournal(workspace);
    const id = path.basename(file).replace('.goldset-run.jsonl', '');
    const whole = readFileSync(file, 'utf8');
    let left = 15;
    const damage = (replacement: (line: string) => string[]): string => {
      left = 15;
      return whole
        .split('\n')
        .flatMap((line) => (line.startsWith('{"kind":"result"') && left-- > 0 ? replacement(line) : [line]))
        .join('\n');
    };
    for (const [what, text] of [
      ['torn', damage((line) => [line.slice(0, line.length / 2)])],
      ['gone', damage(() => [])],
    ] as const) {
      writeFileSync(file, text);
      const { code, out } = await workspace.run(['run', '--baseline', id, '--json']);
      const [comparison] = (JSON.parse(out) as { comparisons: { verdict: string; reason: string; missing: number }[] }).comparisons;
      assert.deepEqual([code, comparison?.verdict, comparison?.missing], [3, 'inconclusive', 15], what);
      assert.match(comparison?.reason ?? '', new RegExp(`15 results of run ${id}`));
      assertValid('compare', comparison);
      const last = journals(workspace).at(-1) ?? '';
      const compared = await workspace.run(['compare', id, last]);
      assert.equal(compared.code, 3, `${what}: ${compared.out}${compared.err}`);
    }
  });

  it('of a newer version is named with its file, and is neither compared, resumed nor changed', async () => {
    assert.equal((await workspace.run(['run'])).code, 0);
    const file = onlyJournal(workspace);
    const id = path.basename(file).replace('.goldset-run.jsonl', '');
    const text = readFileSync(file, 'utf8').replace('goldset.journal/1', 'goldset.journal/2');
    writeFileSync(file, text);
    for (const args of [
      ['run', '--baseline', id],
      ['compare', id, id],
      ['merge', id],
      ['run', '--resume', id],
    ]) {
      const { code, err } = await workspace.run(args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, /goldset-run\.jsonl, line 1: .*goldset\.journal\/2, of a newer version/, args.join(' '));
      assert.match(err, /Update Goldset/);
    }
    assert.equal((await workspace.run(['check'])).code, 0);
    assert.equal(readFileSync(file, 'utf8'), text);
  });

  it('gives its answers by the index at its end when the response cache is gone, whatever stands between', async () => {
    assert.equal((await workspace.run(['run'])).code, 0);
    rmSync(path.join(workspace.root, '.goldset', 'cache'), { recursive: true });
    const { out } = await workspace.run(['run', '--json']);
    const { calls } = JSON.parse(out) as { calls: { asked: number; reused: number } };
    assert.deepEqual(calls, { asked: 0, reused: 20, regraded: 20, resumed: 0 });
  });
});

describe('what only looks', () => {
  it('makes no folder', async () => {
    const workspace = workspaceWith(1);
    try {
      workspace.git('init', '-q');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'first');
      for (const args of [['cache', 'stats'], ['versions'], ['check'], ['cost', 'a.prompt'], ['batch', 'list'], ['insights']]) {
        await workspace.run(args);
        assert.ok(!existsSync(path.join(workspace.root, '.goldset')), args.join(' '));
      }
    } finally {
      workspace.dispose();
    }
  });
});

describe('a prompt in a submodule', () => {
  it('has the history of that repository, and is compared with what the outer commit names', async () => {
    const inner = mkdtempSync(path.join(os.tmpdir(), 'goldset-inner-'));
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: inner, encoding: 'utf8' });
    const workspace = workspaceWith(1);
    try {
      git('init', '-q');
      const header = '---\nmodel: scripted:./b.scripted.yaml\n---\n';
      const commit = (text: string, subject: string): void => {
        writeFileSync(path.join(inner, 'b.prompt'), header + text);
        git('add', '-A');
        git('commit', '-qm', subject);
      };
      writeFileSync(path.join(inner, 'b.scripted.yaml'), SCRIPT);
      writeFileSync(path.join(inner, 'b.golden.yaml'), golden(1));
      commit('One {{x}}', 'inner one');
      commit('Two {{x}}', 'inner two');
      workspace.git('init', '-q');
      workspace.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner, 'sub');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'outer');
      const versions = await workspace.run(['versions', 'sub/b.prompt']);
      assert.match(versions.out, /inner two[\s\S]*inner one/, versions.err);
      assert.doesNotMatch(versions.out, /not committed/);
      const changed = async (): Promise<string> => (await workspace.run(['run', '--changed-since', 'HEAD', '--json'])).out;
      assert.doesNotMatch(await changed(), /sub\/b\.prompt/);
      appendFileSync(path.join(workspace.root, 'sub', 'b.prompt'), ' more');
      assert.match(await changed(), /sub\/b\.prompt/);
      const { out, err } = await workspace.run(['run', 'sub/b.prompt', '--baseline', 'HEAD', '--json', '--inconclusive', 'pass']);
      const [comparison] = (JSON.parse(out) as { comparisons: { a: { version: string }; b: { version: string } }[] }).comparisons;
      assert.ok(comparison !== undefined && comparison.a.version !== comparison.b.version, err);
    } finally {
      workspace.dispose();
      rmSync(inner, { recursive: true, force: true });
    }
  });
});
