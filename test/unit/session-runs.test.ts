import assert from 'node:assert/strict';
import { SessionRuns } from '../../src/core/results/session-runs.ts';

describe('the journals of a session', () => {
  /** Ids that are left after runs that ended (`a`) or were stopped (`a!`). */
  const left = (kept: number, runs: readonly string[]): string[] => {
    const session = new SessionRuns<{ id: string }>(kept);
    const there = new Set<string>();
    for (const run of runs) {
      const id = run.replace('!', '');
      there.add(id);
      for (const replaced of session.follow({ id }, id === run)) assert.ok(there.delete(replaced.id), `${replaced.id} is replaced once`);
    }
    return [...there];
  };

  it('are that of the newest run, however many there were', () => {
    assert.deepEqual(left(1, ['a', 'b', 'c', 'd']), ['d']);
    assert.deepEqual(left(2, ['a', 'b', 'c', 'd']), ['c', 'd']);
  });
  it('are those of the newest run that ended and of the newest that was stopped, when runs are stopped', () => {
    assert.deepEqual(left(1, ['a', 'b!', 'c!', 'd!']), ['a', 'd']);
    assert.deepEqual(left(1, ['a!', 'b!', 'c!']), ['c']);
    assert.deepEqual(left(1, ['a', 'b!', 'c!', 'd']), ['d']);
    assert.deepEqual(left(2, ['a', 'b!', 'c', 'd!', 'e!']), ['a', 'c', 'e']);
  });
  it('are not replaced by the same run again', () => {
    assert.deepEqual(left(1, ['a', 'a', 'b!', 'b!']), ['a', 'b']);
  });
});
