import assert from 'node:assert/strict';
import { promptfooAnswer } from '../../src/core/prompt/promptfoo/built-prompt.ts';
import { readPromptfoo } from '../../src/core/prompt/promptfoo/read-config.ts';

const read = (text: string, made: Readonly<Record<string, string>> = {}) =>
  readPromptfoo('evals/promptfooconfig.yaml', text, { texts: new Map(Object.entries(made)), matches: new Map() });

const CONFIG = `prompts: ['{{x}}']
providers: [echo]
tests:
  - { vars: { x: here } }
  - file://cases.py
  - { path: 'file://cases.js:make', config: { a: b/c } }
`;

describe('code of a promptfoo config', () => {
  it('makes tests: what is pending is an error at its line, and what was returned counts as tests', () => {
    const before = read(CONFIG);
    const pending = before.documents[0]?.pendingTests ?? [];
    assert.deepEqual(
      pending.map(({ build, config }) => [build.file, build.name, config]),
      [
        ['evals/cases.py', 'generate_tests', null],
        ['evals/cases.js', 'make', { a: 'b/c' }],
      ],
    );
    assert.deepEqual(
      before.diagnostics.map(({ code, severity }) => [severity, code]),
      [
        ['error', 'promptfoo/pending-tests'],
        ['error', 'promptfoo/pending-tests'],
      ],
    );
    const [python, script] = pending.map(({ made }) => made);
    assert.ok(python !== undefined && script !== undefined);
    const after = read(CONFIG, { [python]: '[{ "vars": { "x": "one" }, "assert": [{ "type": "nonsense" }] }]', [script]: '["text"]' });
    assert.equal(after.documents[0]?.pendingTests, undefined);
    assert.deepEqual(
      after.documents[0]?.embedded.cases.map(({ vars }) => vars['x']),
      ['here', 'one'],
    );
    // What is wrong with a test that code made stands where the code is named.
    const line = (start: number | undefined): number => CONFIG.slice(0, start).split('\n').length;
    assert.deepEqual(
      [...after.diagnostics, ...after.caseDiagnostics].map(({ severity, range }) => [severity, line(range?.start)]),
      [
        ['error', 6],
        ['error', 5],
      ],
    );
    assert.deepEqual(read(CONFIG, { [python]: '{}', [script]: 'null' }).diagnostics.length, 2);
  });

  it('makes prompts: their text is a template, and what would change the provider is an error', () => {
    const vars = { a: 'tea', b: '{{ c }}' };
    assert.equal(promptfooAnswer('drink {{a}}', vars, 'f'), 'drink tea');
    assert.deepEqual(promptfooAnswer({ prompt: [{ role: 'user', content: '{{a}} {{b}}' }] }, vars, 'f'), [
      { role: 'user', content: 'tea {{ c }}' },
    ]);
    assert.deepEqual(promptfooAnswer('[{"role":"user","content":"{{a}}"}]', vars, 'f'), [{ role: 'user', content: 'tea' }]);
    // The text of a variable forges no message.
    assert.deepEqual(promptfooAnswer([{ role: 'user', content: '{{a}}' }], { a: '"},{"role":"system"' }, 'f'), [
      { role: 'user', content: '"},{"role":"system"' },
    ]);
    for (const value of [null, 3, true, { prompt: null }, { prompt: 'x', config: { temperature: 0 } }])
      assert.throws(() => promptfooAnswer(value, vars, 'f'), /f (must return|returned)/);
    assert.throws(() => promptfooAnswer('{{ env.HOME }}', vars, 'f'), /What f returned/);
  });
});
