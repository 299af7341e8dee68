/**
 * Phoenix's database through `pg`, over TCP to PGlite (PostgreSQL in this process): the records are those of the same spans over OpenTelemetry, and the
 * second import adds nothing.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { ImportSink } from '../../src/adapters/import/import-sink.ts';
import { PORTS } from '../../src/adapters/import/import-files.ts';
import { importPhoenix } from '../../src/adapters/import/phoenix-import.ts';
import { readPostgres, type PostgresRows } from '../../src/adapters/import/postgres-reader.ts';
import { Refusals } from '../../src/adapters/import/refusals.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { FollowUp, Interaction, StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { OTLP } from '../../src/core/feedback/logs/otlp/otlp-format.ts';
import { EMPTY_MAPPING } from '../../src/core/feedback/logs/rows/mapping.ts';

/** The tables and columns that are read, as Phoenix 12 makes them (`postgresql_schema.sql`). */
const SCHEMA = `
CREATE TABLE projects (id serial PRIMARY KEY, name VARCHAR NOT NULL UNIQUE);
CREATE TABLE experiments (id serial PRIMARY KEY, project_name VARCHAR);
CREATE TABLE project_sessions (id serial PRIMARY KEY, session_id VARCHAR NOT NULL, project_id INTEGER NOT NULL, start_time TIMESTAMPTZ NOT NULL, end_time TIMESTAMPTZ NOT NULL);
CREATE TABLE traces (id serial PRIMARY KEY, project_rowid INTEGER NOT NULL, trace_id VARCHAR NOT NULL UNIQUE, start_time TIMESTAMPTZ NOT NULL, end_time TIMESTAMPTZ NOT NULL, project_session_rowid INTEGER);
CREATE TABLE spans (id serial PRIMARY KEY, trace_rowid INTEGER NOT NULL, span_id VARCHAR NOT NULL UNIQUE, parent_id VARCHAR, name VARCHAR NOT NULL, span_kind VARCHAR NOT NULL,
  start_time TIMESTAMPTZ NOT NULL, end_time TIMESTAMPTZ NOT NULL, attributes JSONB NOT NULL, events JSONB NOT NULL, status_code VARCHAR NOT NULL DEFAULT 'UNSET', status_message VARCHAR NOT NULL);
CREATE TABLE span_annotations (id serial PRIMARY KEY, span_rowid INTEGER NOT NULL, name VARCHAR NOT NULL, label VARCHAR, score DOUBLE PRECISION, explanation VARCHAR,
  metadata JSONB NOT NULL, annotator_kind VARCHAR NOT NULL, created_at TIMESTAMPTZ NOT NULL, updated_at TIMESTAMPTZ NOT NULL, identifier VARCHAR NOT NULL DEFAULT '');
CREATE TABLE trace_annotations (id serial PRIMARY KEY, trace_rowid INTEGER NOT NULL, name VARCHAR NOT NULL, label VARCHAR, score DOUBLE PRECISION, explanation VARCHAR,
  metadata JSONB NOT NULL, annotator_kind VARCHAR NOT NULL, created_at TIMESTAMPTZ NOT NULL, updated_at TIMESTAMPTZ NOT NULL);`;

const TRACE = 'a'.repeat(32);
const [CHAIN, RETRIEVER, CALL] = ['1', '2', '3'].map((digit) => digit.repeat(16)) as [string, string, string];

interface TestSpan {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** With dots, as an application sends them. */
  readonly sent: Readonly<Record<string, string | number>>;
  /** Nested, as Phoenix keeps them. */
  readonly kept: object;
}

/** In the order in which they end. */
const SPANS: readonly TestSpan[] = [
  {
    ...{ id: RETRIEVER, parent: CHAIN, name: 'search', from: '2026-11-28T09:00:00.010250Z', to: '2026-11-28T09:00:00.200000Z' },
    sent: {
      'openinference.span.kind': 'RETRIEVER',
      'retrieval.documents.0.document.content': 'Breakfast is at seven.',
      'retrieval.documents.0.document.id': 'd1',
      'retrieval.documents.0.document.score': 0.75,
    },
    kept: {
      openinference: { span: { kind: 'RETRIEVER' } },
      retrieval: { documents: [{ document: { content: 'Breakfast is at seven.', id: 'd1', score: 0.75 } }] },
    },
  },
  {
    ...{ id: CALL, parent: CHAIN, name: 'ChatCompletion', from: '2026-11-28T09:00:00.300000Z', to: '2026-11-28T09:00:01.600500Z' },
    sent: {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-6-luna',
      'llm.provider': 'openai',
      'llm.token_count.prompt': 120,
      'llm.token_count.completion': 30,
      'llm.token_count.prompt_details.cache_read': 100,
      'llm.input_messages.0.message.role': 'system',
      'llm.input_messages.0.message.content': 'Be short.',
      'llm.input_messages.1.message.role': 'user',
      'llm.input_messages.1.message.content': 'When is "breakfast"?',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.content': 'At seven.',
      'llm.invocation_parameters': '{"model":"gpt-6-luna","temperature":0.2}',
      'llm.prompt_template.variables': '{"day":"Sunday"}',
      'session.id': 's1',
      'user.id': 'ana',
      metadata: '{"tenant":"north"}',
    },
    kept: {
      openinference: { span: { kind: 'LLM' } },
      llm: {
        model_name: 'gpt-6-luna',
        provider: 'openai',
        token_count: { prompt: 120, completion: 30, prompt_details: { cache_read: 100 } },
        input_messages: [
          { message: { role: 'system', content: 'Be short.' } },
          { message: { role: 'user', content: 'When is "breakfast"?' } },
        ],
        output_messages: [{ message: { role: 'assistant', content: 'At seven.' } }],
        invocation_parameters: '{"model":"gpt-6-luna","temperature":0.2}',
        prompt_template: { variables: { day: 'Sunday' } },
      },
      session: { id: 's1' },
      user: { id: 'ana' },
      metadata: { tenant: 'north' },
    },
  },
  {
    ...{ id: CHAIN, parent: null, name: 'answer', from: '2026-11-28T09:00:00.000000Z', to: '2026-11-28T09:00:01.700000Z' },
    sent: { 'openinference.span.kind': 'CHAIN', 'input.value': 'When?' },
    kept: { openinference: { span: { kind: 'CHAIN' } }, input: { value: 'When?' } },
  },
];

const WINDOW = { from: '2026-11-25T00:00:00.000Z', to: '2026-11-30T00:00:00.000Z' };

/** ns since 1970, of a time with µs. */
const nanos = (time: string): string => `${Date.parse(`${time.slice(0, 23)}Z`)}${time.slice(23, 26)}000`;

/** What the reader of OpenTelemetry makes of the same spans, as an exporter sends them. */
function overOtlp(): Interaction[] {
  const reader = OTLP.open(PORTS);
  const spans = SPANS.map(({ id, parent, name, from, to, sent }) => ({
    ...{ traceId: TRACE, spanId: id, name, startTimeUnixNano: nanos(from), endTimeUnixNano: nanos(to), status: { code: 1 } },
    ...(parent === null ? {} : { parentSpanId: parent }),
    attributes: Object.entries(sent).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? { stringValue: value } : { doubleValue: value },
    })),
  }));
  const row = { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans }] }] };
  const lines = [...reader.read({ row }, { mapping: EMPTY_MAPPING, writtenMs: 0 }).lines, ...reader.close().lines];
  return lines.flatMap((line) => ('interaction' in line ? [line.interaction] : []));
}

/** As the server sent them to `pg`: every value is a text. */
const RECORDED: PostgresRows = {
  async *rows(query) {
    await Promise.resolve();
    if (query.includes('information_schema'))
      for (const [, table = '', columns = ''] of SCHEMA.matchAll(/CREATE TABLE (\w+) \(([^;]*)\)/g))
        for (const [, column = ''] of columns.matchAll(/(?:^|, |\n *)(\w+) [A-Zs]/g)) yield { table_name: table, column_name: column };
    else if (query.includes('FROM spans s'))
      for (const { id, parent, name, from, to, kept } of SPANS)
        yield {
          ...{
            trace_id: TRACE,
            span_id: id,
            parent_id: parent,
            name,
            start_time: from,
            end_time: to,
            status_code: 'OK',
            status_message: '',
          },
          ...{ attributes: JSON.stringify(kept), events: '[]' },
        };
    else if (query.includes('FROM span_annotations'))
      yield {
        ...{ name: 'correctness', label: 'wrong', score: '0', explanation: 'It is at eight.', annotator_kind: 'HUMAN', identifier: 'ana' },
        ...{ time: '2026-11-28T10:00:00.000000Z', span_id: CALL, trace_id: TRACE },
      };
  },
};

describe('rows of Phoenix', () => {
  it('are the records of the same spans over OpenTelemetry', async () => {
    const lines: StoredLine[] = [];
    const refusals = new Refusals();
    const sink = { add: (line: StoredLine) => (lines.push(line), null), flush: () => undefined, expect: () => Promise.resolve() };
    await importPhoenix({ source: RECORDED, window: WINDOW, project: null, sink, refusals, onRows: () => undefined });
    assert.deepEqual(
      lines.flatMap((line) => ('interaction' in line ? [line.interaction] : [])),
      overOtlp(),
    );
    assert.deepEqual(
      lines.flatMap((line) => ('followUp' in line ? line.followUp.signals.map(({ name, value, by }) => [name, value, by]) : [])),
      [['correctness', 0, 'ana']],
    );
    assert.deepEqual([refusals.read, refusals.skipped, refusals.count], [4, 2, 0]);
  });
});

// PGlite takes six seconds of processor time to start: `npm run test:all` alone.
(process.env['GOLDSET_THEMES'] === 'all' ? describe : () => undefined)('goldset import of Phoenix', () => {
  let database: PGlite;
  let server: PGLiteSocketServer;
  let folder: string;
  let address: string;
  const secretBefore = process.env['GOLDSET_USER_SECRET'];

  before(async () => {
    process.env['GOLDSET_USER_SECRET'] = 'for these spans';
    folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-phoenix-'));
    database = await PGlite.create();
    await database.exec(SCHEMA);
    await database.exec(
      `INSERT INTO projects (name) VALUES ('shop'), ('Experiment-1'), ('playground'); INSERT INTO experiments (project_name) VALUES ('Experiment-1')`,
    );
    for (const [i, trace] of [TRACE, 'b'.repeat(32), 'c'.repeat(32)].entries())
      await database.query(
        `INSERT INTO traces (project_rowid, trace_id, start_time, end_time) VALUES ($1, $2, '2026-11-28', '2026-11-28')`,
        [i + 1, trace],
      );
    const add = (trace: number, { id, parent, name, from, to, kept }: TestSpan): Promise<unknown> =>
      database.query(
        `INSERT INTO spans (trace_rowid, span_id, parent_id, name, span_kind, start_time, end_time, attributes, events, status_code, status_message)
         VALUES ($1, $2, $3, $4, 'UNKNOWN', $5, $6, $7, '[]', 'OK', '')`,
        [trace, id, parent, name, from, to, JSON.stringify(kept)],
      );
    for (const span of SPANS) await add(1, span);
    const [, call] = SPANS as readonly [TestSpan, TestSpan];
    // Of an experiment, of the playground, and of long ago.
    await add(2, { ...call, id: '4'.repeat(16) });
    await add(3, { ...call, id: '5'.repeat(16) });
    await add(1, { ...call, id: '6'.repeat(16), from: '2026-10-01T00:00:00Z', to: '2026-10-01T00:00:01Z' });
    await database.exec(`INSERT INTO span_annotations (span_rowid, name, label, score, explanation, metadata, annotator_kind, created_at, updated_at, identifier)
      VALUES (2, 'correctness', 'wrong', 0, 'It is at eight.', '{}', 'HUMAN', '2026-11-28T10:00:00Z', '2026-11-28T10:00:00Z', 'ana'),
             (2, 'note', NULL, NULL, NULL, '{}', 'HUMAN', '2026-11-28T10:00:00Z', '2026-11-28T10:00:00Z', '')`);
    await database.exec(`INSERT INTO trace_annotations (trace_rowid, name, label, score, explanation, metadata, annotator_kind, created_at, updated_at)
      VALUES (1, 'grounded', NULL, 0.5, NULL, '{}', 'LLM', '2026-11-28T11:00:00Z', '2026-11-28T11:00:00Z')`);
    server = new PGLiteSocketServer({ db: database, port: 0, host: '127.0.0.1' });
    await server.start();
    address = `postgres://${server.getServerConn()}/postgres`;
  });
  after(async () => {
    if (secretBefore === undefined) delete process.env['GOLDSET_USER_SECRET'];
    else process.env['GOLDSET_USER_SECRET'] = secretBefore;
    await server.stop();
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const stored: StoredLine[] = [];
  const run = async (): Promise<{ sink: ImportSink; refusals: Refusals }> => {
    const sink = new ImportSink(new InteractionFiles(folder), (line) => line, false);
    const refusals = new Refusals();
    const target = { address, user: 'postgres', password: 'postgres' };
    await readPostgres(target, (source) =>
      importPhoenix({ source, window: WINDOW, project: null, sink, refusals, onRows: () => undefined }),
    );
    return { sink, refusals };
  };

  it('makes the records of the same spans over OpenTelemetry, and signals of annotations', async () => {
    const { sink, refusals } = await run();
    assert.deepEqual([sink.counts, refusals.count], [{ interactions: 1, followUps: 2, known: 0 }, 0]);
    new InteractionFiles(folder).read(null, (line) => stored.push(line));
    const [record] = stored.flatMap((line) => ('interaction' in line ? [line.interaction] : []));
    assert.deepEqual([record], overOtlp());
    assert.deepEqual(
      [record?.latencyMs, record?.chunks.length, record?.usage?.cacheRead, record?.attributes],
      [1300.5, 1, 100, { tenant: 'north' }],
    );
    const said = stored.flatMap((line): FollowUp[] => ('followUp' in line ? [line.followUp] : []));
    const none = { interaction: null, response: null, trace: null, conversation: null };
    assert.deepEqual(
      said.map(({ of, time, signals }) => ({ of, time, signals })),
      [
        {
          of: { ...none, interaction: CALL, trace: TRACE },
          time: '2026-11-28T10:00:00.000Z',
          signals: [
            {
              kind: 'explicit',
              name: 'correctness',
              value: 0,
              annotator: 'human',
              by: 'ana',
              time: '2026-11-28T10:00:00.000Z',
              note: 'wrong: It is at eight.',
            },
          ],
        },
        {
          of: { ...none, trace: TRACE },
          time: '2026-11-28T11:00:00.000Z',
          signals: [
            {
              kind: 'operational',
              name: 'grounded',
              value: 0.5,
              annotator: 'model',
              by: null,
              time: '2026-11-28T11:00:00.000Z',
              note: null,
            },
          ],
        },
      ],
    );
    // An annotation that says nothing, and two spans that are no calls.
    assert.equal(refusals.skipped, 3);
  });

  it('adds nothing the second time', async () => {
    const { sink } = await run();
    assert.deepEqual(sink.counts, { interactions: 0, followUps: 0, known: 3 });
  });

  it('cannot write', async () => {
    const target = { address, user: 'postgres', password: 'postgres' };
    await assert.rejects(
      readPostgres(target, async (source) => {
        for await (const row of source.rows('SELECT nextval($1)', ['spans_id_seq'])) assert.fail(JSON.stringify(row));
      }),
      /read-only transaction/,
    );
  });

  it('says what is missing in a database of something else', async () => {
    const target = { address, user: 'postgres', password: 'postgres' };
    await database.exec('ALTER TABLE spans RENAME COLUMN attributes TO properties');
    try {
      await assert.rejects(
        readPostgres(target, (source) =>
          importPhoenix({
            source,
            window: WINDOW,
            project: null,
            sink: new ImportSink(new InteractionFiles(folder), (line) => line, true),
            refusals: new Refusals(),
            onRows: () => undefined,
          }),
        ),
        /tables of Phoenix.*spans\.attributes is missing/,
      );
    } finally {
      await database.exec('ALTER TABLE spans RENAME COLUMN properties TO attributes');
    }
  });
});
