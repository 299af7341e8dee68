/** Golden sets are changed by edits of their text: what was asked for, and nothing else. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HumanError } from '../../src/core/problems/errors.ts';
import { addCases, setExpected, type GoldenText } from '../../src/core/golden/edit/edit-golden.ts';
import type { NewCase } from '../../src/core/golden/edit/new-case.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import { applyEdits } from '../../src/core/text/text.ts';

const golden = (path: string, text: string): GoldenText => ({
  path,
  text,
  read: (changed) => readGoldenSet(path, changed).cases,
});
const accept = (path: string, text: string, id: string, expected: JsonValue): string =>
  applyEdits(text, setExpected(golden(path, text), id, expected));
const added = (path: string, text: string, change: Partial<NewCase> = {}): string =>
  applyEdits(
    text,
    addCases(golden(path, text), [{ id: 'new', description: null, vars: { t: 'x' }, expected: null, metadata: {}, ...change }]),
  );

const YAML = `# Tickets of last week
- id: a            # the first
  vars: { t: "one" }
  expected: { label: refund }   # agreed with Ana
  assert:
    - { type: is-json }

# Asked for by the shop
- id: b
  vars:
    t: two
- { id: c, vars: { t: three }, expected: yes }
`;

describe('edits of golden sets', () => {
  it('replaces what is expected and keeps the comment behind it', () => {
    assert.equal(
      accept('x.golden.yaml', YAML, 'a', { label: 'shipping', priority: 'low' }),
      YAML.replace('{ label: refund }', '{ label: shipping, priority: low }'),
    );
  });

  it('adds what is expected behind the last key of the case', () => {
    assert.equal(accept('x.golden.yaml', YAML, 'b', 'fine'), YAML.replace('    t: two\n', '    t: two\n  expected: fine\n'));
    assert.equal(accept('x.golden.yaml', YAML, 'c', 'no'), YAML.replace('expected: yes', 'expected: "no"'));
  });

  it('writes text of several lines as a block', () => {
    const changed = accept('x.golden.yaml', YAML, 'b', 'Dear Ana,\n\n  thank you.\n');
    assert.match(changed, /\n {2}expected: \|\n {4}Dear Ana,\n\n {6}thank you\.\n/);
  });

  it('gives a case without an id the one that it had, so that its history goes on', () => {
    const text = '- vars: { t: one }\n- vars: { t: two }\n';
    const [first] = readGoldenSet('x.golden.yaml', text).cases;
    assert.equal(
      accept('x.golden.yaml', text, first?.id ?? '', 'ok'),
      `- id: ${first?.id ?? ''}\n  vars: { t: one }\n  expected: ok\n- vars: { t: two }\n`,
    );
  });

  it('keeps the name of a case without an id also where something was expected before, in braces and in JSON', () => {
    for (const [path, text] of [
      ['x.golden.yaml', '- vars: { t: one }\n  expected: old\n- { vars: { t: two }, expected: old }\n'],
      ['x.golden.json', '[{"vars":{"t":"one"},"expected":"old"},\n{\n  "vars": {},\n  "expected": "old"\n}]'],
    ] as const)
      for (const { id } of readGoldenSet(path, text).cases) {
        const changed = readGoldenSet(path, accept(path, text, id, 'new')).cases;
        assert.equal(changed.find((item) => item.id === id)?.expected, 'new', path);
      }
  });

  it('adds to a block list that ends in a bracket', () => {
    const text = '- id: a\n  vars: { t: x }\n  metadata:\n    tags: [refund]\n';
    assert.equal(added('x.golden.yaml', text), `${text}- id: new\n  vars:\n    t: x\n`);
    assert.equal(
      added('x.golden.yaml', '# all\n[\n  { id: a, vars: {} }\n]\n'),
      '# all\n[\n  { id: a, vars: {} },\n  { id: new, vars: { t: x } }\n]\n',
    );
  });

  it('edits JSON, JSON lines and CSV in their own ways', () => {
    const json = '[\n  {\n    "id": "a",\n    "vars": { "t": "x" },\n    "expected": "old"\n  },\n  { "id": "b", "vars": {} }\n]\n';
    assert.equal(accept('x.golden.json', json, 'a', 'new'), json.replace('"old"', '"new"'));
    assert.equal(accept('x.golden.json', json, 'b', 1), json.replace('{ "id": "b", "vars": {} }', '{"id":"b","vars":{},"expected":1}'));
    const lines = '{"id":"a","vars":{"t":"x"},"expected":1}\n{"id":"b","vars":{}}\n';
    assert.equal(
      accept('x.golden.jsonl', lines, 'b', { k: 2 }),
      lines.replace('{"id":"b","vars":{}}', '{"id":"b","vars":{},"expected":{"k":2}}'),
    );
    const csv = 'id,t,expected\na,"one, two",old\nb,three,\n';
    assert.equal(accept('x.golden.csv', csv, 'b', '=1, 2'), csv.replace('b,three,', 'b,three,"=1, 2"'));
    assert.throws(() => accept('x.golden.csv', 'id,t\na,x\n', 'a', 'y'), /no column/);
  });

  it('adds cases at the end of every kind of file', () => {
    assert.equal(added('x.golden.yaml', YAML), `${YAML}- id: new\n  vars:\n    t: x\n`);
    assert.equal(added('x.golden.yaml', ''), '- id: new\n  vars:\n    t: x\n');
    assert.equal(added('x.golden.jsonl', '{"vars":{}}'), '{"vars":{}}\n{"id":"new","vars":{"t":"x"}}\n');
    assert.equal(added('x.golden.csv', 'id,t\na,y'), 'id,t\na,y\nnew,x\n');
    assert.match(added('x.golden.json', '[]'), /"id": "new"/);
    assert.throws(() => added('x.golden.yaml', YAML, { id: 'a' }), /already/);
  });

  it('writes minus zero as zero, as JSON does', () => {
    assert.match(accept('x.golden.yaml', YAML, 'a', [{ n: -0 }]), /expected: \[ \{ n: 0 \} \]/);
  });

  it('says what to do when a case is not there', () => {
    assert.throws(
      () => accept('x.golden.yaml', YAML, 'list/2', 'x'),
      (error: HumanError) => error.code === 'golden/no-case' && /by hand/.test(error.hint ?? ''),
    );
  });

  it('any text as what is expected comes back as it was, in every format, or is refused', () => {
    const files: readonly (readonly [string, string])[] = [
      ['x.golden.yaml', YAML],
      ['x.golden.json', '[{"id":"a","vars":{"t":"1"}},{"id":"b","vars":{},"expected":"o"}]'],
      ['x.golden.jsonl', '{"id":"a","vars":{"t":"1"}}\n{"id":"b","vars":{},"expected":"o"}\n'],
      ['x.golden.csv', 'id,t,expected\na,1,\nb,2,o\n'],
    ];
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('\n', ' ', ':', '#', '-', '"', "'", '|', '{', 'é', '\t', '\\') }),
      fc.jsonValue().map((item) => item as JsonValue),
    );
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.constantFrom('a', 'b'), value, ([path, text], id, expected) => {
        if (expected === null) return;
        let changed: string;
        try {
          changed = accept(path, text, id, expected);
        } catch (error) {
          assert.ok(error instanceof HumanError && error.code === 'golden/not-written', String(error));
          return;
        }
        const cases = golden(path, changed).read(changed);
        assert.deepEqual(cases.find((item) => item.id === id)?.expected, JSON.parse(JSON.stringify(expected)));
        assert.equal(cases.length, golden(path, text).read(text).length);
      }),
      { numRuns: 600 },
    );
  });
});
