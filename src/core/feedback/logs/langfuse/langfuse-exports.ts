/**
 * The forms in which Langfuse gives its rows away, brought into the one of its API: the download of a trace (`{ trace, observations }`), the API's
 * trace with its observations, and rows of the ClickHouse tables `observations` and `scores` (names in snake_case, numbers as text).
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';

export interface LangfuseRow {
  readonly kind: 'observation' | 'score';
  readonly row: JsonObject;
}

const has = (row: JsonObject, ...names: readonly string[]): boolean => names.every((name) => Object.hasOwn(row, name));
const isObservation = (row: JsonObject): boolean => has(row, 'traceId', 'type', 'startTime');
const isScore = (row: JsonObject): boolean => has(row, 'dataType') && (has(row, 'subject') || has(row, 'traceId') || has(row, 'sessionId'));
const isTableRow = (row: JsonObject): boolean =>
  has(row, 'project_id') && (has(row, 'trace_id', 'type', 'start_time') || has(row, 'data_type', 'timestamp', 'name'));
/** A trace, alone or beside its observations. */
const isDownload = (row: JsonObject): boolean => {
  const { observations, trace } = row;
  if (!Array.isArray(observations)) return false;
  if (isJsonObject(trace)) return true;
  return has(row, 'timestamp') && observations.some((item) => isJsonObject(item) && isObservation(item));
};

/** Whether a file that begins with this row is Langfuse's. */
export const isLangfuseRow = (row: JsonValue): boolean =>
  isJsonObject(row) && (isObservation(row) || isScore(row) || isTableRow(row) || isDownload(row));

/** The rows that a row is or holds; null: it is none of Langfuse's. */
export function langfuseRows(row: JsonValue): readonly LangfuseRow[] | null {
  if (!isJsonObject(row)) return null;
  if (isDownload(row)) return downloadRows(row);
  const own = isTableRow(row) ? camelCased(row) : row;
  if (isScore(own)) return [{ kind: 'score', row: own }];
  return isObservation(own) ? [{ kind: 'observation', row: own }] : null;
}

/** What a trace says is of each of its observations that does not say it itself. */
function downloadRows(row: JsonObject): LangfuseRow[] {
  const trace = isJsonObject(row['trace']) ? row['trace'] : row;
  const { id, userId, sessionId, environment, name } = trace;
  const shared: JsonObject = {};
  for (const [key, value] of Object.entries({ traceId: id, userId, sessionId, environment, traceName: name }))
    if (value !== undefined && value !== null && value !== '') shared[key] = value;
  const list = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
  const rows = list(row['observations']).map((item) => (isJsonObject(item) ? { ...shared, ...withoutNulls(item) } : { value: item }));
  const scores = [...list(trace['scores']), ...(trace === row ? [] : list(row['scores']))].filter(isJsonObject);
  return [
    ...rows.map((item): LangfuseRow => ({ kind: 'observation', row: item })),
    ...scores.map((item): LangfuseRow => ({ kind: 'score', row: { ...(id === undefined ? {} : { traceId: id }), ...item } })),
  ];
}

const withoutNulls = (row: JsonObject): JsonObject => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

const camelCased = (row: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value]),
  );
