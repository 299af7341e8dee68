/** Functions that build prompts: what is not trusted is not executed, and a function cannot hang, flood or outgrow what is trusted. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BuildFunctions } from '../../src/adapters/process/build-functions.ts';
import { CodeTrust } from '../../src/adapters/trust/code-trust.ts';
import { buildContent } from '../../src/adapters/workspace/build-content.ts';
import { codeFilesOf } from '../../src/adapters/workspace/code-files.ts';
import { withPython } from '../../src/adapters/workspace/python.ts';
import { EMPTY_CONFIG } from '../../src/core/config/goldset-yaml.ts';
import { buildFunction } from '../../src/core/prompt/built/build-reference.ts';
import { readBuilt } from '../../src/core/prompt/built/read-built.ts';
import type { BuildFunction, PromptDocument, TestGenerator } from '../../src/core/prompt/document.ts';
import { TestWorkspace } from '../system/command-line.ts';

const COMPILER = path.resolve('dist/sucrase.js');

describe('a function that builds a prompt', function () {
  this.timeout(300_000);
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-build-')));
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };
  write(
    'attacks.mjs',
    `import fs from 'node:fs';
import { spawnSync } from 'node:child_process';
export const loops = () => { for (;;); };
export const waits = () => new Promise(() => setInterval(() => undefined, 1000));
export const floods = () => 'x'.repeat(17 << 20);
export const spams = () => { for (;;) fs.writeSync(3, 'x'.repeat(1 << 20)); };
export const forges = () => { fs.writeSync(3, 'not json\\n'); return 'x'; };
export const writes = () => { fs.writeFileSync('written.txt', 'x'); return 'x'; };
export const starts = () => { spawnSync('touch', ['started.txt']); return 'x'; };
export const reads = () => fs.readFileSync('/etc/hostname', 'utf8');
export const keys = () => Object.keys(process.env).filter((name) => /KEY/.test(name)).join() || 'none';
export const fine = () => 'fine';
`,
  );
  write('venv/bin/python', '#!/bin/sh\nexec python3 "$@"\n');
  write('venv/pyvenv.cfg', 'home = /usr/bin\n');
  write('venv/lib/python3.11/site-packages/a.pth', 'import os\n');
  write('venv/lib/python3.11/site-packages/sitecustomize.py', 'x = 1\n');
  write('venv/lib/python3.11/site-packages/package.py', 'x = 1\n');
  write('p.py', 'def build(variables):\n    return "x"\n');
  symlinkSync('/etc/hostname', path.join(root, 'outside.mjs'));
  const functions = new BuildFunctions(root, { ...EMPTY_CONFIG.code, timeout: 0.5 }, () => undefined, COMPILER);
  after(() => {
    functions.dispose();
    rmSync(root, { recursive: true, force: true });
  });
  const documentOf = (named: string): PromptDocument => {
    const build = buildFunction(`file://${named}`) as BuildFunction;
    const declared = { model: null, parameters: {}, output: null, golden: null, budget: null };
    return readBuilt(named, 'p', declared, build, buildContent(root, build) ?? '').document;
  };

  const rows: readonly (readonly [what: string, named: string, problem: RegExp])[] = [
    ['that loops is killed', 'loops', /did not finish within 0\.5 s and was stopped/],
    ['that never answers is killed', 'waits', /did not finish within 0\.5 s and was stopped/],
    ['that answers with more than the limit is killed', 'floods', /more than 16 MB and was stopped/],
    ['that writes without end is killed', 'spams', /more than 16 MB and was stopped|did not finish/],
    ['that forges an answer fails', 'forges', /something else than a result/],
    ['cannot write', 'writes', /failed: .*(?:Access|permission)/i],
    ['cannot start a program', 'starts', /failed: .*(?:Access|permission)/i],
    ['cannot read files elsewhere', 'reads', /failed: .*(?:Access|permission)/i],
  ];
  for (const [what, named, problem] of rows)
    it(`${what}, and the next case is built`, async () => {
      const answers = await functions.answers(documentOf(`attacks.mjs:${named}`), [{ n: 1 }]);
      const [answer] = answers.values();
      assert.ok(answer !== undefined && 'problem' in answer, JSON.stringify(answer));
      assert.match(answer.problem, problem);
      const [next] = (await functions.answers(documentOf('attacks.mjs:fine'), [{ n: named }])).values();
      assert.ok(next !== undefined && !('problem' in next));
      assert.deepEqual([existsSync(path.join(root, 'written.txt')), existsSync(path.join(root, 'started.txt'))], [false, false]);
    });

  it('that took too long twice is not called for the other cases', async () => {
    functions.forget();
    const answers = await functions.answers(documentOf('attacks.mjs:loops'), [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]);
    const problems = [...answers.values()].map((answer) => ('problem' in answer ? answer.problem : ''));
    assert.match(problems[3] ?? '', /is not called again/);
  });

  it('sees no variable that goldset.yaml does not name', async () => {
    process.env['PLANTED_KEY'] = 'secret';
    try {
      const [answer] = (await functions.answers(documentOf('attacks.mjs:keys'), [{ n: 0 }])).values();
      assert.ok(answer !== undefined && !('problem' in answer));
      assert.deepEqual(answer.messages[0]?.content, [{ text: 'none' }]);
    } finally {
      delete process.env['PLANTED_KEY'];
    }
  });

  it('is nothing that a link leads to outside of the workspace', async () => {
    const build = buildFunction('file://outside.mjs') as BuildFunction;
    assert.equal(buildContent(root, build), null);
    const trusted = new BuildFunctions(root, EMPTY_CONFIG.code, () => undefined, COMPILER);
    await assert.rejects(trusted.answers({ ...documentOf('attacks.mjs:fine'), template: { kind: 'built', build, content: 'x' } }, [{}]));
    trusted.dispose();
  });

  it('that makes the tests of a promptfoo config is bound in the same way, and is not started when it is not permitted', async () => {
    const generator = (named: string): TestGenerator => ({
      build: buildFunction(`file://${named}`) as BuildFunction,
      config: null,
      made: '',
    });
    for (const [name, problem] of [
      ['loops', /attacks\.mjs:loops failed: It did not finish within 0\.5 s/],
      ['writes', /It may read files of the repository/],
    ] as const)
      await assert.rejects(functions.tests(generator(`attacks.mjs:${name}`)), problem);
    assert.equal(await functions.tests(generator('attacks.mjs:keys')), 'none');
    assert.ok(!existsSync(path.join(root, 'written.txt')));
    const trust = new CodeTrust(root, root, false);
    const refused = new BuildFunctions(root, EMPTY_CONFIG.code, trust.permit, COMPILER);
    await assert.rejects(refused.tests(generator('attacks.mjs:writes')), /not trusted/);
    refused.dispose();
  });

  it('is not started when it is not permitted', async () => {
    let started = false;
    const refused = new BuildFunctions(
      root,
      EMPTY_CONFIG.code,
      () => {
        throw new Error('not trusted');
      },
      COMPILER,
    );
    const trust = new CodeTrust(root, root, false);
    const asked = new BuildFunctions(root, EMPTY_CONFIG.code, trust.permit, COMPILER);
    for (const functionsOf of [refused, asked])
      await functionsOf.answers(documentOf('attacks.mjs:fine'), [{}]).then(
        () => (started = true),
        () => undefined,
      );
    assert.equal(started, false);
  });

  it('in Python is trusted together with the interpreter of the workspace and what that reads at its start, not with its packages', () => {
    const { code } = withPython(root, EMPTY_CONFIG);
    assert.equal(code.python, 'venv/bin/python');
    const files = codeFilesOf(
      { kind: 'code', language: 'python', source: { file: 'p.py', name: 'build' }, env: [], python: code.python },
      root,
    );
    const names = files.map(({ name }) => name);
    for (const name of ['p.py', 'venv/bin/python', 'venv/pyvenv.cfg', 'a.pth', 'sitecustomize.py'])
      assert.ok(
        names.some((found) => found.endsWith(name)),
        `${name} in ${names.join(', ')}`,
      );
    assert.ok(!names.some((found) => found.endsWith('package.py')));
  });
});

describe('a folder that is not trusted and has functions that build prompts', function () {
  this.timeout(300_000);
  const workspace = new TestWorkspace({
    'goldset.yaml': 'model: scripted:./m.scripted.yaml\nprompts: { answer: { build: "file://build.py:build" } }\n',
    'm.scripted.yaml': 'default: { reply: hi }\n',
    'build.py': 'open("executed.txt", "w").close()\ndef build(variables):\n    return "x"\n',
    'build.answer.golden.yaml': '- { id: a, vars: { x: a }, expected: hi }\n',
  });
  after(() => workspace.dispose());

  for (const args of [
    ['run', '--yes'],
    ['compare', 'model:scripted:./m.scripted.yaml', 'working', '--yes'],
    ['render', 'answer'],
    ['cost', 'answer'],
    ['check'],
    ['versions'],
  ])
    it(`executes nothing in ${args.join(' ')}`, async () => {
      const { code, err } = await workspace.run(args, { environment: { GOLDSET_TRUST: '' } });
      assert.equal(existsSync(path.join(workspace.root, 'executed.txt')), false);
      if (!['check', 'versions'].includes(args[0] ?? '')) {
        assert.equal(code, 2);
        assert.match(err, /not trusted/);
      }
    });
});
