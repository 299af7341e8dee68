/**
 * Rows of Phoenix's database as what other readers know: a span as Python's SDK prints it, so that the reader of OTLP makes the record, and
 * annotations as signals. Phoenix keeps attributes nested, where OpenInference has them with dots.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { followUpOn } from '../../interactions/follow-up.ts';
import type { ReadRow } from '../log-format.ts';
import { annotationSignal } from '../annotation-signal.ts';

/** Attributes that are JSON in a text when an application sends them, and an object in the database. */
const JSON_TEXTS = /(^|\.)(metadata|llm\.prompt_template\.variables|tool\.parameters|document\.metadata)$/;
/** Levels of attributes in each other; what is deeper is left out. */
const MAX_DEPTH = 32;

/** `row`: columns as the query of `phoenix-queries.ts` names them. */
export const phoenixSpanRow = (row: JsonObject): JsonObject => ({
  name: row['name'] ?? '',
  context: { trace_id: row['trace_id'] ?? null, span_id: row['span_id'] ?? null },
  parent_id: row['parent_id'] ?? null,
  start_time: row['start_time'] ?? null,
  end_time: row['end_time'] ?? null,
  status_code: row['status_code'] ?? null,
  status: { status_code: row['status_code'] ?? null, description: row['status_message'] ?? null },
  attributes: dotted(isJsonObject(row['attributes']) ? row['attributes'] : {}),
  events: (Array.isArray(row['events']) ? row['events'] : []).filter(isJsonObject).map((event) => ({
    name: event['name'] ?? '',
    timestamp: event['timestamp'] ?? null,
    attributes: dotted(isJsonObject(event['attributes']) ? event['attributes'] : {}),
  })),
});

/** Lists of objects become names with numbers; lists of plain values stay. */
function dotted(given: JsonObject): JsonObject {
  const found: [string, JsonValue][] = [];
  const add = (name: string, value: JsonValue, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (JSON_TEXTS.test(name) && isJsonObject(value)) found.push([name, JSON.stringify(value)]);
    else if (isJsonObject(value))
      for (const [key, inner] of Object.entries(value)) add(name === '' ? key : `${name}.${key}`, inner, depth + 1);
    else if (Array.isArray(value) && value.some(isJsonObject))
      for (const [i, item] of value.entries()) add(`${name}.${i}`, item, depth + 1);
    else found.push([name, value]);
  };
  add('', given, 0);
  return Object.fromEntries(found);
}

/** Of a span, a trace or a session, whichever the row names. */
export function phoenixAnnotation(row: JsonObject): ReadRow {
  const [time, span, trace, session] = [row['time'], row['span_id'], row['trace_id'], row['session_id']].map((value) =>
    typeof value === 'string' && value !== '' ? value : null,
  );
  const ms = Date.parse(time ?? '');
  if (Number.isNaN(ms)) return { problem: 'The annotation has no time.' };
  const at = new Date(ms).toISOString();
  const signal = annotationSignal(row, at);
  if (signal === null) return { skipped: 'It is an annotation that says nothing: neither a score, nor a label, nor an explanation.' };
  return {
    followUp: {
      ...followUpOn('', at, { signals: [signal] }),
      of: { interaction: span ?? null, response: null, trace: trace ?? null, conversation: session ?? null },
    },
  };
}
