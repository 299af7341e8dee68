/** JSON that stands in a text, as logs often have it. */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';

/** Structured values come as they are or as JSON in a text. What is nested too deep stays a text: nothing that goes through it may run out of stack. */
export function structured(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string') return value;
  const start = value.trimStart().charAt(0);
  return (start === '{' || start === '[') && !isDeep(value) ? (parseJson(value) ?? value) : value;
}

const MAX_NESTING = 200;

/** By its brackets, those in texts too. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 91 || code === 123) {
      if (++depth > MAX_NESTING) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
}

/** The object or list that a text holds as JSON; undefined: it is text. */
export function jsonIn(text: string): JsonObject | JsonValue[] | undefined {
  const value = /^\s*[{[]/.test(text) ? parseJson(text) : undefined;
  return isJsonObject(value) || Array.isArray(value) ? value : undefined;
}
