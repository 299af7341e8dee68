/**
 * Reads a database of PostgreSQL: one transaction that cannot write, a time limit for each statement, and a cursor, so that no result has to fit into
 * memory. Nothing but what it is given decides where it connects: neither variables of the environment nor a file of passwords.
 */
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';
import { isLoopbackHost, POSTGRES_PORT } from '../../core/config/key-pair.ts';
import { HumanError, isHumanError, messageOf } from '../../core/problems/errors.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { excerpt } from '../../core/text/text.ts';
import { hideKey } from '../models/hide-key.ts';

/** ms: to connect; of one statement. */
const [CONNECT, STATEMENT] = [20_000, 120_000];
/** Rows of one fetch. */
const FETCH = 200;
/** ms between two looks at what has come. */
const LOOK = 50;

/** What a server may send for one statement, which has `FETCH` rows at most: bytes, and ms until it is whole. */
export interface PostgresLimits {
  readonly bytes: number;
  readonly ms: number;
}
const LIMITS: PostgresLimits = { bytes: 256 << 20, ms: STATEMENT + 30_000 };

export interface PostgresTarget {
  /** `postgres://HOST[:PORT]/DATABASE`. */
  readonly address: string;
  readonly user: string;
  readonly password: string;
}

/** Rows of one statement as they come. */
export interface PostgresRows {
  rows(query: string, values: readonly (string | null | readonly string[])[]): AsyncIterable<JsonObject>;
}

/** @throws {HumanError} when the server cannot be reached, refuses, or ends the connection. */
export async function readPostgres<T>(target: PostgresTarget, work: (source: PostgresRows) => Promise<T>, limits = LIMITS): Promise<T> {
  const client = clientOf(target, limits);
  const watch = new AnswerWatch(client as unknown as WatchedClient, limits.bytes);
  // A connection that ends between two statements is told by the next one.
  let lost: Error | null = null;
  client.on('error', (error) => (lost = error));
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET LOCAL statement_timeout = ${STATEMENT}`);
    const found = await work({ rows: (query, values) => rowsOf(client, watch, query, values) });
    await client.query('COMMIT');
    await client.end();
    return found;
  } catch (error) {
    if (watch.problem === null && isHumanError(error)) throw error;
    throw failureOf(target, watch.problem ?? lost ?? error);
  } finally {
    // A server that went wrong is not waited for.
    watch.end();
  }
}

/** What of the library's client its types leave out. `stream`: another one once TLS is there. */
interface WatchedClient {
  readonly connection: Pick<EventEmitter, 'on'> & { readonly stream: Socket };
}

/** Ends the connection when more comes than one statement can have; the library itself holds whatever is sent. */
class AnswerWatch {
  problem: HumanError | null = null;
  private begun = 0;
  private rows = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly client: WatchedClient,
    private readonly most: number,
  ) {
    this.timer = setInterval(() => this.look(), LOOK);
    client.connection.on('dataRow', () => {
      if (++this.rows > FETCH) this.refuse(`more than ${FETCH} rows where ${FETCH} were wanted`);
    });
  }

  /** Before a statement. */
  begin(): void {
    this.begun = this.client.connection.stream.bytesRead;
    this.rows = 0;
  }

  end(): void {
    clearInterval(this.timer);
    this.client.connection.stream.destroy();
  }

  private look(): void {
    const sent = this.client.connection.stream.bytesRead - this.begun;
    if (sent > this.most) this.refuse(`more than ${this.most >> 20} MB for ${FETCH} rows`);
  }

  private refuse(what: string): void {
    this.problem ??= new HumanError('import/database', `It sent ${what}.`);
    this.client.connection.stream.destroy(this.problem);
  }
}

function clientOf({ address, user, password }: PostgresTarget, { ms }: PostgresLimits): pg.Client {
  const { hostname, port, pathname } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const client = new pg.Client({
    host,
    port: port === '' ? POSTGRES_PORT : Number(port),
    database: decodeURIComponent(pathname.slice(1)),
    user,
    password,
    // Verified in full: the chain, and the name. `host` is for addresses, which have no server name.
    ssl: isLoopbackHost(hostname) ? false : { rejectUnauthorized: true, host },
    sslnegotiation: 'postgres',
    application_name: 'goldset',
    client_encoding: 'UTF8',
    connectionTimeoutMillis: Math.min(CONNECT, ms),
    // The time of STATEMENT is the server's to keep; this one is not.
    query_timeout: ms,
    // Dates and large numbers as the server writes them.
    types: { getTypeParser: () => (value: string) => value },
  });
  // The library takes these from PGOPTIONS and PGREPLICATION when it is not given any.
  Object.assign(client, { replication: undefined });
  Object.assign((client as unknown as { connectionParameters: object }).connectionParameters, {
    options: undefined,
    replication: undefined,
  });
  return client;
}

async function* rowsOf(client: pg.Client, watch: AnswerWatch, query: string, values: readonly unknown[]): AsyncIterable<JsonObject> {
  watch.begin();
  await client.query(`DECLARE goldset NO SCROLL CURSOR FOR ${query}`, [...values]);
  for (;;) {
    watch.begin();
    const { rows } = await client.query<JsonObject>(`FETCH ${FETCH} FROM goldset`);
    yield* rows;
    if (rows.length < FETCH) break;
  }
  await client.query('CLOSE goldset');
}

const TRUST = 'Name the certificate of its authority in NODE_EXTRA_CA_CERTS. There is no way around the check.';

/** The codes of PostgreSQL that a user can do something about: https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const HINTS: Readonly<Record<string, string>> = {
  '28P01': 'Check --user and the variable of --password-env.',
  '28000': 'Check --user, and that the server lets it in from here.',
  '3D000': 'Check the database’s name at the end of the address.',
  '42501': 'Let the user read the tables of Phoenix: GRANT SELECT ON ALL TABLES IN SCHEMA … TO ….',
  '57014': 'Import fewer days at a time.',
  ECONNREFUSED: 'Check the host and the port, and that the server is running.',
  ENOTFOUND: 'Check the host’s name.',
  DEPTH_ZERO_SELF_SIGNED_CERT: TRUST,
  SELF_SIGNED_CERT_IN_CHAIN: TRUST,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: TRUST,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TRUST,
  ERR_TLS_CERT_ALTNAME_INVALID: 'Name the host as its certificate does.',
  CERT_HAS_EXPIRED: 'Renew the certificate of the server.',
};
/** The library says it without a code. */
const WITHOUT_TLS = 'does not support SSL';
const SWITCH_ON =
  'Switch on TLS at the server (`ssl = on` in postgresql.conf): a password goes to another machine by TLS alone. There is no way around it.';

function failureOf({ address, password }: PostgresTarget, error: unknown): HumanError {
  const code = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const said = excerpt(hideKey(messageOf(error), password), 200);
  return new HumanError(
    'import/database',
    `The database at ${new URL(address).host} failed: ${said === '' ? code : said}`,
    HINTS[code] ??
      (said.includes(WITHOUT_TLS) ? SWITCH_ON : null) ??
      'Run the same command again: what was imported is not imported twice.',
  );
}
