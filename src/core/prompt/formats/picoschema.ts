/**
 * Picoschema → JSON Schema, by dotprompt's rules (docs/extending/picoschema): `field?: type, description`,
 * `list(array, why): string`, `kind(enum): [A, B]`, `(*): any`. JSON Schema passes through unchanged.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

const SCALARS = ['string', 'number', 'integer', 'boolean', 'null', 'any'];
const JSON_SCHEMA_TYPES = [...SCALARS, 'object', 'array'];

export interface SchemaProblem {
  readonly message: string;
  /** Keys down to the offending entry. */
  readonly path: readonly (string | number)[];
}

/** A schema, or null with the problems that say why. */
export function readSchema(source: JsonValue): { schema: JsonObject | null; problems: SchemaProblem[] } {
  const problems: SchemaProblem[] = [];
  if (source === null) return { schema: null, problems };
  if (isJsonSchema(source)) {
    const { type } = source;
    return { schema: type === undefined ? { ...source, type: 'object' } : source, problems };
  }
  const schema = expand(source, [], problems);
  return { schema: problems.length > 0 ? null : schema, problems };
}

function isJsonSchema(source: JsonValue): source is JsonObject {
  if (!isJsonObject(source)) return false;
  const { type, properties } = source;
  if (typeof type === 'string' && JSON_SCHEMA_TYPES.includes(type)) return true;
  return typeof properties === 'object' && properties !== null;
}

function expand(source: JsonValue, path: (string | number)[], problems: SchemaProblem[]): JsonObject {
  if (typeof source === 'string') return scalar(source, path, problems);
  if (!isJsonObject(source)) {
    problems.push({ message: 'A Picoschema consists of objects and type names.', path });
    return {};
  }
  const properties: JsonObject = {};
  const required: string[] = [];
  let additional: JsonValue = false;
  for (const [key, value] of Object.entries(source)) {
    if (key === '(*)') {
      additional = expand(value, [...path, key], problems);
      continue;
    }
    const field = fieldOf(key);
    if (!field.optional) required.push(field.name);
    Object.defineProperty(properties, field.name, {
      value: property(field, value, [...path, key], problems),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: additional };
}

interface Field {
  readonly name: string;
  readonly optional: boolean;
  /** array, object or enum; null for a plain type. */
  readonly kind: string | null;
  readonly description: string | null;
}

function fieldOf(key: string): Field {
  const open = key.indexOf('(');
  const head = open === -1 ? key : key.slice(0, open);
  const optional = head.endsWith('?');
  const inside = open === -1 ? null : describe(key.slice(open + 1, key.endsWith(')') ? -1 : undefined));
  return {
    name: optional ? head.slice(0, -1) : head,
    optional,
    kind: inside?.type ?? null,
    description: inside?.description ?? null,
  };
}

function property(field: Field, value: JsonValue, path: (string | number)[], problems: SchemaProblem[]): JsonObject {
  const described = (schema: JsonObject): JsonObject =>
    field.description === null ? schema : { ...schema, description: field.description };
  switch (field.kind) {
    case null: {
      const schema = expand(value, path, problems);
      return field.optional && typeof schema['type'] === 'string' ? { ...schema, type: [schema['type'], 'null'] } : schema;
    }
    case 'array':
      return described({ type: field.optional ? ['array', 'null'] : 'array', items: expand(value, path, problems) });
    case 'object': {
      const schema = expand(value, path, problems);
      return described(field.optional ? { ...schema, type: [schema['type'] ?? 'object', 'null'] } : schema);
    }
    case 'enum': {
      if (!Array.isArray(value)) {
        problems.push({ message: 'An enum must be a list of values.', path });
        return {};
      }
      return described({ enum: field.optional && !value.includes(null) ? [...value, null] : value });
    }
    default:
      problems.push({ message: `"${field.kind}" is not one of array, object and enum.`, path });
      return {};
  }
}

function scalar(source: string, path: (string | number)[], problems: SchemaProblem[]): JsonObject {
  const { type, description } = describe(source);
  if (!SCALARS.includes(type)) {
    problems.push({ message: `"${type}" is not a type. Use ${SCALARS.join(', ')}.`, path });
    return {};
  }
  return { ...(type === 'any' ? {} : { type }), ...(description === null ? {} : { description }) };
}

/** `type, description` */
function describe(text: string): { type: string; description: string | null } {
  const comma = text.indexOf(',');
  if (comma === -1) return { type: text.trim(), description: null };
  return { type: text.slice(0, comma).trim(), description: text.slice(comma + 1).trim() };
}
