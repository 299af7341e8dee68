/** No command runs a program that a repository brings: every command over every configuration that git documents as starting one. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { TestWorkspace, type RunJson } from '../system/command-line.ts';

const FILES = {
  'a.prompt': '---\nmodel: scripted:./a.scripted.yaml\n---\nHello {{x}}\n',
  'a.scripted.yaml': 'rules: [{ reply: hi }]\n',
  'a.golden.yaml': '- { vars: { x: 1 }, assert: [{ type: contains, value: hi }] }\n',
  'data.bin': 'data\n',
};

/** Every command that reads git. */
const COMMANDS: readonly (readonly string[])[] = [
  ['check'],
  ['cost', 'a.prompt'],
  ['run', '--changed-since', 'HEAD'],
  ['run', '--baseline', 'HEAD'],
  ['compare', 'HEAD', 'working', 'a.prompt'],
  ['versions', 'a.prompt'],
  ['deploy', 'a.prompt', 'production', 'HEAD'],
  ['scores', 'push'],
  ['scores', 'pull'],
];

/** Hooks of git's own list (githooks(5)) that any of these commands could reach. */
const HOOKS = [
  'reference-transaction',
  'pre-push',
  'pre-auto-gc',
  'post-index-change',
  'fsmonitor-watchman',
  'post-checkout',
  'post-merge',
];

describe('a repository that wants to run programs', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  let marks: string;
  let remote: string;

  /** A program that leaves a file of this name, and then fails. */
  function program(name: string): string {
    const file = path.join(marks, `${name}.sh`);
    writeFileSync(file, `#!/bin/sh\ntouch '${path.join(marks, 'ran')}-${name}'\nexit 1\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const ran = (): string[] => readdirSync(marks).filter((name) => name.startsWith('ran-'));
  const set = (name: string, value: string): unknown => workspace.git('config', '--local', name, value);

  beforeEach(() => {
    marks = mkdtempSync(path.join(os.tmpdir(), 'goldset-marks-'));
    workspace = new TestWorkspace(FILES);
    workspace.git('init', '-q', '-b', 'main');
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', 'one');
    remote = path.join(marks, 'remote.git');
    execFileSync('git', ['clone', '-q', '--bare', workspace.root, remote]);
    workspace.git('remote', 'add', 'origin', remote);
  });
  afterEach(() => {
    workspace.dispose();
    rmSync(marks, { recursive: true, force: true });
  });

  /** Changes files, so that git would have to compare them. */
  function edit(): void {
    workspace.write({ 'a.prompt': FILES['a.prompt'].replace('Hello', 'Welcome'), 'data.bin': 'other\n' });
  }

  /** `codes`: the exit codes that are no surprise. */
  async function runEverything(codes: readonly number[]): Promise<void> {
    for (const command of COMMANDS) {
      const { err, code } = await workspace.run([...command]);
      assert.deepEqual(ran(), [], `goldset ${command.join(' ')} ran a program (exit code ${code}): ${err}`);
      assert.ok(codes.includes(code ?? -1), `goldset ${command.join(' ')} ended with ${code}: ${err}`);
    }
  }

  it('git itself runs what is planted here, so that the next test can fail', () => {
    set('filter.evil.clean', program('filter-clean'));
    set('core.fsmonitor', program('fsmonitor'));
    workspace.write({ '.gitattributes': '* filter=evil\n' });
    edit();
    assert.throws(() => workspace.git('-c', 'filter.evil.required=true', 'add', 'data.bin'));
    assert.deepEqual(ran().sort(), ['ran-filter-clean', 'ran-fsmonitor']);
  });

  it('every command leaves filters, drivers, monitors, hooks, helpers and commands of its configuration alone', async () => {
    workspace.write({ '.gitattributes': '* filter=evil diff=evil merge=evil\n' });
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', 'two');
    edit();
    for (const key of ['clean', 'smudge', 'process']) set(`filter.evil.${key}`, program(`filter-${key}`));
    set('filter.evil.required', 'true');
    set('diff.external', program('diff-external'));
    for (const key of ['command', 'textconv']) set(`diff.evil.${key}`, program(`diff-${key}`));
    set('merge.evil.driver', program('merge-driver'));
    for (const key of ['fsmonitor', 'sshCommand', 'gitProxy', 'askPass', 'editor', 'pager', 'alternateRefsCommand'])
      set(`core.${key}`, program(`core-${key}`));
    for (const key of ['log', 'diff', 'show', 'notes', 'config']) set(`pager.${key}`, program(`pager-${key}`));
    set('sequence.editor', program('sequence-editor'));
    set('gpg.program', program('gpg'));
    for (const key of ['log.showSignature', 'commit.gpgSign', 'push.gpgSign', 'tag.gpgSign']) set(key, 'true');
    set('credential.helper', `!${program('credential')}`);
    for (const key of ['uploadpack', 'receivepack']) set(`remote.origin.${key}`, program(`remote-${key}`));
    set('interactive.diffFilter', program('diff-filter'));
    set('uploadpack.packObjectsHook', program('pack-objects'));
    for (const command of ['log', 'rev-parse', 'cat-file', 'notes', 'ls-tree']) set(`alias.${command}`, `!${program(`alias-${command}`)}`);
    const hooks = path.join(workspace.root, '.git/hooks');
    mkdirSync(hooks, { recursive: true });
    for (const hook of HOOKS) cpSync(program(`hook-${hook}`), path.join(hooks, hook));
    await runEverything([0, 3]);
  });

  it('a missing object is not fetched from a promisor remote, and no address of a remote names a program', async () => {
    const blob = workspace.git('rev-parse', 'HEAD:a.prompt').trim();
    rmSync(path.join(workspace.root, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    edit();
    set('core.repositoryFormatVersion', '1');
    set('extensions.partialClone', 'evil');
    set('remote.evil.promisor', 'true');
    set('remote.evil.url', `ext::${program('lazy-fetch')}`);
    set('protocol.ext.allow', 'always');
    set('protocol.allow', 'always');
    set(`url.ext::${program('instead-of')} .insteadOf`, remote);
    // Some of them need the object.
    await runEverything([0, 2]);
  });

  it('a filter makes a file count as changed, which is said, and line ends and an unchanged link do not', async () => {
    workspace.write({
      '.gitattributes': '*.golden.yaml filter=lfs\n',
      'goldset.yaml': 'pipeline: ["data.bin", "*.txt", "linked"]\n',
      'dos.txt': 'one\ntwo\n',
    });
    symlinkSync('data.bin', path.join(workspace.root, 'linked'));
    set('filter.lfs.clean', 'tr a-z A-Z');
    workspace.git('add', '-A', '--renormalize', '.');
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', 'two');
    workspace.write({ 'dos.txt': 'one\r\ntwo\r\n' });
    const filtered = await workspace.run(['run', '--changed-since', 'HEAD', '--json']);
    assert.match(filtered.err, /^a\.golden\.yaml: always counted as changed, because a git filter \(such as LFS\) makes the file\.$/m);
    const { candidates } = JSON.parse(filtered.out) as RunJson;
    assert.equal(candidates.length, 1, 'The golden set counts as changed.');
    workspace.git('checkout', '-q', 'HEAD~1', '--', 'a.golden.yaml');
    workspace.write({ '.gitattributes': '' });
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', 'three');
    workspace.write({ 'dos.txt': 'one\r\ntwo\r\n' });
    const none = await workspace.run(['run', '--changed-since', 'HEAD', '--json']);
    assert.doesNotMatch(none.err, /counted as changed/);
    assert.equal((JSON.parse(none.out) as RunJson).candidates.length, 0);
  });

  it('a bare repository inside the work tree is not taken for one, and core.worktree cannot move the work tree', async () => {
    const inner = path.join(workspace.root, 'inner');
    const draft = path.join(marks, 'draft');
    execFileSync('git', ['clone', '-q', remote, draft]);
    writeFileSync(path.join(draft, 'a.prompt'), FILES['a.prompt'].replace('Hello', 'Goodbye'));
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    execFileSync('git', ['-C', draft, ...author, 'commit', '-qam', 'The commit of the inner one']);
    execFileSync('git', ['clone', '-q', '--bare', draft, inner]);
    for (const [key, value] of [
      ['core.bare', 'false'],
      ['core.worktree', realpathSync(inner)],
      ['core.fsmonitor', program('inner-fsmonitor')],
    ] as const)
      execFileSync('git', ['config', '-f', path.join(inner, 'config'), key, value]);
    for (const [name, text] of Object.entries({ ...FILES, 'goldset.yaml': '{}\n' })) writeFileSync(path.join(inner, name), text);
    for (const command of [
      ['check', 'inner/a.prompt'],
      ['cost', 'inner/a.prompt'],
      ['versions', 'inner/a.prompt'],
    ]) {
      const { out } = await workspace.run(command);
      assert.deepEqual(ran(), [], command.join(' '));
      assert.doesNotMatch(out, /The commit of the inner one/, 'The versions are those of the outer repository.');
    }
    set('core.worktree', os.homedir());
    const { code, err } = await workspace.run(['versions', 'a.prompt']);
    assert.notEqual(code, 0, 'The work tree is elsewhere, so this folder is in none.');
    assert.match(err, /git/);
  });

  describe('that is asked for scores', () => {
    let server: http.Server;
    let address: string;
    before(async () => {
      // Whoever comes has to log in, so git needs a password.
      server = http.createServer((_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => server.close());

    /** A port that nothing listens on is enough: the program comes before the connection. */
    const remotes = (): readonly (readonly [remote: string, program: string, configuration: readonly string[]])[] => [
      [`${address}/x.git`, 'helper', ['credential.helper']],
      [`${address}/x.git`, 'helper', [`credential.${address}.helper`]],
      [`${address}/x.git`, 'ask', ['core.askPass']],
      ['ssh://127.0.0.1:9/x.git', 'ssh', ['core.sshCommand']],
      ['git://127.0.0.1:9/x.git', 'proxy', ['core.gitProxy']],
    ];

    it('by http, ssh and git starts no program of its own, though git by itself would', async () => {
      for (const [remote, name, configuration] of remotes()) {
        workspace.git('remote', 'set-url', 'origin', remote);
        const file = program(name);
        for (const key of configuration) set(key, key.startsWith('credential') ? `!${file}` : file);
        // Not synchronous: this process is the server.
        const plain = spawn('git', ['ls-remote', 'origin'], {
          cwd: workspace.root,
          stdio: 'ignore',
          env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
        });
        const [status] = (await once(plain, 'close')) as [number];
        assert.deepEqual([status === 0, ran()], [false, [`ran-${name}`]], `git alone runs ${configuration.join()}`);
        rmSync(path.join(marks, `ran-${name}`));
        for (const command of ['pull', 'push']) {
          const { code } = await workspace.run(['scores', command]);
          assert.deepEqual([code, ran()], [2, []], `goldset scores ${command} with ${configuration.join()}`);
        }
        for (const key of configuration) workspace.git('config', '--local', '--unset-all', key);
      }
    });

    it('uses the helpers, the ssh command and the program for passwords of the user, those for one address and of an included file too', async () => {
      const home = path.join(marks, 'home');
      mkdirSync(home);
      writeFileSync(path.join(home, 'more'), `[credential "${address}"]\n\thelper = !${program('one-address')}\n`);
      writeFileSync(
        path.join(home, '.gitconfig'),
        `[include]\n\tpath = more\n[credential]\n\thelper = !${program('any-address')}\n[core]\n\taskPass = ${program('ask')}\n\tsshCommand = ${program('ssh')}\n`,
      );
      const environment = { HOME: home, XDG_CONFIG_HOME: home, GIT_ASKPASS: '', SSH_ASKPASS: '' };
      workspace.git('remote', 'set-url', 'origin', `${address}/x.git`);
      assert.equal((await workspace.run(['scores', 'pull'], { environment })).code, 2);
      workspace.git('remote', 'set-url', 'origin', 'ssh://127.0.0.1:9/x.git');
      assert.equal((await workspace.run(['scores', 'pull'], { environment })).code, 2);
      assert.deepEqual(ran().sort(), ['ran-any-address', 'ran-one-address', 'ran-ssh']);
    });
  });

  it('scores still travel, with the user’s own programs for the connection', async () => {
    assert.equal((await workspace.run(['run'])).code, 0);
    const { code, err } = await workspace.run(['scores', 'push']);
    assert.equal(code, 0, err);
    assert.match(execFileSync('git', ['-C', remote, 'for-each-ref', 'refs/notes/goldset'], { encoding: 'utf8' }), /refs\/notes\/goldset/);
    assert.ok(existsSync(path.join(workspace.root, '.goldset')));
  });
});
