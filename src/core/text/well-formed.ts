/** Lone surrogates: half of a character, which no encoding can carry. Canonical JSON refuses them, and a provider gets U+FFFD. */
import { isJsonObject, type JsonValue } from '../json/json.ts';

const isWellFormed = (text: string): boolean => !/\p{Cs}/u.test(text);

/** With its lone surrogates as escapes. */
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The path of the first text or key with a lone surrogate, such as `ticket.body`; null: no text has one. */
export function loneSurrogateIn(value: JsonValue, path = ''): string | null {
  if (typeof value === 'string') return isWellFormed(value) ? null : path;
  const at = (step: string | number): string => (path === '' ? String(step) : `${path}.${step}`);
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      const found = loneSurrogateIn(item, at(i));
      if (found !== null) return found;
    }
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const found = isWellFormed(key) ? loneSurrogateIn(item, at(key)) : at(escaped(key));
      if (found !== null) return found;
    }
  }
  return null;
}

/** A JSON value as text without lone surrogates: each is written as its escape. For identities, which must exist for any text. */
export function wellFormedCopy(value: JsonValue): JsonValue {
  if (typeof value === 'string') return isWellFormed(value) ? value : escaped(value);
  if (Array.isArray(value)) return value.map(wellFormedCopy);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wellFormedCopy(item)]));
}
