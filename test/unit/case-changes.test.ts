/** Cells of golden sets are changed in their text: the edited value is read back, and the text of other cases is what it was. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { HumanError } from '../../src/core/problems/errors.ts';
import type { CaseChanges, CellChange } from '../../src/core/golden/edit/case-change.ts';
import { changeCases } from '../../src/core/golden/edit/change-cases.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { applyEdits } from '../../src/core/text/text.ts';

interface Step extends Partial<CaseChanges> {
  /** What stands in the text, and what stands there afterwards. */
  readonly after?: Readonly<Record<string, string>>;
  /** Line breaks in the new text are written as JSON has them. */
  readonly escaped?: boolean;
  readonly refused?: boolean;
  readonly error?: string;
}
interface Table {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly steps: readonly Step[];
}

const NOTHING: CaseChanges = { set: [], remove: [], copy: [], add: [] };
const changed = (path: string, text: string, changes: Partial<CaseChanges>): string =>
  applyEdits(text, changeCases({ path, text, read: (now) => readGoldenSet(path, now).cases }, { ...NOTHING, ...changes }));

function replacedAll(text: string, after: Readonly<Record<string, string>>, escaped: boolean): string {
  return Object.entries(after).reduce((all, [before, now]) => {
    assert.equal(all.split(before).length, 2, `once in the text: ${before}`);
    return all.split(before).join(escaped ? now.replace(/\n/g, '\\n') : now);
  }, text);
}

describe('changes of cases in golden sets', () => {
  for (const { name, path, text, steps } of parse(readFileSync('test/unit/cases/case-changes.yaml', 'utf8')) as readonly Table[])
    for (const { after, escaped = false, refused = false, error, ...changes } of steps)
      it(`${name}: ${JSON.stringify(changes)}`, () => {
        if (error !== undefined || refused) {
          assert.throws(
            () => changed(path, text, changes),
            (thrown) =>
              thrown instanceof HumanError && (error === undefined ? thrown.code === 'golden/not-written' : thrown.message === error),
          );
          return;
        }
        assert.equal(changed(path, text, changes), replacedAll(text, after ?? {}, escaped));
      });

  it('changes, copies, takes away and adds at once', () => {
    const text = '# kept\n- { id: a, vars: { t: one } }\n- { id: b, vars: { t: "😀" } }\n';
    const after = changed('x.golden.yaml', text, {
      set: [{ case: 'b', field: ['vars', 't'], value: '😁' }],
      remove: ['a'],
      add: [{ id: 'c', description: null, vars: { t: 'three' }, expected: 'x', metadata: {} }],
    });
    assert.equal(after, '# kept\n- { id: b, vars: { t: "😁" } }\n- id: c\n  vars:\n    t: three\n  expected: x\n');
  });

  it('keeps the name of a case without an id', () => {
    for (const [path, text] of [
      ['x.golden.yaml', '- vars: { t: one }\n'],
      ['x.golden.yaml', '- { vars: { t: one } }\n'],
      ['x.golden.json', '[{"vars":{"t":"one"}}]'],
      ['x.golden.jsonl', '{"vars":{"t":"one"}}\n'],
    ] as const) {
      const [before] = readGoldenSet(path, text).cases;
      assert.ok(before);
      const after = changed(path, text, { set: [{ case: before.id, field: ['vars', 't'], value: 'two' }] });
      const [found] = readGoldenSet(path, after).cases;
      assert.deepEqual([found?.id, found?.vars], [before.id, { t: 'two' }], after);
    }
  });

  const TEXTS: Readonly<Record<string, string>> = {
    'x.golden.yaml':
      '# A\n- id: a # one\n  vars:\n    t: one # T\n    u: |\n      two\n  expected: x # E\n\n# B\n- id: b\n  vars: { t: one, u: "two" } # V\n  expected: { k: v }\n# end\n',
    'x.golden.json':
      '[\n  {\n    "id": "a",\n    "vars": {\n      "t": "one",\n      "u": 2.50\n    },\n    "expected": "x"\n  },\n  {"id":"b","vars":{"t":"one","u":"two"},"expected":{"k":"v"}}\n]\n',
    'x.golden.jsonl':
      '{"id":"a", "vars":{"t":"one","u":2.50}, "expected":"x"}\n{ "id": "b", "vars": { "t": "one", "u": "two" }, "expected": "y" }\n',
    'x.golden.csv': 'id,t,u,expected\na,"one",two,x\nb,one,"t""wo",y\n',
  };
  /** Text of a case that nothing changes: from its first to its last character. */
  const ownText = (path: string, text: string, id: string): string => {
    const found = readGoldenSet(path, text).cases.find((item) => item.id === id);
    assert.ok(found, `${id} in ${text}`);
    return text.slice(found.source.range.start, found.source.range.end).trimEnd();
  };

  it('gives the edited value when it is read, and leaves the text of the other case', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '',
        ' ',
        '- x',
        '# no comment',
        'a: b',
        "it's",
        '"',
        '{"literal":"x"}',
        '{{x}}',
        'file://x',
        'null',
        '~',
        '1e3',
        'a\n b\n',
        '\n',
        'x # y',
        '[',
        '😀',
        '\ttab',
        'yes',
      ),
    );
    const fields = fc.constantFrom(['vars', 't'] as const, ['vars', 'u'] as const, ['expected'] as const, ['vars', 'neu'] as const);
    let written = 0;
    let all = 0;
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(TEXTS)), fc.constantFrom('a', 'b'), fields, texts, (path, id, field, value) => {
        const text = TEXTS[path] ?? '';
        const change: CellChange = { case: id, field, value };
        all++;
        let after: string;
        try {
          after = changed(path, text, { set: [change] });
        } catch (error) {
          // A new column, or text that this format cannot hold.
          if (error instanceof HumanError) return;
          throw error;
        }
        written++;
        const found = readGoldenSet(path, after).cases.find((item) => item.id === id);
        assert.deepEqual(field[0] === 'vars' ? found?.vars[field[1]] : found?.expected, value);
        const other = id === 'a' ? 'b' : 'a';
        assert.equal(ownText(path, after, other), ownText(path, text, other));
        for (const [comment] of text.matchAll(/# [A-DF-Z]\b/g)) assert.ok(after.includes(comment), `${comment} in ${after}`);
      }),
      { numRuns: 600, seed: 25 },
    );
    assert.ok(written / all > 0.8, `${written} of ${all}`);
  });
});
