/** Marker comments in source files, and what a file imports. */
import assert from 'node:assert/strict';
import { importCandidates } from '../../src/core/prompt/code/import-paths.ts';
import { importsOf } from '../../src/core/prompt/code/read-code.ts';
import { promptNamed, read, shown } from './code-reading.ts';

describe('marker comments', () => {
  for (const [title, path, text, expected] of [
    ['above a string', 'a.ts', "// goldset: triage\nconst text = 'Be brief.';", ['user: Be brief.']],
    ['above a string in Python', 'a.py', '# goldset: triage\ntext = "Be brief."', ['user: Be brief.']],
    ['behind a string', 'a.py', 'other = "x"\ntext = """Be\nbrief."""  # goldset: triage\nmore = "y"', ['user: Be\nbrief.']],
    ['in a block comment', 'a.ts', "/* goldset: triage */ const text = 'Be brief.';", ['user: Be brief.']],
    [
      'above a call',
      'a.ts',
      "// goldset: triage\nconst r = await generateText({ system: 'Be brief.', prompt: q });",
      ['system: Be brief.', 'user: ⟨q⟩'],
    ],
    [
      'above a function of the program',
      'a.ts',
      "// goldset: triage\nconst r = await callModel({ system: 'Be brief.', prompt: q });",
      ['system: Be brief.', 'user: ⟨q⟩'],
    ],
    ['above a list of messages', 'a.py', '# goldset: triage\nm = [{"role": "user", "content": "Hi"}]', ['user: Hi']],
    [
      'above a route that has the call',
      'a.ts',
      "// goldset: triage\napp.post('/x', async () => { await generateText({ prompt: 'Hi' }); });",
      ['user: Hi'],
    ],
    ['in JSX', 'a.tsx', 'const x = <A>{/* goldset: triage */}<p>Write\n   a {kind} &amp; go</p></A>;', ['user: Write a ⟨kind⟩ & go']],
    ['in front of an attribute', 'a.jsx', 'const x = <A /* goldset: triage */ text="Be &quot;brief&quot;\\n" />;', ['user: Be "brief"\\n']],
  ] as const)
    it(`${title}: the comment names the prompt`, () => {
      const prompt = promptNamed(path, text, 'triage');
      assert.equal(prompt.origin, 'marker');
      assert.deepEqual(shown(prompt), expected);
    });

  it('that name nothing are a warning', () => {
    const { prompts, diagnostics } = read('a.ts', '// goldset: lost\nexport type A = "x";\n');
    assert.deepEqual(prompts, []);
    assert.deepEqual(
      diagnostics.map(({ code, severity }) => [code, severity]),
      [['code/marker-without-prompt', 'warning']],
    );
  });
});

describe('what a file imports', () => {
  it('is listed with the files that each may mean', () => {
    assert.deepEqual(importsOf('a.ts', "import a from './a'; export * from './b'; export { c } from './c'; import 'd';"), [
      './a',
      './b',
      './c',
      'd',
    ]);
    assert.deepEqual(importsOf('a.py', 'import os.path\nfrom . import prompts\nfrom .x import *'), ['os.path', '.', '.x', '.prompts']);
    assert.deepEqual(importCandidates('src/app/a.ts', '../lib/p.js').slice(0, 3), ['src/lib/p.js', 'src/lib/p.ts', 'src/lib/p.tsx']);
    assert.deepEqual(importCandidates('src/a.ts', '../../../x'), []);
    assert.deepEqual(importCandidates('a.ts', 'openai'), []);
    assert.deepEqual(importCandidates('app/api/a.py', '..prompts').slice(0, 2), ['app/prompts.py', 'app/prompts/__init__.py']);
    assert.ok(importCandidates('app/api/a.py', 'app.prompts').includes('app/prompts.py'));
  });
});
