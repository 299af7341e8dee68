/** The branch that `uses: goldset/goldset@action/v0` gets: made by scripts/release-action.mjs, cloned, and run with nothing installed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { act, CommentServer, readAction } from './action.ts';
import { TestWorkspace } from './command-line.ts';

const SCRIPT = `price: { input: 1, output: 2 }
speed: { ttftMs: 0, tokensPerSecond: 100000 }
rules:
  - { when: { system: careful }, reply: ok }
default: { reply: wrong }
`;
const prompt = (system: string): string =>
  `---\nmodel: scripted:./m.scripted.yaml\nconfig: { maxOutputTokens: 50 }\n---\n{{role "system"}}${system}\n{{role "user"}}{{x}}`;
const golden = Array.from({ length: 40 }, (_, i) => `- { id: c${i}, vars: { x: "question ${i}" }, expected: ok }\n`).join('');

describe('the branch action/v0', function () {
  this.timeout(300_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-action-'));
  const source = path.join(folder, 'goldset');
  const action = path.join(folder, 'action');
  const git = (cwd: string, ...args: string[]): string => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
  const release = (): string => execFileSync(process.execPath, ['scripts/release-action.mjs', '--into', source], { encoding: 'utf8' });

  before(() => {
    mkdirSync(source);
    git(source, 'init', '-q', '-b', 'main');
    git(source, 'config', 'user.name', 'Ana Ö');
    git(source, 'config', 'user.email', 'a@example.com');
    writeFileSync(path.join(source, 'kept.txt'), 'in the work tree');
    git(source, 'add', 'kept.txt');
    release();
    git(folder, 'clone', '-q', '--branch', 'action/v0', '--single-branch', source, action);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('holds the action, its bundles, README and LICENSE', () => {
    const names = git(action, 'ls-files').split('\n');
    assert.deepEqual([...new Set(names.map((name) => name.split('/')[0]))].sort(), [
      'LICENSE',
      'README.md',
      'action.yml',
      'dist',
      'judges',
    ]);
    assert.ok(names.includes('dist/cli.js') && names.includes('dist/worker.js') && names.includes('dist/webview/report.js'));
    assert.ok(!names.some((name) => name.startsWith('dist/runtime') || name.includes('extension')));
  });

  it('has the same action as this folder, without the step that builds', () => {
    assert.match(readFileSync(path.join(action, 'action.yml'), 'utf8'), /^# Made of action\.yml on main [^\n]*\nname: Goldset\n/);
    const here = readAction('.');
    const released = readAction(action);
    const { steps } = here.runs;
    const others = steps.filter(({ run }) => !run?.includes('npm'));
    assert.equal(others.length, steps.length - 1);
    assert.deepEqual(released, { ...here, runs: { ...here.runs, steps: others } });
  });

  it('leaves work tree, index and current branch alone, adds no commit without a change, and else adds one to the last', () => {
    assert.deepEqual([git(source, 'status', '--porcelain'), git(source, 'symbolic-ref', 'HEAD')], ['A  kept.txt', 'refs/heads/main']);
    const first = git(source, 'rev-parse', 'action/v0');
    assert.match(release(), /has this content already/);
    assert.equal(git(source, 'rev-parse', 'action/v0'), first);
    // The last release was another one, and only origin has it: as in a fresh clone.
    const empty = git(source, 'commit-tree', git(source, 'mktree', '--missing'), '-m', 'older');
    git(source, 'update-ref', 'refs/remotes/origin/action/v0', empty);
    git(source, 'branch', '-qD', 'action/v0');
    release();
    assert.equal(git(source, 'rev-parse', 'action/v0^'), empty);
    assert.equal(git(source, 'rev-parse', 'action/v0^{tree}'), git(source, 'rev-parse', `${first}^{tree}`));
  });

  it('runs by its own steps, base against head, where nothing is installed', async () => {
    const workspace = new TestWorkspace({
      '.gitignore': '.goldset/\nevent.json\nsummary.md\ngoldset.*\n!goldset.yaml\n',
      'm.scripted.yaml': SCRIPT,
      'a.prompt': prompt('Be careful.'),
      'a.golden.yaml': golden,
    });
    const server = new CommentServer();
    try {
      for (let at = action; ; at = path.dirname(at)) {
        assert.ok(!existsSync(path.join(at, 'node_modules')), at);
        if (at === path.dirname(at)) break;
      }
      workspace.git('init', '-q', '-b', 'main');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'base');
      const base = workspace.git('rev-parse', 'HEAD').trim();
      workspace.write({ 'a.prompt': prompt('Be quick.') });
      workspace.git('commit', '-qam', 'quick');
      const { code, err, summary } = await act(action, readAction(action).runs.steps, workspace, await server.listen(), { base });
      assert.equal(code, 1, err);
      assert.match(summary, /\| a\.prompt \| ❌ fail \| 100 % → 0 %/);
      assert.match(server.comments[1]?.body ?? '', /## ❌ Goldset: fail/);
    } finally {
      server.close();
      workspace.dispose();
    }
  });
});
