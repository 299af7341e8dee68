/** Values that change by themselves, told by their form. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { nondeterminismOf } from '../../src/core/economics/prefix/nondeterminism.ts';

describe('a value that changes by itself', () => {
  const table = parse(readFileSync('test/unit/cases/nondeterminism.yaml', 'utf8')) as Record<string, string[]>;
  for (const [what, values] of Object.entries(table))
    for (const value of values)
      it(`${JSON.stringify(value)}: ${what}`, () => assert.equal(nondeterminismOf(value), what === 'none' ? null : what));
});
