/**
 * What of a record names a person. Its user, attributes that are about a person by their key or by what redaction finds in their value, and
 * what requests say of users are kept only as a keyed hash; where no secret can be kept they are left out.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { Attributes } from '../interactions/interaction.ts';

/** A keyed hash of a text, 16 hex digits; null: there is no secret, so that nothing of a person is kept. */
export type PersonHash = (text: string) => string | null;

/** Keeps nothing of persons. */
export const NO_PERSONS: PersonHash = () => null;

/** Whether a user is a hash already, as records have it. */
export const isUserHash = (text: string): boolean => /^[0-9a-f]{16}$/.test(text);

/** How a hash stands among values that are none, so that it is not made again. */
const HASHED = /^hash-[0-9a-f]{16}$/;

const hashed = (value: string | number | boolean, hash: PersonHash): string | null => {
  const text = String(value);
  if (HASHED.test(text)) return text;
  const digits = hash(text);
  return digits === null ? null : `hash-${digits}`;
};

const NAME_OF_PERSON = /\b(?:first|last|middle|full|display|given|family|sur|nick|maiden|contact|person|customer|client|member) ?name\b/;

/** Of an attribute: `user…`, `…email…`, `…phone…`, `ip` and `name`, also in a longer key (`enduser.id`, `client_ip`, `firstName`). */
export function isPersonKey(key: string): boolean {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  if (words === 'name' || words === 'ip' || /\bips?\b|\bip ?address|\bip ?addr\b/.test(words)) return true;
  return /\b(?:end ?)?user|e ?mail|phone/.test(words) || NAME_OF_PERSON.test(words);
}

/** The attributes as they are kept. `isPersonal`: whether redaction finds something in a text. */
export function withoutPersons(attributes: Attributes, hash: PersonHash, isPersonal: (text: string) => boolean): Attributes {
  const kept: [string, string | number | boolean][] = [];
  for (const [key, value] of Object.entries(attributes)) {
    if (isPersonal(key)) continue;
    const isPerson = isPersonKey(key) || (typeof value !== 'boolean' && !HASHED.test(String(value)) && isPersonal(String(value)));
    const own = isPerson ? hashed(value, hash) : value;
    if (own !== null) kept.push([key, own]);
  }
  return Object.fromEntries(kept);
}

/** What requests of every provider call their user: the record says it in `user`. */
const USERS: ReadonlySet<string> = new Set([
  'user',
  'safety_identifier',
  'safetyIdentifier',
  'user_id',
  'userId',
  'end_user_id',
  'endUserId',
]);
/** Applications put a user's name into these, and what they group by them is still of use. */
const KEYS: ReadonlySet<string> = new Set(['prompt_cache_key', 'promptCacheKey']);
/** Objects of a request that hold such names, too. */
const HOLDERS: ReadonlySet<string> = new Set([
  'metadata',
  'extra_body',
  'extraBody',
  'providerOptions',
  'provider_options',
  'openai',
  'anthropic',
]);
const MAX_DEPTH = 4;

/** Whom a request is for, in any provider's form; null: it does not say. */
export function userIn(parameters: JsonObject, depth = 0): string | null {
  for (const [key, value] of Object.entries(parameters))
    if (USERS.has(key) && (typeof value === 'string' || typeof value === 'number') && value !== '') return String(value);
  if (depth >= MAX_DEPTH) return null;
  for (const [key, value] of Object.entries(parameters)) {
    const found = HOLDERS.has(key) && isJsonObject(value) ? userIn(value, depth + 1) : null;
    if (found !== null) return found;
  }
  return null;
}

/** A request's parameters without its user; itself where it names none. */
export function parametersWithoutPersons(parameters: JsonObject, hash: PersonHash, depth = 0): JsonObject {
  const entries = Object.entries(parameters);
  const kept = entries.flatMap(([key, value]): [string, JsonValue][] => {
    if (USERS.has(key) && typeof value !== 'object') return [];
    if (HOLDERS.has(key) && isJsonObject(value) && depth < MAX_DEPTH) {
      const inner = key === 'metadata' ? metadataWithoutPersons(value, hash) : parametersWithoutPersons(value, hash, depth + 1);
      return Object.keys(inner).length === 0 && Object.keys(value).length > 0 ? [] : [[key, inner]];
    }
    if (!KEYS.has(key) || typeof value !== 'string') return [[key, value]];
    const own = hashed(value, hash);
    return own === null ? [] : [[key, own]];
  });
  return kept.length === entries.length && kept.every(([key, value], i) => entries[i]?.[0] === key && entries[i][1] === value)
    ? parameters
    : Object.fromEntries(kept);
}

/** An application's own names beside a request. */
function metadataWithoutPersons(metadata: JsonObject, hash: PersonHash): JsonObject {
  const entries = Object.entries(metadata);
  const kept = entries.flatMap(([key, value]): [string, JsonValue][] => {
    if (USERS.has(key)) return [];
    if (!isPersonKey(key) || value === null || typeof value === 'object') return [[key, value]];
    const own = hashed(value, hash);
    return own === null ? [] : [[key, own]];
  });
  return kept.length === entries.length && kept.every(([, value], i) => entries[i]?.[1] === value) ? metadata : Object.fromEntries(kept);
}
