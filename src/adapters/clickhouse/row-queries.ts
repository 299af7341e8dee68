/**
 * The queries that rows come from. Every text is constant: names of tables and columns are `{x:Identifier}`, values are parameters. A column of
 * the answer is called `g_NAME`, because a name of its own would stand for the column in WHERE. Every one has a range of days.
 */
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { StoreQuery } from './store-queries.ts';
import type { StoreShape, StoreTable } from './store-tables.ts';

/** ms since 1970; `to` is not in it. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Which of the traces: the share `buckets` of 65,536, by a hash of their ids. Null: all. */
export type TraceSample = { readonly buckets: number } | null;
export const ALL_BUCKETS = 65_536;

/** Rows of one answer. */
const MOST_ROWS = 500_000;
const HOUR = 3_600_000;

/** Names of attributes that make a span one of a call of a model, or of what is said of one. */
const OF_MODELS =
  '^(gen_ai|llm|ai|openinference|traceloop|langfuse|goldset|annotations|evaluations|trace|session|retrieval|reranker|embedding)\\.';
/** Log records that say something of a call. */
const MODEL_EVENTS = 'gen_ai.';

const PARTITIONED_BY = 'TimestampTime';

type Params = Record<string, string | number>;

/** Builds a SELECT; each name gets a parameter of its own. */
class Select {
  readonly params: Params = {};
  private readonly names = new Map<string, string>();

  constructor(private readonly table: StoreTable) {
    Object.assign(this.params, { database: table.database, table: table.table });
  }

  get source(): string {
    return '{database:Identifier}.{table:Identifier}';
  }

  has(name: string): boolean {
    return this.table.columns.has(name);
  }

  /** The column as it stands in a query. */
  column(name: string): string {
    const known = this.names.get(name);
    if (known !== undefined) return `{${known}:Identifier}`;
    const param = `c${this.names.size}`;
    this.names.set(name, param);
    this.params[param] = this.table.columns.get(name)?.own ?? name;
    return `{${param}:Identifier}`;
  }

  /** In UTC whatever the zone of the server or the column is. */
  time(name: string): string {
    return `toString(toTimeZone(${this.column(name)}, 'UTC'))`;
  }

  within(name: string, { from, to }: TimeRange, prefix = ''): string {
    Object.assign(this.params, { [`${prefix}from`]: clickHouseTime(from), [`${prefix}to`]: clickHouseTime(to) });
    const column = this.column(name);
    const own = `${column} >= {${prefix}from:DateTime64(9, 'UTC')} AND ${column} < {${prefix}to:DateTime64(9, 'UTC')}`;
    // The Collector's logs are in partitions of this column, which is the same time in whole seconds: by the other one all of them are read.
    if (name !== 'Timestamp' || !this.has(PARTITIONED_BY)) return own;
    this.params[`${prefix}second`] = clickHouseTime(Math.floor(from / 1000) * 1000);
    const second = this.column(PARTITIONED_BY);
    return `${own} AND ${second} >= {${prefix}second:DateTime64(9, 'UTC')} AND ${second} < {${prefix}to:DateTime64(9, 'UTC')}`;
  }

  /** Those of the names that the table has. */
  columns(plain: readonly string[], times: readonly string[]): string {
    const parts = [
      ...times.filter((name) => this.has(name)).map((name) => `${this.time(name)} AS \`g_${name}\``),
      ...plain.filter((name) => this.has(name)).map((name) => `${this.column(name)} AS \`g_${name}\``),
    ];
    return parts.join(', ');
  }

  sampled(trace: string, sample: TraceSample): string {
    if (sample === null) return '';
    this.params['buckets'] = sample.buckets;
    return ` AND cityHash64(${this.column(trace)}) % ${ALL_BUCKETS} < {buckets:UInt32}`;
  }
}

/** As a parameter of the type DateTime64. */
const clickHouseTime = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

/** A row by the names of the shape. */
export function withoutPrefix(row: JsonObject): Record<string, JsonValue> {
  const own: Record<string, JsonValue> = {};
  // Names are those of the query, which has no `__proto__`.
  for (const name in row) own[name.startsWith('g_') ? name.slice(2) : name] = row[name] ?? null;
  return own;
}

const timeColumn = (shape: StoreShape): string => (shape.kind === 'collector' ? 'Timestamp' : 'start_time');
const mainTable = (shape: StoreShape): StoreTable => (shape.kind === 'collector' ? shape.spans : shape.observations);

/** Rows by hour: what there is to read, and whether a day has changed. One query for each table that says something of calls. */
export function hoursQueries(shape: StoreShape, range: TimeRange): StoreQuery[] {
  const rows = new Select(mainTable(shape));
  const isCall = shape.kind === 'langfuse' ? ` AND ${rows.column('type')} IN ('GENERATION', 'EMBEDDING')` : '';
  const counted = [countedByHour(rows, timeColumn(shape), isCall, range, 'the hours that have rows')];
  if (shape.kind === 'langfuse') {
    if (shape.scores !== null) counted.push(countedByHour(new Select(shape.scores), 'timestamp', '', range, 'the hours that have scores'));
  } else if (shape.logs !== null) {
    const logs = new Select(shape.logs);
    counted.push(countedByHour(logs, 'Timestamp', ` AND ${saysOfCalls(logs, shape.logs)}`, range, 'the hours that have log records'));
  }
  return counted;
}

function countedByHour(select: Select, time: string, and: string, range: TimeRange, what: string): StoreQuery {
  return {
    what,
    sql: `SELECT intDiv(toUnixTimestamp(${select.column(time)}), 3600) AS hour, count() AS rows FROM ${select.source} WHERE ${select.within(time, range)}${and} GROUP BY hour ORDER BY hour`,
    params: select.params,
    most: Math.ceil((range.to - range.from) / HOUR) + 2,
  };
}

function saysOfCalls(select: Select, logs: StoreTable): string {
  const isJson = /^(JSON|Object)\b/.test(logs.columns.get('LogAttributes')?.type ?? '');
  const attribute = isJson
    ? `toString(getSubcolumn(${select.column('LogAttributes')}, 'event.name'))`
    : `${select.column('LogAttributes')}['event.name']`;
  const named = select.has('EventName') ? `startsWith(${select.column('EventName')}, {events:String}) OR ` : '';
  select.params['events'] = MODEL_EVENTS;
  return `(${named}startsWith(${attribute}, {events:String}))`;
}

/** What the reader of spans needs of each. */
const spanColumns = (select: Select): string =>
  select.columns(
    [
      ...[
        'TraceId',
        'SpanId',
        'ParentSpanId',
        'SpanName',
        'ResourceAttributes',
        'SpanAttributes',
        'Duration',
        'StatusCode',
        'StatusMessage',
      ],
      ...['Events.Name', 'Events.Attributes', 'Links.TraceId', 'Links.SpanId'],
    ],
    ['Timestamp'],
  );

/** Spans of a range that belong to traces of models, in the order of time. */
export function spansQuery(
  shape: Extract<StoreShape, { kind: 'collector' }>,
  range: TimeRange,
  what: string,
  sample: TraceSample,
): StoreQuery {
  const select = new Select(shape.spans);
  const columns = spanColumns(select);
  const eventTimes = select.has('Events.Timestamp')
    ? `, arrayMap(x -> toString(toTimeZone(x, 'UTC')), ${select.column('Events.Timestamp')}) AS \`g_Events.Timestamp\``
    : '';
  const names =
    shape.attributes === 'json' ? `JSONAllPaths(${select.column('SpanAttributes')})` : `mapKeys(${select.column('SpanAttributes')})`;
  const ofModels = `arrayExists(k -> match(k, {ofModels:String}), ${names})`;
  select.params['ofModels'] = OF_MODELS;
  const traces = `SELECT ${select.column('TraceId')} FROM ${select.source} WHERE ${select.within('Timestamp', { from: range.from - HOUR, to: range.to + HOUR }, 'trace_')} AND ${ofModels}`;
  return {
    what,
    sql: `SELECT ${columns}${eventTimes} FROM ${select.source} WHERE ${select.within('Timestamp', range)}${select.sampled('TraceId', sample)} AND ${select.column('TraceId')} IN (${traces}) ORDER BY ${select.column('Timestamp')}, ${select.column('SpanId')}`,
    params: select.params,
    most: MOST_ROWS,
  };
}

/** All spans of one trace, or those around the span with this id. */
export function traceQuery(
  shape: Extract<StoreShape, { kind: 'collector' }>,
  range: TimeRange,
  ids: readonly string[],
  what: string,
): StoreQuery {
  const select = new Select(shape.spans);
  const columns = spanColumns(select);
  const own =
    shape.attributes === 'json'
      ? `toString(getSubcolumn(${select.column('SpanAttributes')}, 'goldset.interaction.id'))`
      : `${select.column('SpanAttributes')}['goldset.interaction.id']`;
  const where = select.within('Timestamp', range);
  const traces = `SELECT ${select.column('TraceId')} FROM ${select.source} WHERE ${where} AND (${select.column('SpanId')} IN {ids:Array(String)} OR ${select.column('TraceId')} IN {ids:Array(String)} OR ${own} IN {ids:Array(String)})`;
  return {
    what,
    sql: `SELECT ${columns} FROM ${select.source} WHERE ${where} AND ${select.column('TraceId')} IN (${traces}) ORDER BY ${select.column('Timestamp')}, ${select.column('SpanId')}`,
    params: { ...select.params, ids },
    most: MOST_ROWS,
  };
}

/** Log records that say something of calls. */
export function logsQuery(logs: StoreTable, range: TimeRange, what: string, sample: TraceSample): StoreQuery {
  const select = new Select(logs);
  const columns = select.columns(['TraceId', 'SpanId', 'Body', 'LogAttributes', 'EventName'], ['Timestamp']);
  return {
    what,
    sql: `SELECT ${columns} FROM ${select.source} WHERE ${select.within('Timestamp', range)}${select.sampled('TraceId', sample)} AND ${saysOfCalls(select, logs)} ORDER BY ${select.column('Timestamp')}`,
    params: select.params,
    most: MOST_ROWS,
  };
}

/** What of Langfuse's rows is read. */
const OBSERVATION = [
  ...['project_id', 'trace_id', 'type', 'name', 'level', 'status_message', 'input', 'output', 'provided_model_name', 'model_parameters'],
  ...['usage_details', 'cost_details', 'total_cost', 'prompt_name', 'prompt_version', 'environment', 'release'],
  ...['user_id', 'session_id', 'trace_name', 'parent_observation_id', 'is_deleted'],
];
const OBSERVATION_TIMES = ['start_time', 'end_time', 'completion_start_time'];

/** The newest row of each id; what is deleted goes after that. `id`: only this one. */
export function observationsQuery(
  shape: Extract<StoreShape, { kind: 'langfuse' }>,
  range: TimeRange,
  what: string,
  sample: TraceSample,
  ids: readonly string[] | null = null,
): StoreQuery {
  const select = new Select(shape.observations);
  const idColumn = shape.version === 4 ? 'span_id' : 'id';
  const metadata =
    shape.version === 4
      ? select.has('metadata_names') && select.has('metadata_values')
        ? `, CAST((${select.column('metadata_names')}, ${select.column('metadata_values')}), 'Map(String, String)') AS g_metadata`
        : ''
      : select.has('metadata')
        ? `, ${select.column('metadata')} AS g_metadata`
        : '';
  const columns = `${select.columns(OBSERVATION, OBSERVATION_TIMES)}, ${select.column(idColumn)} AS g_id${metadata}`;
  const one =
    ids === null ? '' : ` AND (${select.column(idColumn)} IN {ids:Array(String)} OR ${select.column('trace_id')} IN {ids:Array(String)})`;
  const inner = `SELECT ${columns} FROM ${select.source} WHERE ${select.within('start_time', range)} AND ${select.column('type')} IN ('GENERATION', 'EMBEDDING')${select.sampled('trace_id', sample)}${one} ORDER BY ${select.column('event_ts')} DESC LIMIT 1 BY ${select.column('project_id')}, ${select.column(idColumn)}`;
  return {
    what,
    sql: `SELECT * FROM (${inner}) WHERE g_is_deleted = 0 ORDER BY g_start_time, g_id`,
    params: { ...select.params, ...(ids === null ? {} : { ids }) },
    most: MOST_ROWS,
  };
}

/** What traces say of users and sessions, for the observations of a range (v3). */
export function tracesQuery(traces: StoreTable, observations: StoreTable, range: TimeRange, what: string): StoreQuery {
  const select = new Select(traces);
  const of = new Select(observations);
  const inner = `SELECT ${of.column('trace_id')} FROM {of_database:Identifier}.{of_table:Identifier} WHERE ${of.within('start_time', range)}`;
  const ids = Object.entries({ ...of.params, of_database: of.params['database'] ?? '', of_table: of.params['table'] ?? '' }).map(
    ([name, value]) => [name.startsWith('c') ? `of_${name}` : name, value] as const,
  );
  const columns = select.columns(['project_id', 'id', 'user_id', 'session_id', 'release', 'metadata', 'environment', 'is_deleted'], []);
  const day = 24 * HOUR;
  const where = `${select.within('timestamp', { from: range.from - day, to: range.to + day }, 't_')} AND ${select.column('id')} IN (${inner.replaceAll(/\{c(\d+):/g, '{of_c$1:')})`;
  const newest = `SELECT ${columns} FROM ${select.source} WHERE ${where} ORDER BY ${select.column('event_ts')} DESC LIMIT 1 BY ${select.column('project_id')}, ${select.column('id')}`;
  return {
    what,
    sql: `SELECT * FROM (${newest}) WHERE g_is_deleted = 0`,
    params: { ...Object.fromEntries(ids), ...select.params },
    most: MOST_ROWS,
  };
}

/** Scores that were given in a range. */
export function scoresQuery(scores: StoreTable, range: TimeRange, what: string, traces: readonly string[] | null = null): StoreQuery {
  const select = new Select(scores);
  const columns = select.columns(
    [
      ...['project_id', 'id', 'name', 'value', 'string_value', 'long_string_value', 'source', 'comment', 'author_user_id', 'data_type'],
      ...['trace_id', 'observation_id', 'session_id', 'is_deleted'],
    ],
    ['timestamp'],
  );
  const one = traces === null ? '' : ` AND ${select.column('trace_id')} IN {ids:Array(String)}`;
  const newest = `SELECT ${columns} FROM ${select.source} WHERE ${select.within('timestamp', range)}${one} ORDER BY ${select.column('event_ts')} DESC LIMIT 1 BY ${select.column('project_id')}, ${select.column('id')}`;
  return {
    what,
    sql: `SELECT * FROM (${newest}) WHERE g_is_deleted = 0 ORDER BY g_timestamp, g_id`,
    params: { ...select.params, ...(traces === null ? {} : { ids: traces }) },
    most: MOST_ROWS,
  };
}

/** What people decided, of days of deciding. */
export function feedbackQuery(table: StoreTable, range: TimeRange): StoreQuery {
  const select = new Select(table);
  return {
    what: 'the feedback of the team',
    sql: `SELECT ${select.columns(['kind', 'record'], [])} FROM ${select.source} WHERE ${select.within('time', range)} ORDER BY ${select.column('time')}`,
    params: select.params,
    most: MOST_ROWS,
  };
}
