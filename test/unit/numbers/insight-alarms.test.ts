/**
 * What `insights --check` promises, by simulation with planted truth: every day is looked at, as a daily job does. Found: within ten days.
 * `scripts/power-table.mjs` prints the same rates for docs/feedback.md.
 */
import { atLeast, atMost, seedOf, SEEDS } from './simulated-rate.ts';
import { foundInTwoDays, foundRates, LARGE_CHANGES, quietRate, QUIET_MONTHS, RISES, WORSE_SIGNALS } from './production-rates.ts';
import { Random } from '../../../src/core/statistics/random.ts';

for (let round = 0; round < SEEDS; round++)
  describe(`a daily check keeps its promises${SEEDS === 1 ? '' : `, seed ${round + 1}`}`, function () {
    this.timeout(3_600_000);
    const random = (own: number): Random => new Random(seedOf(round, own));

    for (const [i, month] of QUIET_MONTHS.entries())
      it(`a quiet month has an alarm in at most 5 %: ${month.name}`, () => {
        // A look after a month of history costs three times as much: only with other seeds.
        const months = SEEDS > 1 ? 200 : (month.costs ?? month.signals)?.days === 30 ? 5 : 1;
        atMost(0.05, quietRate(random(200 + i), month, months), months, 'months with an alarm');
      });

    for (const [i, rise] of [...RISES, ...WORSE_SIGNALS].entries())
      it(`is found within ten days in at least 90 %: ${rise.name}`, () => {
        const months = SEEDS === 1 ? 5 : 100;
        const { found, covered } = foundRates(random(300 + i), rise, months);
        atLeast(0.9, found, months, 'found');
        if (covered !== null) atLeast(0.93, covered, found, 'intervals with the truth');
      });

    for (const [i, change] of LARGE_CHANGES.entries())
      it(`is found within two days in at least 95 %: ${change.name}`, () => {
        const months = SEEDS === 1 ? 10 : 200;
        atLeast(0.95, foundInTwoDays(random(400 + i), change, months), months, 'found');
      });
  });
