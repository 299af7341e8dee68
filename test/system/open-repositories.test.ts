/** How many processes of git a command starts, and which repository a folder belongs to. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Git } from '../../src/adapters/git/git.ts';
import { OpenRepositories } from '../../src/adapters/git/open-repositories.ts';
import { TestWorkspace } from './command-line.ts';

describe('open repositories', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    const folders = Array.from({ length: 12 }, (_, i) => `p${i}/a.prompt`);
    workspace = new TestWorkspace(Object.fromEntries(folders.map((name) => [name, '---\nmodel: scripted:m\n---\nHello {{x}}\n'])));
    workspace.git('init', '-q', '-b', 'main');
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', 'one');
  });
  afterEach(() => workspace.dispose());

  it('serve a check of 12 prompts in 12 folders with at most 6 processes', async () => {
    const log = path.join(workspace.root, 'git.log');
    const counting = path.join(workspace.root, 'bin/git');
    mkdirSync(path.dirname(counting));
    writeFileSync(counting, `#!/bin/sh\necho x >> '${log}'\nPATH='${process.env['PATH'] ?? ''}' exec git "$@"\n`);
    chmodSync(counting, 0o755);
    const { out, err } = await workspace.run(['check'], {
      environment: { PATH: `${path.dirname(counting)}:${process.env['PATH'] ?? ''}` },
    });
    assert.match(out, /12 prompts/, err);
    const processes = readFileSync(log, 'utf8').length / 2;
    assert.ok(processes >= 3 && processes <= 6, `${processes} processes`);
  });

  it('are told apart: of a folder within another one, and of one whose .git is a file', async () => {
    const inner = path.join(workspace.root, 'p1/inner');
    mkdirSync(path.join(inner, 'deep'), { recursive: true });
    workspace.git('init', '-q', inner);
    workspace.git('worktree', 'add', '-q', path.join(workspace.root, 'p2/tree'), '-b', 'other');
    const repositories = new OpenRepositories(new Git());
    const top = async (folder: string): Promise<string | undefined> =>
      (await repositories.of(path.join(workspace.root, folder)))?.top.slice(realpathSync(workspace.root).length);
    // The outermost first: what is open must not be taken for what is within it.
    assert.equal(await top('.'), '');
    assert.deepEqual(
      [await top('p0'), await top('p1/inner/deep'), await top('p2/tree/p3'), await top('p1')],
      ['', '/p1/inner', '/p2/tree', ''],
    );
    await repositories.forget();
  });
});
