/** JSON Schema (draft 7) by an interpreting validator: a hostile schema is data, never code. */
import { Validator } from '@cfworker/json-schema';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../json/json.ts';

export type Schema = JsonObject | boolean;

/** What is wrong with the schema of an assertion, or null; no schema is fine. */
export function schemaProblem(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null || typeof value === 'boolean' || isJsonObject(value)) return null;
  if (typeof value === 'string' && (isJsonObject(parseJson(value)) || value.includes('{{'))) return null;
  return 'The `value` must be a JSON Schema.';
}

/** Where and how a value breaks a schema, in one sentence; null when it is valid. Throws on a schema it cannot follow. */
export function schemaViolation(schema: Schema, value: JsonValue): string | null {
  const { valid, errors } = new Validator(schema, '7', true).validate(value);
  if (valid) return null;
  const deepest = errors.at(-1) ?? errors[0];
  if (!deepest) return 'it is not valid.';
  const place = deepest.instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
  return `${place === '' ? 'the value' : `\`${place}\``}: ${deepest.error}`;
}
