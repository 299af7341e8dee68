/** What is asked of Phoenix's database, by the tables and columns that its version has. Values are parameters; names are these alone. */
import { ConfigurationError } from '../../core/problems/errors.ts';

/** Column names by table, as the database has them. */
export type PhoenixTables = ReadonlyMap<string, ReadonlySet<string>>;

/** $1: tables. Of the schemas that the user sees. */
export const TABLES_QUERY = `SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = ANY (current_schemas(false)) AND table_name = ANY ($1)`;

export const PHOENIX_TABLES = [
  'spans',
  'traces',
  'projects',
  'experiments',
  'span_annotations',
  'trace_annotations',
  'project_session_annotations',
  'project_sessions',
];

const SPANS = [
  'span_id',
  'parent_id',
  'name',
  'start_time',
  'end_time',
  'attributes',
  'events',
  'status_code',
  'status_message',
  'trace_rowid',
];
const ANNOTATION = ['name', 'label', 'score', 'explanation', 'annotator_kind', 'updated_at'];

/** @throws {ConfigurationError} when the database is not Phoenix's, or of a version that is not known. */
export function requirePhoenix(tables: PhoenixTables): void {
  const missing = [
    ...SPANS.filter((column) => tables.get('spans')?.has(column) !== true).map((column) => `spans.${column}`),
    ...['trace_id', 'project_rowid'].filter((column) => tables.get('traces')?.has(column) !== true).map((column) => `traces.${column}`),
    ...(tables.get('projects')?.has('name') === true ? [] : ['projects.name']),
  ];
  if (missing.length === 0) return;
  throw new ConfigurationError(
    'import/not-phoenix',
    `The database has not the tables of Phoenix that are read: ${missing.slice(0, 5).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
    'Check the database’s name, and that the user may read the schema. Set the user’s search_path if Phoenix has a schema of its own.',
  );
}

const time = (column: string, name: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${name}`;

/** Of traces that are no experiments and no tries in Phoenix's own pages. $1, $2: from, to; $3: the project, or null. */
const production = (tables: PhoenixTables, span: string): string =>
  [
    `${span}.start_time >= $1 AND ${span}.start_time < $2 AND ($3::text IS NULL OR p.name = $3) AND ($3::text IS NOT NULL OR p.name <> 'playground')`,
    ...(tables.get('experiments')?.has('project_name') === true
      ? ['AND NOT EXISTS (SELECT 1 FROM experiments e WHERE e.project_name = p.name)']
      : []),
  ].join(' ');

/** In the order in which they came. */
export const phoenixSpansQuery = (tables: PhoenixTables): string =>
  `SELECT t.trace_id, s.span_id, s.parent_id, s.name, ${time('s.start_time', 'start_time')}, ${time('s.end_time', 'end_time')},
 s.status_code, s.status_message, s.attributes::text AS attributes, s.events::text AS events
 FROM spans s JOIN traces t ON t.id = s.trace_rowid JOIN projects p ON p.id = t.project_rowid
 WHERE ${production(tables, 's')} ORDER BY s.id`;

/** Each kind of annotation that the database has. */
export function annotationQueries(tables: PhoenixTables): string[] {
  const kinds: readonly (readonly [table: string, from: string, of: string])[] = [
    [
      'span_annotations',
      'JOIN spans s ON s.id = a.span_rowid JOIN traces t ON t.id = s.trace_rowid JOIN projects p ON p.id = t.project_rowid',
      's.span_id, t.trace_id',
    ],
    ['trace_annotations', 'JOIN traces t ON t.id = a.trace_rowid JOIN projects p ON p.id = t.project_rowid', 't.trace_id'],
    [
      'project_session_annotations',
      'JOIN project_sessions t ON t.id = a.project_session_id JOIN projects p ON p.id = t.project_id',
      't.session_id',
    ],
  ];
  return kinds
    .filter(([table]) => ANNOTATION.every((column) => tables.get(table)?.has(column) === true))
    .map(
      ([table, from, of]) => `SELECT a.name, a.label, a.score, a.explanation, a.annotator_kind,
 ${tables.get(table)?.has('identifier') === true ? 'a.identifier' : "'' AS identifier"}, ${time('a.updated_at', 'time')}, ${of}
 FROM ${table} a ${from} WHERE ${production(tables, of.startsWith('s.') ? 's' : 't')} ORDER BY a.id`,
    );
}
