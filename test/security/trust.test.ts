/** Code of a workspace is executed only where the user trusted exactly that code in exactly that folder. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { codeFilesOf } from '../../src/adapters/workspace/code-files.ts';
import { CodeTrust, permitWhile } from '../../src/adapters/trust/code-trust.ts';
import { questionText } from '../../src/cli/trust/trust.ts';
import type { Execution } from '../../src/core/trust/execution.ts';
import { ended, TestWorkspace } from '../system/command-line.ts';
import { answer, FaultyServer } from '../system/faulty-server.ts';

const NONE = { env: [], python: 'python3' };
const script = (file: string): Execution => ({ kind: 'code', language: 'javascript', source: { file, name: null }, ...NONE });
const module = (file: string): Execution => ({ kind: 'code', language: 'python', source: { file, name: null }, ...NONE });
const inline = (code: string, language: 'javascript' | 'python' = 'javascript'): Execution => ({
  kind: 'code',
  language,
  source: { code },
  ...NONE,
});
const command = (...words: string[]): Execution => ({ kind: 'command', provider: 'rag', command: words, env: [] });

/** Sets variables of this process for as long as a test runs. */
function withFolder(): { readonly root: string; write(files: Readonly<Record<string, string>>): void } {
  let root = '';
  const before = process.env['GOLDSET_CONFIG_DIR'];
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-trust-'));
    process.env['GOLDSET_CONFIG_DIR'] = path.join(root, 'user');
    mkdirSync(path.join(root, 'work'));
  });
  afterEach(() => {
    if (before === undefined) delete process.env['GOLDSET_CONFIG_DIR'];
    else process.env['GOLDSET_CONFIG_DIR'] = before;
    rmSync(root, { recursive: true, force: true });
  });
  return {
    get root() {
      return path.join(root, 'work');
    },
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(root, 'work', name)), { recursive: true });
        writeFileSync(path.join(root, 'work', name), text);
      }
    },
  };
}

describe('trust in code', () => {
  const folder = withFolder();
  const open = (root = folder.root): CodeTrust => new CodeTrust(root, root, false);
  const isTrusted = (execution: Execution, root = folder.root): boolean => open(root).untrusted([execution]).length === 0;
  const trustNow = (execution: Execution): void => {
    const trust = open();
    trust.remember(trust.untrusted([execution]));
  };

  describe('ends when a change touches', () => {
    const rows: readonly (readonly [what: string, files: Readonly<Record<string, string>>, execution: Execution, changed: string])[] = [
      ['the file itself', { 'a.cjs': '1' }, script('a.cjs'), 'a.cjs'],
      ['a file that it imports', { 'a.mjs': `import './b.mjs'`, 'b.mjs': '1' }, script('a.mjs'), 'b.mjs'],
      [
        'a file that an imported file imports',
        { 'a.mjs': `import './b.mjs'`, 'b.mjs': `export * from './lib/c.mjs'`, 'lib/c.mjs': '1' },
        script('a.mjs'),
        'lib/c.mjs',
      ],
      ['a file that it requires without an ending', { 'a.cjs': `require("./b")`, 'b.js': '1' }, script('a.cjs'), 'b.js'],
      ['a folder that it requires', { 'a.cjs': `require('./lib')`, 'lib/index.js': '1' }, script('a.cjs'), 'lib/index.js'],
      [
        'the main file of a folder that it requires',
        { 'a.cjs': `require('./lib')`, 'lib/package.json': '{"main":"x/m.js"}', 'lib/x/m.js': '1', 'lib/index.js': '' },
        script('a.cjs'),
        'lib/package.json',
      ],
      ['a file that it imports dynamically', { 'a.mjs': 'await import(`./b.mjs`)', 'b.mjs': '1' }, script('a.mjs'), 'b.mjs'],
      ['a file that it imports by an escaped name', { 'a.mjs': `import '\\x2e/b.mjs'`, 'b.mjs': '1' }, script('a.mjs'), 'b.mjs'],
      ['a file that it imports by an encoded name', { 'a.mjs': `import './%62.mjs'`, 'b.mjs': '1' }, script('a.mjs'), 'b.mjs'],
      ['a file that it imports with a query', { 'a.mjs': `import './b.mjs?x'`, 'b.mjs': '1' }, script('a.mjs'), 'b.mjs'],
      [
        'a file that it imports behind a comment with a quote',
        { 'a.mjs': `/* don't */ import './b.mjs'`, 'b.mjs': '1' },
        script('a.mjs'),
        'b.mjs',
      ],
      ...['.ts', '.mts', '.cts', '.tsx'].map(
        (ending) =>
          [
            `a file ${ending} that it imports without an ending`,
            { 'a.ts': `import './b'`, [`b${ending}`]: '1' },
            script('a.ts'),
            `b${ending}`,
          ] as const,
      ),
      ...['.ts', '.mts', '.cts', '.tsx'].map(
        (ending) =>
          [
            `the index${ending} of a folder that it imports`,
            { 'a.ts': `import './lib'`, [`lib/index${ending}`]: '1' },
            script('a.ts'),
            `lib/index${ending}`,
          ] as const,
      ),
      ['a file of TypeScript that it imports for a type', { 'a.ts': `import type { B } from './b'`, 'b.ts': '1' }, script('a.ts'), 'b.ts'],
      ['a file of TypeScript that it names as JavaScript', { 'a.ts': `import './b.js'`, 'b.ts': '1' }, script('a.ts'), 'b.ts'],
      [
        'a file that it names by #',
        { 'a.mjs': `import '#lib/b'`, 'package.json': '{"imports":{"#lib/*":"./src/*.mjs"}}', 'src/b.mjs': '1' },
        script('a.mjs'),
        'src/b.mjs',
      ],
      [
        'a file that it names by its own package',
        { 'a.mjs': `import 'shop/b'`, 'package.json': '{"name":"shop","exports":{"./b":"./src/b.mjs"}}', 'src/b.mjs': '1' },
        script('a.mjs'),
        'src/b.mjs',
      ],
      ['the package.json that says how it is read', { 'a.js': '1', 'package.json': '{}' }, script('a.js'), 'package.json'],
      ['a file that an inline check imports', { 'b.cjs': '1' }, inline(`require('./b.cjs')(output)`), 'b.cjs'],
      ['a module that it imports', { 'a.py': 'import b', 'b.py': '1' }, module('a.py'), 'b.py'],
      [
        'a package that it imports',
        { 'a.py': 'from lib import words', 'lib/__init__.py': '', 'lib/words.py': '1' },
        module('a.py'),
        'lib/words.py',
      ],
      [
        'a module in a folder without __init__.py that it imports',
        { 'a.py': 'from lib import words', 'lib/words.py': '1' },
        module('a.py'),
        'lib/words.py',
      ],
      [
        'the start of a package that it imports',
        { 'a.py': 'import lib.words', 'lib/__init__.py': '1', 'lib/words.py': '' },
        module('a.py'),
        'lib/__init__.py',
      ],
      [
        'a module that it imports relative to its package',
        { 'lib/a.py': 'from . import b', 'lib/b.py': '1' },
        module('lib/a.py'),
        'lib/b.py',
      ],
      ['a module that it imports by name', { 'a.py': `importlib.import_module("b")`, 'b.py': '1' }, module('a.py'), 'b.py'],
      ['a module that an inline check imports', { 'b.py': '1' }, inline('__import__("b").check(output)', 'python'), 'b.py'],
      ['the script of a command', { 'a.py': '1' }, command('python3', 'a.py'), 'a.py'],
      [
        'a module that the script of a command imports',
        { 'src/a.py': 'import b', 'src/b.py': '1' },
        command('python3', 'src/a.py'),
        'src/b.py',
      ],
      ['the module of a command', { 'lib/__init__.py': '', 'lib/a.py': '1' }, command('python3', '-m', 'lib.a'), 'lib/a.py'],
      ['the program of a command', { 'bin/run': '#!/bin/sh\n' }, command('./bin/run'), 'bin/run'],
      ['a file that a script of the shell runs', { 'run.sh': 'node ./b.js', 'b.js': '1' }, command('sh', 'run.sh'), 'b.js'],
      ['a file in a line for the shell', { 'a.py': '1' }, command('sh', '-c', 'python3 a.py && true'), 'a.py'],
      [
        'a file in the folder that a line for the shell goes to',
        { 'pipe/a.py': '1' },
        command('sh', '-c', 'cd pipe && python3 a.py'),
        'pipe/a.py',
      ],
      ['a file behind an equals sign', { 'a.cjs': '1', 'b.cjs': '' }, command('node', '--require=./a.cjs', 'b.cjs'), 'a.cjs'],
      ['the scripts of npm', { 'package.json': '{}' }, command('npm', 'run', 'answer'), 'package.json'],
      ['a Makefile', { Makefile: 'answer:\n\ttrue' }, command('make', 'answer'), 'Makefile'],
    ];
    for (const [what, files, execution, changed] of rows)
      it(what, () => {
        folder.write(files);
        trustNow(execution);
        assert.ok(isTrusted(execution), 'It is trusted as it was.');
        folder.write({ [changed]: `${files[changed] ?? ''}\n\n` });
        assert.ok(
          !isTrusted(execution),
          `Goldset read ${codeFilesOf(execution, folder.root)
            .map(({ name }) => name)
            .join(', ')}`,
        );
      });
  });

  it('ends when a file appears that takes the place of a module of Python or of another ending', () => {
    folder.write({ 'a.py': 'import socketserver', 'a.cjs': `require('./b')`, 'b/index.js': '' });
    const executions = [command('python3', 'a.py'), script('a.cjs')];
    executions.forEach(trustNow);
    folder.write({ 'socket.py': '', 'b.js': '' });
    assert.deepEqual(
      executions.map((execution) => isTrusted(execution)),
      [false, false],
    );
  });

  it('ends when a link leads elsewhere', () => {
    folder.write({ 'one.cjs': '1', 'two.cjs': '1' });
    symlinkSync('one.cjs', path.join(folder.root, 'a.cjs'));
    trustNow(script('a.cjs'));
    rmSync(path.join(folder.root, 'a.cjs'));
    symlinkSync('two.cjs', path.join(folder.root, 'a.cjs'));
    assert.ok(!isTrusted(script('a.cjs')));
  });

  it('does not cover another text, language, function, program, argument, variable or provider', () => {
    folder.write({ 'a.cjs': '1' });
    const base: Execution = { kind: 'command', provider: 'rag', command: ['node', 'a.cjs'], env: ['A'] };
    [inline('true'), script('a.cjs'), base].forEach(trustNow);
    const others: Execution[] = [
      inline('true '),
      inline('true', 'python'),
      { kind: 'code', language: 'javascript', source: { file: 'a.cjs', name: 'other' }, ...NONE },
      { kind: 'code', language: 'javascript', source: { code: 'true' }, env: ['KEY'], python: 'python3' },
      { ...base, command: ['node', 'a.cjs', '-x'] },
      { ...base, command: ['node a.cjs'] },
      { ...base, env: ['A', 'KEY'] },
      { ...base, provider: 'other' },
    ];
    assert.deepEqual(
      others.map((execution) => isTrusted(execution)),
      others.map(() => false),
    );
  });

  it('does not cover a copy of the folder', () => {
    folder.write({ 'a.cjs': '1' });
    trustNow(script('a.cjs'));
    const copy = path.join(path.dirname(folder.root), 'copy');
    cpSync(folder.root, copy, { recursive: true });
    assert.deepEqual([isTrusted(script('a.cjs')), isTrusted(script('a.cjs'), copy)], [true, false]);
  });

  it('is kept for the user alone, outside the folder, and a line that cannot be read trusts nothing', () => {
    folder.write({ 'a.cjs': '1' });
    trustNow(script('a.cjs'));
    const file = path.join(process.env['GOLDSET_CONFIG_DIR'] ?? '', 'trusted.jsonl');
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
    writeFileSync(file, `{"folder":null,"hash":null}\nnull\n[]\n{\n${readFileSync(file, 'utf8').slice(0, 60)}`);
    assert.ok(!isTrusted(script('a.cjs')));
  });

  it('is not read from a file that other users can write, and a line without its end does not swallow the next', function () {
    if (process.platform === 'win32') return this.skip();
    folder.write({ 'a.cjs': '1', 'b.cjs': '2' });
    trustNow(script('a.cjs'));
    const file = path.join(process.env['GOLDSET_CONFIG_DIR'] ?? '', 'trusted.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').trimEnd());
    trustNow(script('b.cjs'));
    assert.deepEqual([isTrusted(script('a.cjs')), isTrusted(script('b.cjs'))], [true, true]);
    chmodSync(file, 0o622);
    assert.throws(() => isTrusted(script('a.cjs')), { code: 'trust/file' });
  });

  it('is asked for with every text, file and variable that would be used', () => {
    folder.write({ 'a.cjs': `require('./b.cjs')`, 'b.cjs': '' });
    const long = `"${' '.repeat(300)}"; steal()`;
    const execution: Execution = { kind: 'command', provider: 'rag', command: ['node', 'a.cjs'], env: ['OPENAI_API_KEY'] };
    const text = questionText(open().untrusted([execution, inline(long)]), folder.root);
    for (const part of ['["node","a.cjs"]', 'OPENAI_API_KEY', 'b.cjs', 'steal()', folder.root]) assert.ok(text.includes(part), part);
  });

  it('in the editor is that of the workspace, also when it ends during a run', () => {
    let isAllowed = true;
    const permit = permitWhile(() => isAllowed);
    permit(inline('true'));
    isAllowed = false;
    assert.throws(() => permit(inline('true')), /not trusted/);
  });
});

const MARK = 'goldset-was-executed';
/** A module, and a program, that leaves a mark when it is executed. */
const NODE_CODE = `require('node:fs').writeFileSync('${MARK}', ''); module.exports = () => true;\n`;

describe('a folder that is not trusted', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  let user: string;
  let server: FaultyServer;
  let url: string;
  before(async () => {
    server = new FaultyServer(({ response }) => answer(response));
    url = await server.listen();
    user = mkdtempSync(path.join(os.tmpdir(), 'goldset-user-'));
    workspace = new TestWorkspace({
      'code.cjs': NODE_CODE,
      'code.py': `open('${MARK}', 'w')\ndef get_assert(output, context):\n    return True\n`,
      'ok.prompt': '---\nmodel: local:m\n---\n{{x}}',
      'ok.golden.yaml': '- { id: ok, vars: { x: a }, expected: ok }\n',
      'values.env': 'GOLDSET_TRUST=1\n',
      'goldset.yaml': `providers:\n  local: { kind: openai-compatible, baseUrl: "${url}" }\n  rag: { kind: command, command: [node, code.cjs] }\n`,
    });
  });
  after(() => {
    server.close();
    workspace.dispose();
    rmSync(user, { recursive: true, force: true });
  });
  const environment = { GOLDSET_TRUST: '', GOLDSET_CONFIG_DIR: '' };
  const run = (args: readonly string[], given: Readonly<Record<string, string>> = {}): ReturnType<TestWorkspace['run']> =>
    workspace.run(args, { environment: { ...environment, GOLDSET_CONFIG_DIR: user, ...given } });
  const isMarked = (): boolean => existsSync(path.join(workspace.root, MARK));

  const code = (assertion: string): Readonly<Record<string, string>> => ({
    't.prompt': '---\nmodel: local:m\n---\n{{x}}',
    't.golden.yaml': `- { id: a, vars: { x: code }, assert: [${assertion}] }\n`,
  });
  const rows: readonly (readonly [
    what: string,
    files: Readonly<Record<string, string>>,
    args: readonly string[],
    given?: Readonly<Record<string, string>>,
  ])[] = [
    ['an inline check', code(`{ type: javascript, value: "require('./code.cjs')" }`), ['run']],
    ['a check in a file, even with --yes', code('{ type: javascript, value: "file://code.cjs" }'), ['run', '--yes']],
    ['a negated check', code('{ type: not-javascript, value: "file://code.cjs" }'), ['run']],
    ['a check inside a set', code('{ type: assert-set, assert: [{ type: javascript, value: "file://code.cjs" }] }'), ['run']],
    ['a check whose file a case names', code('{ type: javascript, value: "file://{{x}}.cjs" }'), ['run']],
    [
      'Python, even if an environment file says that it is trusted',
      code('{ type: python, value: "file://code.py" }'),
      ['run', '--env-file', 'values.env'],
    ],
    [
      'a command, even if the variable has another value',
      { ...code('{ type: equals, value: ok }'), 't.prompt': '---\nmodel: rag\n---\n{{x}}' },
      ['run'],
      { GOLDSET_TRUST: 'yes' },
    ],
    ['a command that --model names', code('{ type: equals, value: ok }'), ['run', '--model', 'rag']],
    ['a command that judges', code('{ type: llm-rubric, value: ok, provider: rag }'), ['run']],
    ['a command on one side of a comparison', code('{ type: equals, value: ok }'), ['compare', 'working', 'model:rag']],
    [
      'a check in a golden set that a recording answers',
      code('{ type: javascript, value: "file://code.cjs" }'),
      ['run', '--cache', 'frozen'],
    ],
  ];
  for (const [what, files, args, given = {}] of rows)
    it(`does not execute ${what}, and sends nothing`, async () => {
      workspace.write(files);
      const { code: exit, err } = await run(args, given);
      assert.equal(exit, 2, err);
      assert.match(err, /is not trusted: .*Nothing was executed or sent\.\n.*--trust.*GOLDSET_TRUST=1/s);
      assert.ok(!isMarked());
      assert.deepEqual(server.asked, []);
    });

  it('can still be checked, and run where no case needs its code', async () => {
    workspace.write(code('{ type: javascript, value: "file://code.cjs" }'));
    assert.equal((await run(['check'])).code, 0);
    assert.equal((await run(['run', 'ok.prompt'])).code, 0);
    assert.equal((await run(['run', '--case', 'ok'])).code, 0);
    assert.ok(!isMarked());
  });

  it('is asked about at a terminal once, and again when the code changes', async function () {
    if (process.platform === 'win32') this.skip();
    workspace.write(code('{ type: javascript, value: "file://answer.cjs" }'));
    workspace.write({ 'answer.cjs': 'module.exports = () => true;\n' });
    const refused = await atTerminal(['run', 't.prompt'], 'n');
    assert.equal(refused.code, 2, refused.out);
    assert.match(refused.out, /answer\.cjs[\s\S]*Execute it\? \[y\/N\]/);
    const accepted = await atTerminal(['run', 't.prompt'], 'y');
    assert.equal(accepted.code, 0, accepted.out);
    assert.equal((await run(['run', 't.prompt'])).code, 0, 'It is remembered.');
    workspace.write({ 'answer.cjs': 'module.exports = () => 1;\n' });
    assert.equal((await run(['run', 't.prompt'])).code, 2, 'Another content is another question.');
  });

  /** The command at a terminal of its own, where `reply` is typed when it asks. */
  async function atTerminal(args: readonly string[], reply: string): Promise<{ code: number | null; out: string }> {
    const spawner = `import os, pty, sys
sent = False
seen = b""
def read(fd):
    global sent, seen
    data = os.read(fd, 1024)
    seen += data
    if not sent and b"[y/N]" in seen:
        sent = True
        os.write(fd, b"${reply}\\r")
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], read)))`;
    const child = spawn('python3', ['-c', spawner, process.execPath, path.resolve('dist/cli.js'), ...args], {
      cwd: workspace.root,
      env: { ...process.env, ...environment, GOLDSET_CONFIG_DIR: user },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return ended(child);
  }
});
