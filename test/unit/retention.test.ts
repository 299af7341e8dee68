import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { oldDays, removeDays, type RemovedDay } from '../../src/adapters/interactions/retention.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';

describe('retention', () => {
  let root = '';
  let files: InteractionFiles;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-retention-'));
    files = new InteractionFiles(root);
    dataFolder(root).folder('interactions');
    for (const [day, mb] of [
      ['2026-08-01', 1],
      ['2026-11-20', 1],
      ['2026-11-24', 2],
      ['2026-11-25', 3],
    ] as const)
      writeFileSync(files.fileOf(day), 'x'.repeat(mb * 1e6));
    writeFileSync(path.join(files.folder, 'notes.txt'), 'mine');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const now = new Date('2026-11-25T23:59:59Z');
  const left = (): string[] => files.days(null);
  const removeOldDays = (limits: Parameters<typeof oldDays>[1]): readonly RemovedDay[] =>
    removeDays(files, oldDays(files, limits, now)).removed;

  it('keeps all where nothing is said', () => {
    assert.deepEqual(removeOldDays({ keepDays: null, keepMb: null }), []);
    assert.equal(left().length, 4);
  });
  it('removes days that are older, and says which', () => {
    assert.deepEqual(removeOldDays({ keepDays: 5, keepMb: null }), [{ day: '2026-08-01', bytes: 1e6 }]);
    assert.deepEqual(left(), ['2026-11-20', '2026-11-24', '2026-11-25']);
    assert.deepEqual(removeOldDays({ keepDays: 5, keepMb: null }), []);
  });
  it('removes the oldest beyond the size, never today', () => {
    removeOldDays({ keepDays: null, keepMb: 5 });
    assert.deepEqual(left(), ['2026-11-24', '2026-11-25']);
    removeOldDays({ keepDays: 1, keepMb: 1 });
    assert.deepEqual(left(), ['2026-11-25']);
  });
  it('works where nothing was ever written', () => {
    rmSync(files.folder, { recursive: true });
    assert.deepEqual(removeOldDays({ keepDays: 1, keepMb: 1 }), []);
  });
});
