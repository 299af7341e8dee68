/** Rows inside an object that only holds them: a page of an API, an export with its counts, ClickHouse's JSON. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';

const HOLDERS =
  /^(data|rows|runs|items|logs|events|records|results|calls|entries|requests|interactions|generations|traces|spans|examples|observations|resource_?[sS]pans|resource_?[lL]ogs)$/;

/** Whether a list of this name may be the rows of a file. */
export const isHolder = (name: string): boolean => HOLDERS.test(name);

/** These are formats of their own, whose reader knows what stands beside the rows. */
const READ_WHOLE = /^(observations|resource_?[sS]pans|resource_?[lL]ogs)$/;
/** What stands beside the rows of a page or an export. */
const ABOUT_ROWS =
  /^(meta|metadata|pagination|cursors?|page_?info|statistics|links|schema|columns|summary|stats|info|object|type|kind|version|\w*count|\w*total\w*|page\w*|limit|offset|has_?more|next\w*|prev\w*|first_?id|last_?id|rows\w*|\w*(_?at|At)|project\w*|dataset\w*|format|success|ok|status|name|elapsed\w*|took\w*)$/;

/** Null: the object is a row itself. */
export function heldRows(row: JsonValue): { readonly name: string; readonly rows: readonly JsonValue[] } | null {
  if (!isJsonObject(row)) return null;
  const lists = Object.entries(row).filter(([name, value]) => isHolder(name) && isRowList(value));
  const [list] = lists;
  if (list === undefined || lists.length > 1 || READ_WHOLE.test(list[0])) return null;
  const isSteps = IS_TOLD_ONCE.test(list[0]);
  const beside = Object.entries(row).filter(([name]) => name !== list[0]);
  if (!beside.every(([name, value]) => (isSteps ? isOfAll(name, value) : ABOUT_ROWS.test(name)))) return null;
  const rows = (list[1] as readonly JsonValue[]).filter(isJsonObject);
  if (!isSteps) return { name: list[0], rows };
  const shared = Object.fromEntries(beside.filter(([, value]) => typeof value !== 'object'));
  return { name: list[0], rows: rows.map((item) => ({ ...shared, ...item })) };
}

/** Steps of one thing: what is said of it once, such as its trace, is of each. Beside the rows of a page stands how many there are. */
const IS_TOLD_ONCE = /^(spans|events|calls|generations|interactions|requests)$/;

const isRowList = (value: JsonValue): boolean => Array.isArray(value) && value.length > 0 && value.every(isJsonObject);

/** A row with an answer of its own is a call, whatever it lists. */
const isOfAll = (name: string, value: JsonValue): boolean =>
  typeof value !== 'object' && !/answer|output|response|completion|reply|result/i.test(name);

/** One row with what stands beside it, as it would be read in the whole object. */
export const asHeld = (head: JsonObject, name: string, row: JsonValue): JsonObject => ({ ...head, [name]: [row] });
