/** The table of docs/comparing.md: what it says happens in simulated suites, against suites of another seed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compareSides } from '../../../src/core/compare/compare.ts';
import { DEFAULT_GATE } from '../../../src/core/config/gate.ts';
import { Random } from '../../../src/core/statistics/random.ts';
import { drawSuite } from '../simulated-suite.ts';
import { atLeast, atMost, seedOf, SEEDS } from './simulated-rate.ts';

interface Row {
  readonly cases: number;
  readonly repeats: number;
  readonly drop: number;
  /** Shares of suites. */
  readonly stated: Readonly<Record<'fail' | 'pass' | 'naive', number>>;
}

const ROW = /^\| (\d+) \| (\d+) \| (none|\d+ points) \| (\d+) % \| (\d+) % \| (\d+) % \| (\d+) % \|$/gm;
const rows = [...readFileSync('docs/comparing.md', 'utf8').matchAll(ROW)].map((cells): Row => {
  const [cases, repeats, drop, fail, pass, , naive] = cells.slice(1).map((cell) => (cell === 'none' ? 0 : parseInt(cell, 10)));
  const share = (value = NaN): number => value / 100;
  return {
    cases: cases ?? 0,
    repeats: repeats ?? 0,
    drop: share(drop),
    stated: { fail: share(fail), pass: share(pass), naive: share(naive) },
  };
});

/** A stated share is rounded to whole percents, and of 2,000 suites: up to 3.4 standard errors off. */
const off = (share: number): number => 0.005 + 3.4 * Math.sqrt((Math.max(share, 0.005) * (1 - Math.min(share, 0.995))) / 2000);

for (let round = 0; round < SEEDS; round++)
  describe(`the power of a golden set keeps its promises${SEEDS === 1 ? '' : `, seed ${round + 1}`}`, function () {
    this.timeout(600_000);

    it('and has a row for each size, number of samples and drop', () => assert.equal(rows.length, 24));

    it('in each row, and over all of them', () => {
      const suites = SEEDS === 1 ? 30 : 400;
      const all = { seen: { fail: 0, pass: 0, naive: 0 }, stated: { fail: 0, pass: 0, naive: 0 }, widest: { fail: 0, pass: 0, naive: 0 } };
      rows.forEach(({ cases, repeats, drop, stated }, i) => {
        const random = new Random(seedOf(round, 4000 + i));
        const seen = { fail: 0, pass: 0, naive: 0 };
        for (let suite = 0; suite < suites; suite++) {
          const { a, b } = drawSuite(random, { cases, repeats, flaky: 0.1, groupSize: 1, errors: 0.01, drop });
          const { verdict, regressed } = compareSides(a, b, { gate: DEFAULT_GATE, sequential: null });
          if (verdict === 'fail' || verdict === 'pass') seen[verdict]++;
          if (regressed.length > 0) seen.naive++;
        }
        for (const name of ['fail', 'pass', 'naive'] as const) {
          const what = `${cases} cases, ${repeats} samples, drop ${drop}: ${name}`;
          atMost(Math.min(1, stated[name] + off(stated[name])), seen[name], suites, what);
          atLeast(Math.max(0, stated[name] - off(stated[name])), seen[name], suites, what);
          all.seen[name] += seen[name];
          all.stated[name] += stated[name] / rows.length;
          all.widest[name] += (off(stated[name]) - 0.005) ** 2 / rows.length ** 2;
        }
      });
      // Rounding is up and down alike.
      for (const name of ['fail', 'pass', 'naive'] as const) {
        const wide = 0.002 + Math.sqrt(all.widest[name]);
        atMost(Math.min(1, all.stated[name] + wide), all.seen[name], suites * rows.length, `all rows: ${name}`);
        atLeast(Math.max(0, all.stated[name] - wide), all.seen[name], suites * rows.length, `all rows: ${name}`);
      }
    });
  });
