/** Work in slices for a slower receiver: what it waits for, how long it rests, and what the end of the sender changes. */
import assert from 'node:assert/strict';
import { SlicedQueue, type SlicePorts } from '../../src/engine/runs/sliced-queue.ts';

/** A receiver whose answer takes `busyMs` of a clock of its own; it notes what happens. */
class Receiver implements SlicePorts {
  readonly log: string[] = [];
  readonly rests: number[] = [];
  private time = 0;
  turns = 0;

  constructor(
    private readonly busyMs: number,
    private readonly pauseMs: (elapsed: number) => number = () => 0,
    /** False: a rest lasts until the sender has ended. */
    private readonly restsEnd = true,
  ) {}

  readonly answered = (): Promise<void> => {
    this.time += this.busyMs;
    this.log.push('answer');
    return Promise.resolve();
  };
  readonly now = (): number => this.time;
  readonly rest = (ms: number): Promise<void> => {
    this.rests.push(ms);
    this.time += this.restsEnd ? ms : 0;
    this.log.push('rest');
    return this.restsEnd ? Promise.resolve() : new Promise(() => undefined);
  };
  readonly pause = (elapsed: number): number => this.pauseMs(elapsed);
  readonly turn = (): Promise<void> => {
    this.turns++;
    return new Promise((resolve) => setImmediate(resolve));
  };
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('work for a slower receiver', () => {
  it('is done in order, and the receiver answers after every 500 units', async () => {
    const receiver = new Receiver(10);
    const queue = new SlicedQueue(receiver);
    const done: number[] = [];
    for (let i = 0; i < 1200; i++)
      queue.push(() => {
        done.push(i);
        receiver.log.push('work');
      });
    await settled();
    assert.deepEqual(
      done,
      Array.from({ length: 1200 }, (_, i) => i),
    );
    const perSlice = receiver.log
      .join(' ')
      .split('answer rest')
      .map((slice) => slice.split('work').length - 1);
    assert.deepEqual(perSlice, [500, 500, 200, 0]);
    await queue.end();
  });
  it('gives other work of the thread its turn after every 25 units', async () => {
    const receiver = new Receiver(0);
    const queue = new SlicedQueue(receiver);
    for (let i = 0; i < 500; i++) queue.push(() => undefined);
    await queue.end();
    // One before the first slice, and one between two batches.
    assert.equal(receiver.turns, 1 + 500 / 25 - 1);
  });
  it('rests as long as the receiver was busy, and at least for the pause', async () => {
    for (const [busy, pause, rest] of [
      [400, 0, 400],
      [400, 1000, 1000],
      [3000, 1000, 3000],
    ] as const) {
      const receiver = new Receiver(busy, () => pause);
      const queue = new SlicedQueue(receiver);
      queue.push(() => undefined);
      await settled();
      assert.deepEqual(receiver.rests, [rest]);
    }
  });
  it('knows for its pause how long the queue has been there', async () => {
    const elapsed: number[] = [];
    const receiver = new Receiver(100, (ms) => (elapsed.push(ms), 900));
    const queue = new SlicedQueue(receiver);
    for (let i = 0; i < 1000; i++) queue.push(() => undefined);
    await settled();
    assert.deepEqual(elapsed, [100, 1100]);
  });
  it('goes on without a rest when the sender has ended, and a rest that has begun is cut short', async () => {
    const receiver = new Receiver(50, () => 5000, false);
    const queue = new SlicedQueue(receiver);
    queue.push(() => receiver.log.push('first') as unknown as undefined);
    await settled();
    for (let i = 0; i < 600; i++) queue.push(() => undefined);
    queue.push(() => receiver.log.push('last') as unknown as undefined);
    await settled();
    assert.deepEqual(receiver.log, ['first', 'answer', 'rest']);
    await queue.end();
    assert.deepEqual(receiver.log, ['first', 'answer', 'rest', 'answer', 'last', 'answer']);
    assert.deepEqual(receiver.rests, [5000]);
  });
  it('waits for work that needs time', async () => {
    const queue = new SlicedQueue(new Receiver(0));
    const done: string[] = [];
    queue.push(async () => {
      await settled();
      done.push('slow');
    });
    queue.push(() => void done.push('next'));
    await queue.end();
    assert.deepEqual(done, ['slow', 'next']);
  });
  it('ends with the error of its work, and does nothing after it', async () => {
    const queue = new SlicedQueue(new Receiver(0));
    const done: string[] = [];
    queue.push(() => {
      throw new Error('The item is gone.');
    });
    queue.push(() => void done.push('after'));
    await settled();
    queue.push(() => void done.push('later'));
    await assert.rejects(queue.end(), /The item is gone/);
    assert.deepEqual(done, []);
  });
});
