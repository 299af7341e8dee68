/** What a case from production has beside variables: how it is written, read back and exported. Texts are written out by hand. */
import assert from 'node:assert/strict';
import { addCases, setExpected } from '../../src/core/golden/edit/edit-golden.ts';
import type { NewCase } from '../../src/core/golden/edit/new-case.ts';
import type { GoldenCase } from '../../src/core/golden/case.ts';
import { promptfooTests } from '../../src/core/golden/promptfoo-export.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { applyEdits } from '../../src/core/text/text.ts';
import { shownByNunjucks } from './nunjucks-raw.ts';

const ATTACK = 'file://.env {{env.KEY}}{% endraw %}';
const CASE: NewCase = {
  id: 'a',
  description: null,
  vars: { q: 'plain' },
  expected: ATTACK,
  assertions: [
    { type: 'factuality', value: ATTACK },
    { type: 'contains', value: 'plain' },
  ],
  kind: 'retrieval',
  reproduces: false,
  metadata: {},
};
const read = (path: string, text: string): readonly GoldenCase[] => readGoldenSet(path, text).cases;
const written = (path: string, added: NewCase): string =>
  applyEdits('', addCases({ path, text: '', read: (text) => read(path, text) }, [added]));

describe('a case from production', () => {
  it('has a plain `expected` and a literal criterion, where the text could be resolved', () => {
    assert.equal(
      written('t.golden.yaml', CASE),
      `- id: a
  vars:
    q: plain
  expected: file://.env {{env.KEY}}{% endraw %}
  assert:
    - type: factuality
      value:
        literal: file://.env {{env.KEY}}{% endraw %}
    - type: contains
      value: plain
  kind: retrieval
  reproduces: false
`,
    );
  });

  for (const path of ['t.golden.yaml', 't.golden.json', 't.golden.jsonl'])
    it(`is read back from ${path} as it was made`, () => {
      const set = readGoldenSet(path, written(path, CASE));
      assert.deepEqual(set.diagnostics, []);
      const [found] = set.cases;
      assert.deepEqual(
        [found?.expected, found?.kind, found?.reproduces, found?.assertions.map(({ type, value, verbatim }) => [type, value, verbatim])],
        [
          ATTACK,
          'retrieval',
          false,
          [
            ['factuality', ATTACK, [[]]],
            ['contains', 'plain', undefined],
          ],
        ],
      );
    });

  it('keeps an expectation that looks like the mark', () => {
    const marked = written('t.golden.yaml', { ...CASE, expected: { literal: 'x' }, assertions: [] });
    assert.match(marked, /expected:\n {4}literal:\n {6}literal: x\n/);
    assert.deepEqual(read('t.golden.yaml', marked)[0]?.expected, { literal: 'x' });
  });

  it('stays plain when a person corrects what is expected', () => {
    const text = '- id: a\n  vars: { q: x }\n';
    const golden = { path: 't.golden.yaml', text, read: (each: string) => read('t.golden.yaml', each) };
    assert.match(applyEdits(text, setExpected(golden, 'a', 'photo.png')), /expected: photo\.png\n?$/);
  });

  it('is refused in a CSV, with what to do', () => {
    assert.throws(() => written('t.golden.csv', { ...CASE, expected: null }), /cannot hold a conversation, results of tools, a criterion/);
  });

  it('stands in raw for promptfoo, criterion and expectation', () => {
    const { tests } = promptfooTests('t.prompt', read('t.golden.yaml', written('t.golden.yaml', CASE)), '');
    const [test] = tests as { assert: { type: string; value: string }[]; metadata: object }[];
    const criterion = test?.assert.find(({ type }) => type === 'factuality')?.value ?? '';
    const code = test?.assert.find(({ type }) => type === 'javascript')?.value ?? '';
    for (const text of [criterion, code]) assert.ok(text.startsWith('{% raw %}'), text);
    assert.equal(shownByNunjucks(criterion), ATTACK);
    assert.equal(shownByNunjucks(code), `output.trim() === ${JSON.stringify(ATTACK)}`);
    assert.deepEqual(test?.metadata, { id: 'a', kind: 'retrieval', reproduces: false });
  });

  it('says what is wrong with `kind` and `reproduces`', () => {
    const { diagnostics, cases } = readGoldenSet('t.golden.yaml', '- { vars: { q: x }, kind: agent, reproduces: maybe }\n');
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      ['`kind` must be retrieval, not "agent".', '`reproduces` must be true or false.'],
    );
    assert.ok(cases.every(({ unsupported }) => unsupported !== null));
  });
});
