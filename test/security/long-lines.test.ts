/** A line that is longer than any record, in every file that is read line by line: it is passed over and named, and soon. */
import assert from 'node:assert/strict';
import { appendFileSync, closeSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { linesIn, MAX_RECORD } from '../../src/adapters/bounded-lines.ts';
import { openRegular } from '../../src/adapters/bounded-file.ts';
import { rowsOf } from '../../src/adapters/import/read-rows.ts';
import { InteractionFiles, MAX_LINE } from '../../src/adapters/interactions/interaction-files.ts';
import { linesBackwards, linesOf } from '../../src/adapters/interactions/lines.ts';
import { readJournalEnds, readJournalFile, readResultAt } from '../../src/adapters/storage/journal-file.ts';
import { SegmentReader } from '../../src/adapters/storage/response-cache/segment.ts';
import { storedSides } from '../../src/adapters/storage/stored-side.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';

const MB = 1 << 20;

/** A line of this many bytes, without taking the space for it. */
function longLine(file: string, bytes: number, before = '', after = '\n'): void {
  writeFileSync(file, before);
  truncateSync(file, before.length + bytes);
  appendFileSync(file, after);
}

describe('a line that is longer than any record', function () {
  this.timeout(300_000);
  let root: string;
  let file: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-lines-'));
    file = path.join(root, 'f.jsonl');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  for (const size of [100 * MB, 600 * MB]) {
    it(`is passed over, and the lines around it are read: ${size / MB} MB`, () => {
      longLine(file, size, 'a\n', '\nb\n');
      const descriptor = openRegular(file);
      const found: unknown[] = [];
      for (const { bytes, offset, end } of linesIn(descriptor)) found.push([bytes?.toString() ?? null, offset, end]);
      closeSync(descriptor);
      assert.deepEqual(found, [
        ['a', 0, 2],
        [null, 2, size + 3],
        ['b', size + 3, size + 5],
      ]);
      assert.deepEqual(
        [...linesOf(file, 0, MAX_LINE)].map(({ text }) => text),
        ['a', null, 'b'],
      );
      assert.deepEqual(
        [...linesBackwards(file, size + 5, MAX_LINE)].map(({ text, offset, end }) => [text, offset, end]),
        [
          ['b', size + 3, size + 5],
          [null, 2, size + 3],
          ['a', 0, 2],
        ],
      );
    });
  }

  it('is not a journal: a comparison with it says so', () => {
    longLine(file, 100 * MB);
    assert.equal(readJournalFile(file)?.tooLong, 1);
    assert.equal(readJournalEnds(file), null);
    assert.equal(readResultAt(file, 0), null);
    assert.throws(() => storedSides(file), /1 line of more than 64 MB, so it is not a journal/);
  });

  it('is no answer of the cache, and the answers after it are found', () => {
    longLine(file, 100 * MB);
    appendFileSync(file, `${'a'.repeat(64)} ${'-'.repeat(16)} 000000001 00000000 {}\n`);
    const segment = new SegmentReader(file);
    assert.deepEqual(
      [...segment.sorted, ...segment.fresh()].map(({ key, offset }) => [key, offset]),
      [['a'.repeat(64), 100 * MB + 1]],
    );
    segment.close();
  });

  it('is no interaction: it is refused with its place', () => {
    const day = path.join(root, '.goldset', 'interactions', '2026-11-20.jsonl');
    mkdirSync(path.dirname(day), { recursive: true });
    longLine(day, 100 * MB, '', '\nnot json\n');
    dataFolder(root).adopt();
    const { refused } = new InteractionFiles(root).read(null, () => assert.fail());
    assert.equal(refused.count, 2);
    assert.match(refused.first ?? '', /2026-11-20\.jsonl, line 1: It is longer than 32 MB/);
  });

  for (const name of ['rows.jsonl', 'rows.json', 'rows.csv'])
    it(`is no row of an import: ${name}`, async () => {
      const rows = path.join(root, name);
      longLine(rows, 40 * MB, name.endsWith('.json') ? '[{"a":"' : name.endsWith('.csv') ? 'a,b\n' : '{"a":"', '\n');
      const found: unknown[] = [];
      for await (const row of rowsOf(rows, name.endsWith('.csv') ? 'csv' : 'json')) found.push(row);
      assert.ok(found.length <= 2 && found.every((row) => 'problem' in (row as object)), JSON.stringify(found).slice(0, 300));
    });

  it('costs the lines after it nothing: refused lines are numbered in one pass', () => {
    const day = path.join(root, '.goldset', 'interactions', '2026-11-20.jsonl');
    mkdirSync(path.dirname(day), { recursive: true });
    writeFileSync(day, 'x\n'.repeat(20_000));
    dataFolder(root).adopt();
    let last = '';
    let count = 0;
    for (const read of new InteractionFiles(root).readDay('2026-11-20', 0)) {
      assert.ok('refused' in read);
      last = read.refused;
      count++;
    }
    assert.equal(count, 20_000);
    assert.match(last, /line 20000: /);
  });

  it('is measured against a record of 64 MB', () => assert.equal(MAX_RECORD, 64 * MB));
});
