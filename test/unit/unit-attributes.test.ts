/** What actions cost by what the application says of them: bounded sums, and whose actions a rise is of. */
import assert from 'node:assert/strict';
import type { Attributes } from '../../src/core/feedback/interactions/interaction.ts';
import { newInteraction } from '../../src/core/feedback/interactions/record-fields.ts';
import { ATTRIBUTE_GROUPS, OTHER_VALUES } from '../../src/core/feedback/insights/units/unit-attributes.ts';
import { ALERT_RULES } from '../../src/core/feedback/insights/units/unit-alerts.ts';
import { unitInsights } from '../../src/core/feedback/insights/units/unit-insight.ts';
import { unitRollup, unitSums, type UnitRollup } from '../../src/core/feedback/insights/units/unit-rollup.ts';
import { shareSentence } from '../../src/core/feedback/insights/insight-sentences.ts';

const KIND = unitRollup('test', ({ costUsd }) => costUsd);
const PORT = { tables: [], loadTable: () => null, storeTable: () => false, outputAt: () => null };
const rollupOf = (data: unknown = null): UnitRollup => KIND.start(data, PORT);
const dayAt = (n: number): string => new Date(Date.parse('2026-08-01') + n * 86_400_000).toISOString().slice(0, 10);

function call(rollup: UnitRollup, id: string, day: string, costUsd: number, attributes: Attributes, calls = 1): void {
  for (let i = 0; i < calls; i++) {
    const time = `${day}T10:00:00.000Z`;
    rollup.take({
      interaction: newInteraction({ id: `${id}-${i}`, time, action: { type: 'ticket', id }, model: 'm', costUsd, attributes }),
    });
  }
}

const shownBy = (rollup: UnitRollup, attribute: string): unknown[] =>
  unitInsights(rollup.cells(null), { by: { attribute }, byAttribute: rollup.byAttribute() }).units.map(
    ({ action, by, n, costPerActionUsd }) => [action, by, n, costPerActionUsd],
  );

describe('costs of actions by attributes', () => {
  it('are grouped by each value, also when they are kept and read again', () => {
    const rollup = rollupOf();
    rollup.beginDay(dayAt(0));
    call(rollup, 'a', dayAt(0), 2, { tenant: 'acme', beta: true, user: 'hash-0123456789abcdef' });
    call(rollup, 'b', dayAt(0), 1, { tenant: 'beta-ltd', beta: false, user: 'hash-0123456789abcdef' }, 2);
    call(rollup, 'c', dayAt(0), 4, { tenant: 'acme' });
    const expected = [
      ['ticket', 'acme', 2, 3],
      ['ticket', 'beta-ltd', 1, 2],
    ];
    assert.deepEqual(shownBy(rollup, 'tenant'), expected);
    const kept = rollupOf(JSON.parse(JSON.stringify(rollup.save().data)));
    assert.deepEqual(shownBy(kept, 'tenant'), expected);
    // Two days later they are over, and only sums are left.
    kept.beginDay(dayAt(2));
    const sums = rollupOf(JSON.parse(JSON.stringify(kept.save().data)));
    assert.deepEqual(shownBy(sums, 'tenant'), expected);
    assert.deepEqual(shownBy(sums, 'beta'), [
      ['ticket', 'true', 1, 2],
      ['ticket', 'false', 1, 2],
    ]);
    // Persons are no group.
    assert.deepEqual([...sums.byAttribute().keys()].sort(), ['beta', 'tenant']);
    // What was counted of a day outlives its file.
    assert.deepEqual(shownBy(rollupOf(unitSums(sums.save().data, new Set([dayAt(0)]))), 'tenant'), expected);
  });

  it('are bounded: 100,000 values of one attribute and 100 names', () => {
    const rollup = rollupOf();
    for (let day = 0; day < 10; day++) {
      rollup.beginDay(dayAt(day * 2));
      for (let i = 0; i < 10_000; i++) call(rollup, `${day}-${i}`, dayAt(day * 2), 1, { request: `r-${day}-${i}` });
    }
    for (let i = 0; i < 100; i++) call(rollup, `n-${i}`, dayAt(18), 1, { [`name-${i}`]: 'x' });
    rollup.beginDay(dayAt(30));
    const groups = rollup.byAttribute();
    assert.equal(groups.size, ATTRIBUTE_GROUPS.names);
    const values = new Set(groups.get('request')?.map(({ version }) => version));
    assert.equal(values.size, ATTRIBUTE_GROUPS.values + 1);
    assert.ok(values.has(OTHER_VALUES));
    const [others] = shownBy(rollup, 'request') as [string, string, number, number][];
    assert.deepEqual(others, ['ticket', OTHER_VALUES, 100_000 - ATTRIBUTE_GROUPS.values, 1]);
    assert.ok(JSON.stringify(rollup.save().data).length < 64_000);
  });

  it('an alert names the value that has the rise: a fifth of the tickets, all retries', () => {
    const rollup = rollupOf();
    for (let day = 0; day < 70; day++) {
      rollup.beginDay(dayAt(day));
      for (let i = 0; i < 20; i++) {
        const tenant = i < 4 ? 'acme' : `tenant-${i % 5}`;
        // By turns a little more or less, as days are.
        const cost = 0.5 + ((day * 7 + i * 3) % 5) / 100;
        call(
          rollup,
          `${day}-${i}`,
          dayAt(day),
          cost,
          { tenant, region: i % 2 === 0 ? 'eu' : 'us' },
          tenant === 'acme' && day >= 56 ? 5 : 1,
        );
      }
    }
    const byAttribute = rollup.byAttribute();
    const { units } = unitInsights(rollup.cells(null), { by: 'type', byAttribute, rules: { ...ALERT_RULES, minUnits: 20 } });
    const share = units[0]?.alerts[0]?.share;
    assert.deepEqual([share?.attribute, share?.value], ['tenant', 'acme']);
    // 4 of 20 tickets a day, and none of the others costs more.
    assert.ok(Math.abs((share?.ofActions ?? 0) - 0.2) < 1e-9 && (share?.ofRise ?? 0) > 0.97);
    assert.match(
      shareSentence({ ...(share === undefined ? {} : { share }) }),
      /^tenant acme: 20 % of the actions since then \(\d+\), (9[789]|100)(\.\d)? % of the rise$/,
    );
  });
});
