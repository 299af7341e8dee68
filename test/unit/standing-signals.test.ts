/** The newest value of each person counts: in the inbox, in filters, in the sums of insights, and in golden cases. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { InteractionReader, type InteractionAnswer, type InteractionQuery } from '../../src/adapters/interactions/interaction-reader.ts';
import type { DeclaredSignals } from '../../src/core/config/declared-signals.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { signalInsight } from '../../src/core/feedback/insights/signals/signal-insight.ts';
import { signalRollup } from '../../src/core/feedback/insights/signals/signal-rollup.ts';
import { caseFrom } from '../../src/core/feedback/interactions/case-from-interaction.ts';
import { followUpOn } from '../../src/core/feedback/interactions/follow-up.ts';
import { INBOX } from '../../src/core/feedback/interactions/interaction-filter.ts';
import { joined } from '../../src/core/feedback/interactions/interaction-query.ts';
import type { Interaction, Signal, StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import { standingSignals } from '../../src/core/feedback/signals/standing-signals.ts';
import { Random } from '../../src/core/statistics/random.ts';

const DAY = '2026-11-20';
const at = (minute: number): string => new Date(Date.parse(`${DAY}T10:00:00Z`) + minute * 60_000).toISOString();
const said = (value: Signal['value'], by: string | null = null, minute: number | null = null, name = 'thumb'): Signal => ({
  ...{ kind: 'explicit', name, value, annotator: 'human', by, note: null },
  time: minute === null ? null : at(minute),
});
function call(id: string, signals: readonly Signal[] = [], more: object = {}): Interaction {
  const read = readInteraction(
    JSON.stringify({ id, time: at(0), output: 'Fine.', prompt: { name: 'answer', version: '1' }, model: 'm', ...more }),
  );
  assert.ok('interaction' in read);
  return { ...read.interaction, signals };
}

describe('what stands of what was said', () => {
  const valuesOf = (signals: readonly Signal[]): Signal['value'][] => standingSignals(signals).map(({ value }) => value);
  it('down, up, null of one person is nothing', () =>
    assert.deepEqual(valuesOf([said('down', 'ana'), said('up', 'ana'), said(null, 'ana')]), []));
  it('each person has a say, and each name', () =>
    assert.deepEqual(valuesOf([said('down', 'ana'), said('up', 'ben'), said('up', 'ana'), said(3, 'ana', null, 'rating')]), [
      'up',
      'up',
      3,
    ]));
  it('the time decides where both are known, whatever order they came in', () => {
    assert.deepEqual(valuesOf([said('up', 'ana', 9), said('down', 'ana', 3)]), ['up']);
    assert.deepEqual(valuesOf([said('up', 'ana', 9), said('down', 'ana')]), ['down']);
    assert.deepEqual(valuesOf([said(null, 'ana', 9), said('down', 'ana', 3)]), []);
  });
});

describe('what stands', () => {
  let root = '';
  let files: InteractionFiles;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-standing-'));
    files = new InteractionFiles(root);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function ask(desk: InteractionReader, query: InteractionQuery, declared: DeclaredSignals = {}): InteractionAnswer {
    for (;;) {
      const answer = desk.answer({ root, declared, query, isKept: true });
      if (answer.kind !== 'more') return answer;
    }
  }
  const idsOf = (
    signal: string | null,
    triage: 'all' | 'open',
    declared: DeclaredSignals = {},
    desk = new InteractionReader(() => 0),
  ): string[] => {
    const answer = ask(desk, { kind: 'find', filter: { ...INBOX, triage, signal }, from: 0, to: 100 }, declared);
    assert.ok(answer.kind === 'found');
    return answer.rows.map(({ id }) => id).sort();
  };
  const countsOf = (lines: readonly StoredLine[], declared: DeclaredSignals = {}): Record<string, number> => {
    const rollup = signalRollup({ lowScore: null }, declared).start(null, PORT);
    lines.forEach((line, i) => rollup.take(line, { day: DAY, offset: i }));
    return Object.fromEntries(signalInsight(rollup.list(null)).rates.flatMap(({ signal, count }) => (count > 0 ? [[signal, count]] : [])));
  };
  const PORT = { tables: [], loadTable: () => null, storeTable: () => false, outputAt: () => 'Fine.' };
  const later = (id: string, minute: number, ...signals: Signal[]): StoredLine => ({ followUp: followUpOn(id, at(minute), { signals }) });

  it('closes an interaction whose flag was taken back, also when that comes after the inbox was looked at', () => {
    const desk = new InteractionReader(() => 0);
    files.append({ interaction: call('a', [said('down', 'ana')]) }, { interaction: call('b') }, later('b', 1, said('down', 'ana')));
    assert.deepEqual(idsOf(null, 'open', {}, desk), ['a', 'b']);
    files.append(later('a', 2, said('up', 'ana')), later('b', 2, said(null, 'ana')));
    for (const of of [desk, new InteractionReader(() => 0)]) {
      assert.deepEqual(idsOf(null, 'open', {}, of), []);
      assert.deepEqual([idsOf('thumbs-down', 'all', {}, of), idsOf('thumbs-up', 'all', {}, of)], [[], ['a']]);
    }
    files.append(later('a', 3, said('down', 'ben')));
    assert.deepEqual(idsOf('thumbs-down', 'open', {}, desk), ['a']);
  });

  it('flags and counts by what goldset.yaml declares, and again when that changes', () => {
    const lines: StoredLine[] = [1, 2, 3, 5].map((value) => ({ interaction: call(`r${value}`, [said(value, null, null, 'rating')]) }));
    files.append(...lines);
    const of = (text: string): DeclaredSignals => readGoldsetYaml('goldset.yaml', text).config.signals;
    const [two, three] = [
      of('signals: { rating: { scale: [1, 5], bad: "<= 2" } }'),
      of('signals: { rating: { scale: [1, 5], bad: "<= 3" } }'),
    ];
    const desk = new InteractionReader(() => 0);
    assert.deepEqual([idsOf(null, 'open', {}, desk), countsOf(lines)], [[], { rating: 4 }]);
    assert.deepEqual([idsOf(null, 'open', two, desk), countsOf(lines, two)], [['r1', 'r2'], { 'rating:bad': 2, rating: 2 }]);
    assert.deepEqual(
      [idsOf('rating:bad', 'open', three, desk), countsOf(lines, three)],
      [['r1', 'r2', 'r3'], { 'rating:bad': 3, rating: 1 }],
    );
    assert.notEqual(signalRollup({ lowScore: null }, two).version, signalRollup({ lowScore: null }, three).version);
  });

  it('a golden case takes the correction that stands', () => {
    const corrected = (value: string | null, minute: number): Signal => said(value, 'ana', minute, 'correction');
    const expected = (...signals: Signal[]): unknown => caseFrom(call('a', signals), new Set(), DAY).expected;
    assert.deepEqual(
      [
        expected(corrected('one', 1), corrected('two', 2)),
        expected(corrected('two', 2), corrected('one', 1)),
        expected(corrected('one', 1), corrected(null, 2)),
      ],
      ['two', 'two', null],
    );
    const whole = joined(call('a', [said('down', 'ana')]), [followUpOn('a', at(1), { signals: [said(null, 'ana')] })]);
    assert.equal((caseFrom(whole, new Set(), DAY).metadata as { source: { signal: unknown } }).source.signal, null);
  });

  it('what the application says of a name holds, whatever Goldset derives, and a text that was taken back is no edit', () => {
    const no = { ...said(false, null, 1, 'truncated'), kind: 'operational' as const };
    const lines: StoredLine[] = [
      { interaction: call('cut', [], { finish: 'length' }) },
      { interaction: call('kept') },
      later('kept', 1, said('something else', 'ana', 1, 'kept')),
    ];
    assert.deepEqual(countsOf(lines), { truncated: 1, edited: 1 });
    const taken = [later('cut', 1, no), later('kept', 2, said(null, 'ana', 2, 'kept'))];
    assert.deepEqual(countsOf([...lines, ...taken]), {});
    files.append(...lines, ...taken);
    assert.deepEqual(idsOf(null, 'open'), []);
  });

  it('inbox, filters and sums agree with counting by hand on 400 calls and what follows them', () => {
    const random = new Random(26);
    const pick = <T>(of: readonly T[]): T => of[Math.floor(random.next() * of.length)] as T;
    const lines: StoredLine[] = [];
    const history = new Map<string, Map<string, Signal['value']>>();
    const people = ['ana', 'ben', null];
    const values = ['up', 'down', null, 'zorp', 'down'] as const;
    for (let i = 0; i < 400; i++) {
      const id = `c${i}`;
      const own = random.next() < 0.4 ? [said(pick(values), pick(people))] : [];
      history.set(id, new Map(own.map(({ by, value }) => [by ?? '', value])));
      lines.push({ interaction: call(id, own) });
      const target = `c${Math.floor(random.next() * (i + 1))}`;
      const signal = said(pick(values), pick(people));
      history.get(target)?.set(signal.by ?? '', signal.value);
      lines.push(later(target, i, signal));
    }
    const wanted = (value: string): string[] => [...history].flatMap(([id, of]) => ([...of.values()].includes(value) ? [id] : [])).sort();
    assert.deepEqual(countsOf(lines), {
      'thumb:unknown': wanted('zorp').length,
      'thumbs-down': wanted('down').length,
      'thumbs-up': wanted('up').length,
    });
    // Half of it is there when the inbox is looked at first.
    const desk = new InteractionReader(() => 0);
    files.append(...lines.slice(0, 400));
    ask(desk, { kind: 'inbox', rows: 1 });
    files.append(...lines.slice(400));
    for (const of of [desk, new InteractionReader(() => 0)]) {
      const answer = ask(of, { kind: 'inbox', rows: 1 });
      assert.ok(answer.kind === 'inbox');
      assert.equal(answer.open, wanted('down').length);
      assert.equal(answer.seen.signal['thumbs-down'], wanted('down').length);
      const shown = (signal: string): number => {
        const found = ask(of, { kind: 'find', filter: { ...INBOX, triage: 'all', signal }, from: 0, to: 500 });
        return found.kind === 'found' ? found.total : -1;
      };
      assert.deepEqual(
        ['thumbs-down', 'thumbs-up', 'thumb:unknown'].map(shown),
        ['down', 'up', 'zorp'].map((value) => wanted(value).length),
      );
    }
  });
});
