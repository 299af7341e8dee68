/** What is wrong with fields that are there: a value that is ignored silently is lost. */
import type { JsonObject } from '../../json/json.ts';

/** The first key that nothing reads; null: none. `what`: how the object is called. */
export function keyProblem(object: JsonObject, known: readonly string[], what: string): string | null {
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  return unknown === undefined ? null : `${what} has an unknown key ${JSON.stringify(unknown).slice(0, 80)}.`;
}

/**
 * The same for a whole record: a newer version or another program may add keys to those that every writer writes. Where one of these is missing
 * too, the key was damaged.
 */
export function recordKeyProblem(record: JsonObject, known: readonly string[], what: string): string | null {
  const missing = known.find((key) => !Object.hasOwn(record, key));
  const problem = missing === undefined ? null : keyProblem(record, known, what);
  return problem === null ? null : `${problem.slice(0, -1)}, and no \`${missing ?? ''}\`.`;
}

/** The first of the fields that is there and no text; null: none. */
export function textProblem(object: JsonObject, names: readonly string[], what: string): string | null {
  const wrong = names.find((name) => (object[name] ?? null) !== null && typeof object[name] !== 'string');
  return wrong === undefined ? null : `\`${wrong}\` of ${what} must be a text.`;
}
