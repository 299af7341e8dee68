/** Cases that ask almost the same: they are one unit in statistics, and few of them are enough. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { CaseMessage } from './case-messages.ts';

/** Share of letter triples that two texts must have in common. */
const NEAR = 0.85;

/** What a case asks, ready to be compared. */
export interface AskedText {
  readonly text: string;
  readonly triples: ReadonlySet<string>;
}

/** Its variables, else its messages; `without`: variables that are not the question. */
export function askedText(
  { vars, messages = [] }: { readonly vars: JsonObject; readonly messages?: readonly CaseMessage[] },
  without: readonly string[] = [],
): AskedText {
  const own = Object.entries(vars).flatMap(([name, value]) => (without.includes(name) ? [] : textsOf(value)));
  const said = messages.flatMap(({ role, content }) =>
    role === 'user' ? content.flatMap((part) => ('text' in part ? [part.text] : [])) : [],
  );
  const text = [...own, ...said]
    .join(' ')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return { text, triples: triplesOf(text) };
}

function textsOf(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (isJsonObject(value)) return Object.values(value).flatMap(textsOf);
  return value === null ? [] : [String(value)];
}

/** Of a short text all of it. */
function triplesOf(text: string): Set<string> {
  const padded = ` ${text} `;
  return new Set(Array.from({ length: Math.max(1, padded.length - 2) }, (_, i) => padded.slice(i, i + 3)));
}

/** Whether two cases ask almost the same. Nothing is near to a case without a text. */
export function isNear(a: AskedText, b: AskedText): boolean {
  if (a.text === '' || b.text === '') return false;
  const [few, many] = a.triples.size < b.triples.size ? [a.triples, b.triples] : [b.triples, a.triples];
  if (few.size < NEAR * many.size) return false;
  let shared = 0;
  for (const triple of few) if (many.has(triple)) shared++;
  return shared >= NEAR * (few.size + many.size - shared);
}

interface Grouped {
  readonly id: string;
  group: string | null;
  readonly asked: AskedText;
}

export interface NearPlace {
  /** The group that the case belongs to; null: it is alone. */
  readonly group: string | null;
  /** Cases of the group that are there before it. */
  readonly before: number;
  /** Ids of cases that were alone until now. */
  readonly joins: readonly string[];
}

/** Groups of a set that grows. */
export class NearGroups {
  private readonly cases: Grouped[] = [];

  /** A case that is there. */
  add(id: string, group: string | null, asked: AskedText): void {
    this.cases.push({ id, group, asked });
  }

  /** Cases that were alone belong to a group now. */
  join(ids: readonly string[], group: string): void {
    for (const item of this.cases) if (ids.includes(item.id)) item.group = group;
  }

  /** Where a new case belongs: the group of those that it is near to, else one that is named after the first of them. */
  placeOf(asked: AskedText): NearPlace {
    const near = this.cases.filter((item) => isNear(item.asked, asked));
    const [first] = near;
    if (first === undefined) return { group: null, before: 0, joins: [] };
    const group = near.find((item) => item.group !== null)?.group ?? `near-${first.id}`;
    const own = this.cases.filter((item) => item.group === group || near.includes(item));
    return { group, before: own.length, joins: near.filter((item) => item.group === null).map(({ id }) => id) };
  }
}
