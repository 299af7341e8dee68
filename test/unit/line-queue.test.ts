/** Lines of an application on their way out: how often something is written, and that all of them come. */
import assert from 'node:assert/strict';
import { LineQueue } from '../../src/adapters/capture/line-queue.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { VirtualClock } from './virtual-clock.ts';

const about = (response: string): StoredLine => ({
  followUp: {
    of: { interaction: null, response, trace: null, conversation: null },
    time: '2026-11-01T00:00:00.000Z',
    signals: [],
    chunks: [],
    action: null,
    triage: null,
    reason: null,
  },
});

describe('the queue of captured lines', () => {
  /** The lines of each write, where one line comes per `everyMs` and a write takes `writeMs`, in time that the test lets pass. */
  async function writes(everyMs: number, writeMs: number): Promise<number[]> {
    const clock = new VirtualClock();
    const batches: string[][] = [];
    const problems: string[] = [];
    const queue = new LineQueue({
      writer: {
        write: async (lines) => {
          batches.push(lines.map((line) => ('followUp' in line ? (line.followUp.of.response ?? '') : '')));
          await clock.sleep(writeMs);
        },
      },
      redact: () => Promise.resolve((line) => line),
      onProblem: (problem) => problems.push(problem),
      later: clock.later,
    });
    const names = Array.from({ length: 3000 }, (_, i) => `r${i}`);
    const work = async (): Promise<void> => {
      for (const name of names) {
        queue.add(about(name), 10);
        await clock.sleep(everyMs);
      }
      await queue.flush();
    };
    await clock.run(work());
    assert.deepEqual(batches.flat(), names, 'each line once, in order');
    assert.deepEqual(problems, []);
    return batches.map(({ length }) => length);
  }

  it('a line costs a write of its own neither in a busy application nor beside a slow disk', async () => {
    // 3,000 lines, one per ms, on a disk that takes no time: what 50 ms bring is one write.
    const quick = await writes(1, 0);
    assert.ok(quick.length <= 3000 / 50, `${quick.length} writes`);
    // Ten per ms: a batch that is full, 256 lines, does not wait.
    const busy = await writes(0.1, 0);
    assert.deepEqual(busy, [...Array<number>(11).fill(256), 3000 - 11 * 256]);
    // A write takes 200 ms, in which 200 lines come; they wait together for the next.
    const slow = await writes(1, 200);
    assert.ok(slow.length <= 3000 / 200 + 1, `${slow.length} writes`);
  });

  it('a line that comes alone is written after 50 ms', async () => {
    assert.deepEqual(new Set(await writes(50.5, 0)), new Set([1]));
    assert.deepEqual(new Set(await writes(49.5, 0)), new Set([2]));
  });

  it('flush writes what comes while it writes, too', async () => {
    const written: number[] = [];
    const write = (lines: readonly StoredLine[]): Promise<void> => {
      if (written.length === 0) queue.add(about('late'), 10);
      written.push(lines.length);
      return Promise.resolve();
    };
    const queue = new LineQueue({
      writer: { write },
      redact: () => Promise.resolve((line) => line),
      onProblem: (problem) => assert.fail(problem),
    });
    queue.add(about('first'), 10);
    await queue.flush();
    assert.deepEqual(written, [1, 1]);
  });
});
