/** No file is half read: what is not read as it is written is said, with its line and the fix. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { LineIndex } from '../../src/core/text/text.ts';
import type { Diagnostic } from '../../src/core/problems/diagnostics.ts';
import type { GoldenCase } from '../../src/core/golden/case.ts';

interface Row {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly says: readonly string[];
  readonly words?: readonly string[];
  readonly cases?: number;
  readonly vars?: object;
  readonly expected?: unknown;
  readonly critical?: boolean;
  readonly second?: Partial<GoldenCase>;
}

const rows = parse(readFileSync('test/unit/cases/whole-files.yaml', 'utf8')) as Row[];

function reading({ path, text }: Row): { diagnostics: readonly Diagnostic[]; cases: readonly GoldenCase[] } {
  if (path === 'goldset.yaml') return { diagnostics: readGoldsetYaml(path, text).diagnostics, cases: [] };
  if (path.includes('.golden.')) return readGoldenSet(path, text);
  return { diagnostics: readPrompt(path, text).diagnostics, cases: [] };
}

describe('files that are not half read', () => {
  for (const row of rows) {
    it(`${row.path}: ${row.name}`, () => {
      const { diagnostics, cases } = reading(row);
      const lines = new LineIndex(row.text);
      assert.deepEqual(
        diagnostics.map(({ range, severity, code }) => `${range === null ? 0 : lines.position(range.start).line + 1} ${severity} ${code}`),
        row.says,
      );
      const said = diagnostics.map(({ message, hint }) => `${message} ${hint ?? ''}`).join('\n');
      for (const word of row.words ?? []) assert.ok(said.includes(word), `${word} is not in: ${said}`);
      for (const item of diagnostics) if (item.severity !== 'info') assert.ok(item.hint, `no fix: ${item.message}`);
      const [first, second] = cases;
      if (row.cases !== undefined) assert.equal(cases.length, row.cases);
      if (row.vars !== undefined) assert.deepEqual(first?.vars, row.vars);
      if (row.expected !== undefined) assert.deepEqual(first?.expected, row.expected);
      if (row.critical !== undefined) assert.equal(first?.critical, row.critical);
      for (const [key, value] of Object.entries(row.second ?? {})) assert.deepEqual(second?.[key as keyof GoldenCase], value);
    });
  }

  it('A file with hundreds of changed numbers shows ten of them and counts the rest', () => {
    const text = Array.from({ length: 300 }, (_, i) => `- id: c${i}\n  vars: { price: ${i}.10 }\n  expected: ok\n`).join('');
    const { diagnostics } = readGoldenSet('t.golden.yaml', text);
    assert.equal(diagnostics.length, 11);
    assert.match(diagnostics[10]?.message ?? '', /^290 more values/);
  });
});
