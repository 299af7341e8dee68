/** JSON of a model → the same as its schema has it, where that is certain: other letters' case, numbers and booleans as text, keys that are not asked for. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';

/** The value itself where nothing is certain; the schema still has to be checked. */
export function fitted(value: JsonValue, schema: JsonValue | undefined): JsonValue {
  if (!isJsonObject(schema)) return value;
  if (isJsonObject(value)) return fittedObject(value, schema);
  if (Array.isArray(value)) return value.map((item) => fitted(item, schema['items']));
  if (typeof value !== 'string') return value;
  const text = value.trim();
  const { enum: words, type } = schema;
  if (Array.isArray(words) && words.some((word) => typeof word === 'string')) {
    if (words.includes(value)) return value;
    const alike = words.filter((word) => typeof word === 'string' && word.toLowerCase() === text.toLowerCase());
    return alike.length === 1 ? (alike[0] ?? value) : value;
  }
  const types = Array.isArray(type) ? type : [type];
  if (types.includes('string')) return value;
  if ((types.includes('number') || types.includes('integer')) && NUMBER.test(text)) return Number(text);
  if (types.includes('boolean') && BOOLEAN.test(text)) return text.toLowerCase() === 'true';
  return value;
}

/** As JSON writes numbers, also with a sign or without a zero; no unit, no fraction, no comma. */
const NUMBER = /^[+-]?(?:\d{1,15}(?:\.\d{1,20})?|\.\d{1,20})$/;
const BOOLEAN = /^(?:true|false)$/i;

function fittedObject(value: JsonObject, schema: JsonObject): JsonValue {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const isClosed = schema['additionalProperties'] === false && schema['patternProperties'] === undefined;
  const known = new Map(Object.keys(properties).map((name) => [name.toLowerCase(), name]));
  const found = new Map<string, JsonValue>();
  for (const [key, item] of Object.entries(value)) {
    const name = Object.hasOwn(properties, key) ? key : (known.get(key.trim().toLowerCase()) ?? key);
    if (Object.hasOwn(properties, name)) found.set(name, fitted(item, properties[name]));
    else if (!isClosed) found.set(name, item);
  }
  return Object.fromEntries(found);
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g;

/** A key that one object of a JSON text has twice, in whatever case, so that it says two things; null: none has. */
export function keysTwice(json: string): string | null {
  const open: Set<string>[] = [];
  for (const [token, text, colon] of json.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (text !== undefined && colon !== undefined) {
      const key = String(JSON.parse(text)).trim();
      const keys = open.at(-1);
      if (keys?.has(key.toLowerCase()) === true) return key;
      keys?.add(key.toLowerCase());
    }
  }
  return null;
}
