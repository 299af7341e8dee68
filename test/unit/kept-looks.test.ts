/** Looks that are kept: read again exactly when something that they are read from is another. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { Workspaces } from '../../src/adapters/workspace/workspaces.ts';
import { InsightsEngine } from '../../src/engine/interactions/insights-engine.ts';
import { KeptLooks, stampOfLooks } from '../../src/engine/interactions/kept-looks.ts';

describe('kept looks', () => {
  it('are read once for a name and a stamp, and what failed is read again', async () => {
    const kept = new KeptLooks();
    let times = 0;
    const read = (): Promise<number> => Promise.resolve(++times);
    assert.deepEqual([await kept.of('a', '1', read), await kept.of('a', '1', read), times], [1, 1, 1]);
    assert.deepEqual([await kept.of('a', '2', read), await kept.of('b', '2', read)], [2, 3]);
    kept.clear();
    assert.equal(await kept.of('b', '2', read), 4);
    await assert.rejects(
      kept.of('c', '1', () => Promise.reject(new Error('stopped'))),
      /stopped/,
    );
    assert.equal(await kept.of('c', '1', read), 5);
  });

  it('are read again after they were given up, although that one has not ended yet', async () => {
    const kept = new KeptLooks();
    const stop = new AbortController();
    const first = kept.of('a', '1', () => new Promise<number>(() => undefined), stop.signal);
    assert.equal(
      kept.of('a', '1', () => Promise.resolve(2), stop.signal),
      first,
    );
    stop.abort();
    assert.equal(await kept.of('a', '1', () => Promise.resolve(3)), 3);
  });

  it('have another stamp after each kind of file that they are read from changed, and no other', () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-kept-'));
    try {
      writeFileSync(path.join(root, 'goldset.yaml'), '');
      dataFolder(root).folder('interactions');
      let stamp = stampOfLooks(root);
      const files = [
        '.goldset/interactions/2026-11-01.jsonl',
        'feedback/ana.jsonl',
        'labels/answer/ana-d1.jsonl',
        'a.golden.yaml',
        'goldset.yaml',
      ];
      for (const name of files) {
        const file = path.join(root, name);
        mkdirSync(path.dirname(file), { recursive: true });
        appendFileSync(file, '# x\n');
        const next = stampOfLooks(root);
        assert.notEqual(next, stamp, name);
        stamp = next;
      }
      writeFileSync(path.join(root, 'notes.md'), 'x');
      writeFileSync(path.join(root, '.goldset/interactions/topics.json'), '{}');
      assert.equal(stampOfLooks(root), stamp);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

describe('the insights of the editor', () => {
  it('are read again after an edit of goldset.yaml that is not saved', async () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-kept-'));
    try {
      writeFileSync(path.join(root, 'goldset.yaml'), 'title: question\n');
      dataFolder(root).folder('interactions');
      let text = 'title: question\n';
      let looks = 0;
      const sources = { look: () => Promise.resolve(++looks as never) };
      const engine = new InsightsEngine('', new Workspaces(() => Promise.resolve(text)), sources, () => true);
      const from = { name: 'prod', watch: { news: { note: () => undefined, read: () => undefined }, stop: new AbortController().signal } };
      const look = async (): Promise<number> => {
        await engine.failures(root, null, from);
        return looks;
      };
      assert.deepEqual([await look(), await look()], [1, 1]);
      text = 'title: ticket\n';
      assert.deepEqual([await look(), await look()], [2, 2]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
