/** A source as the editor reads it: on a thread of its own, whose queries the main thread sends, with a way to stop. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { carriedFetch, carryQueries } from '../../../src/adapters/clickhouse/carried-fetch.ts';
import type { SourceFound } from '../../../src/adapters/clickhouse/source-look.ts';
import { WorkerEvaluator } from '../../../src/adapters/evaluation/worker-evaluator.ts';
import { InteractionFiles } from '../../../src/adapters/interactions/interaction-files.ts';
import { readFailures } from '../../../src/adapters/interactions/read-failures.ts';
import { readInsights } from '../../../src/adapters/interactions/read-insights.ts';
import type { ForeignKey, KeySource } from '../../../src/adapters/models/keys.ts';
import { Workspaces } from '../../../src/adapters/workspace/workspaces.ts';
import { INBOX, type InteractionFilter } from '../../../src/core/feedback/interactions/interaction-filter.ts';
import type { InteractionKey } from '../../../src/core/feedback/interactions/interaction-key.ts';
import { INSIGHT_KINDS } from '../../../src/core/feedback/insights/insights.ts';
import { ALERT_RULES } from '../../../src/core/feedback/insights/units/unit-alerts.ts';
import { LookQueue } from '../../../src/engine/interactions/look-queue.ts';
import { SourceEngine, type SourceWatch } from '../../../src/engine/interactions/source-engine.ts';
import type { StoreEndpoint } from './store-endpoint.ts';

interface SourceInEditor {
  readonly url: () => string;
  readonly endpoint: () => StoreEndpoint;
  readonly user: string;
  readonly password: string;
  /** The same calls in files. */
  readonly ofFiles: () => string;
}
function outputIn(root: string, wanted: string): string | null {
  let output: string | null = null;
  new InteractionFiles(root).read(null, (line) => {
    if ('interaction' in line && line.interaction.id === wanted) output = line.interaction.output;
  });
  return output;
}

/** After everything that is planted. */
const NOW = Date.parse('2026-11-30T12:00:00Z');
const WORKER = path.resolve('dist/worker.js');

export const sourceInEditor = ({ url, endpoint, user, password, ofFiles }: SourceInEditor): void => {
  describe('in the editor', () => {
    let root = '';
    let evaluator: WorkerEvaluator;
    let asked: ForeignKey[] = [];
    let isAllowed = true;
    let isTrusted = true;
    let kept: string | null = null;
    const notes: string[] = [];
    let bytes = 0;
    const keys: KeySource = {
      keyForOrigin: () => Promise.resolve(kept),
      variable: (name) => (name === 'CH_PASSWORD' ? password : null),
      isAllowed: () => false,
      mayLeave: (key) => Promise.resolve(asked.push(key) > 0 && isAllowed ? 'send' : 'no'),
    };
    const watch = (stop = new AbortController().signal): SourceWatch => ({
      news: { note: (text) => notes.push(text), read: (read) => (bytes = read) },
      stop,
    });
    const place = (): { root: string; source: string } => ({ root, source: 'prod' });
    const engine = (): SourceEngine =>
      new SourceEngine(
        WORKER,
        new Workspaces(() =>
          Promise.resolve(`sources:\n  prod: { clickhouse: "${url()}", database: gs_map, user: ${user}, passwordEnv: CH_PASSWORD }\n`),
        ),
        keys,
        evaluator,
        () => isTrusted,
        () => NOW,
      );
    before(() => {
      root = mkdtempSync(path.join(os.tmpdir(), 'goldset-editor-source-'));
      writeFileSync(path.join(root, 'goldset.yaml'), '');
      evaluator = new WorkerEvaluator(WORKER);
    });
    after(async () => {
      await evaluator.dispose();
      rmSync(root, { recursive: true, force: true });
    });
    beforeEach(() => {
      [isAllowed, isTrusted, kept, asked] = [true, true, null, []];
    });

    it('gives the insights and failures of files, and says what it reads', async () => {
      const { insights } = await engine().look(place(), { kind: 'insights', since: '2026-11-01', by: 'type' }, watch());
      const job = { root: ofFiles(), kinds: INSIGHT_KINDS, by: 'type', since: '2026-11-01', rules: ALERT_RULES, lowScore: null } as const;
      const wanted = (await readInsights(job)).insights;
      for (const part of ['interactions', 'units', 'signals', 'worse'] as const) assert.deepEqual(insights[part], wanted[part], part);
      const { failures } = await engine().look(place(), { kind: 'failures', since: '2026-11-01' }, watch());
      assert.deepEqual(failures, (await readFailures({ root: ofFiles(), since: '2026-11-01', by: null, isKept: false })).failures);
      assert.ok(notes.includes('prod: OpenTelemetry Collector (attributes as Map): gs_map.otel_traces, gs_map.otel_logs'));
      assert.ok(bytes > 100_000, String(bytes));
      assert.deepEqual(asked.map(({ variable, origin }) => [variable, origin])[0], ['CH_PASSWORD', url()]);
    });

    it('lists calls without a copy, keeps the list, and copies the one that is opened', async () => {
      const sources = engine();
      const filter = { ...INBOX, triage: 'all', signal: 'thumbs-down', from: '2026-11-20', to: '2026-11-22' } as const;
      const { rows, total, isDone, seen } = await sources.rows(place(), filter, 0, 100, watch());
      assert.ok(rows.length > 0 && rows.length === total && isDone);
      assert.equal(new Set(rows.map(({ key }) => key.offset)).size, rows.length);
      assert.ok(rows.every(({ signals }) => signals.includes('thumbs-down')));
      // Values to choose from are those of all calls of these days, not only of those that are listed.
      const whole = await sources.rows(place(), { ...filter, signal: null }, 0, 300, watch());
      assert.deepEqual(whole.seen, seen);
      assert.equal(seen.signal['thumbs-down'], rows.length);
      const prompts = new Map<string, number>();
      for (const { prompt } of whole.rows) prompts.set(prompt ?? '', (prompts.get(prompt ?? '') ?? 0) + 1);
      assert.deepEqual(Object.entries(seen.prompt), [...prompts]);
      await sources.rows(place(), filter, 0, 100, watch());
      const copies = (): string[] =>
        readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\d{4}-\d\d-\d\d\.jsonl$/.test(name));
      assert.deepEqual(copies(), []);
      const [first] = rows;
      assert.ok(first !== undefined);
      endpoint().asked.length = 0;
      await sources.rows(place(), filter, 0, 100, watch());
      assert.deepEqual(endpoint().asked, [], 'it is listed already');
      const copied = await sources.copy(place(), [first.id], ['2026-11-02'], watch());
      assert.deepEqual(
        copied.keys.map(({ id }) => id),
        [first.id],
      );
      assert.equal(copies().length, 1);
      assert.ok(copies().every((name) => name.startsWith('.goldset/sources/prod-')));
      sources.forgetList();
      endpoint().asked.length = 0;
      await sources.rows(place(), filter, 0, 100, watch());
      assert.ok(endpoint().asked.length > 0, 'after a decision it is read anew');
    });

    // test/ui/sources.test.ts opens the same calls by clicks.
    it('copies what the pages open: the first call of the inbox, of a signal and of a topic, and the cases that each topic offers', async () => {
      const sources = engine();
      const copied = async (keys: readonly { readonly id: string; readonly day: string }[]): Promise<void> => {
        const [ids, days] = [keys.map(({ id }) => id), keys.map(({ day }) => day)];
        const { root: copies, keys: found } = await engine().copy(place(), ids, days, watch());
        assert.deepEqual(
          found.map(({ id }) => id),
          ids,
        );
        for (const id of ids) assert.equal(outputIn(copies, id), outputIn(ofFiles(), id), id);
      };
      const first = async (filter: InteractionFilter): Promise<InteractionKey> => {
        const [row] = (await sources.rows(place(), filter, 0, 100, watch())).rows;
        assert.ok(row !== undefined);
        return row.key;
      };
      await copied([await first(INBOX)]);
      await copied([await first({ ...INBOX, signal: 'thumbs-down' })]);
      const { failures } = await sources.look(place(), { kind: 'failures', since: null }, watch());
      const topics = failures.clusters.map(({ action }) => action.cases).filter((cases) => cases.length > 0);
      const [example] = failures.clusters[0]?.examples ?? [];
      assert.ok(topics.length > 1 && example !== undefined);
      for (const cases of topics) await copied(cases.map((id) => ({ id, day: failures.window?.from ?? '' })));
      await copied([await first({ ...INBOX, triage: 'all', text: example.id })]);
    });

    it('prefers the password that is kept for exactly this address, and asks nobody then', async () => {
      kept = password;
      endpoint().credentials.length = 0;
      await engine().rows(place(), { ...INBOX, signal: 'thumbs-down', from: '2026-11-20', to: '2026-11-22' }, 0, 10, watch());
      assert.deepEqual(asked, []);
      assert.ok(endpoint().credentials.length > 0);
    });

    it('sends nothing without consent, in Restricted Mode, or to a source that goldset.yaml does not name', async () => {
      const look = { kind: 'failures', since: '2026-11-01' } as const;
      isAllowed = false;
      await assert.rejects(engine().look(place(), look, watch()), { code: 'key/foreign-origin' });
      isAllowed = true;
      await assert.rejects(engine().look({ root, source: 'prd' }, look, watch()), { code: 'source/unknown' });
      isTrusted = false;
      await assert.rejects(engine().look(place(), look, watch()), { code: 'trust/needed' });
      assert.deepEqual(await engine().names(root), []);
      assert.deepEqual(endpoint().asked, []);
    });

    it('stops when it is told to, and closes the connection', async () => {
      const stop = new AbortController();
      const closed = new Promise<void>((resolve) => {
        endpoint().rules = {
          ...{ user, password },
          disturb: ({ sql }, response) => {
            if (/FROM system\.columns/.test(sql)) return Promise.resolve(false);
            response.on('close', resolve);
            stop.abort();
            return Promise.resolve(true);
          },
        };
      });
      await assert.rejects(engine().look(place(), { kind: 'failures', since: '2026-11-01' }, watch(stop.signal)), {
        code: 'source/stopped',
      });
      await closed;
    });

    it('gives up the look for a newer choice: its query is ended, the one between is never sent, and the newest is answered', async () => {
      const looks = new LookQueue();
      const [older, between] = [new AbortController(), new AbortController()];
      const look = (since: string, wanted: AbortSignal): Promise<SourceFound['failures']> =>
        looks.add('prod', (own) => engine().look(place(), { kind: 'failures', since }, watch(own.signal)), wanted);
      const closed = new Promise<void>((resolve) => {
        endpoint().rules = {
          ...{ user, password },
          disturb: ({ sql }, response) => {
            if (/FROM system\.columns/.test(sql)) return Promise.resolve(false);
            endpoint().rules = { user, password };
            response.on('close', resolve);
            older.abort();
            between.abort();
            return Promise.resolve(true);
          },
        };
      });
      const ended = Promise.all([
        assert.rejects(look('2026-11-02', older.signal), { code: 'source/stopped' }),
        assert.rejects(look('2026-11-03', between.signal), { code: 'source/stopped' }),
      ]);
      const newest = look('2026-11-01', new AbortController().signal);
      await Promise.all([ended, closed]);
      const { failures } = await newest;
      assert.ok(failures.flagged > 0);
      const froms = endpoint().asked.flatMap(({ sql, params }) =>
        sql.startsWith('SELECT intDiv(') ? (params['from']?.slice(0, 10) ?? []) : [],
      );
      assert.ok(froms.includes('2026-11-02') && !froms.includes('2026-11-03'), froms.join(' '));
    });

    it('carries queries to the address of the source alone', async () => {
      const { port1, port2 } = new MessageChannel();
      const end = carryQueries(port1, new URL(url()).origin, watch().news);
      const send = carriedFetch(port2);
      await assert.rejects(
        send(url().replace('127.0.0.1', 'localhost'), { method: 'POST', body: 'SELECT 1' }),
        /address of its source alone/,
      );
      assert.deepEqual(endpoint().asked, []);
      end();
    });

    it('hides the password in what the store says of it', async () => {
      const secret = Buffer.from(`${user}:${password}`).toString('base64');
      endpoint().rules = {
        ...{ user, password },
        disturb: (_, response) => {
          response.writeHead(403, { 'x-clickhouse-exception-code': '516' });
          response.end(`Code: 516. DB::Exception: Basic ${secret} is wrong. (AUTHENTICATION_FAILED)`);
          return Promise.resolve(true);
        },
      };
      await assert.rejects(engine().look(place(), { kind: 'failures', since: null }, watch()), (error: Error & { code: string }) => {
        assert.equal(error.code, 'source/authentication');
        assert.ok(!error.message.includes(secret));
        return true;
      });
    });
  });
};
