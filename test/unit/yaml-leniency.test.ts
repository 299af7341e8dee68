/** YAML that the readers of promptfoo, Python and C accept is accepted, with the same value; one mistake is one error. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Diagnostics } from '../../src/core/problems/diagnostics.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { readYaml } from '../../src/core/yaml/yaml.ts';
import { LineIndex } from '../../src/core/text/text.ts';

const { accepted, refused } = parse(readFileSync('test/unit/cases/yaml-leniency.yaml', 'utf8')) as {
  readonly accepted: readonly { readonly name: string; readonly text: string; readonly value: JsonValue }[];
  readonly refused: readonly { readonly name: string; readonly text: string }[];
};

describe('YAML', () => {
  for (const { name, text, value } of accepted)
    it(`is read with ${name}`, () => {
      const diagnostics = new Diagnostics('a.yaml');
      assert.deepEqual(readYaml(text, diagnostics)?.value, value);
      assert.deepEqual(diagnostics.list, []);
    });

  for (const { name, text } of refused)
    it(`has one error for ${name}`, () => {
      const diagnostics = new Diagnostics('a.yaml');
      assert.equal(readYaml(text, diagnostics), null);
      assert.deepEqual(
        diagnostics.list.map(({ code }) => code),
        ['yaml/syntax'],
      );
    });

  it('names the line on which a quote is never closed, not the end of the file', () => {
    const text = 'a: 1\nb: "never closed\nc: 2\nd: 3\n';
    const diagnostics = new Diagnostics('a.yaml');
    readYaml(text, diagnostics);
    assert.equal(new LineIndex(text).position(diagnostics.list[0]?.range?.start ?? 0).line, 1);
  });

  it('places what follows a text that is not indented', () => {
    const text = 'k:\n  a: "one\ntwo"\n  b: here\n';
    const { start, end } = readYaml(text, new Diagnostics('a.yaml'))?.rangeOf(['k', 'b']) ?? { start: 0, end: 0 };
    assert.equal(text.slice(start, end), 'here');
  });

  it('makes one error of a golden set whose 500 cases follow one mistake', () => {
    const cases = Array.from({ length: 500 }, (_, i) => `- id: case-${i}\n  vars: { q: "What?" }\n  expected: yes\n`).join('');
    const { diagnostics } = readGoldenSet('a.golden.yaml', `- id: first\n  vars: { q: "never closed }\n${cases}`);
    assert.equal(diagnostics.length, 1);
  });
});
