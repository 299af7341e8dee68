/** The built command line in a folder whose `.goldset/` came from elsewhere: what goes on, what ends, and what is never written. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LabelBook } from '../../src/engine/labelling/label-book.ts';
import { Git } from '../../src/adapters/git/git.ts';
import { TestWorkspace } from '../system/command-line.ts';

const FILES = {
  'a.prompt': '---\nmodel: scripted:./a.scripted.yaml\n---\nHello {{x}}\n',
  'a.scripted.yaml': 'rules: [{ reply: hi }]\n',
  'a.golden.yaml': '- { id: c1, vars: { x: 1 }, assert: [{ type: contains, value: hi }] }\n',
  'log.jsonl': '{"id":"z","time":"2026-11-02","input":"a","output":"b"}\n',
};

/** Commands that store something in `.goldset/`, or that only say what is in it. */
const NEEDED: readonly (readonly string[])[] = [
  ['run'],
  ['compare', 'working', 'model:scripted:./a.scripted.yaml', 'a.prompt'],
  ['merge', '20261101T000000-000000'],
  ['batch', 'list'],
  ['insights'],
  ['import', 'log.jsonl', '--yes'],
  ['capture', '--port', '0'],
  ['signal', 'id', 'thumb', 'down'],
  ['golden', 'add', '--from', 'all'],
  ['cache', 'stats'],
  ['cache', 'clear'],
  ['cache', 'export', 'out.jsonl'],
  ['cache', 'import', 'log.jsonl'],
];
const OPTIONAL: readonly (readonly string[])[] = [['check'], ['cost', 'a.prompt'], ['render', 'a.prompt', '--case', 'c1'], ['models']];

describe('a command in a folder whose .goldset is not ours', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  let outside: string;
  beforeEach(() => {
    workspace = new TestWorkspace(FILES);
    outside = mkdtempSync(path.join(os.tmpdir(), 'goldset-outside-'));
    writeFileSync(path.join(outside, '.bashrc'), 'alias ls=ls\n');
  });
  afterEach(() => {
    workspace.dispose();
    rmSync(outside, { recursive: true, force: true });
  });

  const data = (...names: string[]): string => path.join(workspace.root, '.goldset', ...names);
  const unmarked = (): void => {
    workspace.write({ '.goldset/scores.jsonl': '' });
    rmSync(data('mark'));
  };
  const state = (): string[] =>
    readdirSync(workspace.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `${path.join(parentPath, name)} ${readFileSync(path.join(parentPath, name), 'utf8')}`)
      .sort();
  const times = (text: string, part: string): number => text.split(part).length - 1;

  it('ends with exit code 2, one message with the command that fixes it, and no change, where it needs the folder', async () => {
    unmarked();
    const before = state();
    for (const command of NEEDED) {
      const { code, err, out } = await workspace.run(command);
      assert.equal(code, 2, `${command.join(' ')}: ${out}${err}`);
      assert.equal(times(err, 'goldset cache adopt'), 1, `${command.join(' ')}: ${err}`);
      assert.equal(out, '', command.join(' '));
      assert.deepEqual(state(), before, command.join(' '));
    }
  });

  it('goes on without the folder, says so once, and changes nothing, where it can', async () => {
    unmarked();
    const before = state();
    for (const command of OPTIONAL) {
      const { code, err } = await workspace.run(command);
      assert.notEqual(code, 2, `${command.join(' ')}: ${err}`);
      assert.equal(times(err, 'goldset cache adopt'), 1, `${command.join(' ')}: ${err}`);
      assert.deepEqual(state(), before, command.join(' '));
    }
  });

  it('uses the folder after goldset cache adopt', async () => {
    unmarked();
    assert.equal((await workspace.run(['cache', 'adopt'])).code, 0);
    const { code, err } = await workspace.run(['run']);
    assert.equal(code, 0, err);
    assert.doesNotMatch(err, /adopt/);
  });

  it('is asked about once at a terminal, and uses the folder after a yes only', () => {
    const atTerminal = (answer: string): string => {
      const command = `${process.execPath} ${path.resolve('dist/cli.js')} run`;
      const { stdout } = spawnSync('script', ['-q', '-e', '-c', command, '/dev/null'], {
        ...{ cwd: workspace.root, input: `${answer}\n`, encoding: 'utf8', timeout: 300_000 },
      });
      return stdout;
    };
    unmarked();
    const declined = atTerminal('n');
    assert.equal(times(declined, 'Answer yes only if its content is yours'), 1, declined);
    assert.match(declined, /goldset cache adopt/);
    assert.equal(existsSync(data('mark')), false);
    const accepted = atTerminal('y');
    assert.match(accepted, /1\/1|passed/);
    assert.equal(existsSync(data('mark')), true);
    assert.doesNotMatch(atTerminal('y'), /Answer yes only if its content is yours/);
  });

  it('makes the folder with its mark where there is none', async () => {
    assert.equal((await workspace.run(['run'])).code, 0);
    assert.deepEqual([existsSync(data('mark')), workspace.read('.goldset/.gitignore')], [true, '*\n']);
    assert.equal((await workspace.run(['run', '--cache', 'use'])).code, 0);
  });

  it('takes no forged answer for a green check', async () => {
    assert.equal((await workspace.run(['run'])).code, 0);
    // The attacker's own machine wrote it, and the repository brings the whole folder.
    rmSync(data('mark'));
    const frozen = await workspace.run(['run', '--cache', 'frozen']);
    assert.equal(frozen.code, 2);
    assert.match(frozen.err, /may have come with the repository/);
  });

  it('takes no answer that git tracks, and names the command that removes it from git', async () => {
    assert.equal((await workspace.run(['run'])).code, 0);
    workspace.git('init', '-q');
    workspace.git('add', '-f', '.goldset/cache');
    const { code, err } = await workspace.run(['run', '--cache', 'frozen']);
    assert.equal(code, 2);
    assert.match(err, /Git tracks \.goldset\/cache\//);
    assert.match(err, /rm -r -q --cached \.goldset/);
    workspace.git('rm', '-r', '-q', '--cached', '.goldset');
    assert.equal((await workspace.run(['run', '--cache', 'frozen'])).code, 0);
  });

  it('refuses a mark whose secret would be in the repository', async () => {
    const { code, err } = await workspace.run(['run'], { environment: { GOLDSET_CONFIG_DIR: path.join(workspace.root, '.config') } });
    assert.equal(code, 2);
    assert.match(err, /inside the repository/);
  });

  /** Places of the attack in the issue, and of its siblings, that `check` or `run` could write. */
  const LINKS = ['calibration.json', 'calibration.json.new', 'scores.jsonl', 'account-secret', 'runs', 'cache', '.gitignore', 'mark'];
  for (const name of LINKS)
    it(`writes to no file outside by a link in the place of ${name}`, async () => {
      workspace.write({ '.goldset/.gitignore': '*\n' });
      rmSync(data(name), { force: true });
      const isFolder = name === 'runs' || name === 'cache';
      symlinkSync(isFolder ? outside : path.join(outside, '.bashrc'), data(name));
      for (const command of ['check', 'run']) await workspace.run([command]);
      assert.deepEqual(readdirSync(outside), ['.bashrc']);
      assert.equal(readFileSync(path.join(outside, '.bashrc'), 'utf8'), 'alias ls=ls\n');
    });

  it('goes on after a link in the place of the folder itself, where it can, and writes nothing there', async () => {
    symlinkSync(outside, data());
    assert.equal((await workspace.run(['check'])).code, 0);
    assert.equal((await workspace.run(['run'])).code, 2);
    assert.equal((await workspace.run(['cache', 'adopt'])).code, 2);
    assert.deepEqual(readdirSync(outside), ['.bashrc']);
  });

  describe('and a named file that is a link', () => {
    const targets = (): Record<string, string> => ({
      'a file of the user': path.join(outside, '.bashrc'),
      'a file that is not there': path.join(outside, 'new'),
      'a hook of git': path.join(workspace.root, '.git', 'hooks', 'pre-commit'),
    });
    beforeEach(() => {
      workspace.git('init', '-q', '-b', 'main');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'one');
      mkdirSync(path.join(workspace.root, '.git', 'hooks'), { recursive: true });
      writeFileSync(path.join(workspace.root, '.git', 'hooks', 'pre-commit'), '#!/bin/sh\n');
    });
    const outsideText = (): string[] => [
      ...readdirSync(outside),
      readFileSync(path.join(outside, '.bashrc'), 'utf8'),
      workspace.read('.git/hooks/pre-commit'),
    ];

    it('deploy does not write through it', async () => {
      const before = outsideText();
      for (const [name, target] of Object.entries(targets())) {
        rmSync(path.join(workspace.root, 'prompt-deployments.yaml'), { force: true });
        symlinkSync(target, path.join(workspace.root, 'prompt-deployments.yaml'));
        const { code, err } = await workspace.run(['deploy', 'a.prompt', 'production', 'HEAD']);
        assert.equal(code, 2, `${name}: ${err}`);
        assert.deepEqual(outsideText(), before, name);
      }
    });

    it('golden add does not write through it', async () => {
      const interaction = {
        ...{ id: 'i1', time: '2026-11-01T10:00:00.000Z', prompt: { name: 'a.prompt', version: '3a91' }, model: 'openai:m' },
        ...{ variables: { x: 'new' }, messages: [{ role: 'user', content: 'Hello new' }], output: 'hi' },
      };
      workspace.write({ '.goldset/interactions/2026-11-01.jsonl': `${JSON.stringify(interaction)}\n` });
      writeFileSync(path.join(outside, 'golden.yaml'), '[]\n');
      rmSync(path.join(workspace.root, 'a.golden.yaml'));
      symlinkSync(path.join(outside, 'golden.yaml'), path.join(workspace.root, 'a.golden.yaml'));
      const { code, out, err } = await workspace.run(['golden', 'add', '--from', 'all', '--to', 'a.prompt']);
      assert.equal(code, 2, out);
      assert.match(err, /leads to/);
      assert.equal(readFileSync(path.join(outside, 'golden.yaml'), 'utf8'), '[]\n');
    });

    it('a label of the editor is not appended through it', async () => {
      const before = outsideText();
      const book = new LabelBook(new Git());
      const at = { interaction: null, run: 'r', case: 'c', repeat: 0, hash: 'h' };
      const give = (): Promise<unknown> =>
        book.give(
          workspace.root,
          path.join(workspace.root, 'a.prompt'),
          { target: at, criterion: null, judge: null, draw: null },
          { result: { vars: {}, output: 'x' } as never },
          { grade: 'pass', cause: null, failureMode: null, critique: null, correction: null, blind: false },
        );
      workspace.git('config', 'goldset.person', 'ana');
      for (const target of Object.values(targets())) {
        rmSync(path.join(workspace.root, 'labels'), { force: true, recursive: true });
        mkdirSync(path.join(workspace.root, 'labels', 'a'), { recursive: true });
        symlinkSync(target, path.join(workspace.root, 'labels', 'a', 'ana.jsonl'));
        await assert.rejects(give, { code: 'file/outside' });
        rmSync(path.join(workspace.root, 'labels'), { force: true, recursive: true });
        symlinkSync(outside, path.join(workspace.root, 'labels'));
        await assert.rejects(give, { code: 'file/outside' });
        rmSync(path.join(workspace.root, 'labels'));
      }
      assert.deepEqual(outsideText(), before);
    });
  });
});
