/** What golden cases name and contain: files relative to the golden set, code in TypeScript, and variables in texts. */
import assert from 'node:assert/strict';
import { TestWorkspace, type RunJson } from './command-line.ts';

const CHECKS_TS = `import { Word, type Checked } from './lib/words';
import { word } from 'esm';
import { other } from 'cjs';
import data from './lib/data.json' with { type: 'json' };
import legacy from './lib/legacy.cjs';
import { deep } from './lib/deep';

const late: number = await Promise.resolve(4);

export default async function check(output: string, context: { vars: Record<string, unknown> }): Promise<Checked> {
  const again = await import('./lib/words.ts');
  const parts = { output, word, other, data: data.n, legacy: legacy.n, deep, late, same: again.Word === Word, url: import.meta.url.endsWith('checks.ts') };
  return { pass: output === Word.Hi && Object.keys(context.vars).length > 0, score: 1, reason: JSON.stringify(parts) };
}

export const short = (output: string): boolean => output.length < 3;
`;

const CASES = `
- { id: text, vars: { x: "file://texts/terms.md" } }
- { id: data, vars: { x: "file://texts/facts.yaml" } }
- { id: list, vars: { x: ["file://texts/terms.md", plain] } }
- { id: named, vars: { x: "Terms for {{ who.name }}: {{terms}}", who: { name: Ana }, terms: "file://texts/terms.md" } }
- { id: twice, vars: { x: "{{a}}!", a: "{{b}}{{b}}", b: c } }
- { id: schema, vars: { x: json }, assert: [{ type: is-json, value: "file://schema.json" }] }
- { id: wanted, vars: { x: a }, assert: [{ type: equals, value: "file://texts/wanted.txt" }, { type: not-contains, value: "{{x}}z" }] }
- { id: js, vars: { x: a }, assert: [{ type: javascript, value: "file://checks.cjs" }] }
- { id: ts, vars: { x: a }, assert: [{ type: javascript, value: "file://checks.ts" }] }
- { id: ts-function, vars: { x: a }, assert: [{ type: javascript, value: "file://checks.ts:short" }] }
- { id: js-of-ts, vars: { x: a }, assert: [{ type: javascript, value: "file://of-ts.mjs" }] }
- { id: cts, vars: { x: a }, assert: [{ type: javascript, value: "file://old.cts" }] }
- { id: py, vars: { x: a }, assert: [{ type: python, value: "file://checks.py" }] }
- { id: semicolon, vars: { x: a }, assert: [{ type: javascript, value: "output.length === 2;" }] }
- { id: comment, vars: { x: a }, assert: [{ type: javascript, value: "output.length === 2; // two" }] }
- { id: awaited, vars: { x: a }, assert: [{ type: javascript, value: "(await Promise.resolve(output)) === 'hi';" }] }
- { id: judge, vars: { x: a }, assert: [{ type: llm-rubric, value: is kind, provider: "scripted:./judge.scripted.yaml" }] }
- { id: missing, vars: { x: "file://texts/nothing.md" } }
- { id: from-root, vars: { x: a }, assert: [{ type: javascript, value: "file://evals/checks.cjs" }] }
- { id: outside, vars: { x: "file://../../outside.txt" } }
- { id: absolute, vars: { x: "file:///etc/hostname" } }
- { id: hidden, vars: { x: "file://../.env" } }
- { id: pattern, vars: { x: "file://texts/*.md" } }
- { id: code, vars: { x: "file://make.py" } }
- { id: broken, vars: { x: a }, assert: [{ type: is-json, value: "file://broken.json" }] }
- { id: filter, vars: { x: "{{ who | lower }}", who: Ana } }
- { id: value-filter, vars: { x: a }, assert: [{ type: equals, value: "{{ x | lower }}" }] }
- { id: unknown, vars: { x: "hi {{nobody}}" } }
- { id: value-unknown, vars: { x: a }, assert: [{ type: contains, value: "{{nobody}}" }] }
- { id: tag, vars: { x: "{% if y %}a{% endif %}" } }
- { id: environment, vars: { x: "{{env.HOME}}" } }
- { id: circle, vars: { x: "{{y}}", y: "{{x}}" } }
- { id: of-list, vars: { x: "about {{topics}}", topics: [a, b] } }
`;

describe('golden cases that name files and variables', function () {
  this.timeout(300_000);
  const workspace = new TestWorkspace({
    'm.scripted.yaml': `rules: [{ when: { user: json }, reply: '{"label":"a"}' }]\ndefault: { reply: hi }\n`,
    'prompts/t.prompt': '---\nmodel: scripted:../m.scripted.yaml\ngoldset.golden: ../evals/t.golden.yaml\n---\n{{x}}',
    'evals/t.golden.yaml': CASES,
    'evals/texts/terms.md': '\n# Terms\n\nPay *soon*.\n',
    'evals/texts/facts.yaml': 'n: 1\nlist: [a]\n',
    'evals/texts/wanted.txt': 'hi\n',
    'evals/schema.json': '{ "type": "object", "required": ["label"] }',
    'evals/broken.json': '{ "type": ',
    'evals/checks.cjs': 'module.exports = (output) => output === "hi";\n',
    'evals/checks.ts': CHECKS_TS,
    'evals/lib/words.ts': 'export enum Word { Hi = "hi" }\nexport interface Checked { pass: boolean; score: number; reason: string }\n',
    'evals/lib/deep/index.ts': 'export const deep = 1 as number;\n',
    'evals/lib/data.json': '{ "n": 5 }',
    'evals/lib/legacy.cjs': 'exports.n = 7;\n',
    'evals/of-ts.mjs': 'import { short } from "./plain.ts";\nexport default (output) => short(output);\n',
    'evals/plain.ts': 'export const short = (output: string): boolean => output.length < 3;\n',
    'evals/old.cts': 'const wanted: string = "hi";\nmodule.exports = (output: string) => output === wanted;\n',
    'evals/checks.py': 'def get_assert(output, context):\n    return output == "hi"\n',
    'evals/judge.scripted.yaml': `default: { reply: '{"reason":"kind","verdict":"pass","score":1,"quotes":[]}' }\n`,
    'evals/make.py': '',
    'node_modules/esm/package.json': '{ "type": "module", "exports": { ".": { "import": "./index.js" } } }',
    'node_modules/esm/index.js': 'export const word = "from esm";\n',
    'node_modules/cjs/index.js': 'exports.other = "from cjs";\n',
    '.env': 'SECRET=4711\n',
  });
  after(() => workspace.dispose());
  let results: RunJson['results'];
  before(async () => {
    const { out, err } = await workspace.run(['run', '--json', '--yes']);
    assert.ok(out !== '', err);
    ({ results } = JSON.parse(out) as RunJson);
  });
  const resultOf = (id: string): RunJson['results'][number] =>
    results.find((item) => item.case === id) ?? assert.fail(`no result of ${id}`);

  const sent: readonly (readonly [string, string, string])[] = [
    ['text of a file stands for a variable, without white space around it', 'text', '# Terms\n\nPay *soon*.'],
    ['YAML of a file stands for a variable as JSON', 'data', '{"n":1,"list":["a"]}'],
    ['a file in a list makes a case like every other item', 'list/1', '# Terms\n\nPay *soon*.'],
    ['variables and their fields are put into a text, those of files too', 'named', 'Terms for Ana: # Terms\n\nPay *soon*.'],
    ['a variable may contain one that contains another', 'twice', 'cc!'],
  ];
  for (const [name, id, text] of sent)
    it(name, () => {
      assert.equal(resultOf(id).vars['x'], text, resultOf(id).error?.message);
    });

  for (const id of ['schema', 'wanted', 'js', 'ts', 'ts-function', 'js-of-ts', 'cts', 'py', 'semicolon', 'comment', 'awaited', 'judge'])
    it(`the case ${id} passes`, () => {
      const { verdict, assertions, error } = resultOf(id);
      assert.equal(verdict, 'pass', `${error?.message ?? ''} ${assertions[0]?.reason ?? ''}`);
    });

  it('TypeScript imports files of the workspace with and without an ending, packages, JSON and CommonJS', () => {
    assert.deepEqual(JSON.parse(resultOf('ts').assertions[0]?.reason ?? ''), {
      output: 'hi',
      word: 'from esm',
      other: 'from cjs',
      data: 5,
      legacy: 7,
      deep: 1,
      late: 4,
      same: true,
      url: true,
    });
  });

  const errors: readonly (readonly [id: string, message: RegExp])[] = [
    ['missing', /There is no file evals\/texts\/nothing\.md in this workspace/],
    ['from-root', /There is no file evals\/evals\/checks\.cjs in this workspace/],
    ['outside', /There is no file \.\.\/outside\.txt in this workspace/],
    ['absolute', /There is no file \/etc\/hostname in this workspace/],
    ['hidden', /The file \.env is hidden/],
    ['pattern', /is a pattern\. Write the path of one file/],
    ['code', /is code, and values are not made by code yet/],
    ['broken', /The file evals\/broken\.json cannot be read: YAML/],
    ['filter', /`\{\{who \| lower\}\}` is an expression of Nunjucks/],
    ['value-filter', /The value of `equals`: `\{\{x \| lower\}\}` is an expression of Nunjucks/],
    ['unknown', /`\{\{nobody\}\}` is not a variable of the case/],
    ['value-unknown', /The value of `contains`: `\{\{nobody\}\}` is not a variable of the case/],
    ['tag', /`\{% if y %\}a\{% endif %\}` is a tag of Nunjucks/],
    ['environment', /`\{\{env\.HOME\}\}` names a variable of the environment/],
    ['circle', /The variable `x` contains itself/],
    ['of-list', /`\{\{topics\}\}` is a list, which makes several cases/],
  ];
  for (const [id, message] of errors)
    it(`the case ${id} is an error that says why`, () => {
      const found = id === 'of-list' ? results.find((item) => item.case.startsWith(id)) : resultOf(id);
      assert.equal(found?.verdict, 'error');
      assert.match(`${found.error?.message ?? ''} ${found.assertions[0]?.reason ?? ''}`, message);
      assert.ok(!JSON.stringify(found).includes('4711'));
    });

  it('is checked with the place of each problem', async () => {
    const { out } = await workspace.run(['check', '--json']);
    const { diagnostics } = JSON.parse(out) as { diagnostics: { code: string; message: string; path: string; line: number | null }[] };
    const found = diagnostics.filter(({ code }) => code === 'golden/unsupported');
    assert.ok(found.every(({ path, line }) => path === 'evals/t.golden.yaml' && line !== null));
    assert.ok(found.some(({ message }) => message.includes('nothing.md')));
    assert.ok(found.some(({ message }) => message.includes('Nunjucks')));
  });
});
