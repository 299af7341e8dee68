/** Which tables of a database hold production data, and in which of the known shapes: told from `system.columns`, never from names alone. */
import { HumanError } from '../../core/problems/errors.ts';
import { firstNames } from '../../core/display/figures.ts';
import type { SourceConfig } from '../../core/config/sources.ts';
import type { StoreQueries } from './store-queries.ts';

/** Columns of a table by the names that the shape has; `own`: as the table calls them. */
export interface StoreTable {
  readonly database: string;
  readonly table: string;
  readonly columns: ReadonlyMap<string, { readonly own: string; readonly type: string }>;
}

export type StoreShape =
  /** The Collector's exporter. `map`, `json`: the type of its attributes. */
  | { readonly kind: 'collector'; readonly attributes: 'map' | 'json'; readonly spans: StoreTable; readonly logs: StoreTable | null }
  | {
      readonly kind: 'langfuse';
      readonly version: 3;
      readonly observations: StoreTable;
      readonly traces: StoreTable | null;
      readonly scores: StoreTable | null;
    }
  | {
      readonly kind: 'langfuse';
      readonly version: 4;
      readonly observations: StoreTable;
      readonly traces: null;
      readonly scores: StoreTable | null;
    };

/** Columns that make a table one of a shape. */
const SHAPES = {
  spans: ['Timestamp', 'TraceId', 'SpanId', 'ParentSpanId', 'SpanName', 'SpanAttributes'],
  logs: ['Timestamp', 'TraceId', 'SpanId', 'Body', 'LogAttributes'],
  events: ['project_id', 'trace_id', 'span_id', 'type', 'start_time', 'input', 'output', 'event_ts', 'is_deleted'],
  observations: ['project_id', 'id', 'trace_id', 'type', 'start_time', 'input', 'output', 'event_ts', 'is_deleted'],
  traces: ['project_id', 'id', 'timestamp', 'user_id', 'session_id', 'event_ts', 'is_deleted'],
  scores: ['project_id', 'id', 'timestamp', 'name', 'value', 'data_type', 'trace_id', 'event_ts', 'is_deleted'],
} as const;
type ShapeName = keyof typeof SHAPES;

/** A view of Langfuse v4 whose texts end after 200 characters. */
const CUT_TEXTS = 'events_core';
const MOST_COLUMNS = 50_000;

/** @throws {HumanError} when no table has a known shape, several have, or the named one has not; and as a query does. */
export async function detectTables(queries: StoreQueries, source: Pick<SourceConfig, 'database' | 'table' | 'map'>): Promise<StoreShape> {
  const { database, table: named, map } = source;
  const rows = await queries.all({
    what: `the columns of ${database}`,
    sql: 'SELECT table, name, type FROM system.columns WHERE database = {database:String} ORDER BY table, position',
    params: { database },
    most: MOST_COLUMNS,
  });
  const tables = new Map<string, Map<string, string>>();
  for (const { table, name, type } of rows) {
    if (typeof table !== 'string' || typeof name !== 'string' || typeof type !== 'string') continue;
    const columns = tables.get(table) ?? new Map<string, string>();
    tables.set(table, columns.set(name, type));
  }
  const known = new Map([...tables].map(([table, columns]) => [table, asTable(database, table, columns, map)]));
  const ofShape = (shape: ShapeName): StoreTable[] =>
    [...known.values()].filter(({ columns }) => SHAPES[shape].every((name) => columns.has(name)));
  if (named !== null) return shapeNamed(named, known, ofShape, map);
  const spans = ofShape('spans');
  const events = ofShape('events').filter(({ table }) => table !== CUT_TEXTS);
  const observations = ofShape('observations');
  // Langfuse v4 writes nothing to the observations of before.
  const found = [...spans, ...(events.length > 0 ? events : observations)];
  const [only] = found;
  if (only !== undefined && found.length === 1) return shapeOf(only, ofShape);
  if (only !== undefined)
    throw new HumanError(
      'source/several',
      `Several tables of ${database} could be read: ${firstNames(
        found.map(({ table }) => table),
        10,
      )}.`,
      'Name one as `table` of the source.',
    );
  throw new HumanError(
    'source/unknown-shape',
    tables.size === 0
      ? `The database ${database} has no table that this user can see.`
      : `No table of ${database} has a known shape: ${firstNames([...tables.keys()], 10)}.`,
    'Known are the tables of the OpenTelemetry Collector and of Langfuse. Columns with other names stand under `map` of the source.',
  );
}

function asTable(database: string, table: string, types: ReadonlyMap<string, string>, map: ReadonlyMap<string, string>): StoreTable {
  const columns = new Map([...types].map(([own, type]) => [own, { own, type }]));
  for (const [name, own] of map) {
    const type = types.get(own);
    if (type !== undefined) columns.set(name, { own, type });
  }
  return { database, table, columns };
}

type Find = (shape: ShapeName) => StoreTable[];

function shapeNamed(named: string, known: ReadonlyMap<string, StoreTable>, find: Find, map: ReadonlyMap<string, string>): StoreShape {
  if (named === CUT_TEXTS)
    throw new HumanError(
      'source/cut-texts',
      `${CUT_TEXTS} holds only the first 200 characters of each text, so it is not read.`,
      'Name events_full as `table` of the source.',
    );
  const table = known.get(named);
  if (table === undefined)
    throw new HumanError(
      'source/no-table',
      `There is no table ${named} that this user can see.`,
      'Check `database` and `table` of the source.',
    );
  const shape = (['spans', 'events', 'observations'] as const).find((name) => find(name).includes(table));
  if (shape !== undefined) return shapeOf(table, find);
  const nearest = (['spans', 'events', 'observations'] as const)
    .map((name) => SHAPES[name].filter((column) => !table.columns.has(column)))
    .sort((a, b) => a.length - b.length)[0];
  throw new HumanError(
    'source/column',
    `${named} has no column ${firstNames(nearest ?? [], 10)}.${map.size === 0 ? '' : ' Names under `map` must be those of its columns.'}`,
    'If a column has another name here, write it under `map` of the source, such as map: { SpanAttributes: attributes }.',
  );
}

function shapeOf(table: StoreTable, find: Find): StoreShape {
  const has = (name: string): boolean => table.columns.has(name);
  const first = (shape: ShapeName, wanted: string): StoreTable | null => {
    const found = find(shape).filter((item) => item !== table);
    return found.find((item) => item.table === wanted) ?? (found.length === 1 ? (found[0] ?? null) : null);
  };
  if (has('SpanAttributes') && has('SpanName'))
    return {
      kind: 'collector',
      attributes: /^(JSON|Object)\b/.test(table.columns.get('SpanAttributes')?.type ?? '') ? 'json' : 'map',
      spans: table,
      logs: first('logs', table.table.replace(/traces/, 'logs')),
    };
  const scores = first('scores', 'scores');
  if (has('span_id')) return { kind: 'langfuse', version: 4, observations: table, traces: null, scores };
  return { kind: 'langfuse', version: 3, observations: table, traces: first('traces', 'traces'), scores };
}

/** As it stands in the output. */
export function shapeText(shape: StoreShape): string {
  const name = ({ database, table }: StoreTable): string => `${database}.${table}`;
  const parts = (tables: readonly (StoreTable | null)[]): string =>
    tables.flatMap((table) => (table === null ? [] : [name(table)])).join(', ');
  return shape.kind === 'collector'
    ? `OpenTelemetry Collector (attributes as ${shape.attributes === 'map' ? 'Map' : 'JSON'}): ${parts([shape.spans, shape.logs])}`
    : `Langfuse v${shape.version}: ${parts([shape.observations, shape.traces, shape.scores])}`;
}
