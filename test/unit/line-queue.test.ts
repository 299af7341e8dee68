/** Lines of an application on their way out: how often something is written, and that all of them come. */
import assert from 'node:assert/strict';
import { LineQueue } from '../../src/adapters/capture/line-queue.ts';
import type { StoredLine } from '../../src/core/feedback/interaction.ts';

const BATCH = 256;
const DELAY = 50;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
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
  it('a line costs a write of its own neither in a busy application nor beside a slow disk', async () => {
    const batches: string[][] = [];
    const write = async (lines: readonly StoredLine[]): Promise<void> => {
      batches.push(lines.map((line) => ('followUp' in line ? (line.followUp.of.response ?? '') : '')));
      for (let i = 0; i < 5; i++) await turn();
    };
    const problems: string[] = [];
    const redact = (): Promise<(line: StoredLine) => StoredLine> => Promise.resolve((line) => line);
    const queue = new LineQueue({ writer: { write }, redact, onProblem: (problem) => problems.push(problem) });
    const names = Array.from({ length: 3000 }, (_, i) => `r${i}`);
    const began = performance.now();
    for (const name of names) {
      queue.add(about(name), 10);
      await turn();
    }
    await queue.flush();
    const most = names.length / BATCH + (performance.now() - began) / DELAY + 2;
    assert.ok(batches.length <= most, `${batches.length} writes, at most ${most}`);
    assert.deepEqual(batches.flat(), names);
    assert.deepEqual(problems, []);
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
