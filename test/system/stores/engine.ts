/** ClickHouse in this process, from npm's `chdb`, which is installed apart (`npm run test:clickhouse`); null: it is not there. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { EngineError, type Answer } from './store-endpoint.ts';

interface Session {
  query(sql: string): string;
  queryBind(sql: string, params: Readonly<Record<string, unknown>>, format: string): string;
  insert(job: { table: string; values: readonly object[] }): Promise<unknown>;
  close(): void;
}

const INSTALLED = path.resolve('test/clickhouse/node_modules/chdb');

export class Engine {
  private constructor(
    private readonly session: Session,
    private readonly folder: string,
  ) {}

  static open(): Engine | null {
    if (!existsSync(INSTALLED)) return null;
    const { Session: Opened } = createRequire(path.resolve('package.json'))(INSTALLED) as { Session: new (folder: string) => Session };
    const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-chdb-'));
    return new Engine(new Opened(folder), folder);
  }

  run(sql: string): string {
    return this.session.query(sql);
  }

  insert(table: string, rows: readonly object[]): void {
    for (let at = 0; at < rows.length; at += 500) {
      const lines = rows.slice(at, at + 500).map((row) => JSON.stringify(row));
      this.session.query(`INSERT INTO ${table} SETTINGS date_time_input_format='best_effort' FORMAT JSONEachRow ${lines.join('\n')}`);
    }
  }

  readonly answer: Answer = ({ sql, params }) => {
    const [, text = '', format = 'JSONEachRow'] = /^([\s\S]*)\nFORMAT (\w+)$/.exec(sql) ?? [];
    try {
      return Promise.resolve(this.session.queryBind(text, boundOf(params), format));
    } catch (error) {
      throw asEngineError(error);
    }
  };

  /** What `EXPLAIN indexes = 1` says of a query. */
  explain({ sql, params }: { readonly sql: string; readonly params: Readonly<Record<string, string>> }): string {
    return this.session.queryBind(`EXPLAIN indexes = 1 ${sql.replace(/\nFORMAT \w+$/, '')}`, boundOf(params), 'TSVRaw');
  }

  close(): void {
    this.session.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** As the server reads parameters of its HTTP interface: escaped texts, and lists as their literals. */
function boundOf(params: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const plain = (text: string): string =>
    text.replaceAll(/\\(.)/gs, (_, letter: string) => ({ n: '\n', t: '\t', r: '\r' })[letter] ?? letter);
  return Object.fromEntries<unknown>(
    Object.entries(params).map(([name, value]): [string, unknown] => {
      if (!value.startsWith('[')) return [name, plain(value)];
      return [name, [...value.matchAll(/'((?:[^'\\]|\\.)*)'/gs)].map(([, item = '']) => plain(item))];
    }),
  );
}

function asEngineError(error: unknown): unknown {
  const { clickhouseCode, message } = error as { readonly clickhouseCode?: number; readonly message?: string };
  return clickhouseCode === undefined ? error : new EngineError(clickhouseCode, message ?? '');
}
