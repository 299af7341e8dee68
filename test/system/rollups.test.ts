/** Sums of interactions that are kept between times: the same as if all was read again, whatever happened in between. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Random } from '../../src/core/statistics/random.ts';
import { ALERT_RULES } from '../../src/core/feedback/insights/units/unit-alerts.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import { readInsights } from '../../src/adapters/interactions/read-insights.ts';
import { INSIGHT_KINDS, type Insights } from '../../src/core/feedback/insights/insights.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { TestWorkspace } from './command-line.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-10-01T06:00:00Z');

function lineOf(given: object): StoredLine {
  const read = readStoredLine(JSON.stringify(given));
  assert.ok(!('problem' in read), JSON.stringify(read));
  return read;
}

/** Calls of some days with everything that the sums look at, and signals that come up to three days later, in the order of time. */
function production(seed: number): StoredLine[] {
  const random = new Random(seed);
  const lines: { at: number; line: StoredLine }[] = [];
  for (let i = 0; i < 300; i++) {
    const at = START + Math.floor(random.next() * 5 * DAY);
    const time = new Date(at).toISOString();
    const who = Math.floor(random.next() * 8);
    lines.push({
      at,
      line: lineOf({
        ...{ id: `i${i}`, time, user: `u${who}`, conversation: who % 2 === 0 ? `c${who}` : null, trace: `t${i >> 1}`, responseId: `r${i}` },
        ...{ prompt: { name: 'answer', version: at > START + 3 * DAY ? '2' : '1' }, model: i % 9 === 0 ? 'openai:gpt-6-sol' : 'local:m' },
        ...{ messages: [{ role: 'user', content: `question ${i % 40}` }], output: random.next() < 0.2 ? '' : `answer ${i % 3}` },
        ...{
          usage: { input: 2000, cacheRead: i % 2 === 0 ? 1024 : 0, output: 20 },
          costUsd: i % 11 === 0 ? null : random.next() / 100,
          latencyMs: 900,
        },
      }),
    });
    const later = at + Math.floor(random.next() * 3 * DAY);
    const of = [{ interaction: `i${i}` }, { response: `r${i}` }, { trace: `t${i >> 1}` }, { interaction: 'nobody' }][i % 4];
    const signal = {
      kind: 'explicit',
      ...(i % 5 === 0 ? { name: 'kept', value: 'answer 1!' } : { name: 'thumb', value: i % 3 === 0 ? -1 : 1 }),
    };
    lines.push({ at: later, line: lineOf({ of, time: new Date(later).toISOString(), signals: [signal] }) });
    if (i % 7 === 0)
      lines.push({
        at: at + 1,
        line: lineOf({ of: { trace: `t${i >> 1}` }, time: new Date(at + 1).toISOString(), action: { type: 'document', id: `d${i}` } }),
      });
  }
  return lines.sort((a, b) => a.at - b.at).map(({ line }) => line);
}

describe('rollups of interactions', () => {
  let workspace: TestWorkspace;
  let folder: string;
  beforeEach(() => {
    workspace = new TestWorkspace({});
    folder = path.join(workspace.root, '.goldset', 'interactions');
  });
  afterEach(() => workspace.dispose());

  const insights = async (): Promise<Insights> =>
    (await readInsights({ root: workspace.root, kinds: INSIGHT_KINDS, by: 'version', since: null, rules: ALERT_RULES, lowScore: null }))
      .insights;
  const fromScratch = async (): Promise<Insights> => {
    rmSync(path.join(folder, 'rollups'), { recursive: true, force: true });
    return insights();
  };
  /** Sums of floating-point numbers depend on their order in the last digits. */
  const rounded = (value: Insights): unknown =>
    JSON.parse(JSON.stringify(value), (_, item: unknown) =>
      typeof item === 'number' && !Number.isInteger(item) ? Number(item.toPrecision(9)) : item,
    );

  it('are the same after many small additions as after one reading', async () => {
    for (const seed of [1, 2, 3]) {
      rmSync(folder, { recursive: true, force: true });
      const files = new InteractionFiles(workspace.root);
      const lines = production(seed);
      for (let i = 0; i < lines.length; i += 83) {
        files.append(...lines.slice(i, i + 83));
        await insights();
      }
      const grown = await insights();
      assert.equal(grown.interactions, 300);
      assert.ok((grown.signals ?? []).some(({ signal, count }) => signal === 'thumbs-down' && count > 20));
      assert.ok((grown.signals ?? []).some(({ signal, count }) => signal === 'edited' && count > 0));
      assert.ok((grown.signals ?? []).some(({ signal, count }) => signal === 'empty-output' && count > 20));
      assert.deepEqual(rounded(grown), rounded(await fromScratch()));
    }
  });
  it('read a line once: what was read is not looked at again', async () => {
    new InteractionFiles(workspace.root).append(...production(1));
    const before = await insights();
    const [first = ''] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    const file = path.join(folder, first);
    // The same length, and nothing in it any more.
    writeFileSync(file, readFileSync(file, 'utf8').replace(/[^\n]/g, ' '));
    assert.deepEqual(await insights(), before);
  });
  it('keep and mark what they know of days whose files were deleted or cut', async () => {
    new InteractionFiles(workspace.root).append(...production(1));
    const before = await insights();
    const [first = '', second = ''] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    const text = readFileSync(path.join(folder, second), 'utf8');
    rmSync(path.join(folder, first));
    const { keptDays, ...deleted } = await insights();
    assert.deepEqual(
      keptDays.map(({ day, reason }) => `${day} ${reason}`),
      [`${first.slice(0, 10)} deleted`],
    );
    assert.deepEqual(rounded({ ...deleted, keptDays: [] }), rounded(before));
    truncateSync(path.join(folder, second), 0);
    const cut = await insights();
    assert.deepEqual(
      cut.keptDays.map(({ day, reason }) => `${day} ${reason}`),
      [`${first.slice(0, 10)} deleted`, `${second.slice(0, 10)} damaged`],
    );
    assert.deepEqual(rounded({ ...cut, keptDays: [] }), rounded(before));
    // What was counted is not counted again when the file is back, and what is new is.
    const [line = ''] = text.split('\n');
    const another = line.replace(/"id":"[^"]+"/, '"id":"another-call"');
    writeFileSync(path.join(folder, second), `${another}\n${text}`);
    assert.equal((await insights()).interactions, before.interactions + 1);
  });
  it('are made anew when what is kept is damaged, of another version, or half of it is gone', async () => {
    new InteractionFiles(workspace.root).append(...production(2));
    const wanted = await insights();
    const rollups = path.join(folder, 'rollups');
    for (const damage of [
      (): void => writeFileSync(path.join(rollups, 'units.json'), '{"version":'),
      (): void => writeFileSync(path.join(rollups, 'signals.json'), '{"version":"0"}'),
      (): void => {
        const table = readdirSync(rollups).find((name) => name.startsWith('cache.exact'));
        rmSync(path.join(rollups, table ?? ''));
      },
      // A kill between a table and the JSON that names it.
      (): void => writeFileSync(path.join(rollups, 'signals.2026-10-02.99.bin'), 'torn'),
    ]) {
      damage();
      appendFileSync(path.join(folder, '2026-10-02.jsonl'), '\n');
      assert.deepEqual(await insights(), wanted);
    }
  });
  it('of an earlier form are still read where their source is gone', async () => {
    new InteractionFiles(workspace.root).append(...production(2).filter((line) => 'interaction' in line));
    const before = await insights();
    const [first = ''] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    rmSync(path.join(folder, first));
    await insights();
    const file = path.join(folder, 'rollups', 'signals.json');
    const { version, data, ...stored } = JSON.parse(readFileSync(file, 'utf8')) as { version: string; data: { cells: object[] } };
    assert.equal(version, '8');
    // Form 3 had no groups of users.
    const cells = data.cells.map((cell) => ({ ...cell, users: undefined, byUser: undefined }));
    writeFileSync(file, JSON.stringify({ ...stored, version: '3', data: { ...data, cells } }));
    assert.deepEqual((await insights()).signals, before.signals);
  });
  it('lose nothing to several processes at once', async () => {
    const files = new InteractionFiles(workspace.root);
    const lines = production(3);
    files.append(...lines.slice(0, 400));
    const running = Array.from({ length: 4 }, () => workspace.run(['insights', '--json']));
    files.append(...lines.slice(400));
    for (const { code, err } of await Promise.all(running)) assert.equal(code, 0, err);
    assert.deepEqual(rounded(await insights()), rounded(await fromScratch()));
  });
  it('are not written where nobody trusts the folder, and say the same', async () => {
    const lines = production(2);
    const files = new InteractionFiles(workspace.root);
    const looked = async (): Promise<Insights> =>
      (
        await readInsights({
          ...{ root: workspace.root, kinds: INSIGHT_KINDS, by: 'version', since: null, rules: ALERT_RULES, lowScore: null },
          isKept: false,
        })
      ).insights;
    files.append(...lines.slice(0, 300));
    const first = await looked();
    assert.deepEqual(
      readdirSync(folder).filter((name) => !name.endsWith('.jsonl')),
      [],
    );
    assert.deepEqual(first, await insights());
    const rollups = path.join(folder, 'rollups');
    const kept = readdirSync(rollups).map((name) => readFileSync(path.join(rollups, name), 'hex'));
    files.append(...lines.slice(300));
    assert.equal((await looked()).interactions, 300);
    assert.deepEqual(
      readdirSync(rollups).map((name) => readFileSync(path.join(rollups, name), 'hex')),
      kept,
    );
  });
  it('are given although they cannot be kept, and say so', async () => {
    new InteractionFiles(workspace.root).append(...production(2));
    mkdirSync(path.join(folder, 'rollups'), { recursive: true });
    symlinkSync('/dev/null', path.join(folder, 'rollups', 'units.json'));
    const { notes, insights: given } = await readInsights({
      ...{ root: workspace.root, kinds: ['units'], by: 'type', since: null, rules: ALERT_RULES, lowScore: null },
    });
    assert.equal(given.interactions, 300);
    assert.match(notes.join('\n'), /could not be saved, so everything is read again next time: .*is a link/);
  });
});
