/** The text of a golden case that a person goes on to write: every variable with a value of its type, and nothing expected yet. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';

export interface BlankCase {
  readonly id: string;
  /** The prompt's variables. */
  readonly names: readonly string[];
  /** JSON Schema of the variables; null: none is declared. */
  readonly schema: JsonObject | null;
  /** Values that the prompt sets for variables that a case leaves out. */
  readonly defaults: JsonObject;
  /** JSON Schema of the answer; null: it is text. */
  readonly output: JsonObject | null;
}

/** In YAML, as an item of the list. `expected` is a comment: an empty one would fail every answer. */
export function blankYamlCase({ id, names, schema, defaults, output }: BlankCase): string {
  const vars = names.map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(valueFor(name, schema, defaults))}\n`).join('');
  const expected = output === null ? '"what the answer must be"' : JSON.stringify(blankValue(output));
  return `- id: ${id}\n  vars:\n${vars === '' ? '    {}\n' : vars}  # expected: ${expected}\n`;
}

/** As a line of JSONL. */
export const blankJsonCase = (blank: BlankCase): string => `${JSON.stringify({ id: blank.id, vars: blankVars(blank) })}\n`;

/** The variables with values of their types. */
export const blankVars = ({ names, schema, defaults }: Omit<BlankCase, 'id' | 'output'>): JsonObject =>
  Object.fromEntries(names.map((name) => [name, valueFor(name, schema, defaults)]));

function valueFor(name: string, schema: JsonObject | null, defaults: JsonObject): JsonValue {
  const given = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
  if (given !== undefined) return given;
  const properties = schema?.['properties'];
  const own = isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return isJsonObject(own) ? blankValue(own) : '';
}

/** The simplest value that a schema allows, with the fields of its objects that are required. */
function blankValue(schema: JsonObject, depth = 0): JsonValue {
  const { type, properties, required, items, minimum } = schema;
  if (schema['default'] !== undefined) return schema['default'];
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum']) && schema['enum'][0] !== undefined) return schema['enum'][0];
  const name = Array.isArray(type) ? type.find((item) => item !== 'null') : type;
  if (name === 'number' || name === 'integer') return typeof minimum === 'number' && minimum > 0 ? minimum : 0;
  if (name === 'boolean') return false;
  if (name === 'array') return isJsonObject(items) && depth < MOST ? [blankValue(items, depth + 1)] : [];
  if (name === 'object' || isJsonObject(properties)) {
    const fields = isJsonObject(properties) && depth < MOST ? Object.entries(properties) : [];
    const isWanted = (field: string): boolean => !Array.isArray(required) || required.includes(field);
    return Object.fromEntries(
      fields.flatMap(([field, own]) => (isWanted(field) && isJsonObject(own) ? [[field, blankValue(own, depth + 1)]] : [])),
    );
  }
  return '';
}

/** Objects in objects: a schema may contain itself. */
const MOST = 4;
