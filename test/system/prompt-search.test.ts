/** Which prompts a search finds: not those that git ignores, not copies, and not those of a folder that cannot be read. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Git } from '../../src/adapters/git/git.ts';
import { ignoredBelow } from '../../src/adapters/git/ignored-files.ts';
import { searchPrompts } from '../../src/adapters/workspace/find-prompts.ts';
import { TestWorkspace } from './command-line.ts';

/** A user without rights, of every Linux and macOS. */
const NOBODY = 65534;
const PROMPT = '---\nmodel: scripted:m\n---\nHello {{x}}\n';

describe('the search for prompts', function () {
  let workspace: TestWorkspace;
  const begin = (...names: string[]): void => {
    workspace = new TestWorkspace(Object.fromEntries(names.map((name) => [name, PROMPT])));
  };
  const found = async (paths: readonly string[] = [], git = new Git(), root = workspace.root): Promise<string[]> => {
    const { files } = await searchPrompts(paths, root, (folder) => ignoredBelow(git, folder));
    return files.map((file) => path.relative(root, file).split(path.sep).join('/'));
  };
  afterEach(() => workspace.dispose());

  it('leaves out dist, out, vendor, .venv and node_modules, at every depth', async () => {
    const skipped = ['dist', 'out', 'vendor', '.venv', 'node_modules', '.goldset'];
    begin('a.prompt', 'deep/down/b.prompt', ...skipped.flatMap((name) => [`${name}/x.prompt`, `deep/${name}/lib/y.prompt`]));
    assert.deepEqual(await found(), ['a.prompt', 'deep/down/b.prompt']);
  });
  it('leaves out what git ignores, by the rules of every folder, and keeps what is tracked', async () => {
    begin(
      'a.prompt',
      'tmp/b.prompt',
      'sub/c.prompt',
      'sub/d.local.prompt',
      'sub/kept.local.prompt',
      'generated/deep/e.prompt',
      'ü ö/f.prompt',
    );
    workspace.write({ '.gitignore': '/tmp/\ngenerated\nü ö/\n', 'sub/.gitignore': '*.local.prompt\n' });
    workspace.git('init', '-q', '-b', 'main');
    workspace.git('add', '-f', 'sub/kept.local.prompt');
    assert.deepEqual(await found(), ['a.prompt', 'sub/c.prompt', 'sub/kept.local.prompt']);
    assert.deepEqual(await found(['sub']), ['sub/c.prompt', 'sub/kept.local.prompt']);
  });
  it('finds what was named, ignored or not', async () => {
    begin('tmp/b.prompt', 'tmp/more/c.prompt', 'vendor/d.prompt');
    workspace.write({ '.gitignore': '/tmp/\n' });
    workspace.git('init', '-q', '-b', 'main');
    assert.deepEqual(await found(['tmp']), ['tmp/b.prompt', 'tmp/more/c.prompt']);
    assert.deepEqual(await found(['vendor', 'tmp/b.prompt']), ['vendor/d.prompt', 'tmp/b.prompt']);
  });
  it('works through a link to the folder', async () => {
    begin('a.prompt', 'tmp/b.prompt');
    workspace.write({ '.gitignore': 'tmp\n' });
    workspace.git('init', '-q', '-b', 'main');
    const links = mkdtempSync(path.join(os.tmpdir(), 'goldset-links-'));
    try {
      const link = path.join(links, 'link');
      symlinkSync(workspace.root, link);
      assert.deepEqual(await found([], new Git(), link), ['a.prompt']);
    } finally {
      rmSync(links, { recursive: true });
    }
  });
  it('finds everything where there is no repository, no git, or git must not run', async () => {
    begin('a.prompt', 'tmp/b.prompt');
    workspace.write({ '.gitignore': 'tmp\n' });
    assert.deepEqual(await found(), ['a.prompt', 'tmp/b.prompt']);
    workspace.git('init', '-q', '-b', 'main');
    for (const git of [new Git('/nonexistent/git'), new Git('git', () => false)])
      assert.deepEqual(await found([], git), ['a.prompt', 'tmp/b.prompt']);
    assert.deepEqual(await found(), ['a.prompt']);
  });
  it('passes over a folder that cannot be read, with a warning that names it, and refuses one that was named', function () {
    if (process.platform === 'win32') return this.skip();
    begin('a.prompt', 'closed/b.prompt');
    const closed = path.join(workspace.root, 'closed');
    const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if ('uid' in owner) for (const file of [workspace.root, path.join(workspace.root, 'goldset.yaml')]) chownSync(file, NOBODY, NOBODY);
    chmodSync(closed, 0);
    const goldset = (...args: string[]): { status: number | null; stderr: string; stdout: string } =>
      spawnSync(process.execPath, [path.resolve('dist/cli.js'), ...args], {
        cwd: workspace.root,
        encoding: 'utf8',
        env: { ...process.env, HOME: workspace.root, XDG_CONFIG_HOME: workspace.root, GOLDSET_CONFIG_DIR: '' },
        ...owner,
      });
    try {
      const all = goldset('check', '--json');
      assert.equal(
        all.stderr.split('\n').find((line) => line.startsWith('warning:')),
        `warning: ${closed} cannot be read, so its prompts are left out: This user has no permission: ${closed} (EACCES). Give yourself read permission for it.`,
      );
      assert.equal((JSON.parse(all.stdout) as { prompts: number }).prompts, 1);
      const named = goldset('check', 'closed');
      assert.equal(named.status, 2);
      assert.match(named.stderr, /closed cannot be read: .*EACCES.*\n?.*Give yourself read permission/);
    } finally {
      chmodSync(closed, 0o755);
    }
  });
});
