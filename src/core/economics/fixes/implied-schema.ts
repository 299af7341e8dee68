/** The JSON Schema that golden cases' expected objects imply. */
import type { JsonObject, JsonValue } from '../../json/json.ts';
import { isJsonObject } from '../../json/json.ts';

/**
 * Null: there is no object to learn from. It allows more than was seen, since `expected` says what an answer contains at least:
 * other fields, and other texts than those of the golden cases.
 */
export function impliedSchema(objects: readonly JsonObject[]): JsonObject | null {
  if (objects.length === 0) return null;
  const names = [...new Set(objects.flatMap((value) => Object.keys(value)))];
  const required = names.filter((name) => objects.every((value) => value[name] !== undefined));
  return {
    type: 'object',
    properties: Object.fromEntries(
      names.map((name) => [name, schemaOf(objects.flatMap((value) => (value[name] === undefined ? [] : [value[name]])))]),
    ),
    required,
  };
}

function schemaOf(values: readonly JsonValue[]): JsonObject {
  const types = [...new Set(values.map(typeOf))];
  if (types.length !== 1) return { type: types.length === 2 && types.includes('integer') && types.includes('number') ? 'number' : types };
  const type = types[0] ?? 'string';
  if (type === 'object') return impliedSchema(values.filter(isJsonObject)) ?? { type };
  const items = type === 'array' ? values.flatMap((value) => (Array.isArray(value) ? value : [])) : [];
  if (items.length > 0) return { type, items: schemaOf(items) };
  return { type };
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
