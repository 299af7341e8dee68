/** Which rows are calls: by a column that says so, and those inside other rows. */
import { isJsonObject, type JsonValue } from '../../../json/json.ts';
import { valueAt, type RowCondition } from './mapping.ts';

/** Runs inside runs. */
const MAX_DEPTH = 32;

/** Whether a row is of a call. */
export const isCallRow = (row: JsonValue, only: RowCondition | undefined): boolean =>
  only === undefined || only.values.includes(textAt(row, only.from));

/** What stands in a column, as text; empty: nothing. */
export function textAt(row: JsonValue, path: string): string {
  const value = valueAt(row, path);
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** The row, and the rows that it holds in the column `children`, at every depth. */
export function withChildren(row: JsonValue, children: string | undefined, depth = 0): JsonValue[] {
  if (children === undefined || depth > MAX_DEPTH || !isJsonObject(row)) return [row];
  const inner = valueAt(row, children);
  if (!Array.isArray(inner)) return [row];
  return [row, ...inner.flatMap((item) => withChildren(item, children, depth + 1))];
}
