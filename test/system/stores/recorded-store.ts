/**
 * A store for tests: answers that chdb gave before (`npm test`), chdb itself (`npm run test:clickhouse`), or a server (`GOLDSET_CLICKHOUSE_URL`).
 * `GOLDSET_RECORD_CLICKHOUSE=1` with chdb writes the answers anew.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Engine } from './engine.ts';
import { EngineError, type Answer, type AskedQuery } from './store-endpoint.ts';

const FILE = path.resolve('test/fixtures/clickhouse/answers.json.gz');
/** Everything that is planted lies between these days, so a wider range has the same answer. */
const [FIRST, LAST] = ['2026-10-01 00:00:00.000', '2026-12-01 00:00:00.000'];

export interface TestStore {
  readonly kind: 'recorded' | 'chdb' | 'server';
  readonly answer: Answer;
  /** Makes tables; what is recorded has them. */
  setUp(statements: readonly string[], rows: Readonly<Record<string, readonly object[]>>): Promise<void>;
  /** What the engine says of a query's indexes; null: it is not there. */
  explain(query: AskedQuery): string | null;
  close(): void;
}

/** Null: chdb is asked for and not installed. */
export function openTestStore(): TestStore | null {
  const url = process.env['GOLDSET_CLICKHOUSE_URL'] ?? '';
  if (url !== '') return serverStore(url);
  return process.env['GOLDSET_CLICKHOUSE'] === 'chdb' ? engineStore() : recordedStore();
}

const clamped = (query: AskedQuery): AskedQuery => ({
  ...query,
  params: Object.fromEntries(
    Object.entries(query.params).map(([name, value]) => [
      name,
      !/(^|_)(from|to|second)$/.test(name) ? value : value < FIRST ? FIRST : value > LAST ? LAST : value,
    ]),
  ),
});

const keyOf = ({ sql, params }: AskedQuery): string =>
  createHash('sha256')
    .update(JSON.stringify([sql, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('hex')
    .slice(0, 16);

/** What chdb answered, whatever is installed. */
export function recordedStore(): TestStore {
  const answers = JSON.parse(gunzipSync(readFileSync(FILE)).toString('utf8')) as Record<string, string | { code: number; message: string }>;
  return {
    kind: 'recorded',
    answer: (query) => {
      const found = answers[keyOf(clamped(query))];
      if (found === undefined)
        throw new EngineError(
          1,
          `No answer is recorded for ${query.sql.slice(0, 200)} ${JSON.stringify(query.params)}: GOLDSET_RECORD_CLICKHOUSE=1 npm run test:clickhouse`,
        );
      if (typeof found !== 'string') throw new EngineError(found.code, found.message);
      return Promise.resolve(found);
    },
    setUp: () => Promise.resolve(),
    explain: () => null,
    close: () => undefined,
  };
}

function engineStore(): TestStore | null {
  const engine = Engine.open();
  if (engine === null) return null;
  const isRecording = process.env['GOLDSET_RECORD_CLICKHOUSE'] === '1';
  const answers: Record<string, string | { code: number; message: string }> = {};
  return {
    kind: 'chdb',
    answer: async (asked) => {
      const query = clamped(asked);
      try {
        const text = await engine.answer(query);
        answers[keyOf(query)] = text;
        return text;
      } catch (error) {
        if (error instanceof EngineError) answers[keyOf(query)] = { code: error.code, message: error.message };
        throw error;
      }
    },
    setUp: (statements, rows) => {
      for (const sql of statements) engine.run(sql);
      for (const [table, list] of Object.entries(rows)) engine.insert(table, list);
      return Promise.resolve();
    },
    explain: (query) => engine.explain(clamped(query)),
    close: () => {
      engine.close();
      if (!isRecording) return;
      mkdirSync(path.dirname(FILE), { recursive: true });
      const known =
        existsSync(FILE) && process.env['GOLDSET_GREP'] !== undefined
          ? (JSON.parse(gunzipSync(readFileSync(FILE)).toString('utf8')) as object)
          : {};
      writeFileSync(FILE, gzipSync(JSON.stringify({ ...known, ...answers }), { level: 9 }));
    },
  };
}

/** The address may have a user and a password: it is a variable of the person who runs the tests. */
function serverStore(address: string): TestStore {
  const { origin, username, password } = new URL(address);
  const headers = { 'X-ClickHouse-User': decodeURIComponent(username) || 'default', 'X-ClickHouse-Key': decodeURIComponent(password) };
  const send = async (body: string, params: Readonly<Record<string, string>> = {}): Promise<string> => {
    const url = new URL(origin);
    for (const [name, value] of Object.entries(params)) url.searchParams.set(`param_${name}`, value);
    const response = await fetch(url, { method: 'POST', headers, body });
    const text = await response.text();
    if (!response.ok) throw new EngineError(Number(response.headers.get('x-clickhouse-exception-code') ?? 1), text);
    return text;
  };
  return {
    kind: 'server',
    answer: (query) => send(query.sql, clamped(query).params),
    setUp: async (statements, rows) => {
      for (const sql of statements) await send(sql);
      for (const [table, list] of Object.entries(rows))
        await send(
          `INSERT INTO ${table} SETTINGS date_time_input_format='best_effort' FORMAT JSONEachRow\n${list.map((row) => JSON.stringify(row)).join('\n')}`,
        );
    },
    explain: () => null,
    close: () => undefined,
  };
}
