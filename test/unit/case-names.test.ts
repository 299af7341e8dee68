/** The names of a golden set's variables: read once for each state of its file, by what keeps its cases too. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CaseNames } from '../../src/adapters/workspace/case-names.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';

describe('the names of the variables in a golden set', () => {
  let root = '';
  let golden = '';
  let reads: string[] = [];
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-names-'));
    golden = path.join(root, 'a.golden.yaml');
    reads = [];
    writeFileSync(golden, '- vars: { question: q, tenant: t }\n- vars: { question: r }\n');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const counting = (): CaseNames =>
    new CaseNames((shown, text) => {
      reads.push(shown);
      return readGoldenSet(shown, text);
    });

  it('are each there once, and the file is read once', async () => {
    const names = counting();
    assert.deepEqual(await names.of(golden, root), ['question', 'tenant']);
    assert.deepEqual(await names.of(golden, root), ['question', 'tenant']);
    assert.deepEqual(reads, ['a.golden.yaml']);
  });

  it('are read again when the file changes', async () => {
    const names = counting();
    await names.of(golden, root);
    writeFileSync(golden, '- vars: { user: u }\n');
    utimesSync(golden, 1_790_000_000, 1_790_000_000);
    assert.deepEqual(await names.of(golden, root), ['user']);
    assert.equal(reads.length, 2);
  });

  it('are none without a file, of a folder, and behind a link out of the workspace', async () => {
    const outside = mkdtempSync(path.join(os.tmpdir(), 'goldset-outside-'));
    try {
      writeFileSync(path.join(outside, 'b.golden.yaml'), '- vars: { secret: s }\n');
      symlinkSync(path.join(outside, 'b.golden.yaml'), path.join(root, 'b.golden.yaml'));
      mkdirSync(path.join(root, 'c.golden.yaml'));
      for (const name of ['missing.golden.yaml', 'b.golden.yaml', 'c.golden.yaml'])
        assert.deepEqual(await counting().of(path.join(root, name), root), [], name);
      assert.deepEqual(await counting().of(null, root), []);
      assert.deepEqual(reads, []);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });
});
