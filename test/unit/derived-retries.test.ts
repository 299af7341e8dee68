/** The inbox, its filters and the sums of insights see the same retries, whenever they look. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { InteractionReader, type InteractionAnswer, type InteractionQuery } from '../../src/adapters/interactions/interaction-reader.ts';
import { signalInsight } from '../../src/core/feedback/insights/signals/signal-insight.ts';
import { signalRollup } from '../../src/core/feedback/insights/signals/signal-rollup.ts';
import { followUpOn } from '../../src/core/feedback/interactions/follow-up.ts';
import { INBOX } from '../../src/core/feedback/interactions/interaction-filter.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import { Random } from '../../src/core/statistics/random.ts';

const START = Date.parse('2026-11-20T20:00:00Z');
const ASKED = ['Where is my parcel?', 'How do I pay?', 'Cancel order 12', 'Cancel order 13'];

/** Calls of eight hours over midnight, and by hand which are retried. */
function traffic(): { readonly lines: StoredLine[]; readonly retried: string[] } {
  const random = new Random(2026);
  const last = new Map<string, { id: string; at: number; asked: string }>();
  const lines: StoredLine[] = [];
  const retried: string[] = [];
  for (let i = 0; i < 600; i++) {
    const at = START + i * 48_000;
    const user = `u${Math.floor(random.next() * 6)}`;
    const asked = ASKED[Math.floor(random.next() * ASKED.length)] ?? '';
    const read = readInteraction(
      JSON.stringify({
        id: `c${i}`,
        time: new Date(at).toISOString(),
        user,
        prompt: { name: 'p', version: '1' },
        model: 'm',
        output: 'Fine.',
        messages: [{ role: 'user', content: asked }],
      }),
    );
    assert.ok('interaction' in read);
    const before = last.get(user);
    if (before?.asked === asked && at - before.at <= 300_000) retried.push(before.id);
    last.set(user, { id: `c${i}`, at, asked });
    lines.push(read);
  }
  return { lines, retried: retried.sort() };
}

describe('derived retries', () => {
  let root = '';
  let files: InteractionFiles;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-retries-'));
    files = new InteractionFiles(root);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function ask(desk: InteractionReader, query: InteractionQuery): InteractionAnswer {
    for (;;) {
      const answer = desk.answer({ root, declared: {}, query, isKept: true });
      if (answer.kind !== 'more') return answer;
    }
  }
  function idsOf(desk: InteractionReader, triage: 'all' | 'open', text = ''): string[] {
    const answer = ask(desk, { kind: 'find', filter: { ...INBOX, triage, signal: 'retry', text }, from: 0, to: 1000 });
    assert.ok(answer.kind === 'found');
    return answer.rows.map(({ id }) => id).sort();
  }
  const fresh = (): InteractionReader => new InteractionReader(() => 0);

  it('are the same in insights, the inbox and every filter, read at once, again, or as they come', () => {
    const { lines, retried } = traffic();
    assert.ok(retried.length > 40);
    const rollup = signalRollup({ lowScore: null }).start(null, {
      tables: [],
      loadTable: () => null,
      storeTable: () => false,
      outputAt: () => null,
    });
    for (const line of lines) if ('interaction' in line) rollup.take(line, { day: line.interaction.time.slice(0, 10), offset: 0 });
    const sum = signalInsight(rollup.list(null)).rates.find(({ signal }) => signal === 'retry');
    assert.equal(sum?.count, retried.length);
    const growing = fresh();
    for (let at = 0; at < lines.length; at += 37) {
      files.append(...lines.slice(at, at + 37));
      // A process that ends and one that goes on share what is kept beside the days.
      ask(at % 2 === 0 ? growing : fresh(), { kind: 'inbox', rows: 1 });
    }
    for (const desk of [growing, fresh()]) {
      assert.deepEqual(idsOf(desk, 'open'), retried);
      assert.deepEqual(idsOf(desk, 'all'), retried);
      assert.deepEqual(
        idsOf(desk, 'all', 'parcel').length + idsOf(desk, 'all', 'pay').length + idsOf(desk, 'all', 'Cancel').length,
        retried.length,
      );
      const inbox = ask(desk, { kind: 'inbox', rows: 1 });
      assert.ok(inbox.kind === 'inbox');
      assert.deepEqual([inbox.open, inbox.seen.signal['retry']], [retried.length, retried.length]);
      assert.deepEqual(
        inbox.prompts.map(({ flags }) => flags.map(({ flag, count }) => [flag, count])),
        [[['retry', retried.length]]],
      );
    }
  });

  it('are found by who reads everything for the first time', () => {
    const { lines, retried } = traffic();
    files.append(...lines);
    assert.deepEqual(idsOf(fresh(), 'open'), retried);
  });

  it('yield to what the application says, and are closed like others', () => {
    const { lines, retried } = traffic();
    const [first = '', second = ''] = retried;
    const no = { kind: 'implicit', name: 'retry', value: false, annotator: 'code', by: 'app', time: null, note: null } as const;
    files.append(...lines);
    files.append(
      { followUp: followUpOn(first, new Date(START).toISOString(), { signals: [no] }) },
      { followUp: followUpOn(second, new Date(START).toISOString(), { triage: 'dismissed' }) },
    );
    assert.deepEqual(idsOf(fresh(), 'open'), retried.slice(2));
    assert.deepEqual(idsOf(fresh(), 'all'), retried.slice(1));
  });
});
