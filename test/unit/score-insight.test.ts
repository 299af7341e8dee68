/** Scores of calls: what is counted of them by day, also when they come later, are taken back, or the process ended between. */
import assert from 'node:assert/strict';
import { binOfScore, scoreOfBin, BEST_RETRIEVAL } from '../../src/core/feedback/insights/signals/score-bins.ts';
import type { SignalCell } from '../../src/core/feedback/insights/signals/signal-cell.ts';
import { signalInsight } from '../../src/core/feedback/insights/signals/signal-insight.ts';
import { signalRollup, type SignalRollup } from '../../src/core/feedback/insights/signals/signal-rollup.ts';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';

const DAY = '2026-11-02';
const PORT = { tables: [], loadTable: () => null, storeTable: () => false, outputAt: () => null };
const started = (data: unknown = null): SignalRollup => signalRollup({ lowScore: null }).start(data, PORT);

function take(rollup: SignalRollup, line: object, day = DAY): void {
  const read = readStoredLine(JSON.stringify(line));
  assert.ok(!('problem' in read), JSON.stringify(read));
  rollup.take(read, { day, offset: 0 });
}

const call = (id: string, over: object, day = DAY): object => ({
  ...{ id, time: `${day}T10:00:00Z`, user: id, output: 'Fine.', prompt: { name: 'answer', version: '1' }, model: 'm' },
  ...over,
});
const scored = (score: number): object => ({
  chunks: [
    { text: 'worse', score: score / 2 },
    { text: 'best', score },
  ],
});
const check = (name: string, value: unknown): object => ({ kind: 'operational', annotator: 'model', name, value });

/** Calls by name and score. */
function scoresIn([cell]: readonly SignalCell[]): Record<string, Record<number, number>> {
  const of = (bins: ReadonlyMap<number, ReadonlyMap<number, number>>): Record<number, number> =>
    Object.fromEntries(
      [...bins].flatMap(([bin, groups]) => (groups.size === 0 ? [] : [[scoreOfBin(bin), [...groups.values()].reduce((a, b) => a + b, 0)]])),
    );
  return Object.fromEntries([...(cell?.scores ?? [])].map(([name, bins]) => [name, of(bins)]));
}

describe('scores of calls', () => {
  it('keep two hundredths up to 1, and 5 % above it', () => {
    for (const score of [0, 0.02, 0.34, 0.8, 1, -0.5]) assert.equal(scoreOfBin(binOfScore(score)), score);
    for (const score of [1.7, 12, 480, -33])
      assert.ok(Math.abs(scoreOfBin(binOfScore(score)) / score - 1) < 0.03, `${score}: ${scoreOfBin(binOfScore(score))}`);
  });

  it('are the best one of a retrieval, and every number that is no thumb; the newest counts, and null takes it back', () => {
    const rollup = started();
    take(rollup, call('a', { ...scored(0.8), signals: [check('faithfulness', 0.9), check('thumb', 1)] }));
    take(rollup, call('b', { signals: [check('faithfulness', 0.5)] }));
    take(rollup, { of: { interaction: 'b' }, time: `${DAY}T11:00:00Z`, chunks: [{ text: 'late', score: 0.3 }] });
    take(rollup, { of: { interaction: 'b' }, time: `${DAY}T11:00:00Z`, signals: [check('faithfulness', 0.6)] });
    assert.deepEqual(scoresIn(rollup.list(null)), { [BEST_RETRIEVAL]: { 0.8: 1, 0.3: 1 }, faithfulness: { 0.9: 1, 0.6: 1 } });
    take(rollup, { of: { interaction: 'a' }, time: `${DAY}T11:00:00Z`, signals: [check('faithfulness', null)] });
    assert.deepEqual(scoresIn(rollup.list(null))['faithfulness'], { 0.6: 1 });
    assert.deepEqual(
      signalInsight(rollup.list(null)).rates.map(({ signal, count }) => [signal, count]),
      [
        ['faithfulness', 1],
        ['thumbs-up', 1],
      ],
      'a score is no signal more',
    );
    const { data } = rollup.save();
    assert.deepEqual(scoresIn(started(JSON.parse(JSON.stringify(data))).list(null)), scoresIn(rollup.list(null)));
  });

  it('that fell within one version are named with both medians; causes that a judge names are tested, too', () => {
    const rollup = started();
    for (let day = 0; day < 16; day++) {
      const of = new Date(Date.parse('2026-11-02') + day * 86_400_000).toISOString().slice(0, 10);
      for (let i = 0; i < 80; i++) {
        const cause = i % 20 < (day >= 14 ? 12 : 1) ? [check('cause', 'retrieval')] : [check('cause', 'none')];
        take(rollup, call(`${day} ${i}`, { ...scored(day >= 14 ? 0.04 : 0.6 + (i % 11) / 50), signals: cause }, of), of);
      }
    }
    const { worse, changed, testedScores } = signalInsight(rollup.list(null));
    assert.deepEqual(
      changed.map(({ score, from, to, at, before, after, moved }) => [
        score,
        from,
        to,
        at.slice(0, 10),
        before.median,
        after.median,
        moved,
      ]),
      [[BEST_RETRIEVAL, '1', '1', '2026-11-16', 0.7, 0.04, 'lower']],
    );
    assert.deepEqual(
      worse.map(({ signal, at }) => [signal, at.slice(0, 10)]),
      [['cause:retrieval', '2026-11-16']],
    );
    assert.equal(testedScores, 1);
  });
});
