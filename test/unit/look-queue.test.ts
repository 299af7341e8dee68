/** Looks at a source: one at a time, and a newer choice gives up the older one, whether it waits or is under way. */
import assert from 'node:assert/strict';
import { LookQueue } from '../../src/engine/interactions/look-queue.ts';

/** A look as the thread does it: it lasts until it is answered or given up. */
const look =
  (begun: string[], name: string, answer: Promise<void>) =>
  (own: AbortController): Promise<string> => {
    begun.push(name);
    return new Promise((resolve, reject) => {
      own.signal.addEventListener('abort', () => reject(new Error(`${name} given up`)));
      void answer.then(() => resolve(name));
    });
  };
const never = new Promise<void>(() => undefined);
const now = Promise.resolve();

describe('the queue of looks at a source', () => {
  it('begins one after the other has ended, also when that failed', async () => {
    const queue = new LookQueue();
    const begun: string[] = [];
    const failed = queue.add('prod', () => Promise.reject(new Error('refused')));
    const next = queue.add('prod', look(begun, 'b', now));
    assert.deepEqual(begun, []);
    await assert.rejects(failed, /refused/);
    assert.equal(await next, 'b');
  });

  it('ends the one that is under way for a newer choice, and never begins the ones between', async () => {
    const queue = new LookQueue();
    const begun: string[] = [];
    const [thirty, ninety] = [new AbortController(), new AbortController()];
    const first = queue.add('prod', look(begun, '30 days', never), thirty.signal);
    const second = queue.add('prod', look(begun, '90 days', never), ninety.signal);
    const other = queue.add('prod', look(begun, 'drift', now));
    const ended = Promise.all([
      assert.rejects(first, /30 days given up/),
      assert.rejects(second, { code: 'source/stopped', message: 'Reading prod was stopped.' }),
    ]);
    await Promise.resolve();
    assert.deepEqual(begun, ['30 days']);
    thirty.abort();
    ninety.abort();
    const third = queue.add('prod', look(begun, '7 days', now), new AbortController().signal);
    await ended;
    assert.deepEqual([await other, await third, begun], ['drift', '7 days', ['30 days', 'drift', '7 days']]);
  });

  it('begins nothing that was given up before it came', async () => {
    const begun: string[] = [];
    await assert.rejects(new LookQueue().add('prod', look(begun, 'a', now), AbortSignal.abort()), { code: 'source/stopped' });
    assert.deepEqual(begun, []);
  });

  it('gives up everything when it is stopped', async () => {
    const queue = new LookQueue();
    const begun: string[] = [];
    const ended = Promise.all([
      assert.rejects(queue.add('prod', look(begun, 'a', never)), /a given up/),
      assert.rejects(queue.add('prod', look(begun, 'b', never)), { code: 'source/stopped' }),
    ]);
    await Promise.resolve();
    queue.stop();
    await ended;
    assert.deepEqual(begun, ['a']);
  });
});
