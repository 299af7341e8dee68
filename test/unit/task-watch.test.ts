/** Time limits of tasks: processor time counts, the clock on the wall does not. */
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { TaskWatch } from '../../src/adapters/evaluation/task-watch.ts';
import { ownThreadId, threadClock } from '../../src/adapters/evaluation/thread-cpu.ts';

interface World {
  /** ms that the thread has used. */
  cpu: number;
  /** ms on the clock. */
  wall: number;
  watch: TaskWatch;
}

function world(allowance = 1): World {
  const at: Omit<World, 'watch'> = { cpu: 0, wall: 0 };
  return Object.assign(at, { watch: new TaskWatch({ ms: () => at.cpu, allowance }, () => at.wall) });
}

describe('the watch over a task', () => {
  it('stops a task when its processor time is used up, and counts from the first look at it', () => {
    const at = world();
    at.cpu = 5000;
    assert.equal(at.watch.look(1, 1200), null);
    at.cpu = 6200;
    assert.equal(at.watch.look(1, 1200), null, 'exactly the limit');
    at.cpu = 6210;
    assert.equal(at.watch.look(1, 1200), 'used-up');
    assert.equal(at.watch.look(2, 1200), null, 'the next task has its own time');
  });

  it('waits for a task that a busy machine slows down: an hour on the wall with little processor time', () => {
    const at = world();
    at.watch.look(1, 1200);
    for (let minute = 1; minute <= 60; minute++) {
      at.wall = minute * 59_000;
      at.cpu = minute * 10;
      assert.equal(at.watch.look(1, 1200), null, `minute ${minute}`);
    }
  });

  it('gives up a thread that stands still for more than a minute', () => {
    const at = world();
    at.watch.look(1, 1200);
    at.wall = 60_000;
    assert.equal(at.watch.look(1, 1200), null);
    at.wall = 60_001;
    assert.equal(at.watch.look(1, 1200), 'stood-still');
  });

  it('needs five times the budget where only the time of the whole process is known', () => {
    const at = world(5);
    at.watch.look(1, 1000);
    at.cpu = 5000;
    assert.equal(at.watch.look(1, 1000), null);
    at.cpu = 5010;
    assert.equal(at.watch.look(1, 1000), 'used-up');
  });
});

describe('the processor time of a thread', () => {
  it('is that of the thread, not of the process, on Linux', async function () {
    const own = ownThreadId();
    if (own === null) return this.skip();
    const idle = new Worker("require('node:worker_threads').parentPort.postMessage(require('node:fs').readlinkSync('/proc/thread-self'))", {
      eval: true,
    });
    const link = await new Promise<string>((resolve, reject) => {
      idle.once('message', resolve);
      idle.once('error', reject);
    });
    const [mine, other] = [threadClock(own), threadClock(Number(link.split('/').at(-1)))];
    assert.equal(mine.allowance, 1);
    const [before, otherBefore] = [mine.ms(), other.ms()];
    const cpu = process.cpuUsage();
    while (process.cpuUsage(cpu).user < 300_000) Math.sqrt(2);
    // Ticks are 10 ms; the rest of the process may have had a part of the 300 ms.
    assert.ok(mine.ms() - before >= 100, `${mine.ms() - before} ms`);
    assert.ok(other.ms() - otherBefore < mine.ms() - before, `${other.ms() - otherBefore} ms`);
    await idle.terminate();
  });

  it('falls back to the process where the system tells no thread', () => {
    assert.equal(threadClock(null).allowance, 5);
    assert.equal(threadClock(2 ** 31 - 1).allowance, 5, 'there is no such thread');
  });
});
