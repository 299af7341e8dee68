/** A golden set as a table: columns, what a view shows, and what typing and pasting mean for the text of the set. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CaseChanges } from '../../src/core/golden/edit/case-change.ts';
import { changeCases } from '../../src/core/golden/edit/change-cases.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { cellTextOf, tableColumns, valueIn, type CaseColumn } from '../../src/core/golden/table/table-columns.ts';
import { cellChange, cellsOfText, copyId, freeCaseId, pasteChanges, textOfCells } from '../../src/core/golden/table/table-edit.ts';
import { shownCases, tableViewOf, WHOLE_TABLE, type TableView } from '../../src/core/golden/table/table-view.ts';
import { applyEdits } from '../../src/core/text/text.ts';
import { LastOutputs } from '../../src/engine/runs/last-outputs.ts';
import type { Result } from '../../src/core/results/result.ts';

const TEXT = `# kept
- id: a10
  vars: { ticket: Late, extra: 2 }
  expected: refund
  assert: [{ type: is-json }, { type: not-icontains, value: as an AI }]
- id: a2
  vars: { ticket: { literal: "{{x}}" } }
  group: g
  status: known-failing
- id: b
  vars: { ticket: "file://b.txt" }
`;
const PATH = 'x.golden.yaml';
const { cases } = readGoldenSet(PATH, TEXT);
const columns = tableColumns(cases, ['ticket', 'tone']);
const column = (id: string): CaseColumn => {
  const found = columns.find((item) => item.id === id);
  assert.ok(found, id);
  return found;
};
const after = (changes: Partial<CaseChanges>): string =>
  applyEdits(
    TEXT,
    changeCases(
      { path: PATH, text: TEXT, read: (text) => readGoldenSet(PATH, text).cases },
      { set: [], remove: [], copy: [], add: [], ...changes },
    ),
  );
const typed = (id: string, name: string, text: string, isTyped = true): string => {
  const item = cases.find((one) => one.id === id);
  assert.ok(item);
  const change = cellChange(item, column(name), text, isTyped);
  return change === null ? TEXT : after({ set: [change] });
};

describe('a golden set as a table', () => {
  it('has a column per variable, those of the prompt first, and only those of the other fields that some case has', () => {
    assert.deepEqual(
      columns.map(({ id }) => id),
      ['case', 'vars.ticket', 'vars.tone', 'vars.extra', 'expected', 'assertions', 'group', 'status', 'output'],
    );
    const [first] = cases;
    assert.ok(first);
    assert.deepEqual(
      columns.map((item) => cellTextOf(valueIn(first, item))),
      ['a10', 'Late', '', '2', 'refund', 'is-json\nnot-icontains: as an AI', '', 'active', ''],
    );
  });

  it('sorts and filters the view, numbers in names by value, cases without a value last', () => {
    const outputs = new Map([
      ['a2', { verdict: 'fail', text: 'zeta' }],
      ['b', { verdict: 'pass', text: 'alpha' }],
    ]);
    const shown = (view: Partial<TableView>): string[] =>
      shownCases(cases, columns, { ...WHOLE_TABLE, ...view }, (id) => outputs.get(id)).map((i) => cases[i]?.id ?? '');
    assert.deepEqual(shown({}), ['a10', 'a2', 'b']);
    assert.deepEqual(shown({ sort: { column: 'case', descending: false } }), ['a2', 'a10', 'b']);
    assert.deepEqual(shown({ sort: { column: 'case', descending: true } }), ['b', 'a10', 'a2']);
    assert.deepEqual(shown({ sort: { column: 'output', descending: false } }), ['b', 'a2', 'a10']);
    assert.deepEqual(shown({ sort: { column: 'output', descending: true } }), ['a2', 'b', 'a10']);
    assert.deepEqual(shown({ sort: { column: 'gone', descending: true } }), ['a10', 'a2', 'b']);
    assert.deepEqual(shown({ search: 'AN ai' }), ['a10']);
    assert.deepEqual(shown({ search: 'ZETA' }), ['a2']);
    assert.deepEqual(shown({ filter: 'known-failing' }), ['a2']);
    assert.deepEqual(shown({ filter: 'failed' }), ['a2']);
    assert.deepEqual(shown({ filter: 'not-run' }), ['a10']);
    for (const hostile of [null, 7, 'x', { sort: 'x', filter: {}, search: [] }, { sort: { column: 1 } }])
      assert.deepEqual(tableViewOf(hostile), WHOLE_TABLE);
  });

  it('changes the text of one cell', () => {
    assert.equal(typed('a10', 'vars.ticket', 'Later'), TEXT.replace('ticket: Late', 'ticket: "Later"'));
    assert.equal(typed('a10', 'vars.extra', '3'), TEXT.replace('extra: 2', 'extra: 3'));
    assert.equal(typed('a10', 'vars.extra', '02'), TEXT.replace('extra: 2', 'extra: "02"'));
    assert.equal(typed('a10', 'expected', ''), TEXT.replace('\n  expected: refund', ''));
    assert.equal(typed('a10', 'expected', '{"label":"x"}'), TEXT.replace('expected: refund', 'expected:\n    label: x'));
    assert.equal(typed('a2', 'status', 'active'), TEXT.replace('\n  status: known-failing', ''));
    assert.equal(typed('a10', 'vars.ticket', 'Late'), TEXT, 'the same text is no change');
    assert.equal(typed('a10', 'vars.tone', ''), TEXT, 'an empty cell stays empty');
    assert.throws(() => typed('a10', 'assertions', 'x'), /The column Assertions is only shown/);
    assert.throws(() => typed('a10', 'status', 'wrong'), /A case has no status “wrong”/);
  });

  it('leaves a text that looks like data as it is while it says the same', () => {
    const [first] = cases;
    assert.ok(first);
    const item = { ...first, expected: '{"label":"refund"}' };
    assert.equal(cellChange(item, column('expected'), '{"label":"refund"}', true), null);
    assert.deepEqual(cellChange(item, column('expected'), '{"label":"bug"}', true)?.value, { label: 'bug' });
  });

  it('loses no comment that stands beside what is changed', () => {
    const changed = (text: string, field: readonly ['description'] | readonly ['vars', string], value: string | null): string =>
      applyEdits(
        text,
        changeCases(
          { path: PATH, text, read: (read) => readGoldenSet(PATH, read).cases },
          { set: [{ case: 'a', field, value }], remove: [], copy: [], add: [] },
        ),
      );
    assert.equal(
      changed('- description: old # of it\n  # of the id\n  id: a\n  vars: { t: x }\n', ['description'], null),
      '- # of the id\n  id: a\n  vars: { t: x }\n',
    );
    assert.equal(
      changed('- id: a\n  vars:\n    # of s\n    s: one\n\n    # of t\n    t: two\n', ['vars', 's'], null),
      '- id: a\n  vars:\n    # of s\n    # of t\n    t: two\n',
    );
    assert.equal(
      changed('- id: a\n  vars:\n    t: x # kept\n', ['vars', 't'], 'one\ntwo'),
      '- id: a\n  vars:\n    t: "one\\ntwo" # kept\n',
    );
  });

  it('lets a person name a file, and keeps a literal and what was pasted literal', () => {
    assert.equal(typed('b', 'vars.ticket', 'file://c.txt'), TEXT.replace('file://b.txt', 'file://c.txt'));
    assert.equal(typed('a2', 'vars.ticket', 'file://c.txt'), TEXT.replace('"{{x}}"', 'file://c.txt'));
    assert.equal(typed('a10', 'vars.ticket', '{{y}}'), TEXT.replace('ticket: Late', 'ticket: { literal: "{{y}}" }'));
    assert.equal(typed('b', 'vars.ticket', 'file://../key', false), TEXT.replace('"file://b.txt"', '{ literal: file://../key }'));
  });

  it('pastes rows of a spreadsheet over cells and below the last case', () => {
    const rows = cellsOfText('"two\nlines"\tx\r\nplain\ty\r\n');
    const changes = pasteChanges(rows, { cases: cases.slice(2), columns: columns.slice(1), taken: new Set(cases.map(({ id }) => id)) });
    const text = after(changes);
    const read = readGoldenSet(PATH, text).cases;
    assert.deepEqual(
      read.map(({ id, vars }) => [id, vars]),
      [
        ['a10', { ticket: 'Late', extra: 2 }],
        ['a2', { ticket: '{{x}}' }],
        ['b', { ticket: 'two\nlines', tone: 'x' }],
        ['case-4', { ticket: 'plain', tone: 'y' }],
      ],
    );
    assert.ok(text.startsWith(TEXT.slice(0, TEXT.indexOf('- id: b'))));
    const refused: readonly (readonly [string, RegExp])[] = [
      [Array.from({ length: 12 }, () => 'x').join('\t'), /is only shown|has 12 columns/],
      [Array.from({ length: 10_001 }, () => 'x\ty').join('\n'), /20,002 cells are too many/],
      ['x\n'.repeat(300_000), /300,000 cells are too many/],
    ];
    for (const [pasted, message] of refused)
      assert.throws(() => pasteChanges(cellsOfText(pasted), { cases: [...cases], columns: columns.slice(1), taken: new Set() }), message);
  });

  it('reads back the cells that it copies', () => {
    assert.deepEqual(cellsOfText('a'), [['a']]);
    assert.deepEqual(cellsOfText('a\t\n\tb\n'), [
      ['a', ''],
      ['', 'b'],
    ]);
    assert.deepEqual(cellsOfText('say "hi"\t"a" b'), [['say "hi"', '"a" b']]);
    const cell = fc.string({ unit: fc.constantFrom('a', '"', '\t', '\n', ' ', 'é') });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 4 }), (rows) => {
        assert.deepEqual(cellsOfText(textOfCells(rows)), rows);
      }),
      { seed: 25, numRuns: 300 },
    );
  });

  it('finds names that are free', () => {
    assert.equal(freeCaseId(new Set(['case-3', 'x'])), 'case-4');
    assert.equal(copyId('a', new Set(['a', 'a-2'])), 'a-3');
  });
});

describe('the last output of a case', () => {
  const result = (candidate: string, id: string, verdict: Result['verdict'], output: string | null): Result =>
    ({
      candidate,
      case: id,
      repeat: 0,
      verdict,
      output,
      error: output === null ? { code: 'x', message: 'broken' } : null,
    }) as unknown as Result;
  const runs: Readonly<Record<string, { readonly version: string; readonly results: readonly Result[] }>> = {
    new: { version: 'v2', results: [result('c', 'a', 'pass', 'yes'), result('c', 'b', 'error', null)] },
    old: { version: 'v1', results: [result('c', 'a', 'fail', 'no'), result('c', 'gone', 'pass', 'x'), result('c', 'd', 'pass', 'older')] },
  };
  const archive = (mayRead: boolean): ConstructorParameters<typeof LastOutputs>[0] =>
    ({
      list: () => Promise.resolve(mayRead ? Object.keys(runs).map((id) => ({ id, startedAt: id })) : []),
      storedFile: (_root: string, id: string) => id,
      read: (file: string, onResult: (item: Result, position: number) => void) => {
        runs[file]?.results.forEach(onResult);
        return Promise.resolve({
          head: { candidates: [{ id: 'c', model: 'p:m', prompt: { path: 'x.prompt', version: runs[file]?.version } }] },
        });
      },
    }) as unknown as ConstructorParameters<typeof LastOutputs>[0];

  it('is that of the newest run which has one, and is marked when the prompt was another', async () => {
    const found = await new LastOutputs(archive(true)).of('/w', new Map([['x.prompt', 'v2']]), () => true);
    assert.deepEqual(Object.fromEntries(found), {
      a: { verdict: 'pass', text: 'yes', isOlder: false, model: 'p:m', startedAt: 'new' },
      b: { verdict: 'error', text: 'broken', isOlder: false, model: 'p:m', startedAt: 'new' },
      gone: { verdict: 'pass', text: 'x', isOlder: true, model: 'p:m', startedAt: 'old' },
      d: { verdict: 'pass', text: 'older', isOlder: true, model: 'p:m', startedAt: 'old' },
    });
  });

  it('is not known of other prompts, and where runs are not read', async () => {
    assert.equal((await new LastOutputs(archive(true)).of('/w', new Map([['y.prompt', 'v2']]), () => true)).size, 0);
    assert.equal((await new LastOutputs(archive(false)).of('/w', new Map([['x.prompt', 'v2']]), () => true)).size, 0);
  });
});
