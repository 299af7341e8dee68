/** Deletion reaches every copy: sums and indexes of any version, halves of files, labels and batches wherever they are. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { forgetDeletedDays } from '../../src/adapters/interactions/deleted-days.ts';
import { InboxIndex } from '../../src/adapters/interactions/inbox-index.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { addUp, readInsights } from '../../src/adapters/interactions/read-insights.ts';
import { newTryId, pruneTries, TryStore } from '../../src/adapters/tries/try-store.ts';
import type { Tried } from '../../src/core/try/tried.ts';
import { keepRetention } from '../../src/adapters/interactions/retention.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { pruneCache } from '../../src/adapters/storage/response-cache/prune.ts';
import { ResponseCache } from '../../src/adapters/storage/response-cache/response-cache.ts';
import { listRuns } from '../../src/adapters/storage/run-files.ts';
import { removeOldRuns, removeOldRunsAfter } from '../../src/adapters/storage/run-retention.ts';
import { INSIGHT_KINDS, type InsightsRead } from '../../src/core/feedback/insights/insights.ts';
import { ALERT_RULES } from '../../src/core/feedback/insights/units/unit-alerts.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import { readPostedSignals } from '../../src/core/feedback/signals/posted-signals.ts';
import { JOURNAL_SCHEMA } from '../../src/core/results/journal.ts';
import { answerOf } from '../unit/run-world.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-28T12:00:00Z');
const PLANTED = 'planted-7f3a';
const [OLD, NEW] = ['2026-10-19', '2026-11-26'];

function call(id: string, day: string, more: object = {}): StoredLine {
  const line = readStoredLine(
    JSON.stringify({
      ...{ id, time: `${day}T10:00:00.000Z`, prompt: { name: 'support', version: 'v1', hash: null }, model: 'openai:gpt-own' },
      ...{ messages: [{ role: 'user', content: PLANTED }], output: PLANTED, user: 'u1', usage: { input: 10, output: 10 } },
      action: { type: 'ticket', id: `${PLANTED}-${id}` },
      ...more,
    }),
  );
  assert.ok(!('problem' in line), JSON.stringify(line));
  return line;
}

function noteOn(id: string, day: string): StoredLine {
  const posted = readPostedSignals(JSON.stringify({ interaction: id, name: 'thumb', value: 'down' }), `${day}T11:00:00.000Z`);
  const followUp = posted?.followUps[0];
  assert.ok(followUp);
  return { followUp };
}

const TRIED: Tried = {
  id: '',
  at: '2026-11-01T12:00:00.000Z',
  prompt: 'a.prompt',
  version: 'v',
  model: 'local:m',
  effort: null,
  values: {},
  picked: [],
  turns: [],
  rendered: 0,
  source: null,
  answer: {
    text: 'ok',
    thinking: '',
    toolCalls: [],
    schema: null,
    finish: 'stop',
    source: 'model',
    tokens: null,
    costUsd: null,
    wouldCost: false,
    ttftMs: null,
    latencyMs: null,
    sentWithout: [],
  },
};

describe('deletion', () => {
  let root = '';
  let files: InteractionFiles;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-deletion-'));
    dataFolder(root).folder('interactions');
    files = new InteractionFiles(root);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const at = (...names: string[]): string => path.join(root, '.goldset', ...names);
  const planted = (): string[] =>
    readdirSync(at(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file, 'latin1').includes(PLANTED))
      .map((file) => path.relative(at(), file).replaceAll('\\', '/'));
  const insights = (lowScore: number | null = null): Promise<InsightsRead> =>
    readInsights({ root, kinds: INSIGHT_KINDS, by: 'type', since: null, rules: ALERT_RULES, lowScore });
  const lookAtInbox = (): void => {
    for (const steps = new InboxIndex(root).refresh(true); steps.next().done !== true;);
  };
  const versioned = (name: string, version: string): string => {
    const file = at('interactions', 'rollups', `${name}.json`);
    const text = JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), version });
    writeFileSync(file, text);
    return text;
  };

  it('names sums of a newer version, of an unknown kind and of a damaged file, and leaves them as they are', async () => {
    files.append(call('a', OLD), call('b', NEW, { messages: [], output: '' }));
    await insights();
    const newer = versioned('units', '99 prices');
    const folder = at('interactions', 'rollups');
    writeFileSync(path.join(folder, 'moods.json'), newer);
    writeFileSync(path.join(folder, 'notes.json'), '{"half');
    unlinkSync(files.fileOf(OLD));
    const problems = (await forgetDeletedDays(files)).sort();
    assert.equal(problems.length, 3, problems.join('\n'));
    assert.match(problems[0] ?? '', /^moods\.json, line 1: .* does not know .*not changed and may hold texts of deleted days/);
    assert.match(problems[1] ?? '', /^notes\.json is damaged.*delete the file notes\.json/);
    assert.match(
      problems[2] ?? '',
      /^units\.json, line 1: a newer version of Goldset wrote it \(form 99, this version reads \d+\).*Update Goldset/,
    );
    assert.equal(readFileSync(path.join(folder, 'units.json'), 'utf8'), newer);
    assert.equal(readFileSync(path.join(folder, 'moods.json'), 'utf8'), newer);
    const signals = JSON.parse(readFileSync(path.join(folder, 'signals.json'), 'utf8')) as { days: Record<string, { kept?: string }> };
    assert.equal(signals.days[OLD]?.kept, 'deleted', 'sums of this version are without the day');
  });

  it('deletes tries with the values of a call whose day is gone, and no others', async () => {
    files.append(call('a', OLD), call('b', NEW, { messages: [], output: '' }));
    const store = new TryStore(root, 'a.prompt');
    const [from, other, typed] = [0, 1, 2].map((i) => newTryId(new Date(Date.parse(`${NEW}T12:00:0${i}Z`)), i / 10));
    const keep = (id: string | undefined, values: Tried['values'], source: Tried['source']): void =>
      store.keep({ ...TRIED, id: id ?? '', values, source }, new Date(`${NEW}T13:00:00Z`));
    keep(from, { ticket: PLANTED }, { interaction: 'a', day: OLD });
    keep(other, { ticket: 'kept' }, { interaction: 'b', day: NEW });
    keep(typed, { ticket: 'typed' }, null);
    assert.ok(planted().some((file) => file.startsWith('tries/')));
    const { problems } = await keepRetention(root, { keepDays: 30, keepMb: null }, new Date(`${NEW}T13:00:00Z`), () => addUp(root));
    assert.deepEqual([problems, planted().filter((file) => file.startsWith('tries/'))], [[], []]);
    assert.deepEqual(
      store.find('', 0, 10).tries.map(({ id }) => id),
      [typed, other],
    );
  });

  it('deletes tries that no version can read when they are old, and leaves those of another version', () => {
    const id = newTryId(new Date('2026-01-01T00:00:00Z'), 0.5);
    const store = new TryStore(root, 'a.prompt');
    store.keep({ ...TRIED, id }, new Date('2026-01-02T00:00:00Z'));
    const [folder = ''] = readdirSync(at('tries'));
    const write = (random: number, text: string): string => {
      const name = `${newTryId(new Date('2026-01-01T00:00:00Z'), random)}.try.json`;
      writeFileSync(at('tries', folder, name), text);
      return name;
    };
    write(0.1, '{"schema":"goldset.tried/1","val');
    const newer = write(0.2, '{"schema":"goldset.tried/9"}');
    assert.deepEqual(pruneTries(root, new Date('2026-11-01T00:00:00Z')), []);
    assert.deepEqual(readdirSync(at('tries', folder)), [newer]);
  });

  it('deletes sums of an older version, whose texts no version can take out, and says what is lost', async () => {
    files.append(call('a', OLD), call('b', NEW, { messages: [], output: '', action: null }));
    await insights();
    versioned('units', '0.5 prices');
    unlinkSync(files.fileOf(OLD));
    const problems = await forgetDeletedDays(files);
    assert.match(problems.join('\n'), /^units\.json is of an older version.*is lost\.$/);
    assert.deepEqual(planted(), []);
  });

  it('takes out of the indexes of other days what they have found in a day that had no index', async () => {
    files.append(call('quiet', OLD), noteOn('quiet', NEW));
    lookAtInbox();
    const [ofOld, ofNew] = [OLD, NEW].map((day) => `interactions/inbox/${day}.json`);
    assert.deepEqual(planted().sort(), [`interactions/${OLD}.jsonl`, ofOld, ofNew]);
    rmSync(at('interactions', 'inbox', `${OLD}.json`));
    unlinkSync(files.fileOf(OLD));
    assert.deepEqual(await forgetDeletedDays(files), []);
    assert.deepEqual(planted(), []);
    assert.ok(existsSync(at('interactions', 'inbox', `${NEW}.json`)), 'the index of a day that stays is kept');
  });

  it('names an index of a newer version that has something of a deleted day, and replaces none of an older one', async () => {
    files.append(call('quiet', OLD), noteOn('quiet', NEW));
    lookAtInbox();
    unlinkSync(files.fileOf(OLD));
    const file = at('interactions', 'inbox', `${NEW}.json`);
    const text = readFileSync(file, 'utf8');
    const newer = text.replace(/"form":\d+/, '"form":99');
    writeFileSync(file, newer);
    assert.match((await forgetDeletedDays(files)).join(' '), new RegExp(`inbox/${NEW}\\.json: a newer version .*Update Goldset`));
    assert.equal(readFileSync(file, 'utf8'), newer);
    writeFileSync(file, text.replace(/"form":\d+/, '"form":1'));
    assert.deepEqual(await forgetDeletedDays(files), []);
    assert.deepEqual(planted(), []);
  });

  it('reaches halves of files that a killed process left beside indexes and sums', async () => {
    files.append(call('a', NEW, { messages: [], output: '', action: null }));
    for (const folder of ['inbox', 'rollups']) {
      mkdirSync(at('interactions', folder), { recursive: true });
      writeFileSync(at('interactions', folder, `${OLD}.json.999999999-0123abcd.new`), PLANTED);
    }
    writeFileSync(at('interactions', 'rollups', `units.json.${process.pid}-0123abcd.new`), 'of a process that lives');
    await keepRetention(root, { keepDays: 30, keepMb: null }, new Date());
    assert.deepEqual(planted(), []);
    assert.ok(existsSync(at('interactions', 'rollups', `units.json.${process.pid}-0123abcd.new`)));
  });

  it('reaches half of a merge of answers that a killed process left, when answers are pruned or cleared', () => {
    for (const remove of [() => pruneCache(root, { maxBytes: Infinity, maxAge: Infinity }, NOW), () => new ResponseCache(root).clear()]) {
      const cache = new ResponseCache(root);
      cache.keep('a'.repeat(64), null, answerOf({ output: 'x' }));
      cache.close();
      writeFileSync(at('cache', '0mhx-0-0123abcd.answers.new'), PLANTED);
      assert.deepEqual(planted().length, 1);
      remove();
      assert.deepEqual(planted(), []);
    }
  });

  it('adds up for every low score that was looked with before', async () => {
    const found = (score: number): object => ({ chunks: [{ id: 'c', score }], output: 'An answer.' });
    files.append(call('a', '2026-10-18', found(0.1)));
    const low = ({ insights: { signals } }: InsightsRead): readonly (number | undefined)[] => {
      const rate = signals?.find(({ signal }) => signal === 'low-retrieval');
      return [rate?.count, rate?.n];
    };
    assert.deepEqual(low(await insights(0.3)), [1, 1]);
    // Its name is the beginning of that of the other.
    await insights(0);
    files.append(call('b', OLD, found(0.2)), call('c', NEW, found(0.9)));
    await keepRetention(root, { keepDays: 30, keepMb: null }, new Date(NOW), () => addUp(root));
    assert.deepEqual(files.days(null), [NEW]);
    assert.deepEqual(low(await insights(0.3)), [2, 3]);
    for (const lowScore of [0, null]) assert.equal((await insights(lowScore)).insights.interactions, 3, `calls with ${lowScore}`);
    // A thumb on a deleted call still finds it in the sums of its score.
    files.append(noteOn('b', NEW));
    const thumbs = (await insights(0.3)).insights.signals?.find(({ signal }) => signal.startsWith('thumb'));
    assert.equal(thumbs?.count, 1);
  });

  const idOf = (days: number, i: number): string =>
    `${new Date(NOW - days * DAY).toISOString().replace(/[-:]/g, '').slice(0, 15)}-${i.toString(16).padStart(6, '0')}`;
  const journal = (id: string): void => {
    const candidate = { id: 'c', model: 'm', parameters: {}, prompt: { path: 'a.prompt', name: 'a', version: 'v', ref: null } };
    const head = { kind: 'run', schema: JOURNAL_SCHEMA, id, startedAt: 't', repeats: 1, candidates: [candidate], cases: [] };
    writeFileSync(path.join(dataFolder(root).folder('runs'), `${id}.goldset-run.jsonl`), `${JSON.stringify(head)}\n`);
  };

  it('leaves runs that are labelled in any label file of the repository, wherever the prompt is by now', () => {
    const ids = Array.from({ length: 5 }, (_, i) => idOf(100, i));
    ids.forEach(journal);
    const [beside = '', moved = '', draw = '', other = '', skipped = ''] = ids;
    const label = (run: string): string => `{"schema":"goldset.label/1","output":{"run":"${run}","hash":"h"}}\n`;
    for (const [name, text] of [
      ['a.labels.jsonl', label(beside)],
      ['src/agents/renamed.labels.jsonl', label(moved)],
      ['apps/web/labels/support/ana-d1.jsonl', `{"schema":"goldset.label/2","target":{"run":"${draw}"}}\n`],
      ['apps/web/notes.jsonl', label(other)],
      ['node_modules/a/labels/x.jsonl', label(skipped)],
    ] as const) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const { removed, problems } = removeOldRuns(root, { count: null, days: 90 }, new Date(NOW));
    assert.deepEqual(problems, []);
    assert.deepEqual(removed.map(({ id }) => id).sort(), [other, skipped]);
    assert.deepEqual(listRuns(root).sort(), [beside, moved, draw]);
  });

  it('removes folders of batches whose journal is gone, with the limits of runs, but not of a batch that goes on', () => {
    const [ended, open, recent, withRun] = [idOf(100, 1), idOf(100, 2), idOf(1, 3), idOf(100, 4)];
    for (const [id, log] of [
      [ended, '{"kind":"submitted"}\n{"kind":"ended"}\n'],
      [open, '{"kind":"submitted"}\n'],
      [recent, '{"kind":"ended"}\n'],
      [withRun, '{"kind":"ended"}\n'],
    ] as const) {
      mkdirSync(at('batches', id), { recursive: true });
      writeFileSync(at('batches', id, 'batch.jsonl'), log);
    }
    journal(withRun);
    const { removed } = removeOldRuns(root, { count: null, days: 90 }, new Date(NOW));
    assert.deepEqual(removed.map(({ id }) => id).sort(), [ended, withRun].sort());
    assert.equal(removed.find(({ id }) => id === ended)?.bytes, Buffer.byteLength('{"kind":"submitted"}\n{"kind":"ended"}\n'));
    assert.deepEqual(readdirSync(at('batches')).sort(), [open, recent].sort());
    const [first] = removeOldRuns(root, { count: 1, days: null }, new Date(NOW)).removed;
    assert.equal(first, undefined, 'the newest is kept, and the open one');
  });

  it('waits at the end of a run until a tenth of the limit is surplus, but not for what is too old', () => {
    const recent = Array.from({ length: 22 }, (_, i) => idOf(1, i));
    recent.forEach(journal);
    const newest = recent.at(-1) ?? '';
    assert.deepEqual(removeOldRunsAfter(root, newest, { count: 20, days: null }, new Date(NOW)).removed, []);
    journal(idOf(1, 22));
    assert.equal(removeOldRunsAfter(root, newest, { count: 20, days: null }, new Date(NOW)).removed.length, 3);
    journal(idOf(100, 0));
    assert.equal(removeOldRunsAfter(root, newest, { count: 20, days: 90 }, new Date(NOW)).removed.length, 1);
    assert.equal(listRuns(root).length, 20);
  });
});
