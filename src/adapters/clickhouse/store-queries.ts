/**
 * Reading from ClickHouse over HTTP with `@clickhouse/client-web`, row by row: `readonly=2` and limits go with every query, a reader that may
 * change no setting gets it again without, and what is not whole is an error. `@clickhouse/client` takes no `fetch`; this one sends through
 * `keepAliveFetch`, which knows the proxy, and in the editor VS Code's own proxy and certificates. The lines are split here: its own rows
 * wait for the next chunk, and what a cut answer ends with gets lost there.
 */
import type { ClickHouseClient } from '@clickhouse/client-web';
import { brandErrorClass, hasErrorKind, HumanError, isHumanError, messageOf } from '../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json/json.ts';
import { excerpt } from '../../core/text/text.ts';
import { hideKey } from '../models/hide-key.ts';
import { fetchWhole } from './fetch-whole.ts';

export interface StoreQuery {
  /** What it is for, as it stands in a message: "the spans of 2026-11-02". */
  readonly what: string;
  /** Constant text: values and names stand in it as `{name:Type}`. */
  readonly sql: string;
  readonly params: Readonly<Record<string, string | number | readonly string[]>>;
  /** More rows are an error. */
  readonly most: number;
}

export interface StoreAddress {
  /** Without user info; path and origin count. */
  readonly url: string;
  readonly user: string;
  /** Empty: the user has none. */
  readonly password: string;
  /** What sends the queries; absent: this thread itself. */
  readonly send?: typeof fetch;
}

/** Seconds that the server may work on one query. */
const MAX_SECONDS = 120;
/** ms without a byte until a query is given up: longer than the server may work. */
const SILENCE = (MAX_SECONDS + 30) * 1000;
/** Bytes of one line of an answer. */
const MOST_LINE = 64 << 20;
const READONLY_ERROR = '164';

export class StoreQueries {
  private client: ClickHouseClient | null = null;
  /** The reader may change no setting, so queries go without. */
  private isBare = false;
  readonly origin: string;

  constructor(
    private readonly address: StoreAddress,
    /** What a reader of the result should know. */
    private readonly tell: (note: string) => void = () => undefined,
    private readonly stop: AbortSignal | null = null,
    private readonly silence = SILENCE,
  ) {
    this.origin = new URL(address.url).origin;
  }

  /** Rows as they come. @throws {HumanError} when the answer is not whole, not rows, or too much: what was read then counts for nothing. */
  async *rows(query: StoreQuery): AsyncGenerator<JsonObject> {
    const watch = new SilenceWatch(this.stop, this.silence);
    let rows = 0;
    try {
      const stream = await this.send(query, watch);
      for await (const line of textLines(stream, watch)) {
        const row = parseJson(line);
        if (!isJsonObject(row)) throw new NotRows(line);
        if (++rows > query.most)
          throw new HumanError('source/too-much', `${query.what}: ClickHouse returned more than ${query.most} rows.`, NARROWER);
        yield row;
      }
    } catch (error) {
      throw this.failureOf(query, error, watch, rows);
    } finally {
      watch.end();
    }
  }

  /** All rows of a short answer. @throws as `rows`. */
  async all(query: StoreQuery): Promise<JsonObject[]> {
    const rows: JsonObject[] = [];
    for await (const row of this.rows(query)) rows.push(row);
    return rows;
  }

  private async send(query: StoreQuery, watch: SilenceWatch): Promise<ReadableStream<Uint8Array>> {
    const client = await this.open();
    const ask = async (settings: Record<string, string>): Promise<ReadableStream<Uint8Array>> => {
      const { stream } = await client.exec({
        query: `${query.sql}\nFORMAT JSONEachRow`,
        query_params: { ...query.params },
        clickhouse_settings: settings,
        abort_signal: watch.signal,
      });
      return stream as ReadableStream<Uint8Array>;
    };
    if (this.isBare) return ask({});
    try {
      return await ask({
        readonly: '2',
        max_execution_time: String(MAX_SECONDS),
        max_result_rows: String(query.most),
        result_overflow_mode: 'throw',
        // A look that is given up costs the server nothing more.
        cancel_http_readonly_queries_on_client_close: '1',
      });
    } catch (error) {
      if (codeOf(error) !== READONLY_ERROR) throw error;
      this.isBare = true;
      this.tell(
        `The user ${this.address.user} may change no setting (readonly=1), so queries are sent without limits for the server. Goldset’s own limits hold.`,
      );
      return ask({});
    }
  }

  private async open(): Promise<ClickHouseClient> {
    this.client ??= await storeClient(this.address, this.silence);
    return this.client;
  }

  private failureOf({ what }: StoreQuery, error: unknown, watch: SilenceWatch, rows: number): unknown {
    if (isHumanError(error)) return error;
    if (this.stop?.aborted === true) return new HumanError('source/stopped', `${what}: stopped.`);
    const where = `${what}: ClickHouse at ${this.origin}`;
    if (watch.isSilent) return new HumanError('source/silent', `${where} sent nothing for ${this.silence / 1000} s.`, NARROWER);
    const said = excerpt(this.hidden(messageOf(error)), 300);
    const code = codeOf(error) ?? (isNotRows(error) ? (/\bCode: (\d+)\./.exec(error.message)?.[1] ?? null) : null);
    const known = code === null ? undefined : FAILURES.get(code);
    if (known !== undefined) return new HumanError(known.code, `${where} ${known.message}: ${said}`, known.hint);
    if (code !== null) return new HumanError('source/refused', `${where} failed (${code}): ${said}`);
    if (isNotRows(error))
      return new HumanError(
        'source/malformed',
        `${where} did not answer with rows: ${said}`,
        'Is this the address of ClickHouse’s HTTP interface?',
      );
    return new HumanError(
      'source/connection',
      rows === 0 ? `${where} could not be reached: ${said}` : `${where} was lost after ${rows} rows, so none of them count: ${said}`,
      'Run the same command again.',
    );
  }

  private hidden(text: string): string {
    const { user, password } = this.address;
    if (password === '') return text;
    return [Buffer.from(`${user}:${password}`).toString('base64'), encodeURIComponent(password), password].reduce(hideKey, text);
  }
}

/** `silence`: ms without a byte. `database`: where an insert goes. */
export async function storeClient(
  { url, user, password, send = fetchWhole }: StoreAddress,
  silence = SILENCE,
  database = '',
): Promise<ClickHouseClient> {
  // The bundle of its own is CommonJS, whose names an import of Node cannot see.
  const loaded = await import('@clickhouse/client-web');
  const { createClient, ClickHouseLogLevel } = 'default' in loaded ? (loaded.default as typeof loaded) : loaded;
  const { origin, pathname } = new URL(url);
  return createClient({
    url: origin,
    ...(pathname === '/' ? {} : { pathname }),
    // The client encodes them as Latin-1.
    username: bytesAsText(user),
    password: bytesAsText(password),
    ...(database === '' ? {} : { database }),
    request_timeout: silence,
    compression: { request: false, response: false },
    log: { level: ClickHouseLogLevel.OFF },
    fetch: send,
  });
}

const NARROWER = 'Read fewer days.';

/** What a person can do about it, by ClickHouse's own codes. */
const FAILURES: ReadonlyMap<string, { readonly code: string; readonly message: string; readonly hint?: string }> = new Map(
  (
    [
      [
        ['516', '192', '193', '194'],
        'source/authentication',
        'rejected the user or the password',
        'Check `user` and the variable that `passwordEnv` names.',
      ],
      [['497'], 'source/denied', 'does not allow this user to read that', 'Grant SELECT on the table and on system.columns.'],
      [['60', '81'], 'source/no-table', 'has no such table or database', 'Check `database` and `table` of the source.'],
      [
        ['47', '16', '10', '8'],
        'source/column',
        'has not the columns that were there a moment ago',
        'A column was renamed or removed. Run the command again, or name it under `map` of the source.',
      ],
      [['159', '160'], 'source/slow', 'took too long', NARROWER],
      [['158', '396', '307', '241'], 'source/too-much', 'would read or return too much', NARROWER],
    ] as const
  ).flatMap(([codes, code, message, hint]) => codes.map((number) => [number, { code, message, hint }] as const)),
);

/** As ClickHouse numbers it; null: it is no answer of ClickHouse. */
function codeOf(error: unknown): string | null {
  const { code, type } = (error ?? {}) as { readonly code?: unknown; readonly type?: unknown };
  return typeof code === 'string' && /^\d+$/.test(code) && type !== undefined ? code : null;
}

const bytesAsText = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

class NotRows extends Error {
  static {
    brandErrorClass(this, 'not-rows');
  }
}

const isNotRows = (error: unknown): error is NotRows => hasErrorKind(error, 'not-rows');

/** Gives up when nothing comes any more, and when it is told to stop. */
class SilenceWatch {
  isSilent = false;
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;
  private readonly onStop = (): void => this.controller.abort();

  constructor(
    private readonly stop: AbortSignal | null,
    private readonly silence: number,
  ) {
    stop?.addEventListener('abort', this.onStop, { once: true });
    if (stop?.aborted === true) this.controller.abort();
    this.timer = this.start();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  heard(): void {
    clearTimeout(this.timer);
    this.timer = this.start();
  }

  end(): void {
    clearTimeout(this.timer);
    this.stop?.removeEventListener('abort', this.onStop);
    this.controller.abort();
  }

  private start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.isSilent = true;
      this.controller.abort();
    }, this.silence).unref();
  }
}

/** Lines without their ends. @throws {NotRows} when the last one has none. */
async function* textLines(stream: ReadableStream<Uint8Array>, watch: SilenceWatch): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    watch.heard();
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MOST_LINE) throw new HumanError('source/too-much', `A row is longer than ${MOST_LINE >> 20} MB.`);
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') throw new NotRows(rest);
}
