/**
 * Picoschema → JSON Schema, by dotprompt's rules (docs/extending/picoschema): `field?: type, description`,
 * `list(array, why): string`, `kind(enum): [A, B]`, `(*): any`. JSON Schema passes through unchanged.
 */
import { nearestWord } from '../../problems/did-you-mean.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';

const SCALARS = ['string', 'number', 'integer', 'boolean', 'null', 'any'];
const JSON_SCHEMA_TYPES = [...SCALARS, 'object', 'array'];

export interface SchemaProblem {
  readonly message: string;
  /** Keys down to the offending entry. */
  readonly path: readonly (string | number)[];
}

export interface SchemaReading {
  /** Null: no schema is given, only the application's code has it, or the problems say why. */
  readonly schema: JsonObject | null;
  readonly problems: readonly SchemaProblem[];
  /** Schemas that it names and that are not among the given ones. */
  readonly unknown: readonly { readonly name: string; readonly path: SchemaProblem['path'] }[];
}

/** Reads a schema. `named`: the schemas that a name in it may mean, as written. */
export function readSchema(source: JsonValue, named: ReadonlyMap<string, JsonValue> = new Map()): SchemaReading {
  const problems: SchemaProblem[] = [];
  const unknown: Reading['unknown'] = [];
  if (source === null) return { schema: null, problems, unknown };
  const schema = schemaOf(source, [], { problems, unknown, named, open: [] });
  const isMissing = unknown.some(({ path }) => path.length === 0);
  return { schema: problems.length > 0 || isMissing ? null : schema, problems, unknown };
}

interface Reading {
  readonly problems: SchemaProblem[];
  readonly unknown: { name: string; path: SchemaProblem['path'] }[];
  readonly named: ReadonlyMap<string, JsonValue>;
  /** Names that are being read, so that one that leads back to itself ends. */
  readonly open: readonly string[];
}

function schemaOf(source: JsonValue, path: (string | number)[], reading: Reading): JsonObject {
  if (!isJsonSchema(source)) return expand(source, path, reading);
  return source['type'] === undefined ? { ...source, type: 'object' } : source;
}

function isJsonSchema(source: JsonValue): source is JsonObject {
  if (!isJsonObject(source)) return false;
  const { type, properties } = source;
  if (typeof type === 'string' && JSON_SCHEMA_TYPES.includes(type)) return true;
  return typeof properties === 'object' && properties !== null;
}

function expand(source: JsonValue, path: (string | number)[], reading: Reading): JsonObject {
  if (typeof source === 'string') return scalar(source, path, reading);
  if (!isJsonObject(source)) {
    reading.problems.push({ message: 'A Picoschema consists of objects and type names.', path });
    return {};
  }
  const properties: JsonObject = {};
  const required: string[] = [];
  let additional: JsonValue = false;
  for (const [key, value] of Object.entries(source)) {
    if (key === '(*)') {
      additional = expand(value, [...path, key], reading);
      continue;
    }
    const field = fieldOf(key);
    if (!field.optional) required.push(field.name);
    Object.defineProperty(properties, field.name, {
      value: property(field, value, [...path, key], reading),
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

function property(field: Field, value: JsonValue, path: (string | number)[], reading: Reading): JsonObject {
  const described = (schema: JsonObject): JsonObject =>
    field.description === null ? schema : { ...schema, description: field.description };
  switch (field.kind) {
    case null: {
      const schema = expand(value, path, reading);
      return field.optional && typeof schema['type'] === 'string' ? { ...schema, type: [schema['type'], 'null'] } : schema;
    }
    case 'array':
      return described({ type: field.optional ? ['array', 'null'] : 'array', items: expand(value, path, reading) });
    case 'object': {
      const schema = expand(value, path, reading);
      return described(field.optional ? { ...schema, type: [schema['type'] ?? 'object', 'null'] } : schema);
    }
    case 'enum': {
      if (!Array.isArray(value)) {
        reading.problems.push({ message: 'An enum must be a list of values.', path });
        return {};
      }
      return described({ enum: field.optional && !value.includes(null) ? [...value, null] : value });
    }
    default:
      reading.problems.push({ message: `"${field.kind}" is not one of array, object and enum.`, path });
      return {};
  }
}

function scalar(source: string, path: (string | number)[], reading: Reading): JsonObject {
  const { type, description } = describe(source);
  const described = description === null ? {} : { description };
  if (SCALARS.includes(type)) return { ...(type === 'any' ? {} : { type }), ...described };
  const stub = reading.named.get(type);
  if (stub !== undefined)
    return reading.open.includes(type) ? {} : { ...schemaOf(stub, path, { ...reading, open: [...reading.open, type] }), ...described };
  const meant = nearestWord(type, JSON_SCHEMA_TYPES, 1);
  if (/^[A-Za-z_$][\w$./-]*$/.test(type) && meant === null) reading.unknown.push({ name: type, path });
  else
    reading.problems.push({
      message: `"${type}" is not a type. ${type.endsWith('[]') ? `Write the list as \`name(array): ${type.slice(0, -2)}\`.` : meant === null ? `Use ${SCALARS.join(', ')}.` : `Did you mean ${meant}?`}`,
      path,
    });
  return {};
}

/** `type, description` */
function describe(text: string): { type: string; description: string | null } {
  const comma = text.indexOf(',');
  if (comma === -1) return { type: text.trim(), description: null };
  return { type: text.slice(0, comma).trim(), description: text.slice(comma + 1).trim() };
}
