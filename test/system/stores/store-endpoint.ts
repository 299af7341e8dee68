/**
 * What speaks to Goldset as ClickHouse does over HTTP: the parameters that its client sends, a user and a password, settings that a reader may
 * not change, errors with their codes. Behind it is an engine, or what an engine answered before. It keeps every query, for tests to look at.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AskedQuery {
  readonly sql: string;
  readonly params: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
}

/** `code`: ClickHouse's. */
export class EngineError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export type Answer = (query: AskedQuery) => Promise<string>;

export interface EndpointRules {
  readonly user: string;
  readonly password: string;
  /** The user may change no setting, as with readonly=1. */
  readonly isBare?: boolean;
  /** Who may insert, and where the rows go. */
  readonly writer?: { readonly user: string; readonly password: string };
  readonly insert?: (rows: readonly string[]) => void;
  /** Ends a query in its own way; false: it is answered as always. */
  readonly disturb?: (query: AskedQuery, response: ServerResponse, answer: () => Promise<string>) => Promise<boolean>;
}

const OWN = ['query', 'database', 'query_id', 'default_format', 'session_id'];

export class StoreEndpoint {
  readonly asked: AskedQuery[] = [];
  /** Database and statement. */
  readonly inserted: string[] = [];
  readonly credentials: string[] = [];
  /** Queries whose connection was to be kept for another one. */
  readonly kept: string[] = [];
  private readonly server: Server;

  constructor(
    private readonly answer: Answer,
    public rules: EndpointRules,
  ) {
    this.server = createServer((request, response) => void this.respond(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** What was inserted, by a user who may do nothing else. */
  private take(request: IncomingMessage, response: ServerResponse, insert: string, body: string): void {
    const { writer = null, insert: store } = this.rules;
    this.inserted.push(insert);
    const wanted = writer === null ? null : `Basic ${Buffer.from(`${writer.user}:${writer.password}`).toString('base64')}`;
    if (request.headers.authorization !== wanted || store === undefined) {
      response.writeHead(403, { 'x-clickhouse-exception-code': '497' });
      response.end('Code: 497. DB::Exception: Not enough privileges. (ACCESS_DENIED)');
      return;
    }
    store(body.trim().split('\n'));
    response.writeHead(200, { 'content-length': '0' });
    response.end();
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const entries = [...url.searchParams];
    const body = Buffer.concat(chunks).toString('utf8');
    const insert = url.searchParams.get('query');
    if (insert !== null) return this.take(request, response, `${url.searchParams.get('database') ?? ''}: ${insert}`, body);
    const query: AskedQuery = {
      sql: body,
      params: Object.fromEntries(entries.flatMap(([name, value]) => (name.startsWith('param_') ? [[name.slice(6), value]] : []))),
      settings: Object.fromEntries(entries.filter(([name]) => !name.startsWith('param_') && !OWN.includes(name))),
    };
    this.asked.push(query);
    if (request.headers.connection !== 'close') this.kept.push(query.sql);
    const given = request.headers.authorization ?? '';
    this.credentials.push(given);
    const { user, password, isBare = false, disturb } = this.rules;
    const fail = (code: number, message: string): void => {
      response.writeHead(code === 516 ? 403 : 500, { 'x-clickhouse-exception-code': String(code) });
      response.end(`Code: ${code}. DB::Exception: ${message}. (${NAMES[code] ?? 'ERROR'}) (version 26.7.2.1)`);
    };
    if (given !== `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`)
      return fail(516, `${user}: Authentication failed: password is incorrect, or there is no user with such name`);
    const [setting] = Object.keys(query.settings);
    if (isBare && setting !== undefined) return fail(164, `Cannot modify '${setting}' setting in readonly mode`);
    try {
      if ((await disturb?.(query, response, () => this.answer(query))) === true) return;
      const text = await this.answer(query);
      const most = Number(query.settings['max_result_rows'] ?? Infinity);
      if (text.split('\n').length - 1 > most) return fail(396, `Limit for result exceeded, max rows: ${most}`);
      // In pieces, so that a row is cut by their borders.
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      for (let at = 0; at < text.length; at += PIECE) response.write(text.slice(at, at + PIECE));
      response.end();
    } catch (error) {
      fail(error instanceof EngineError ? error.code : 1000, error instanceof Error ? error.message : String(error));
    }
  }
}

const PIECE = 40_000;
const NAMES: Readonly<Record<number, string>> = {
  164: 'READONLY',
  516: 'AUTHENTICATION_FAILED',
  47: 'UNKNOWN_IDENTIFIER',
  396: 'TOO_MANY_ROWS_OR_BYTES',
};
