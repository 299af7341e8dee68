/** Looking writes nothing, and whatever makes `.goldset/` makes it with its `.gitignore`. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sha256 } from '../../src/adapters/hash.ts';
import { InteractionReader } from '../../src/adapters/interactions/interaction-reader.ts';
import { readInsights } from '../../src/adapters/interactions/read-insights.ts';
import { readBatches } from '../../src/adapters/batch/batch-files.ts';
import { storedData } from '../../src/adapters/retention/stored-data.ts';
import { appendLines } from '../../src/adapters/storage/append-lines.ts';
import { cachedCost } from '../../src/adapters/storage/cached-cost.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { ResponseCache } from '../../src/adapters/storage/response-cache/response-cache.ts';
import { listRuns } from '../../src/adapters/storage/run-files.ts';
import { ScoreStore } from '../../src/adapters/storage/score-store.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import { INBOX } from '../../src/core/feedback/interactions/interaction-filter.ts';
import { RunSummaries } from '../../src/engine/runs/run-summaries.ts';

describe('looking', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-looking-'));
    writeFileSync(path.join(root, 'goldset.yaml'), '');
    writeFileSync(path.join(root, 't.prompt'), 'Say {{x}}.');
    writeFileSync(path.join(root, 't.golden.yaml'), '- { vars: { x: 1 }, expected: ok }\n');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const files = (): string[] => readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();

  const looks: Readonly<Record<string, () => unknown>> = {
    'at insights': () =>
      readInsights({
        root,
        kinds: ['units', 'cache', 'signals'],
        by: 'type',
        since: null,
        rules: { factor: 1.5, minCount: 10 } as never,
        lowScore: null,
      }),
    'at interactions': () =>
      new InteractionReader(() => 0).answer({ root, declared: {}, query: { kind: 'inbox', rows: 10 }, isKept: true }),
    'at a list of interactions': () =>
      new InteractionReader(() => 0).answer({ root, declared: {}, query: { kind: 'find', filter: INBOX, from: 0, to: 10 }, isKept: true }),
    'at runs': () => new RunSummaries().list(root, [], []),
    'at the plot over versions': () => new RunSummaries().history(root, []),
    'at scores': () => new ScoreStore().all(root),
    'at batches': () => readBatches(root),
    'at the response cache': () => new ResponseCache(root).stats(),
    'at what the response cache cost': () => cachedCost(root),
    'for a known answer': () => new ResponseCache(root).find('k', null),
    'at stored data': async () => storedData(root, (await openWorkspace(root)).config),
    'for runs': () => listRuns(root),
  };
  for (const [name, look] of Object.entries(looks))
    it(`${name} writes nothing`, async () => {
      const before = files();
      await look();
      assert.deepEqual(files(), before);
    });

  const writers: Readonly<Record<string, () => unknown>> = {
    'a line of scores': () => appendLines(dataFolder(root).writable('scores.jsonl'), ['{}']),
    'a folder': () => dataFolder(root).folder('runs'),
    'an answer in the response cache': () => {
      const cache = new ResponseCache(root);
      cache.keep('k', null, {
        output: 'ok',
        finish: 'stop',
        toolCalls: [],
        usage: null,
        ttftMs: null,
        latencyMs: 0,
        reasoning: null,
      } as never);
      cache.close();
    },
  };
  for (const [name, write] of Object.entries(writers))
    it(`${name} makes .goldset/ with its .gitignore`, () => {
      write();
      assert.equal(readFileSync(path.join(root, '.goldset', '.gitignore'), 'utf8'), '*\n');
      assert.ok(existsSync(path.join(root, '.goldset')));
    });
});

/** A key as requests have it: 64 hexadecimal digits. */
const keyOf = (name: string): string => sha256(name);

describe('what the answers of the response cache cost', () => {
  it('is the sum of what journals say of the answers that are kept, each once', async () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-cached-'));
    try {
      const cache = new ResponseCache(root);
      const answer = { output: 'ok', finish: 'stop', toolCalls: [], usage: null, ttftMs: null, latencyMs: 0, reasoning: null } as never;
      for (const name of ['a', 'b', 'c']) cache.keep(keyOf(name), null, answer);
      cache.close();
      const line = (key: string, usd: number | null): string =>
        JSON.stringify({ kind: 'answer', sample: {}, key: keyOf(key), account: null, usd });
      for (const [id, lines] of [
        ['20261130T000000-000001', [line('a', 0.5), line('gone', 9)]],
        ['20261130T000001-000001', [line('a', 0.25), line('b', 0.125), line('c', null), 'not JSON']],
      ] as const)
        appendLines(dataFolder(root).writable('runs', `${id}.goldset-run.jsonl`), [...lines]);
      // The newest run that knows it counts.
      assert.deepEqual(await cachedCost(root), { answers: 3, usd: 0.375, unknown: 1 });
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
