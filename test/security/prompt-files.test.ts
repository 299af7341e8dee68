/** The files that a prompt in plain text is made of are read inside the workspace only, by their real paths. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Repository } from '../../src/adapters/git/repository.ts';
import { Git } from '../../src/adapters/git/git.ts';
import { PromptSources } from '../../src/adapters/workspace/prompt-source.ts';
import { promptFileIn } from '../../src/adapters/workspace/prompt-path.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';

const SECRET = 'planted-secret-text';

describe('a prompt in plain text', () => {
  const base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-parts-')));
  const root = path.join(base, 'project');
  const outside = path.join(base, 'secret.hbs');
  after(() => rmSync(base, { recursive: true, force: true }));

  const write = (files: Readonly<Record<string, string>>): void => {
    rmSync(root, { recursive: true, force: true });
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    writeFileSync(outside, SECRET);
  };
  /** All that is read of a prompt, and the codes of its problems. */
  const read = async (prompt: string): Promise<{ all: string; codes: string[] }> => {
    const source = await new PromptSources(await openWorkspace(root)).sourceOf(path.join(root, prompt));
    return { all: JSON.stringify(source), codes: source.reading.diagnostics.map(({ code }) => code) };
  };

  const includes: [string, string, string?][] = [
    ['a path that climbs out of the workspace', '../../secret'],
    ['an absolute path', outside.replace(/\.hbs$/, '')],
    ['a path that climbs out behind a folder of the workspace', 'deep/../../../secret'],
    ['a link to a file outside', 'link', 'p/link.hbs'],
    ['a file in a linked folder outside', 'folder/secret', 'p/folder'],
  ];
  for (const [what, name, link] of includes)
    it(`does not include ${what}`, async () => {
      write({ 'goldset.yaml': 'prompts: { p/a.hbs: {} }\n', 'p/a.hbs': `Hi {{> "${name}"}}`, 'p/deep/x.md': '' });
      if (link !== undefined) symlinkSync(link.endsWith('.hbs') ? outside : base, path.join(root, link));
      const { all, codes } = await read('p/a.hbs');
      assert.ok(!all.includes(SECRET));
      assert.deepEqual(codes, ['template/missing-partial']);
    });

  const members: [string, string, string?][] = [
    ['a path that climbs out of the workspace', '../secret.hbs'],
    ['an absolute path', outside],
    ['a link to a file outside', 'p/link.hbs', 'p/link.hbs'],
  ];
  for (const [what, file, link] of members)
    it(`has no message from ${what}`, async () => {
      const messages = `[{ role: system, file: p/a.hbs }, { role: user, file: ${JSON.stringify(file)} }]`;
      write({ 'goldset.yaml': `prompts: { answer: { messages: ${messages} } }\n`, 'p/a.hbs': 'Hi' });
      if (link !== undefined) symlinkSync(outside, path.join(root, link));
      const { all, codes } = await read('p/a.hbs#answer');
      assert.ok(!all.includes(SECRET));
      assert.deepEqual(codes, ['prompt/missing-file']);
    });

  it('is not read through a link to a file outside', async () => {
    write({ 'goldset.yaml': 'prompts: { "**": {} }\n' });
    symlinkSync(outside, path.join(root, 'a.hbs'));
    await assert.rejects(read('a.hbs'), /is a link to a file outside the workspace/);
  });

  it('is not a file that a journal names and nothing makes a prompt', async () => {
    write({ 'goldset.yaml': '', 'notes.md': 'private notes' });
    const named = promptFileIn(root, 'notes.md');
    assert.equal(named, path.join(root, 'notes.md'));
    await assert.rejects(read('notes.md'), /notes\.md is not a prompt/);
    assert.equal(promptFileIn(root, '../secret.md'), null);
    assert.equal(promptFileIn(root, 'missing.md'), null);
  });

  it('does not include a file outside at a commit', async () => {
    write({ 'goldset.yaml': 'prompts: { p/a.hbs: {} }\n', 'p/a.hbs': 'Hi {{> "../../secret"}}' });
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=a@example.com', ...args], { cwd: root });
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-qm', 'one');
    const repository = await Repository.open(new Git(), root);
    assert.ok(repository);
    const source = await repository.promptAt('HEAD', 'p/a.hbs', await openWorkspace(root), path.join(root, 'p/a.hbs'));
    repository.close();
    assert.ok(!JSON.stringify(source).includes(SECRET));
    assert.deepEqual(
      source?.reading.diagnostics.map(({ code }) => code),
      ['template/missing-partial'],
    );
  });
});
