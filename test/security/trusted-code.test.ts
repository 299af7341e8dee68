/** What code can do once it is trusted: its environment, Node's permission model, and the modules that Python finds. */
import assert from 'node:assert/strict';
import os from 'node:os';
import { TestWorkspace, type RunJson } from '../system/command-line.ts';

describe('code that is trusted', function () {
  this.timeout(300_000);
  const workspace = new TestWorkspace({
    'goldset.yaml': 'code: { env: [NAMED] }\nproviders: { env: { kind: command, command: [node, env.cjs], env: [NAMED] } }\n',
    'env.cjs': `process.stdin.resume().on('end', () => console.log(JSON.stringify({ output: Object.keys(process.env).sort().join(' ') })));\n`,
    'e.prompt': '---\nmodel: env\n---\n{{x}}',
    'e.golden.yaml': '- { id: e, vars: { x: a }, expected: "NAMED PATH" }\n',
    'm.scripted.yaml': 'default: { reply: hi }\n',
    't.prompt': '---\nmodel: scripted:./m.scripted.yaml\n---\n{{x}}',
    'data.txt': 'hi',
    'lib/words.mjs': 'export const word = "hi";\n',
    'check.mjs': `import { word } from './lib/words.mjs'; import { other } from 'package'; import fs from 'node:fs';
export default (output) => output === word && other === 'hi' && fs.readFileSync('data.txt', 'utf8') === 'hi';\n`,
    'node_modules/package/package.json': '{ "main": "index.cjs" }',
    'node_modules/package/index.cjs': `exports.other = 'hi';\n`,
    ...Object.fromEntries(
      ['json', 'asyncio', 'textwrap', 'inspect'].map((name) => [`${name}.py`, 'raise RuntimeError("the workspace replaced a module")\n']),
    ),
    'deep/py.py':
      'import json\nfrom words import word\ndef get_assert(output, context):\n    return json.loads("true") and output == word\n',
    'deep/json.py': 'raise RuntimeError("the workspace replaced a module")\n',
    'deep/words.py': 'word = "hi"\n',
  });
  after(() => workspace.dispose());

  /** Checks that pass only if something is allowed, or is not. */
  const rows: readonly (readonly [what: string, assertion: string])[] = [
    ['gets the variables that are named', `javascript: "process.env.NAMED === 'yes'"`],
    [
      'gets no other variable',
      `javascript: "Object.keys(process.env).filter((name) => !['PATH', 'NAMED', 'ELECTRON_RUN_AS_NODE'].includes(name)).length === 0"`,
    ],
    ['gets no other variable in Python', `python: "not {'OTHER_KEY', 'HOME', 'USER', 'LANG', 'TMPDIR'} & set(__import__('os').environ)"`],
    ['reads its own files, other files of the workspace and packages', 'javascript: "file://check.mjs"'],
    [
      'cannot read files elsewhere',
      `javascript: "(() => { try { require('fs').readFileSync('/etc/passwd'); return false; } catch (e) { return e.code === 'ERR_ACCESS_DENIED'; } })()"`,
    ],
    [
      'cannot read the environment of its parent from JavaScript',
      `javascript: "(() => { try { require('fs').readFileSync('/proc/' + process.ppid + '/environ'); return false; } catch (e) { return e.code === 'ERR_ACCESS_DENIED'; } })()"`,
    ],
    [
      'cannot write',
      `javascript: "(() => { try { require('fs').writeFileSync('x', ''); return false; } catch (e) { return e.code === 'ERR_ACCESS_DENIED'; } })()"`,
    ],
    [
      'cannot start a program',
      `javascript: "(() => { try { require('child_process').execSync('true'); return false; } catch (e) { return e.code === 'ERR_ACCESS_DENIED'; } })()"`,
    ],
    [
      'cannot start a thread',
      `javascript: "(() => { try { new (require('worker_threads').Worker)('', { eval: true }); return false; } catch (e) { return e.code === 'ERR_ACCESS_DENIED'; } })()"`,
    ],
    ['in Python has the modules of Python, not those of the workspace under the same name', `python: "output == 'hi'"`],
    ['in Python imports modules beside its file', 'python: "file://deep/py.py"'],
  ];
  let report: RunJson;
  before(async () => {
    const cases = rows.map(([, assertion], i) => {
      const [, type = '', value = ''] = /^(\w+): (.*)$/s.exec(assertion) ?? [];
      return `- { id: c${i}, vars: { x: a }, assert: [{ type: ${type}, value: ${value} }] }\n`;
    });
    workspace.write({ 't.golden.yaml': cases.join('') });
    const { out, err } = await workspace.run(['run', '--json'], {
      environment: { NAMED: 'yes', OTHER_KEY: 'planted', LANG: 'C', TMPDIR: os.tmpdir() },
    });
    assert.ok(out !== '', err);
    report = JSON.parse(out) as RunJson;
  });
  for (const [i, [what]] of rows.entries())
    it(what, function () {
      if (process.platform === 'win32' && /passwd|proc|Python/.test(rows[i]?.[1] ?? '')) this.skip();
      const result = report.results.find((item) => item.case === `c${i}`);
      assert.equal(result?.verdict, 'pass', JSON.stringify(result?.assertions));
    });

  it('as a command gets PATH and the variables that are named', () => {
    const result = report.results.find((item) => item.case === 'e');
    assert.equal(result?.verdict, 'pass', JSON.stringify(result));
  });
});
