/** Rows of fine-tuning files and exported datasets become golden cases; the table says what of each. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { casesOf, openDataset } from '../../src/adapters/import/dataset-files.ts';
import { CASE_PARTS, proposeMapping, withGiven, type CaseMapping } from '../../src/core/feedback/datasets/case-mapping.ts';
import { CaseMaker } from '../../src/core/feedback/datasets/case-of-row.ts';
import { datasetRow, type DatasetRow } from '../../src/core/feedback/datasets/dataset-row.ts';
import { plainShape, datasetShapeOf } from '../../src/core/feedback/datasets/dataset-shapes.ts';
import { addCases } from '../../src/core/golden/edit/edit-golden.ts';
import type { NewCase } from '../../src/core/golden/edit/new-case.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import { applyEdits } from '../../src/core/text/text.ts';

interface ImportExample {
  readonly name: string;
  readonly csv?: boolean;
  readonly inputs: readonly string[];
  readonly map?: readonly string[];
  readonly group?: string;
  readonly rows: readonly JsonValue[];
  readonly shape?: string;
  readonly mapping?: Readonly<Record<string, string>>;
  readonly cases?: readonly Partial<NewCase>[];
  readonly problems?: readonly string[];
  readonly like?: number;
}

const examples = parse(readFileSync('test/unit/cases/dataset-imports.yaml', 'utf8')) as readonly ImportExample[];

/** Variables, and the parts that have a field; a variable with the name of a part stands for it. */
const flat = ({ vars, ...parts }: CaseMapping): Record<string, string> => ({
  ...Object.fromEntries(CASE_PARTS.flatMap((part): [string, string][] => (parts[part] === null ? [] : [[part, parts[part]]]))),
  ...vars,
});

describe('rows of datasets', () => {
  for (const { name, csv = false, inputs, map = [], group = null, rows, ...expected } of examples)
    it(name, () => {
      const known = rows.map(datasetShapeOf).find((found) => found !== null) ?? null;
      const shape = known ?? plainShape(csv ? 'CSV file' : 'file of JSON rows');
      const read = rows.map((row) => datasetRow(row, shape, csv && known !== null));
      const good = read.flatMap((row): DatasetRow[] => ('problem' in row ? [] : [row]));
      const mapping = withGiven(proposeMapping({ rows: good, shape, variables: inputs, inputs }), map, group);
      if (expected.shape !== undefined) assert.equal(shape.name, expected.shape);
      if (expected.mapping !== undefined) assert.deepEqual(flat(mapping), expected.mapping);
      const maker = new CaseMaker(mapping, { known: [], withDuplicates: false, mediaVariables: () => [] });
      const outcomes = read.map((row) => ('problem' in row ? row : maker.take(row)));
      const cases = outcomes.flatMap((outcome) => ('added' in outcome ? [outcome.added] : []));
      assert.equal(cases.length, (expected.cases ?? []).length);
      for (const [i, wanted] of (expected.cases ?? []).entries()) {
        const { id = cases[i]?.id, ...rest } = wanted;
        assert.deepEqual(cases[i], { id, description: null, metadata: {}, ...rest });
      }
      assert.deepEqual(
        outcomes.flatMap((outcome) => ('problem' in outcome ? [outcome.problem] : [])),
        expected.problems ?? [],
      );
      assert.equal(outcomes.filter((outcome) => 'like' in outcome).length, expected.like ?? 0);
    });

  it('refuses a mapping without a field', () => {
    const proposed = proposeMapping({ rows: [], shape: plainShape('x'), variables: [], inputs: [] });
    for (const text of ['question', '=a', 'vars.=a'])
      assert.throws(() => withGiven(proposed, [text], null), /--map needs a part of the case and a field of the file/, text);
  });
});

describe('a large file of cases', () => {
  it('is imported as far as its cases fit, and says which rows are left', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-import-'));
    try {
      const file = path.join(folder, 'rows.jsonl');
      writeFileSync(file, Array.from({ length: 5 }, (_, i) => `${JSON.stringify({ q: `${i}${'x'.repeat(1000)}`, a: 'y' })}\n`).join(''));
      const mapping = { vars: { t: 'q' }, expected: 'a', id: null, description: null, group: null };
      const options = { known: [], withDuplicates: false, mediaVariables: () => [] };
      const dataset = await openDataset(file);
      const { cases, read, skipped } = await casesOf(dataset, mapping, options, 2000);
      assert.deepEqual([cases.length, read, skipped.count], [2, 5, 3]);
      assert.match(skipped.rows[0]?.problem ?? '', /have 2,000 characters; more are not imported at once/);
      assert.equal((await casesOf(dataset, mapping, options)).cases.length, 5);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('many cases in a golden set', () => {
  const cases = Array.from({ length: 300 }, (_, i): NewCase => ({
    id: `c${i}`,
    description: null,
    vars: { t: i % 2 === 0 ? `text ${i}` : `file://${i}` },
    expected: `answer ${i}`,
    metadata: {},
    group: `g${i % 3}`,
  }));
  const texts: Readonly<Record<string, string>> = {
    'x.golden.yaml': '# mine\n- id: a\n  vars: { t: one } # kept\n',
    'x.golden.json': '[\n  { "id": "a", "vars": { "t": "one" } }\n]\n',
    'x.golden.jsonl': '{ "id": "a",  "vars": { "t": "one" } }\n',
    'x.golden.csv': 'id,t,expected,group\na,one,,\n',
  };
  for (const [path, text] of Object.entries(texts))
    it(`writes them to ${path} at once and keeps what was there`, () => {
      const after = applyEdits(text, addCases({ path, text, read: (changed) => readGoldenSet(path, changed).cases }, cases));
      assert.ok(after.startsWith(text.replace(/\n\]\n$/, '')));
      const { cases: found, diagnostics } = readGoldenSet(path, after);
      assert.deepEqual(diagnostics, []);
      assert.deepEqual(
        found.map(({ id, vars, group, literals = [] }) => [id, vars['t'], group, literals.length]),
        [['a', 'one', null, 0], ...cases.map(({ id, vars, group }, i) => [id, vars['t'], group, i % 2])],
      );
    });

  it('refuses to write what would be read back as something else', () => {
    const text = 'id,t\na,one\n';
    const add = (): unknown =>
      addCases({ path: 'x.golden.csv', text, read: (changed) => readGoldenSet('x.golden.csv', changed).cases }, [
        { id: 'b', description: null, vars: { t: 5 }, expected: null, metadata: {} },
      ]);
    assert.throws(add, /can’t hold the case b as it is/);
  });
});
