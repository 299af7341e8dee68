/** Patterns of a repository that would never end or leave it, what CI systems would obey, and inputs without an end. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StoreQueries } from '../../src/adapters/clickhouse/store-queries.ts';
import { pathPattern } from '../../src/core/files/path-pattern.ts';
import { filesBelow } from '../../src/adapters/workspace/files-below.ts';
import { PromptfooNames } from '../../src/adapters/workspace/promptfoo-files.ts';
import { readEvent } from '../../src/cli/github/event.ts';
import { readEnvironmentFile } from '../../src/cli/environment/environment-file.ts';
import { namedEnvironment } from '../../src/core/prompt/promptfoo/environment.ts';
import { markdownCell } from '../../src/core/report/markdown.ts';
import { TestWorkspace } from '../system/command-line.ts';
import { SECRET_VARIABLES } from './secret-variables.ts';

const LONG = 'a'.repeat(240);
/** A regular expression that is made of it needs years for `LONG`. */
const ENDLESS = `${'*a'.repeat(14)}*b`;
const config = (tests: string): string => `prompts: ['Hello {{x}}']\nproviders: [echo]\ntests: ${tests}\n`;

describe('patterns of a repository', () => {
  let workspace: TestWorkspace;
  afterEach(() => workspace.dispose());

  /** What `check` says, whose exit code is 1 for a problem of the files. */
  async function checked(files: Readonly<Record<string, string>>): Promise<string> {
    workspace = new TestWorkspace({ 'a.prompt': 'Hello {{x}}', ...files });
    const { code, out, err } = await workspace.run(['check', '.']);
    assert.ok(code === 0 || code === 1, err);
    return out;
  }

  it('in a promptfoo config end', async () => {
    const out = await checked({ 'promptfooconfig.yaml': config(`file://t/${ENDLESS}.yaml`), [`t/${LONG}.yaml`]: '' });
    assert.match(out, /No file matches|There is no file/);
  });

  it('in `prompts` end', async () => {
    await checked({ 'goldset.yaml': `prompts: { "p/${ENDLESS}.md": { model: echo } }\n`, [`p/${LONG}.md`]: 'Hello {{x}}' });
  });

  it('in groups that repeat end', async () => {
    await checked({ 'goldset.yaml': `prompts: { "p/+(+(a|aa))b.md": { model: echo } }\n`, [`p/${LONG}.md`]: 'Hello {{x}}' });
  });

  it('in `pipeline` end', async () => {
    workspace = new TestWorkspace({ 'goldset.yaml': `pipeline: ["${ENDLESS}"]\n`, 'a.prompt': 'Hello {{x}}' });
    workspace.git('init', '-q');
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', 'one');
    workspace.write({ [LONG]: '', 'a.prompt': 'Hello {{x}}!' });
    workspace.git('add', '-A');
    const { err } = await workspace.run(['run', '--changed-since', 'HEAD', '--model', 'echo', '--yes']);
    assert.match(err, /a\.prompt has no golden cases/);
  });

  it('repeat inside each other only so deep', () => {
    assert.equal(pathPattern('+(+(+(a)))', { dot: false })('aaa'), false);
    assert.equal(pathPattern('+(+(a))', { dot: false })('aaa'), true);
  });

  it('that are longer than any that a person writes are names', () => {
    const long = '*'.repeat(5000);
    assert.deepEqual(
      [long, 'a'].map((name) => pathPattern(long, { dot: false })(name)),
      [true, false],
    );
  });

  it('with ranges that name so many texts that they are text', () => {
    assert.equal(pathPattern('{1..1000}', { dot: false })('77'), true);
    assert.equal(pathPattern('{1..500000}', { dot: false })('77'), false);
  });

  for (const [what, pattern] of [
    ['below a link', 'out/**/*.yaml'],
    ['below a link in a link', 'in/out/**/*.yaml'],
    ['above the root', '../**/*.yaml'],
    ['at an absolute path', '/**/*.yaml'],
  ] as const)
    it(`${what} read no folder outside`, async () => {
      const outside = mkdtempSync(path.join(os.tmpdir(), 'goldset-outside-'));
      try {
        mkdirSync(path.join(outside, 'closed'));
        writeFileSync(path.join(outside, 'secret.yaml'), '- vars: { x: secret-text }\n');
        workspace = new TestWorkspace({ 'promptfooconfig.yaml': config(`file://${pattern}`) });
        mkdirSync(path.join(workspace.root, 'in'));
        for (const name of ['out', 'in/out']) symlinkSync(outside, path.join(workspace.root, name));
        // A loop: a walk through links would come here again and again.
        symlinkSync(outside, path.join(outside, 'closed', 'again'));
        assert.deepEqual(new PromptfooNames().of(workspace.root, path.join(workspace.root, 'promptfooconfig.yaml')), ['prompt']);
        for (const folder of ['out', 'in/out', '..', '/']) assert.deepEqual(filesBelow(workspace.root, folder), [], folder);
        const { out } = await workspace.run(['check', '.', '--json']);
        assert.doesNotMatch(out, /secret-text/);
        assert.match(out, /No file matches|There is no file/);
      } finally {
        rmSync(outside, { recursive: true });
      }
    });
});

describe('what a step of a CI system prints', () => {
  const COMMANDS = 'x\n::stop-commands::t\n  ::error::forged ##[add-mask]1 ##vso[task.setvariable variable=PATH]/tmp\n##teamcity[x]';
  const isCommand = (line: string): boolean => line.trimStart().startsWith('::') || /##(?:vso|teamcity)?\[/i.test(line);
  const text = JSON.stringify(COMMANDS);
  let workspace: TestWorkspace;
  before(() => {
    workspace = new TestWorkspace({
      'b.prompt': '---\nmodel: scripted:./s.scripted.yaml\n---\nHello {{x}}\n',
      's.scripted.yaml': `price: { input: 1, output: 1 }\ndefault: { reply: ${text} }\n`,
      'b.golden.yaml': `- id: ${text}\n  description: ${text}\n  vars: { x: ${text} }\n  assert: [{ type: contains, value: nope, metric: ${text} }, { type: not-contains, value: ${text} }]\n  group: ${text}\n`,
    });
  });
  after(() => workspace.dispose());

  for (const args of [
    ['run', 'b.prompt', '--yes'],
    ['run', 'b.prompt', '--yes', '--json'],
    ['render', 'b.prompt'],
    ['try', 'b.prompt', '--var', 'x=1'],
    ['export', 'promptfoo', 'b.prompt'],
    ['check', '.'],
  ])
    it(`goldset ${args.join(' ')} is no command for it`, async () => {
      const { out, err } = await workspace.run(args, { environment: { CI: 'true', GITHUB_ACTIONS: 'true' } });
      assert.deepEqual(`${out}\n${err}`.split('\n').filter(isCommand), []);
      if (args.includes('--json')) assert.equal((JSON.parse(out) as { results: { output: string }[] }).results[0]?.output, COMMANDS);
    });

  it('a comment mentions no issue', () => {
    assert.equal(markdownCell('fixes #12, GH-7 and # 3'), 'fixes \\#\u200b12, GH-\u200b7 and \\# 3');
  });
});

describe('a workflow that follows one of a fork', () => {
  const write = (event: object): string => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-event-'));
    writeFileSync(path.join(folder, 'event.json'), JSON.stringify(event));
    return path.join(folder, 'event.json');
  };
  const read = (event: object): unknown =>
    readEvent({ GITHUB_EVENT_NAME: 'workflow_run', GITHUB_EVENT_PATH: write(event), GITHUB_REPOSITORY: 'o/r' });

  it('is refused', () => {
    for (const repository of [{ full_name: 'evil/r' }, {}, null])
      assert.throws(() => read({ workflow_run: { head_repository: repository } }), { code: 'github/untrusted' });
  });

  it('goes on after one of the repository itself', () => {
    assert.deepEqual(read({ workflow_run: { head_repository: { full_name: 'o/r' } } }), { base: null, pullRequest: null, isFork: false });
  });
});

describe('inputs without an end', () => {
  const endless = '/dev/zero';

  it('an environment file that is a device', function () {
    if (process.platform === 'win32') this.skip();
    assert.throws(() => readEnvironmentFile(endless, new Set(), []), { code: 'env/too-large' });
  });

  it('an environment file that is a link to one', function () {
    if (process.platform === 'win32') this.skip();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-env-'));
    symlinkSync(endless, path.join(folder, '.env'));
    assert.throws(() => readEnvironmentFile(path.join(folder, '.env'), new Set(), []), { code: 'env/too-large' });
    writeFileSync(path.join(folder, 'large.env'), `A_KEY=${'x'.repeat(1 << 20)}`);
    assert.throws(() => readEnvironmentFile(path.join(folder, 'large.env'), new Set(['A_KEY']), []), { code: 'env/too-large' });
    writeFileSync(path.join(folder, 'a.env'), 'A_KEY=1\n');
    assert.deepEqual([...readEnvironmentFile(path.join(folder, 'a.env'), new Set(['A_KEY']), []).variables], [['A_KEY', '1']]);
    rmSync(folder, { recursive: true });
  });

  it('rows to import that are a device, a link to one or a pipe', async function () {
    if (process.platform === 'win32') this.skip();
    const workspace = new TestWorkspace({});
    symlinkSync(endless, path.join(workspace.root, 'calls.jsonl'));
    execFileSync('mkfifo', [path.join(workspace.root, 'pipe.jsonl')]);
    for (const file of [endless, 'calls.jsonl', 'pipe.jsonl']) {
      const { code, err } = await workspace.run(['import', file, '--dry-run']);
      assert.equal(code, 2);
      assert.match(err, /is not a regular file/);
    }
    workspace.dispose();
  });

  it('an error of a store', async () => {
    const open = new Set<ServerResponse>();
    let sent = 0;
    const server = createServer((request, response) => {
      request.resume();
      open.add(response);
      response.writeHead(500, { 'content-type': 'text/plain' });
      const piece = Buffer.alloc(1 << 20, 'x');
      const more = (): void => {
        while (!response.destroyed && sent < 512) {
          sent++;
          if (!response.write(piece)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const queries = new StoreQueries({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      user: 'reader',
      password: '',
    });
    await assert.rejects(queries.all({ what: 'x', sql: 'SELECT 1', params: {}, most: 1 }), /more than 16 MB/);
    assert.ok(sent < 128, `${sent} MB were taken`);
    for (const response of open) response.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('variables that a promptfoo config reads', () => {
  it('are never secrets, whatever the user listed', () => {
    const environment = { allowed: new Map(SECRET_VARIABLES.map((name) => [name, 'secret-text'])), keys: new Set<string>(), problem: null };
    const given = SECRET_VARIABLES.filter((name) => !('problem' in namedEnvironment(`{{ env.${name} }}`, environment)));
    assert.deepEqual(given, []);
  });

  it('are those that name no secret', () => {
    const names = ['TEAM', 'TEAM_NAME', 'REGION', 'PASSENGERS', 'KEYBOARD', 'AUTHOR', 'PATH', 'HOME_URL', 'TOKENIZER', 'MONKEYS'];
    const environment = { allowed: new Map(names.map((name) => [name, 'a'])), keys: new Set<string>(), problem: null };
    assert.deepEqual(
      names.filter((name) => 'problem' in namedEnvironment(`{{env['${name}']}}`, environment)),
      [],
    );
  });

  it('are refused by goldset env allow', async () => {
    const workspace = new TestWorkspace({});
    const { code, err } = await workspace.run(['env', 'allow', 'GITHUB_TOKEN']);
    assert.equal(code, 2);
    assert.match(err, /is a key or another secret/);
    workspace.dispose();
  });
});
