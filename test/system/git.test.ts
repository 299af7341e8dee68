/** Versions in real git repositories: what people do to them, and what hostile ones try. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Git } from '../../src/adapters/git/git.ts';
import { Repository } from '../../src/adapters/git/repository.ts';
import { promptHistory, type PromptHistory } from '../../src/adapters/git/history.ts';
import { restoredFiles } from '../../src/adapters/git/restore.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import { TestWorkspace } from './command-line.ts';

describe('the history of a prompt', function () {
  let workspace: TestWorkspace;
  const open: Repository[] = [];
  const git = (...args: string[]): string => workspace.git(...args);
  const commit = (subject: string): string => {
    git('add', '-A');
    git('commit', '-qm', subject);
    return git('rev-parse', 'HEAD').trim();
  };
  const begin = (files: Record<string, string>): void => {
    workspace = new TestWorkspace(files);
    git('init', '-q', '-b', 'main');
  };
  async function repositoryAt(root: string): Promise<Repository> {
    const repository = await Repository.open(new Git(), root);
    assert.ok(repository);
    open.push(repository);
    return repository;
  }
  async function history(file: string, limit = 100, root = workspace.root): Promise<PromptHistory> {
    return promptHistory(await repositoryAt(root), path.join(root, file), await openWorkspace(path.dirname(path.join(root, file))), limit);
  }
  const subjects = ({ versions }: PromptHistory): string[] => versions.map((version) => version.commit.subject);
  afterEach(() => {
    for (const repository of open.splice(0)) repository.close();
    workspace.dispose();
  });

  it('has the commits that changed its version, and no other: not golden cases, descriptions or line ends', async () => {
    begin({ 'a.prompt': '---\nmodel: scripted:m\ndescription: one\n---\nHello {{x}}\n', 'a.golden.yaml': '- { vars: { x: 1 } }\n' });
    commit('First | with\ttab');
    workspace.write({ 'a.golden.yaml': '- { vars: { x: 1 } }\n- { vars: { x: 2 } }\n' });
    commit('More cases');
    workspace.write({ 'a.prompt': '---\nmodel: scripted:m\ndescription: two\n---\nHello {{x}}\n' });
    commit('Another description');
    workspace.write({ 'a.prompt': '\uFEFF---\r\nmodel: scripted:m\r\ndescription: two\r\n---\r\nHello {{x}}\r\n' });
    commit('From Windows');
    workspace.write({ 'a.prompt': '---\nmodel: scripted:m\n---\nGoodbye {{x}}\n' });
    commit('Goodbye');
    const found = await history('a.prompt');
    assert.deepEqual(subjects(found), ['Goodbye', 'First | with\ttab']);
    assert.deepEqual([found.isShallow, found.more, found.versions[0]?.commit.author], [false, false, 'Ana Ö']);
    assert.deepEqual(subjects(await history('a.prompt', 1)), ['Goodbye']);
    assert.equal((await history('a.prompt', 1)).more, true);
  });

  it('follows renames, over names that are not ASCII, and partials that changed, even those that only older versions used', async () => {
    begin({ 'a.prompt': '{{>rules}} {{x}}\nsame\nsame\nsame\n', '_rules.prompt': 'Be kind.' });
    commit('one');
    workspace.write({ '_rules.prompt': 'Be brief.' });
    const brief = commit('two: by a partial');
    git('mv', 'a.prompt', 'größe naïve.prompt');
    commit('three: a new name');
    workspace.write({ 'größe naïve.prompt': 'No rules. {{x}}\nsame\nsame\nsame\n' });
    commit('four: without the partial');
    const found = await history('größe naïve.prompt');
    assert.deepEqual(subjects(found), ['four: without the partial', 'two: by a partial', 'one']);
    const second = found.versions[1];
    assert.deepEqual([second?.path, second?.commit.hash, second?.partials], ['a.prompt', brief, ['_rules.prompt']]);
    const repository = open.at(-1) as Repository;
    const files = await restoredFiles(
      repository,
      brief,
      'a.prompt',
      path.join(workspace.root, 'größe naïve.prompt'),
      await openWorkspace(workspace.root),
    );
    assert.deepEqual(
      files.map(({ file, text }) => [path.basename(file), text]),
      [
        ['größe naïve.prompt', '{{>rules}} {{x}}\nsame\nsame\nsame\n'],
        ['_rules.prompt', 'Be brief.'],
      ],
    );
  });

  it('gives the same content on two branches the same version, and shows a merge only when it made a version of its own', async () => {
    begin({ 'a.prompt': 'one\na\nb\nc\ntwo\nd\ne\nf\nfive {{x}}\n' });
    commit('base');
    git('checkout', '-qb', 'left');
    workspace.write({ 'a.prompt': 'ONE\na\nb\nc\ntwo\nd\ne\nf\nfive {{x}}\n' });
    commit('left');
    const left = await history('a.prompt');
    git('checkout', '-q', 'main');
    workspace.write({ 'a.prompt': 'ONE\na\nb\nc\ntwo\nd\ne\nf\nfive {{x}}\n' });
    commit('same on main');
    const main = await history('a.prompt');
    assert.equal(left.versions[0]?.version, main.versions[0]?.version);
    workspace.write({ 'a.prompt': 'ONE\na\nb\nc\ntwo\nd\ne\nf\nFIVE {{x}}\n' });
    commit('right');
    git('checkout', '-q', 'left');
    workspace.write({ 'a.prompt': 'ONE\na\nb\nc\nTWO\nd\ne\nf\nfive {{x}}\n' });
    commit('left again');
    git('merge', '-q', '-m', 'both', 'main');
    const merged = await history('a.prompt');
    assert.ok(subjects(merged).includes('right') && subjects(merged).includes('left again'));
    assert.equal(merged.versions[0]?.version === merged.versions[1]?.version, false);
    git('checkout', '-q', '--detach', 'HEAD~1');
    assert.ok(subjects(await history('a.prompt')).length >= 2);
  });

  it('works in a submodule, in a worktree, behind a link, in a shallow clone, without a commit, and says where there is no repository', async () => {
    begin({ 'a.prompt': 'one {{x}}' });
    commit('one');
    workspace.write({ 'a.prompt': 'two {{x}}' });
    commit('two');
    const outer = new TestWorkspace({ 'README.md': 'outer' });
    const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'goldset-git-'));
    try {
      outer.git('init', '-q');
      outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', workspace.root, 'sub');
      assert.deepEqual(subjects(await history('a.prompt', 10, path.join(outer.root, 'sub'))), ['two', 'one']);
      git('worktree', 'add', '-q', path.join(elsewhere, 'tree'), 'HEAD~1');
      assert.deepEqual(subjects(await history('a.prompt', 10, path.join(elsewhere, 'tree'))), ['one']);
      symlinkSync(workspace.root, path.join(elsewhere, 'link'));
      assert.deepEqual(subjects(await history('a.prompt', 10, path.join(elsewhere, 'link'))), ['two', 'one']);
      execFileSync('git', ['clone', '-q', '--depth', '1', `file://${realpathSync(workspace.root)}`, path.join(elsewhere, 'shallow')]);
      const shallow = await history('a.prompt', 10, path.join(elsewhere, 'shallow'));
      assert.deepEqual([subjects(shallow), shallow.isShallow], [['two'], true]);
      const bare = path.join(elsewhere, 'none');
      execFileSync('mkdir', [bare]);
      assert.equal(await Repository.open(new Git(), bare), null);
      execFileSync('git', ['init', '-q', bare]);
      execFileSync('sh', ['-c', `echo hi > '${bare}/a.prompt'`]);
      assert.deepEqual((await history('a.prompt', 10, bare)).versions, []);
    } finally {
      outer.dispose();
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it('runs nothing that a repository configures, and takes no ref for an option', async () => {
    begin({ 'a.prompt': 'x', '.gitattributes': '*.prompt diff=evil\n' });
    commit('one');
    git('update-ref', 'refs/heads/--output=pwned-ref', 'HEAD');
    for (const [key, value] of [
      ['core.fsmonitor', 'touch pwned-fsmonitor'],
      ['diff.evil.textconv', 'touch pwned-textconv; cat'],
      ['diff.external', 'touch pwned-external'],
    ] as const)
      git('config', key, value);
    assert.deepEqual(subjects(await history('a.prompt')), ['one']);
    for (const ref of ['--output=pwned-ref', '--help', '-h']) {
      const { code } = await workspace.run(['compare', ref, 'working', 'a.prompt']);
      assert.ok(code === 2 || code === 0, `${ref}: ${code}`);
    }
    for (const name of ['fsmonitor', 'textconv', 'external', 'ref']) assert.ok(!existsSync(`${workspace.root}/pwned-${name}`), name);
  });

  it('reads 5,000 commits', async () => {
    begin({ 'a.prompt': 'version 0 {{x}}' });
    const commits = Array.from({ length: 5000 }, (_, i) => {
      const text = `---\nmodel: scripted:m\n---\n{{role "system"}}Version ${i}. Be kind.\n{{role "user"}}{{x}}`;
      return `commit refs/heads/main\ncommitter Ana <a@example.com> ${1_700_000_000 + i} +0000\ndata 4\nc${String(i).padStart(3, '0').slice(-3)}\nM 100644 inline a.prompt\ndata ${Buffer.byteLength(text)}\n${text}\n`;
    });
    execFileSync('git', ['fast-import', '--quiet', '--force'], { cwd: workspace.root, input: commits.join('') });
    git('reset', '-q', '--hard', 'main');
    const first = await history('a.prompt', 50);
    assert.deepEqual([first.versions.length, first.more], [50, true]);
    assert.equal((await history('a.prompt', 10_000)).versions.length, 5000);
  });
});
