/**
 * A store of production instead of files: the planted traffic gives the same units, signals and failures from ClickHouse's tables, only new days
 * are read, and nothing that goes wrong gives a number. `npm test` answers with what chdb answered; see stores/recorded-store.ts.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ClickHouseSource } from '../../src/adapters/clickhouse/clickhouse-source.ts';
import { sourceSums } from '../../src/adapters/clickhouse/open-source.ts';
import { newestFirst } from '../../src/adapters/clickhouse/source-calls.ts';
import { SourceDays, windowSince } from '../../src/adapters/clickhouse/source-days.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { readFailures } from '../../src/adapters/interactions/read-failures.ts';
import { readInsights } from '../../src/adapters/interactions/read-insights.ts';
import { INSIGHT_KINDS, type Insights } from '../../src/core/feedback/insights/insights.ts';
import { ALERT_RULES } from '../../src/core/feedback/insights/units/unit-alerts.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { TestWorkspace } from './command-line.ts';
import { LANGFUSE_ROWS, LANGFUSE_TABLES } from './stores/langfuse-tables.ts';
import { COLLECTOR_TABLES, followUps, logTable, spanTable, TINY, weeks } from './stores/planted-tables.ts';
import { driftOfSource } from './stores/drift-of-source.ts';
import { sourceInEditor } from './stores/editor-source.ts';
import { oneCallOfSource } from './stores/one-call.ts';
import { openTestStore, type TestStore } from './stores/recorded-store.ts';
import { teamTable } from './stores/team-table.ts';
import { StoreEndpoint, type AskedQuery } from './stores/store-endpoint.ts';

const [USER, PASSWORD] = ['reader', 'p:ss%w+rd&/'];
const HOSTILE = "we`ird'; DROP TABLE x --";
const NOW = Date.parse('2026-11-24T12:00:00Z');

describe('ClickHouse', function () {
  this.timeout(600_000);
  let store: TestStore;
  let endpoint: StoreEndpoint;
  let url = '';
  const folders: string[] = [];
  const explained = new Set<string>();
  before(async function () {
    const opened = openTestStore();
    if (opened === null) {
      console.log('SKIPPED: ClickHouse itself. Its engine is not installed: npm run test:clickhouse');
      return this.skip();
    }
    store = opened;
    const [maps, jsons] = [COLLECTOR_TABLES('map', 'gs_map'), COLLECTOR_TABLES('json', 'gs_json')];
    const renamed = (sql: string): string =>
      sql.replace('SpanAttributes Map', '`own``attrs` Map').replace('.otel_traces', ".`we\\`ird'; DROP TABLE x --`");
    const databases = ['gs_map', 'gs_json', 'gs_names', 'gs_three', 'gs_four'];
    const names = `gs_names.\`we\\\`ird'; DROP TABLE x --\``;
    await store.setUp(
      [
        ...databases.flatMap((name) => [`DROP DATABASE IF EXISTS ${name}`, `CREATE DATABASE ${name}`]),
        ...[...maps, ...jsons, ...COLLECTOR_TABLES('map', 'gs_names').slice(0, 1).map(renamed), ...LANGFUSE_TABLES],
      ],
      {
        'gs_map.otel_traces': spanTable(weeks.calls, 'map'),
        'gs_map.otel_logs': logTable(followUps, 'map'),
        'gs_json.otel_traces': spanTable(weeks.calls, 'json'),
        'gs_json.otel_logs': logTable(followUps, 'json'),
        [names]: spanTable(weeks.calls.slice(0, 3), 'map').map(({ SpanAttributes, ...row }) => ({ ...row, 'own`attrs': SpanAttributes })),
        ...LANGFUSE_ROWS,
      },
    );
    endpoint = new StoreEndpoint(store.answer, { user: USER, password: PASSWORD });
    url = await endpoint.listen();
  });
  after(async () => {
    await endpoint?.close();
    store?.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => void (endpoint.asked.length = 0));
  afterEach(() => {
    // A hook of the next suite comes before its tests' own.
    endpoint.rules = { user: USER, password: PASSWORD };
    // Whatever a test asked: every query but those of columns has a range of days.
    for (const { sql, params } of endpoint.asked) {
      if (/FROM system\.columns/.test(sql)) continue;
      assert.match(
        sql,
        /\{c\d+:Identifier\} >= \{from:DateTime64\(9, 'UTC'\)\} AND \{c\d+:Identifier\} < \{to:DateTime64\(9, 'UTC'\)\}|\{c\d+:Identifier\} >= \{t_from:/,
      );
      assert.ok(Date.parse(params['to'] ?? '') - Date.parse(params['from'] ?? '') <= 400 * 86_400_000, JSON.stringify(params));
    }
    for (const query of endpoint.asked) {
      if (/FROM system\.columns/.test(query.sql) || query.params['table'] === 'goldset_feedback' || explained.has(query.sql)) continue;
      explained.add(query.sql);
      const plan = store.explain(query);
      if (plan !== null) assert.match(plan, /(Min-?Max|Partition)\n\s+Keys:/, plan);
    }
  });

  const workspace = (): string => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-store-'));
    folders.push(root);
    writeFileSync(path.join(root, 'goldset.yaml'), '');
    return root;
  };
  const open = (
    database: string,
    {
      table = null,
      map = {},
      password = PASSWORD,
      tell = () => undefined,
      now = NOW,
    }: { table?: string | null; map?: Record<string, string>; password?: string; tell?: (note: string) => void; now?: number } = {},
  ): Promise<ClickHouseSource> =>
    ClickHouseSource.open({
      ...{ name: 'prod', password, redact: (line: StoredLine) => line, now: () => now, tell },
      config: {
        clickhouse: url,
        database,
        table,
        user: USER,
        passwordEnv: 'CH_PASSWORD',
        map: new Map(Object.entries(map)),
        feedback: null,
      },
    });
  const JOB = { kinds: INSIGHT_KINDS, by: 'type', since: null, rules: ALERT_RULES, lowScore: 0.5 } as const;
  const look = async (root: string, source: ClickHouseSource): Promise<{ insights: Insights; notes: readonly string[] }> => {
    const days = await SourceDays.of(root, source, windowSince(null, source.job.now()));
    const renewed = days.renew(sourceSums(root, source));
    const { insights, notes } = await readInsights({ ...JOB, root, source: { days, stored: sourceSums(root, source) } });
    return { insights, notes: [...renewed, ...notes, ...source.refusedNote(days.reader)] };
  };
  const lines = async (source: ClickHouseSource): Promise<StoredLine[]> => {
    const range = windowSince(null, NOW);
    const all: StoredLine[] = [];
    for await (const line of newestFirst(source, source.reader(), await source.rowsByHour(range), range)) all.unshift(line);
    return all;
  };
  let files: string | null = null;
  const ofFiles = (): string => {
    if (files !== null) return files;
    files = workspace();
    new InteractionFiles(files).append(
      ...weeks.calls.map((interaction) => ({ interaction })),
      ...followUps.map((followUp) => ({ followUp })),
    );
    return files;
  };

  for (const [kind, database] of [
    ['Map', 'gs_map'],
    ['JSON', 'gs_json'],
  ] as const)
    it(`gives the same units, signals and failures as files (attributes as ${kind})`, async () => {
      const notes: string[] = [];
      const source = await open(database, { tell: (note) => notes.push(note) });
      assert.deepEqual(notes, [`prod: OpenTelemetry Collector (attributes as ${kind}): ${database}.otel_traces, ${database}.otel_logs`]);
      const root = workspace();
      const { insights: wanted } = await readInsights({ ...JOB, root: ofFiles() });
      const { insights, notes: said } = await look(root, source);
      assert.deepEqual(said, []);
      for (const part of ['interactions', 'window', 'units', 'signals', 'worse', 'tested'] as const)
        assert.deepEqual(insights[part], wanted[part], part);
      assert.equal(insights.interactions, TINY.calls);
      const range = windowSince(null, NOW);
      const { failures } = await readFailures({
        ...{ root, since: null, by: null, isKept: false },
        lines: newestFirst(source, source.reader(), await source.rowsByHour(range), range),
      });
      assert.deepEqual(failures, (await readFailures({ root: ofFiles(), since: null, by: null, isKept: false })).failures);
      assert.ok(failures.flagged > 0);
    });

  it('reads a day once, and then only what is new', async () => {
    const root = workspace();
    const first = await look(root, await open('gs_map', { now: Date.parse('2026-11-12T12:00:00Z') }));
    endpoint.asked.length = 0;
    const again = await look(root, await open('gs_map', { now: Date.parse('2026-11-12T12:00:00Z') }));
    assert.deepEqual(again.insights, first.insights);
    const rowsOf = (asked: readonly AskedQuery[]): string[] =>
      [...new Set(asked.filter(({ sql }) => sql.includes('g_SpanId')).map(({ params }) => (params['from'] ?? '').slice(0, 10)))].sort();
    assert.deepEqual(rowsOf(endpoint.asked), ['2026-11-11', '2026-11-12'], 'only days that may still change');
    endpoint.asked.length = 0;
    const later = await look(root, await open('gs_map'));
    const days = rowsOf(endpoint.asked);
    assert.deepEqual([days[0], days.at(-1), days.length], ['2026-11-11', '2026-11-22', 12]);
    const { insights: wanted } = await readInsights({ ...JOB, root: ofFiles() });
    for (const part of ['units', 'signals', 'worse'] as const) assert.deepEqual(later.insights[part], wanted[part], part);
  });

  it('goes without settings for a user who may change none, says so, and keeps its own limits', async () => {
    endpoint.rules = { user: USER, password: PASSWORD, isBare: true };
    const notes: string[] = [];
    const source = await open('gs_map', { tell: (note) => notes.push(note) });
    assert.match(notes[0] ?? '', /may change no setting \(readonly=1\)/);
    const { insights } = await look(workspace(), source);
    assert.equal(insights.interactions, TINY.calls);
    assert.deepEqual(
      endpoint.asked.slice(1).filter(({ settings }) => Object.keys(settings).length > 0),
      [],
    );
    const query = {
      what: 'too many',
      sql: 'SELECT name, table, type FROM system.columns WHERE database = {database:String} ORDER BY table, position',
      params: { database: 'gs_map' },
      most: 3,
    };
    await assert.rejects(source.queries.all(query), { code: 'source/too-much' });
  });

  it('sends limits and no writing otherwise', async () => {
    await open('gs_map');
    assert.deepEqual(endpoint.kept, [], 'a server closes one that is idle while rows are worked on');
    assert.deepEqual(endpoint.asked[0]?.settings, {
      readonly: '2',
      max_execution_time: '120',
      max_result_rows: '50000',
      result_overflow_mode: 'throw',
      cancel_http_readonly_queries_on_client_close: '1',
    });
  });

  for (const [what, code, disturb] of [
    ['a lost connection', 'source/connection', (text: string) => [text.slice(0, text.length / 2), true]],
    [
      'an error behind the first rows',
      'source/slow',
      (text: string) => [`${text.slice(0, text.indexOf('\n') + 1)}Code: 159. DB::Exception: Timeout exceeded. (TIMEOUT_EXCEEDED)\n`, false],
    ],
    ['a row that is cut off', 'source/malformed', (text: string) => [text.slice(0, -20), false]],
    ['a page of something else', 'source/malformed', () => ['<html>Sign in</html>\n', false]],
  ] as const)
    it(`gives no number after ${what}`, async () => {
      const root = workspace();
      const source = await open('gs_map');
      endpoint.rules = {
        ...{ user: USER, password: PASSWORD },
        disturb: async ({ sql, params }, response, answer) => {
          if (!sql.includes('g_SpanAttributes') || !(params['from'] ?? '').startsWith('2026-11-05')) return false;
          const [text, isLost] = disturb(await answer());
          response.writeHead(200, { 'content-type': 'application/x-ndjson' });
          await new Promise((resolve) => response.write(text, resolve));
          if (isLost) response.destroy();
          else response.end();
          return true;
        },
      };
      await assert.rejects(look(root, source), { code });
      assert.deepEqual(sourceSums(root, source).list(), [], 'nothing of it is kept');
      endpoint.rules = { user: USER, password: PASSWORD };
      assert.equal((await look(root, source)).insights.interactions, TINY.calls);
    });

  it('reports rows that are no spans, and counts the others', async () => {
    const source = await open('gs_map');
    endpoint.rules = {
      ...{ user: USER, password: PASSWORD },
      disturb: async ({ sql, params }, response, answer) => {
        if (!sql.includes('g_SpanAttributes') || !(params['from'] ?? '').startsWith('2026-11-05')) return false;
        const [first = '', ...others] = (await answer()).split('\n');
        const broken = { ...(JSON.parse(first) as object), g_SpanId: 'nonsense', g_Timestamp: 7, g_SpanAttributes: [1] };
        response.end(`${JSON.stringify(broken)}\n${others.join('\n')}`);
        return true;
      },
    };
    const { insights, notes } = await look(workspace(), source);
    assert.equal(insights.interactions, TINY.calls - 1);
    assert.match(notes.join('\n'), /1 row is not counted \(first: The span .* has no valid trace id and span id/);
  });

  it('says what is wrong with a password, a table or a column, and never tells the password', async () => {
    const refused = (job: Promise<unknown>, code: string, message: RegExp): Promise<void> =>
      assert.rejects(job, (error: Error & { code: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, message);
        assert.ok(!error.message.includes(PASSWORD));
        return true;
      });
    endpoint.rules = { user: USER, password: 'another' };
    await refused(open('gs_map'), 'source/authentication', /rejected the user or the password/);
    endpoint.rules = { user: USER, password: PASSWORD };
    await refused(open('gs_none'), 'source/unknown-shape', /has no table that this user can see/);
    await refused(open('gs_map', { table: 'otel_logs' }), 'source/column', /has no column/);
    await refused(open('gs_four', { table: 'events_core' }), 'source/cut-texts', /first 200 characters/);
    const source = await open('gs_map');
    endpoint.rules = {
      ...{ user: USER, password: PASSWORD },
      disturb: ({ sql }, response) => {
        if (!sql.includes('g_SpanAttributes')) return Promise.resolve(false);
        response.writeHead(404, { 'x-clickhouse-exception-code': '47' });
        response.end('Code: 47. DB::Exception: Unknown expression identifier `SpanAttributes`. (UNKNOWN_IDENTIFIER)');
        return Promise.resolve(true);
      },
    };
    await refused(look(workspace(), source), 'source/column', /has not the columns that were there/);
  });

  it('reads tables and columns whatever they are called', async () => {
    const source = await open('gs_names', { table: HOSTILE, map: { SpanAttributes: 'own`attrs' } });
    const found = (await lines(source)).flatMap((line) => ('interaction' in line ? [line.interaction.id] : []));
    assert.deepEqual(
      found.sort(),
      weeks.calls
        .slice(0, 3)
        .map(({ id }) => id)
        .sort(),
    );
    for (const { sql } of endpoint.asked) assert.ok(!sql.includes('DROP') && !sql.includes('attrs'), sql);
  });

  for (const [version, database] of [
    [3, 'gs_three'],
    [4, 'gs_four'],
  ] as const)
    it(`reads Langfuse v${version}: the newest row of each id, without what is deleted, with whole texts`, async () => {
      const notes: string[] = [];
      const source = await open(database, { tell: (note) => notes.push(note) });
      assert.match(notes[0] ?? '', new RegExp(`^prod: Langfuse v${version}: ${database}\\.`));
      const read = await lines(source);
      const calls = read.flatMap((line) => ('interaction' in line ? [line.interaction] : []));
      assert.deepEqual(
        calls.map(({ id, time, model, output, conversation, usage, costUsd, prompt }) => ({
          id,
          time,
          model,
          output,
          conversation,
          usage: usage?.input,
          costUsd,
          prompt: prompt?.version,
        })),
        [
          {
            id: 'gen-1',
            time: '2026-11-03T09:00:00.100Z',
            model: 'gpt-6-luna',
            output: 'x'.repeat(300),
            conversation: 'session-1',
            usage: 120,
            costUsd: 0.002,
            prompt: '4',
          },
        ],
      );
      assert.equal(calls[0]?.attributes?.['tenant'], 'acme');
      const said = read.flatMap((line) =>
        'followUp' in line
          ? line.followUp.signals.map(({ name, value, annotator }) => ({ name, value, annotator, of: line.followUp.of.interaction }))
          : [],
      );
      assert.deepEqual(said, [{ name: 'user_feedback', value: 0, annotator: 'human', of: 'gen-1' }]);
      assert.ok(!endpoint.asked.some(({ params }) => params['table'] === 'events_core'));
    });

  describe('on the command line', () => {
    let shop: TestWorkspace;
    before(() => {
      shop = new TestWorkspace({
        'goldset.yaml': `sources:\n  prod: { clickhouse: "${url}", database: gs_map, user: ${USER}, passwordEnv: CH_PASSWORD }\n`,
      });
    });
    after(() => shop.dispose());
    const run = (args: readonly string[]): ReturnType<TestWorkspace['run']> =>
      shop.run([...args, '--allow-origin', `CH_PASSWORD@${url}`], { environment: { CH_PASSWORD: PASSWORD } });

    it('sends the password nowhere without consent', async () => {
      const { code, err } = await shop.run(['insights', '--source', 'prod'], { environment: { CH_PASSWORD: PASSWORD } });
      assert.equal(code, 2, err);
      assert.match(err, /--allow-origin CH_PASSWORD@http:\/\/127\.0\.0\.1:\d+/);
      assert.deepEqual(endpoint.asked, []);
      assert.match((await run(['insights', '--source', 'prd'])).err, /no source "prd".*prod/);
    });
    it('reports insights and failures of a source', async () => {
      const { code, out, err } = await run(['insights', 'units', '--source', 'prod', '--since', '2026-11-01', '--json']);
      assert.equal(code, 0, err);
      assert.equal((JSON.parse(out) as Insights).interactions, TINY.calls);
      assert.match(err, /OpenTelemetry Collector \(attributes as Map\): gs_map\.otel_traces/);
      const failures = await run(['insights', 'failures', '--source', 'prod', '--since', '2026-11-01', '--json']);
      assert.ok((JSON.parse(failures.out) as { flagged: number }).flagged > 0, failures.err);
    });
    it('lists calls and copies none of them, shows one in full and copies its trace', async () => {
      const listed = await run(['interactions', 'signal=thumbs-down,from=2026-11-20,to=2026-11-22', '--source', 'prod', '--json']);
      assert.equal(listed.code, 0, listed.err);
      const { interactions } = JSON.parse(listed.out) as { interactions: { id: string }[] };
      const [first] = interactions;
      assert.ok(first !== undefined && weeks.signals.some(({ of, value }) => of.id === first.id && value === 'down'));
      const copies = (): string[] =>
        readdirSync(path.join(shop.root, '.goldset'), { recursive: true, encoding: 'utf8' }).filter((name) =>
          /\d{4}-\d\d-\d\d\.jsonl$/.test(name),
        );
      assert.deepEqual(copies(), []);
      const shown = await run(['interactions', first.id, '--source', 'prod', '--since', '2026-11-01']);
      assert.equal(shown.code, 0, shown.err);
      assert.match(shown.out, /--- output/);
      assert.match(shown.out, /--- signal thumb\ndown/);
      assert.equal(copies().length, 1);
    });

    driftOfSource({ open: () => open('gs_map'), workspace, ofFiles, shop: () => shop, run });
    const own = { url: () => url, endpoint: () => endpoint, user: USER, password: PASSWORD, ofFiles, run };
    for (const suite of [teamTable, sourceInEditor, oneCallOfSource]) suite(own);
  });
});
