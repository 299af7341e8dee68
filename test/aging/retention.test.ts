/** Deletion that deletes, sums that stay, and runs and answers that do not pile up. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FolderWriter, WriterRetention } from '../../src/adapters/capture/folder-writer.ts';
import { CaptureRules } from '../../src/adapters/capture/capture-rules.ts';
import { InboxIndex } from '../../src/adapters/interactions/inbox-index.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { addUp, readInsights } from '../../src/adapters/interactions/read-insights.ts';
import { keepRetention } from '../../src/adapters/interactions/retention.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { keepRun } from '../../src/adapters/storage/kept-runs.ts';
import { pruneCache } from '../../src/adapters/storage/response-cache/prune.ts';
import { ResponseCache, segmentsOf } from '../../src/adapters/storage/response-cache/response-cache.ts';
import { listRuns } from '../../src/adapters/storage/run-files.ts';
import { removeOldRuns } from '../../src/adapters/storage/run-retention.ts';
import { sha256 } from '../../src/adapters/hash.ts';
import { INSIGHT_KINDS, type InsightsRead } from '../../src/core/feedback/insights/insights.ts';
import { ALERT_RULES } from '../../src/core/feedback/insights/units/unit-alerts.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { JOURNAL_SCHEMA } from '../../src/core/results/journal.ts';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import { readPostedSignals } from '../../src/core/feedback/signals/posted-signals.ts';
import { TestWorkspace } from '../system/command-line.ts';
import { answerOf } from '../unit/run-world.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-28T12:00:00Z');
const PLANTED = 'planted-7f3a';

const dayBefore = (days: number): string => new Date(NOW - days * DAY).toISOString().slice(0, 10);

function call(id: string, days: number, text = 'hello'): StoredLine {
  const line = readStoredLine(
    JSON.stringify({
      id,
      time: `${dayBefore(days)}T10:00:00.000Z`,
      prompt: { name: 'support', version: 'v1', hash: null },
      model: 'openai:gpt-own',
      messages: [{ role: 'user', content: text }],
      output: `answer to ${text}`,
      user: 'u1',
      usage: { input: 1000, output: 100 },
      action: { type: 'ticket', id },
    }),
  );
  assert.ok(!('problem' in line), JSON.stringify(line));
  return line;
}

function noteOn(id: string, days: number, note: string): StoredLine {
  const [followUp] =
    readPostedSignals(JSON.stringify({ interaction: id, name: 'thumb', value: 'down', note }), `${dayBefore(days)}T11:00:00.000Z`)
      ?.followUps ?? [];
  assert.ok(followUp);
  return { followUp };
}

/** Files below a folder that contain a text, as their names say it. */
const filesWith = (folder: string, text: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, 'latin1').includes(text))
    .map((file) => path.relative(folder, file));

const insights = (root: string): Promise<InsightsRead> =>
  readInsights({ root, kinds: INSIGHT_KINDS, by: 'type', since: null, rules: ALERT_RULES, lowScore: null });

/** Reads everything that a view of the inbox reads. */
const lookAtInbox = (root: string): void => {
  for (const steps = new InboxIndex(root).refresh(true); steps.next().done !== true;);
};

describe('interactions that are too old', function () {
  this.timeout(1_800_000);
  let workspace: TestWorkspace;
  beforeEach(() => (workspace = new TestWorkspace({ 'goldset.yaml': 'capture: { keepDays: 30 }\n' })));
  afterEach(() => workspace.dispose());

  it('leave no text anywhere in .goldset after their deletion, whoever deletes them', async () => {
    for (const isByHand of [false, true]) {
      rmSync(path.join(workspace.root, '.goldset'), { recursive: true, force: true });
      const files = new InteractionFiles(workspace.root);
      files.append(call('old', 40, PLANTED), noteOn('old', 40, PLANTED), noteOn('never-came', 40, PLANTED), call('new', 1));
      // Known only now, so that the index of a day that stays has what it is about.
      files.append(call('quiet', 40, PLANTED), noteOn('quiet', 2, 'late'));
      lookAtInbox(workspace.root);
      await insights(workspace.root);
      const folder = path.join(workspace.root, '.goldset');
      assert.ok(filesWith(folder, PLANTED).length >= 4, 'the copies are there before');
      if (isByHand) rmSync(files.fileOf(dayBefore(40)));
      const { problems } = await keepRetention(workspace.root, { keepDays: 30, keepMb: null }, new Date(NOW), () => addUp(workspace.root));
      assert.deepEqual(problems, []);
      assert.deepEqual(files.days(null), [dayBefore(2), dayBefore(1)]);
      assert.deepEqual(filesWith(folder, PLANTED), []);
      lookAtInbox(workspace.root);
      const { insights: after } = await insights(workspace.root);
      assert.equal(after.interactions, 3);
      assert.deepEqual(filesWith(folder, PLANTED), []);
    }
  });

  it('stay in the sums when an unrelated price is new, a day is damaged, and calls are sent again', async () => {
    const prices = (usd: number, more = ''): string => `asOf: 2026-11-01\nmodels:\n  openai:gpt-own: { input: ${usd}, output: 0 }\n${more}`;
    workspace.write({ 'goldset.yaml': 'prices: ./prices.yaml\ncapture: { keepDays: 30 }\n', 'prices.yaml': prices(2) });
    const files = new InteractionFiles(workspace.root);
    const of = (days: number): StoredLine[] => Array.from({ length: 100 }, (_, i) => call(`${days}-${i}`, days));
    for (const days of [50, 40, 3, 2, 1]) files.append(...of(days));
    const cost = ({ insights: { units } }: InsightsRead): number =>
      (units ?? []).reduce((sum, { n, costPerActionUsd }) => sum + n * (costPerActionUsd ?? 0), 0);
    const before = await insights(workspace.root);
    assert.equal(before.insights.interactions, 500);
    // 500 calls of 1,000 tokens at 2 USD a million.
    assert.ok(Math.abs(cost(before) - 1) < 1e-9, JSON.stringify([before.notes, before.insights.units]).slice(0, 600));
    await keepRetention(workspace.root, { keepDays: 30, keepMb: null }, new Date(NOW));
    workspace.write({ 'prices.yaml': prices(2, '  other:model: { input: 1, output: 1 }\n') });
    const repriced = await insights(workspace.root);
    assert.equal(repriced.insights.interactions, 500);
    assert.ok(Math.abs(cost(repriced) - 1) < 1e-9, String(cost(repriced)));
    assert.match(repriced.notes.join('\n'), /interactions of 2 days .* are deleted/);
    const damaged = files.fileOf(dayBefore(2));
    writeFileSync(damaged, readFileSync(damaged, 'utf8').split('\n').slice(0, 40).join('\n') + '\n');
    assert.equal((await insights(workspace.root)).insights.interactions, 500);
    files.append(...of(1), ...of(2));
    const after = await insights(workspace.root);
    assert.equal(after.insights.interactions, 500);
    assert.ok(Math.abs(cost(after) - 1) < 1e-9, String(cost(after)));
    assert.deepEqual(
      after.insights.keptDays.map(({ day, reason, interactions }) => [day, reason, interactions]),
      [
        [dayBefore(50), 'deleted', 100],
        [dayBefore(40), 'deleted', 100],
        [dayBefore(2), 'damaged', 100],
      ],
    );
    // A higher price counts for what is still there: 200 calls at twice the price.
    workspace.write({ 'prices.yaml': prices(4) });
    assert.ok(Math.abs(cost(await insights(workspace.root)) - 1.4) < 1e-9);
  });

  it('are added up before they are deleted, when nobody has looked at them before', async () => {
    new InteractionFiles(workspace.root).append(call('a', 40), call('b', 1));
    await keepRetention(workspace.root, { keepDays: 30, keepMb: null }, new Date(NOW), () => addUp(workspace.root));
    assert.equal((await insights(workspace.root)).insights.interactions, 2);
  });

  it('are deleted by the library too', async () => {
    const files = new InteractionFiles(workspace.root);
    files.append(call('old', 400));
    const problems: string[] = [];
    const retention = new WriterRetention(workspace.root, new CaptureRules(workspace.root), (problem) => problems.push(problem));
    await new FolderWriter({ root: workspace.root, retention }).write([call('new', 1)]);
    assert.deepEqual([files.days(null), problems], [[dayBefore(1)], []]);
  });

  it('are deleted by a signal of the command line too', async () => {
    const files = new InteractionFiles(workspace.root);
    files.append(call('old', 400));
    const { code, err } = await workspace.run(['signal', 'x', 'thumbs-down']);
    assert.equal(code, 0, err);
    assert.deepEqual(
      files.days(null).filter((day) => day === dayBefore(400)),
      [],
    );
  });
});

describe('runs and answers', function () {
  this.timeout(1_800_000);
  let workspace: TestWorkspace;
  beforeEach(() => (workspace = new TestWorkspace({})));
  afterEach(() => workspace.dispose());

  const idOf = (days: number, i: number): string =>
    `${new Date(NOW - days * DAY).toISOString().replace(/[-:]/g, '').slice(0, 15)}-${i.toString(16).padStart(6, '0')}`;
  const journal = (id: string): void => {
    const candidate = { id: 'c', model: 'm', parameters: {}, prompt: { path: 'a.prompt', name: 'a', version: 'v', ref: null } };
    const head = { kind: 'run', schema: JOURNAL_SCHEMA, id, startedAt: 't', repeats: 1, candidates: [candidate], cases: [] };
    writeFileSync(path.join(dataFolder(workspace.root).folder('runs'), `${id}.goldset-run.jsonl`), `${JSON.stringify(head)}\n`);
  };

  it('are 200 runs of 90 days, and those that are a baseline, labelled, named or a batch in progress', () => {
    const recent = Array.from({ length: 300 }, (_, i) => idOf(10, i));
    const old = Array.from({ length: 20 }, (_, i) => idOf(100, i));
    for (const id of [...recent, ...old, 'release-1']) journal(id);
    const [baseline = '', labelled = '', named = '', batch = '', other = ''] = old;
    keepRun(workspace.root, baseline, 'baseline', new Date(NOW));
    keepRun(workspace.root, named, 'before the rewrite', new Date(NOW));
    keepRun(workspace.root, other, 'a name', new Date(NOW));
    keepRun(workspace.root, other, null, new Date(NOW));
    workspace.write({ 'a.labels.jsonl': `{"id":"1","output":{"run":"${labelled}","hash":"h"}}\n` });
    mkdirSync(path.join(workspace.root, '.goldset', 'batches', batch), { recursive: true });
    writeFileSync(path.join(workspace.root, '.goldset', 'batches', batch, 'batch.jsonl'), '{"kind":"submitted"}\n');
    const { removed, problems } = removeOldRuns(workspace.root, { count: 200, days: 90 }, new Date(NOW));
    assert.deepEqual(problems, []);
    assert.equal(removed.length, 100 + 16);
    assert.deepEqual(new Set(listRuns(workspace.root)), new Set([...recent.slice(100), baseline, labelled, named, batch, 'release-1']));
  });

  it('are no answers that are older than 30 days and the day of their file, however often files are merged', () => {
    const root = workspace.root;
    const folder = dataFolder(root).folder('cache');
    const begin = NOW - 70 * DAY;
    for (let day = 0; day < 70; day++) {
      const at = begin + day * DAY;
      for (let i = 0; i < 4; i++) {
        const cache = new ResponseCache(root, () => at);
        const before = new Set(segmentsOf(root));
        cache.keep(sha256(`${day} ${i}`), 'a'.repeat(16), answerOf({ output: 'x' }));
        cache.close();
        for (const name of segmentsOf(root)) if (!before.has(name)) utimesSync(path.join(folder, name), at / 1000, at / 1000);
      }
      pruneCache(root, { maxBytes: Infinity, maxAge: 30 * DAY }, at);
    }
    const { oldest, entries } = new ResponseCache(root, () => NOW).stats();
    assert.ok(oldest !== null && NOW - oldest <= 32 * DAY, `${(NOW - (oldest ?? 0)) / DAY} days`);
    assert.ok(entries >= 30 * 4, 'what is not old is kept');
    assert.ok(segmentsOf(root).length <= 64, `${segmentsOf(root).length} files`);
  });

  it('are listed and pruned by goldset data, and looking creates nothing', async () => {
    const looked = await workspace.run(['data', '--json']);
    assert.equal(looked.code, 0, looked.err);
    assert.ok(!existsSync(path.join(workspace.root, '.goldset')));
    for (let i = 0; i < 5; i++) journal(idOf(200, i));
    workspace.write({ 'goldset.yaml': 'keepRuns: { count: 2 }\n' });
    const kindOf = (out: string, kind: string): unknown =>
      (JSON.parse(out) as { kinds: { kind: string; files: number }[] }).kinds.find((item) => item.kind === kind)?.files;
    assert.equal(kindOf((await workspace.run(['data', '--json'])).out, 'runs'), 5);
    const left = path.join(workspace.root, '.goldset', `scores.jsonl.999999999-0123abcd.new`);
    writeFileSync(left, PLANTED);
    const { code, out, err } = await workspace.run(['data', 'prune', '--json']);
    assert.equal(code, 0, err);
    assert.equal(kindOf(out, 'runs'), 2);
    assert.ok(!existsSync(left), 'half of a file that a killed process left');
  });
});
