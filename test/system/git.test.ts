import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Git } from '../../src/adapters/git/git.ts';
import { promptHistory } from '../../src/adapters/git/history.ts';
import { TestWorkspace } from './command-line.ts';

describe('prompt history', () => {
  let workspace: TestWorkspace;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ana Ö', '-c', 'user.email=a@example.com', ...args], { cwd: workspace.root, encoding: 'utf8' });
  const history = () => promptHistory(new Git(), `${workspace.root}/b name.prompt`, 10);
  afterEach(() => workspace.dispose());

  it('follows renames, shows what is uncommitted, and gives old texts', async () => {
    workspace = new TestWorkspace({ 'a.prompt': 'one\nsame\nsame\nsame\n' });
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-qm', 'First | with\ttab');
    git('mv', 'a.prompt', 'b name.prompt');
    git('commit', '-qm', 'Rename');
    workspace.write({ 'b name.prompt': 'two\nsame\nsame\nsame\n' });
    const found = await history();
    assert.equal(found.kind, 'commits');
    if (found.kind !== 'commits') return;
    assert.deepEqual(
      found.commits.map(({ subject, author, path }) => [subject, author, path]),
      [
        ['Rename', 'Ana Ö', 'b name.prompt'],
        ['First | with\ttab', 'Ana Ö', 'a.prompt'],
      ],
    );
    assert.equal(found.uncommitted, true);
    const oldest = found.commits[1];
    assert.equal(await new Git().show(found.top, oldest?.hash ?? '', oldest?.path ?? ''), 'one\nsame\nsame\nsame\n');
  });

  it('says when there is no repository, and works without a commit', async () => {
    workspace = new TestWorkspace({ 'b name.prompt': 'x' });
    assert.equal((await history()).kind, 'no-repository');
    git('init', '-q');
    const found = await history();
    assert.deepEqual([found.kind, found.kind === 'commits' ? found.commits : null], ['commits', []]);
  });

  it('runs nothing that a repository configures', async () => {
    workspace = new TestWorkspace({ 'b name.prompt': 'x', '.gitattributes': '*.prompt diff=evil\n' });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'one');
    for (const [key, value] of [
      ['core.fsmonitor', 'touch pwned-fsmonitor'],
      ['diff.evil.textconv', 'touch pwned-textconv; cat'],
      ['diff.external', 'touch pwned-external'],
    ] as const)
      git('config', key, value);
    const found = await history();
    if (found.kind === 'commits') await new Git().show(found.top, found.commits[0]?.hash ?? '', 'b name.prompt');
    for (const name of ['fsmonitor', 'textconv', 'external']) assert.ok(!existsSync(`${workspace.root}/pwned-${name}`), name);
  });
});
