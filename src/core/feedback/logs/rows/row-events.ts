/** Rows that are events of a call: which column says so, which values are of calls of a model, and what joins a start with its end. */
import type { JsonValue } from '../../../json/json.ts';
import { valueAt, type RowCondition } from './mapping.ts';

export interface RowEvents {
  readonly only?: RowCondition;
  /** The column that a start and its end share. */
  readonly join?: string;
}

const COLUMNS = ['event', 'event_type', 'eventType', 'type', 'kind', 'phase', 'run_type', 'span_type', 'record_type', 'name'];
const START = /(^|[._:\s-])(start(ed)?|begin|begun|request(ed)?|sent)$/i;
const END =
  /(^|[._:\s-])(end(ed)?|finish(ed)?|complete(d)?|response|respond(ed)?|received|result|stop(ped)?|success|fail(ed|ure)?|error)$/i;
const OF_MODEL = /llm|model|chat|generat|completion|gpt|claude|gemini/i;
const NAMED_MODEL = /(^|[^a-z])llm([^a-z]|$)|chat[_ .]?completion|generate_?content|model_(call|request)/i;
const NOT_OF_MODEL = /tool|chain|agent|retriev|span|function|step|node|session|run_(start|end)|task|log|info|score|system|plan|message/i;

/** `ids`: columns that may say which call a row is of, the best first. */
export function eventsIn(rows: readonly JsonValue[], ids: readonly string[]): RowEvents {
  const columns = COLUMNS.filter((column) => {
    const values = wordsOf(rows, column);
    return values.size >= 2 && values.size <= 30;
  });
  const only = columns.map((column) => conditionOf(column, wordsOf(rows, column))).find((found) => found !== null) ?? null;
  const kept = only === null ? rows : rows.filter((row) => only.values.includes(wordAt(row, only.from)));
  const join = columns.map((column) => joinOf(kept, column, ids)).find((found) => found !== null) ?? null;
  return { ...(only === null ? {} : { only }), ...(join === null ? {} : { join }) };
}

const wordsOf = (rows: readonly JsonValue[], column: string): ReadonlySet<string> =>
  new Set(rows.map((row) => wordAt(row, column)).filter((word) => word !== ''));

/** Null: all may be calls, or none is told apart. */
function conditionOf(column: string, values: ReadonlySet<string>): RowCondition | null {
  // A name says more than what it is of: `chat_history` is no chat.
  const isNamed = column === 'name';
  const ofModel = [...values].filter((value) => (isNamed ? NAMED_MODEL : OF_MODEL).test(value) && !/embed/i.test(value));
  const others = [...values].filter((value) => !ofModel.includes(value) && (isNamed || NOT_OF_MODEL.test(value)));
  return ofModel.length > 0 && others.length > 0 ? { from: column, values: ofModel } : null;
}

/** A column that has the same value in a row that starts and in one that ends. */
function joinOf(rows: readonly JsonValue[], column: string, ids: readonly string[]): string | null {
  const said = (pattern: RegExp): JsonValue[] => rows.filter((row) => pattern.test(wordAt(row, column)));
  const [starts, ends] = [said(START), said(END).filter((row) => !START.test(wordAt(row, column)))];
  if (starts.length === 0 || ends.length === 0) return null;
  for (const id of ids) {
    const named = starts.map((row) => idAt(row, id)).filter((value) => value !== null);
    const begun = new Set(named);
    const shared = new Set(ends.map((row) => idAt(row, id)).filter((value) => value !== null && begun.has(value)));
    // An id that all rows have is of the process, not of a call.
    if (shared.size > 0 && begun.size === named.length) return id;
  }
  return null;
}

const wordAt = (row: JsonValue, path: string): string => {
  const value = valueAt(row, path);
  return typeof value === 'string' ? value : '';
};

const idAt = (row: JsonValue, path: string): string | null => {
  const value = valueAt(row, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
};
