/** Signals by what the application says of a call: bounded counts, later and retracted signals, and whose calls a change is of. */
import assert from 'node:assert/strict';
import { worseSentence } from '../../src/core/feedback/insights/insight-sentences.ts';
import { signalInsight } from '../../src/core/feedback/insights/signals/signal-insight.ts';
import { signalRollup, signalSums, type SignalRollup } from '../../src/core/feedback/insights/signals/signal-rollup.ts';
import { ratesByAttribute } from '../../src/core/feedback/insights/signals/signal-share.ts';
import { ATTRIBUTE_GROUPS, OTHER_VALUES } from '../../src/core/feedback/insights/units/unit-attributes.ts';
import type { FollowUpTarget, Interaction, Signal } from '../../src/core/feedback/interactions/interaction.ts';
import { newInteraction } from '../../src/core/feedback/interactions/record-fields.ts';
import { Random } from '../../src/core/statistics/random.ts';

const rollupOf = (data: unknown = null, loadTable: (day: string) => Uint8Array | null = () => null, tables: string[] = []): SignalRollup =>
  signalRollup({ lowScore: null }).start(data, { tables, loadTable, storeTable: () => false, outputAt: () => null });
const dayAt = (n: number): string => new Date(Date.parse('2026-10-01') + n * 86_400_000).toISOString().slice(0, 10);
const thumb = (value: Signal['value'], by: string | null = null, time: string | null = null): Signal => ({
  ...{ kind: 'explicit', name: 'thumb', value, annotator: 'human', by, time, note: null },
});

let count = 0;
function take(rollup: SignalRollup, day: string, over: Partial<Interaction>): string {
  const id = over.id ?? `c${count++}`;
  const prompt = { name: 'answer', version: '1', contentHash: null };
  const interaction = newInteraction({ prompt, model: 'm', output: 'Fine.', ...over, id, time: `${day}T10:00:00.000Z` });
  rollup.take({ interaction }, { day, offset: 0 });
  return id;
}
const later = (rollup: SignalRollup, id: string, day: string, signals: readonly Signal[]): void => {
  const of: FollowUpTarget = { interaction: id, response: null, trace: null, conversation: null };
  rollup.take(
    { followUp: { of, time: `${day}T11:00:00.000Z`, signals, chunks: [], action: null, triage: null, reason: null } },
    { day, offset: 1 },
  );
};
const shown = (rollup: SignalRollup, attribute: string): unknown[] =>
  ratesByAttribute(rollup.byAttribute(), attribute, null).map(({ signal, by, count: seen, n }) => [signal, by?.value, seen, n]);

describe('signals by attributes', () => {
  it('are counted by each value and by environment, also those that come later or are taken back', () => {
    const rollup = rollupOf();
    rollup.beginDay(dayAt(0));
    const down = [thumb(-1, 'ana', `${dayAt(0)}T10:01:00.000Z`)];
    const first = take(rollup, dayAt(0), { attributes: { tenant: 'acme', beta: true, user: 'hash-0123456789abcdef' }, signals: down });
    const second = take(rollup, dayAt(0), { attributes: { tenant: 'acme' }, environment: 'staging' });
    take(rollup, dayAt(0), { attributes: { tenant: 'beta-ltd', beta: false } });
    take(rollup, dayAt(0), {});
    assert.deepEqual(shown(rollup, 'tenant'), [
      ['thumbs-down', 'acme', 1, 2],
      ['thumbs-down', 'beta-ltd', 0, 1],
    ]);
    // What comes the next day finds the values of its call, when the sums were kept between.
    const saved = rollup.save();
    const tables = new Map(
      [...(saved.tables ?? [])].map(([day, pieces]) => [day, Buffer.concat(pieces.map((piece) => Buffer.from(piece)))]),
    );
    const kept = rollupOf(JSON.parse(JSON.stringify(saved.data)), (day) => tables.get(day) ?? null, [...tables.keys()]);
    kept.beginDay(dayAt(1));
    later(kept, second, dayAt(1), [thumb(-1, 'ben', `${dayAt(1)}T11:00:00.000Z`)]);
    assert.deepEqual(shown(kept, 'tenant')[0], ['thumbs-down', 'acme', 2, 2]);
    assert.deepEqual(shown(kept, 'environment'), [['thumbs-down', 'staging', 1, 1]]);
    later(kept, first, dayAt(1), [thumb(null, 'ana', `${dayAt(1)}T11:00:00.000Z`)]);
    assert.deepEqual(shown(kept, 'tenant')[0], ['thumbs-down', 'acme', 1, 2]);
    assert.deepEqual(shown(kept, 'beta'), []);
    // Persons are no group, and what was counted of a day outlives its file.
    assert.deepEqual([...new Set(kept.byAttribute().map(({ attribute }) => attribute))].sort(), ['beta', 'environment', 'tenant']);
    const sums = signalSums(JSON.parse(JSON.stringify(kept.save().data)), new Set([dayAt(0)]));
    assert.deepEqual(shown(rollupOf(sums), 'tenant')[0], ['thumbs-down', 'acme', 1, 2]);
    assert.deepEqual(shown(rollupOf(signalSums(sums, new Set([dayAt(5)]))), 'tenant'), []);
  });

  it('are bounded, whatever an application says', () => {
    const rollup = rollupOf();
    rollup.beginDay(dayAt(0));
    const signals = [thumb(-1)];
    for (let i = 0; i < 3000; i++) take(rollup, dayAt(0), { attributes: { id: `v${i}`, [`name${i % 100}`]: i }, signals });
    const cells = rollup.byAttribute();
    assert.equal(new Set(cells.map(({ attribute }) => attribute)).size, ATTRIBUTE_GROUPS.names);
    assert.ok(cells.length <= ATTRIBUTE_GROUPS.names * (ATTRIBUTE_GROUPS.values + 1));
    const other = cells.find(({ attribute, value }) => attribute === 'id' && value === OTHER_VALUES);
    assert.deepEqual([other?.n, other?.counts.get('thumbs-down')], [3000 - ATTRIBUTE_GROUPS.values, 3000 - ATTRIBUTE_GROUPS.values]);
  });

  /** 60 calls a day; from day 24 on, calls of this tenant are rejected so often. */
  const weeks = (rejectedOf: (tenant: string) => number): SignalRollup => {
    const rollup = rollupOf();
    const random = new Random(7);
    for (let day = 0; day < 34; day++) {
      rollup.beginDay(dayAt(day));
      for (let i = 0; i < 60; i++) {
        const tenant = i < 12 ? 'acme' : ['nord', 'sued', 'west'][i % 3]!;
        const rate = day < 24 ? 0.02 : rejectedOf(tenant);
        const attributes = { tenant, locale: i % 2 === 0 ? 'de' : 'en' };
        take(rollup, dayAt(day), { attributes, user: `u${day}-${i}`, signals: random.next() < rate ? [thumb(-1)] : [] });
      }
    }
    return rollup;
  };
  const alarmOf = (rollup: SignalRollup): ReturnType<typeof signalInsight>['worse'][number] | undefined =>
    signalInsight(rollup.list(null), null, { cells: rollup.byAttribute(), by: null }).worse.find(({ signal }) => signal === 'thumbs-down');

  it('name the value whose calls got worse', () => {
    const worse = alarmOf(weeks((tenant) => (tenant === 'acme' ? 0.5 : 0.02)));
    assert.ok(worse);
    assert.deepEqual([worse.share?.attribute, worse.share?.value], ['tenant', 'acme']);
    // 12 of 60 calls are theirs on every day.
    assert.ok(Math.abs((worse.share?.ofActions ?? 0) - 0.2) < 1e-9 && (worse.share?.ofRise ?? 0) > 0.9, JSON.stringify(worse.share));
    assert.match(
      worseSentence(worse),
      /thumbs-down .*; tenant acme: 20 % of the calls since then \(\d+\), \d\d(\.\d)? % of the rise$|100 % of the rise$/,
    );
  });

  it('name none where all got worse alike', () => {
    const worse = alarmOf(weeks(() => 0.2));
    assert.ok(worse);
    assert.equal(worse.share, undefined);
    assert.doesNotMatch(worseSentence(worse), /of the rise/);
  });
});
