/** Rows inside an object that only holds them: a page of an API, an export with its counts, ClickHouse's JSON. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

const HOLDERS =
  /^(data|rows|runs|items|logs|events|records|results|calls|entries|requests|interactions|generations|traces|spans|examples|observations|resource_?[sS]pans|resource_?[lL]ogs)$/;

/** Whether a list of this name may be the rows of a file. */
export const isHolder = (name: string): boolean => HOLDERS.test(name);

/** These are formats of their own, whose reader knows what stands beside the rows. */
const READ_WHOLE = /^(observations|resource_?[sS]pans|resource_?[lL]ogs)$/;
const ABOUT_ROWS = /^(meta|metadata|pagination|cursors?|page_?info|statistics|links|schema|columns|summary|stats|info)$/i;

/** Null: the object is a row itself. What stands beside the rows may only be single values, or be about the rows. */
export function heldRows(row: JsonValue): { readonly name: string; readonly rows: readonly JsonValue[] } | null {
  if (!isJsonObject(row)) return null;
  const lists = Object.entries(row).filter(([name, value]) => isHolder(name) && isRowList(value));
  const [list] = lists;
  if (list === undefined || lists.length > 1 || READ_WHOLE.test(list[0])) return null;
  if (!Object.entries(row).every(([name, value]) => name === list[0] || isBeside(name, value))) return null;
  const rows = (list[1] as readonly JsonValue[]).filter(isJsonObject);
  if (!IS_TOLD_ONCE.test(list[0])) return { name: list[0], rows };
  const shared = Object.fromEntries(Object.entries(row).filter(([name, value]) => name !== list[0] && typeof value !== 'object'));
  return { name: list[0], rows: rows.map((item) => ({ ...shared, ...item })) };
}

/** Steps of one thing: what is said of it once, such as its trace, is of each. Beside the rows of a page stands how many there are. */
const IS_TOLD_ONCE = /^(spans|events|calls|generations|interactions|requests)$/;

const isRowList = (value: JsonValue): boolean => Array.isArray(value) && value.length > 0 && value.every(isJsonObject);

/** A long text is said, not counted. */
const isBeside = (name: string, value: JsonValue): boolean =>
  ABOUT_ROWS.test(name) ||
  value === null ||
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && value.length < 100);

/** One row with what stands beside it, as it would be read in the whole object. */
export const asHeld = (head: JsonObject, name: string, row: JsonValue): JsonObject => ({ ...head, [name]: [row] });
