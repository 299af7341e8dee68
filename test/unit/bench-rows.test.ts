/** A row of the benchmark: what was not measured is an error, never an empty cell. */
import assert from 'node:assert/strict';
import { secondsFor, WHOLE_RUN } from '../../bench/part-limit.ts';
import { cellsOf, rowOf, table } from '../../bench/row.ts';

const floor = { value: 500, of: 'a bare loop' };

describe('a row of the benchmark', () => {
  it('has the ratio to its floor, and says whether its target is met', () => {
    const row = rowOf('engine', { what: 'run', value: 600, unit: 'ms', floor, limit: { ratio: 1.1 } });
    assert.deepEqual([row.ratio, row.limit, row.met], [1.2, '≤ 1.1 ×', false]);
    assert.equal(rowOf('engine', { what: 'run', value: 600, unit: 'ms', floor, limit: { ratio: 1.2 } }).met, true);
    assert.equal(rowOf('engine', { what: 'run', value: 600, unit: 'ms', limit: { most: 599 } }).met, false);
    assert.equal(rowOf('capture', { what: 'run', value: 5000, unit: 'spans/s', limit: { least: 5000 } }).met, true);
    assert.equal(rowOf('engine', { what: 'run', value: 600, unit: 'ms' }).met, null);
  });
  for (const value of [0, NaN, -3, Infinity]) {
    it(`is an error with the value ${value}`, () => {
      assert.throws(() => rowOf('engine', { what: 'run', value, unit: 'ms', floor }), /"run" was not measured: its value is/);
    });
    it(`is an error with the floor ${value}`, () => {
      const measured = { what: 'run', value: 600, unit: 'ms', floor: { value, of: 'a bare loop' } } as const;
      assert.throws(() => rowOf('engine', measured), /"run" was not measured: its floor \(a bare loop\) is/);
    });
  }
  it('is an error with a target as a ratio and no floor', () => {
    assert.throws(() => rowOf('engine', { what: 'run', value: 600, unit: 'ms', limit: { ratio: 1.1 } }), /no floor/);
  });
  it('says what is not installed', () => {
    assert.deepEqual(cellsOf(rowOf('engine', { what: 'peer', absent: 'not installed' })), ['peer', 'not installed', '', '', '']);
  });
  it('stands in a table with its target marked when it is missed', () => {
    const rows = [
      rowOf('engine', { what: 'run', value: 12_345.6, unit: 'ms', floor, limit: { most: 10_000 } }),
      rowOf('engine', { what: 'memory', value: 3.14159, unit: 'MB', note: 'after a collection' }),
    ];
    assert.deepEqual(table(rows).split('\n'), [
      'what    value      ratio    target              floor of the same run',
      'run     12,346 ms  24.69 ×  ≤ 10,000 ms MISSED  500 ms (a bare loop)',
      'memory  3.14 MB                                 after a collection',
    ]);
  });
});

describe('the time of a part of the benchmark', () => {
  it('is its limit, in a whole run at most what is left of 25 minutes, and nothing when they are over', () => {
    assert.equal(WHOLE_RUN, 1500);
    const part = { limit: 600 };
    assert.deepEqual(
      [0, 900, 1400, 1500, 1501].map((elapsed) => secondsFor(part, elapsed, true)),
      [600, 600, 100, null, null],
    );
    assert.equal(secondsFor(part, 5000, false), 600);
  });
});
