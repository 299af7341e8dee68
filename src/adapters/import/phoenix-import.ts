/** Phoenix's spans and annotations of some days, read from its database. What is stored already is stored once. */
import { ConfigurationError } from '../../core/problems/errors.ts';
import { databaseProblem } from '../../core/config/key-pair.ts';
import { NOTHING_READ, readLogOf, type ReadLog } from '../../core/feedback/logs/log-format.ts';
import { OTLP } from '../../core/feedback/logs/otlp/otlp-format.ts';
import { phoenixAnnotation, phoenixSpanRow } from '../../core/feedback/logs/phoenix/phoenix-rows.ts';
import { EMPTY_MAPPING } from '../../core/feedback/logs/rows/mapping.ts';
import { parseJson, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { excerpt } from '../../core/text/text.ts';
import { keyFor, type KeySource } from '../models/keys.ts';
import { PORTS } from './import-files.ts';
import type { ImportSink } from './import-sink.ts';
import {
  annotationQueries,
  PHOENIX_TABLES,
  requirePhoenix,
  phoenixSpansQuery,
  TABLES_QUERY,
  type PhoenixTables,
} from './phoenix-queries.ts';
import type { PostgresRows, PostgresTarget } from './postgres-reader.ts';
import type { Refusals } from './refusals.ts';

/** Characters of a span that is read. */
const MAX_SPAN = 32 << 20;

export interface PhoenixRequest {
  /** `postgres://HOST[:PORT]/DATABASE`, as the user gave it. */
  readonly address: string;
  readonly user: string;
  /** The variable that holds the password. */
  readonly variable: string;
}

/** With the password, after the user's consent. @throws {ConfigurationError} when the address or the password cannot be used. */
export async function phoenixTarget({ address, user, variable }: PhoenixRequest, keys: KeySource): Promise<PostgresTarget> {
  const given = address.replace(/^postgresql:/i, 'postgres:');
  const problem = databaseProblem(given);
  // What stands before an @ may be a password.
  const shown = excerpt(given.replace(/\/\/[^/]*@/, '//…@'));
  if (problem !== null || new URL(given).pathname.length < 2)
    throw new ConfigurationError(
      'usage',
      `"${shown}" cannot be used: ${problem ?? 'it names no database'}.`,
      'Write it as postgres://HOST[:PORT]/DATABASE, with --user USER and --password-env VARIABLE.',
    );
  const password = await keyFor({ provider: 'the database', baseUrl: given, keyVariable: variable, namedBy: '--from' }, keys);
  if (password === null) throw new ConfigurationError('key/missing', `The database needs a password in ${variable}.`);
  return { address: given, user, password };
}

export interface PhoenixImport {
  readonly source: PostgresRows;
  /** ISO 8601; `to` is not in it. */
  readonly window: { readonly from: string; readonly to: string };
  /** The one project that is read; null: all but experiments and Phoenix's playground. */
  readonly project: string | null;
  readonly sink: Pick<ImportSink, 'add' | 'flush' | 'expect'>;
  readonly refusals: Refusals;
  readonly onRows: (rows: number) => void;
}

/** @throws {ConfigurationError} when the database is not Phoenix's. */
export async function importPhoenix({ source, window, project, sink, refusals, onRows }: PhoenixImport): Promise<void> {
  const tables = await tablesOf(source);
  requirePhoenix(tables);
  const values = [window.from, window.to, project];
  const take = async (place: string, { records, lines, skipped, problems }: ReadLog): Promise<void> => {
    await sink.expect(lines);
    refusals.read += records;
    for (const { reason, count } of skipped) refusals.skip(place, reason, count);
    for (const { reason, count } of problems) refusals.add(place, reason, count);
    for (const problem of lines.map((line) => sink.add(line))) if (problem !== null) refusals.add(place, problem);
  };
  const reader = OTLP.open(PORTS);
  // A span has a time of its own.
  const origin = { mapping: EMPTY_MAPPING, writtenMs: Date.parse(window.to) };
  let rows = 0;
  for await (const row of source.rows(phoenixSpansQuery(tables), values)) {
    const place = `span ${textOf(row['span_id'])}`;
    const opened = openedSpan(row);
    await take(place, 'problem' in opened ? refusedSpan(opened.problem) : reader.read({ row: phoenixSpanRow(opened.row) }, origin));
    onRows(++rows);
  }
  await take('The rest of the spans', reader.close());
  for (const query of annotationQueries(tables))
    for await (const row of source.rows(query, values)) {
      await take(`annotation ${textOf(row['name'])}`, readLogOf([phoenixAnnotation(withNumber(row))]));
      onRows(++rows);
    }
  sink.flush();
}

async function tablesOf(source: PostgresRows): Promise<PhoenixTables> {
  const tables = new Map<string, Set<string>>();
  for await (const { table_name: table, column_name: column } of source.rows(TABLES_QUERY, [PHOENIX_TABLES])) {
    const columns = tables.get(textOf(table)) ?? new Set<string>();
    tables.set(textOf(table), columns.add(textOf(column)));
  }
  return tables;
}

const refusedSpan = (reason: string): ReadLog => ({ ...NOTHING_READ, records: 1, problems: [{ reason, count: 1 }] });

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** JSON comes as text, so that what is too long is not parsed. */
function openedSpan(row: JsonObject): { readonly row: JsonObject } | { readonly problem: string } {
  const [attributes, events] = [textOf(row['attributes']) || '{}', textOf(row['events']) || '[]'];
  if (attributes.length + events.length > MAX_SPAN) return { problem: `It is longer than ${MAX_SPAN >> 20} MB.` };
  const [own, told] = [parseJson(attributes), parseJson(events)];
  return own === undefined || told === undefined
    ? { problem: 'Its attributes are not JSON.' }
    : { row: { ...row, attributes: own, events: told } };
}

/** Numbers come as the server writes them. */
const withNumber = (row: JsonObject): JsonObject => {
  const score = typeof row['score'] === 'string' ? Number(row['score']) : NaN;
  return { ...row, score: Number.isFinite(score) ? score : null };
};
