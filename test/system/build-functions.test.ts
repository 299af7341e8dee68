/** Functions that build prompts, each in a process of its own: reused, restarted, and ended. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BuildFunctions } from '../../src/adapters/process/build-functions.ts';
import { buildContent } from '../../src/adapters/workspace/build-content.ts';
import { EMPTY_CONFIG } from '../../src/core/config/goldset-yaml.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { textOf } from '../../src/core/prompt/request.ts';
import type { BuildFunction, PromptDocument } from '../../src/core/prompt/document.ts';
import { readBuilt } from '../../src/core/prompt/built/read-built.ts';
import { buildFunction } from '../../src/core/prompt/built/build-reference.ts';

const FILES: Readonly<Record<string, string>> = {
  'lib/words.mjs': "export const SYSTEM = 'You are kind.';\n",
  'count.mjs': `import { SYSTEM } from './lib/words.mjs';
let calls = 0;
export function build({ q }) {
  if (q === 'throw') throw new Error('no such question');
  if (q === 'exit') process.exit(3);
  calls++;
  console.log('{"value":"forged"}');
  return { messages: [{ role: 'system', content: SYSTEM }, { role: 'user', content: q + ' ' + calls + ' ' + process.pid }] };
}
export default async ({ q }) => 'default ' + q;
`,
  'app/__init__.py': '',
  'app/words.py': 'SYSTEM = "You are kind."\n',
  'app/prompts.py': `import os
from .words import SYSTEM
calls = 0
print("loading")
def build(variables):
    global calls
    calls += 1
    print("{}")
    if variables["q"] == "throw":
        raise ValueError("no such question")
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": f"{variables['q']} {calls} {os.getpid()}"}]
async def later(variables):
    return "später " + variables["q"]
`,
  'lib/kinds.ts': "export enum Kind { Plain = 'kind' }\nexport const system = (kind: Kind): string => `You are ${kind}.`;\n",
  'typed.ts': `import { Kind, system } from './lib/kinds';
import type { Answer } from './lib/kinds';
interface Variables { readonly q: string }
export function build({ q }: Variables): { messages: readonly { role: 'system' | 'user'; content: string }[] } {
  return { messages: [{ role: 'system', content: system(Kind.Plain) }, { role: 'user', content: q satisfies string }] };
}
export default (variables: Variables): string => 'typed ' + variables.q!;
`,
  'missing.ts': "import 'package-of-types';\nexport const build = (): string => 'x';\n",
  'missing.py': 'import module_that_is_not_there\ndef build(variables):\n    return "x"\n',
  'missing.mjs': "import 'package-that-is-not-there';\nexport const build = () => 'x';\n",
};

describe('the process of a function that builds a prompt', function () {
  this.timeout(300_000);
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-build-')));
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };
  for (const [name, text] of Object.entries(FILES)) write(name, text);
  const functions = new BuildFunctions(root, { ...EMPTY_CONFIG.code, timeout: 20 }, () => undefined, path.resolve('dist/sucrase.js'));
  after(() => {
    functions.dispose();
    rmSync(root, { recursive: true, force: true });
  });

  const documentOf = (named: string): PromptDocument => {
    const build = buildFunction(`file://${named}`) as BuildFunction;
    const declared = { model: null, parameters: {}, output: null, golden: null, budget: null };
    return readBuilt(named, 'p', declared, build, buildContent(root, build) ?? '').document;
  };
  /** The text of the last message of each, or the problem. */
  async function built(named: string, ...inputs: readonly JsonObject[]): Promise<string[]> {
    const answers = await functions.answers(documentOf(named), inputs);
    return [...answers.values()].map((answer) => {
      const last = 'problem' in answer ? null : answer.messages.at(-1);
      return 'problem' in answer ? answer.problem : textOf(last as NonNullable<typeof last>);
    });
  }

  for (const named of ['count.mjs:build', 'app/prompts.py:build'])
    it(`${named} answers one case after the other in one process, whatever it prints`, async () => {
      const [a = '', b = ''] = await built(named, { q: 'a' }, { q: 'b' });
      const [, first, firstPid] = a.split(' ');
      const [, second, secondPid] = b.split(' ');
      assert.deepEqual([first, second], ['1', '2']);
      assert.equal(firstPid, secondPid);
      assert.notEqual(firstPid, String(process.pid));
    });

  for (const named of ['count.mjs:build', 'app/prompts.py:build'])
    it(`${named} that throws for one case fails that case alone, with its own words`, async () => {
      const [failed = '', fine = ''] = await built(named, { q: 'throw' }, { q: 'after' });
      assert.match(failed, /failed: .*no such question/);
      assert.match(fine, /^after /);
    });

  it('a function without a name is the default export, and may be asynchronous in both languages', async () => {
    assert.deepEqual(await built('count.mjs', { q: 'x' }), ['default x']);
    assert.deepEqual(await built('app/prompts.py:later', { q: 'x' }), ['später x']);
  });

  it('a process that ends fails its case, and the next case has a new one', async () => {
    const [ended = '', next = ''] = await built('count.mjs:build', { q: 'exit' }, { q: 'next' });
    assert.match(ended, /It ended without a result \(exit code 3\)/);
    assert.match(next, /^next 1 /);
  });

  it('what was returned for a case is kept until it is forgotten', async () => {
    const [before] = await built('count.mjs:build', { q: 'kept' });
    assert.deepEqual(await built('count.mjs:build', { q: 'kept' }), [before]);
    functions.forget();
    assert.notDeepEqual(await built('count.mjs:build', { q: 'kept' }), [before]);
  });

  it('a change of a file that it imports starts a new process with the new text', async () => {
    const [before = ''] = await built('count.mjs:build', { q: 'pid' });
    const old = documentOf('count.mjs:build');
    write('lib/words.mjs', "export const SYSTEM = 'You are brief.';\n");
    const answers = await functions.answers(documentOf('count.mjs:build'), [{ q: 'pid' }]);
    const [answer] = answers.values();
    assert.ok(answer !== undefined && !('problem' in answer) && answer.messages[0] !== undefined);
    assert.equal(textOf(answer.messages[0]), 'You are brief.');
    assert.notEqual(textOf(answer.messages[1] as never).split(' ')[2], before.split(' ')[2]);
    await assert.rejects(functions.answers(old, [{ q: 'pid' }]), { code: 'build/changed' });
  });

  it('a missing module of Python names the interpreter and says what to do', async () => {
    const answers = await functions.answers(documentOf('missing.py:build'), [{}]);
    const [answer] = answers.values();
    assert.ok(answer !== undefined && 'problem' in answer);
    assert.equal(answer.code, 'build/missing-module');
    assert.match(answer.problem, /No module named 'module_that_is_not_there'.*The Python is .*python.* \(3\.\d+\.\d+/);
    assert.match(answer.hint ?? '', /code: \{ python: … \}/);
  });

  it('a missing package of JavaScript is found once it is installed', async () => {
    assert.match((await built('missing.mjs:build', { n: 1 }))[0] ?? '', /package-that-is-not-there/);
    write('node_modules/package-that-is-not-there/index.js', '');
    assert.deepEqual(await built('missing.mjs:build', { n: 2 }), ['x']);
  });

  it('a function in TypeScript that Node does not read by itself is compiled with all that it imports', async () => {
    const [answer] = (await functions.answers(documentOf('typed.ts:build'), [{ q: 'a' }])).values();
    assert.ok(answer !== undefined && !('problem' in answer), JSON.stringify(answer));
    assert.deepEqual(answer.messages.map(textOf), ['You are kind.', 'a']);
    assert.deepEqual(await built('typed.ts', { q: 'x' }), ['typed x']);
    const before = documentOf('typed.ts:build');
    write('lib/kinds.ts', "export enum Kind { Plain = 'brief' }\nexport const system = (kind: Kind): string => `You are ${kind}.`;\n");
    assert.notDeepEqual(documentOf('typed.ts:build').template, before.template);
    assert.deepEqual(await functions.answers(documentOf('typed.ts:build'), [{ q: 'a' }]).then(([first]) => first?.[1]), {
      ...answer,
      messages: [{ ...answer.messages[0], content: [{ text: 'You are brief.' }] }, answer.messages[1]],
    });
    assert.match((await built('missing.ts:build', {}))[0] ?? '', /package-of-types/);
  });

  it('a function that is not there is an error that names it', async () => {
    assert.match((await built('count.mjs:absent', {}))[0] ?? '', /the file exports no function absent/);
    assert.match((await built('app/prompts.py:absent', {}))[0] ?? '', /has no attribute 'absent'/);
  });
});
