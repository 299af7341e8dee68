/** Ids for cases that were given none: stable under reordering, and under edits of other cases. */
import type { JsonValue } from '../json/json.ts';

export const UNIQUE_ID = 'Give each case a unique id.';

/** Two places have cases with one id. */
export const doubledId = (id: string, first: string, second: string): string => `Two cases have the id \`${id}\`: ${first} and ${second}.`;

/** Eight hex digits of the content; a copy of the same content gets a number behind it. Adds to `taken`. */
export function deriveCaseId(content: JsonValue, taken: Set<string>): string {
  const base = `case-${fnv1a(canonical(content))}`;
  let id = base;
  for (let copy = 2; taken.has(id); copy++) id = `${base}-${copy}`;
  taken.add(id);
  return id;
}

/** Keys sorted, so that the order in the file does not count. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`)
    .join(',')}}`;
}

/** FNV-1a, 32 bit: a name, not a proof of identity (http://www.isthe.com/chongo/tech/comp/fnv/). */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
