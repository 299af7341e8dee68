/** What is kept of what has been seen: a fixed number of entries. */
import assert from 'node:assert/strict';
import { Newest } from '../../src/core/collections/newest.ts';

describe('the newest entries', () => {
  it('are as many as were asked for, and the oldest goes first', () => {
    const kept = new Newest<number>(3);
    for (let i = 0; i < 100_000; i++) kept.set(`key ${i}`, i);
    assert.deepEqual([kept.size, kept.get('key 99996'), kept.get('key 99997'), kept.get('key 99999')], [3, undefined, 99_997, 99_999]);
  });
  it('an entry that is set again is the newest', () => {
    const kept = new Newest<string>(2);
    kept.set('a', '1');
    kept.set('b', '2');
    kept.set('a', '3');
    kept.set('c', '4');
    assert.deepEqual([kept.get('a'), kept.has('b'), kept.get('c')], ['3', false, '4']);
    kept.delete('a');
    assert.equal(kept.size, 1);
    kept.clear();
    assert.equal(kept.size, 0);
  });
});
