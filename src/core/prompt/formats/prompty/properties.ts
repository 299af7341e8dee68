/** Inputs, outputs and parameters of tools in a `.prompty`: lists or maps of properties (§2.7), as JSON Schema. */
import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '../../../json/json.ts';
import type { Path } from '../../../yaml/yaml.ts';
import type { Fields } from '../../../yaml/yaml-fields.ts';

export interface PromptyProperty {
  readonly name: string;
  /** Of version 2, or the `type` of version 1. */
  readonly kind: string;
  readonly isRequired: boolean;
  /** Undefined: it has none. */
  readonly default: JsonValue | undefined;
  readonly schema: JsonObject;
  /** Of the name in the file. */
  readonly at: Path;
}

const KEYS = [
  'name',
  'kind',
  'type',
  'description',
  'required',
  'default',
  'example',
  'sample',
  'enumValues',
  'enum',
  'items',
  'properties',
  'strict',
  'is_required',
  'json_schema',
];

/** Kinds whose values are no text: a conversation, or media. */
export const MEDIA_KINDS: readonly string[] = ['image', 'file', 'audio'];
export const THREAD_KIND = 'thread';

const TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  text: 'string',
  integer: 'integer',
  int: 'integer',
  float: 'number',
  number: 'number',
  boolean: 'boolean',
  bool: 'boolean',
  array: 'array',
  list: 'array',
  object: 'object',
  dict: 'object',
  thread: 'array',
};

/** The properties at a place of the front matter, which is a list, a map, or a map with the list or map under `properties`. */
export function readProperties(fields: Fields, value: JsonValue, at: Path): PromptyProperty[] {
  if (value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((item, i) => {
      const name = isJsonObject(item) ? item['name'] : undefined;
      if (typeof name === 'string' && name !== '') return [readProperty(fields, name, item, [...at, i], [...at, i, 'name'])];
      fields.report([...at, i], 'A property must be a map with a `name`.');
      return [];
    });
  if (!isJsonObject(value)) {
    fields.report(at, `\`${at.filter((step) => typeof step === 'string').join('.')}\` must be a list or a map of properties.`);
    return [];
  }
  const inner = value['properties'];
  if ((isJsonObject(inner) && !('kind' in inner)) || Array.isArray(inner)) return readProperties(fields, inner, [...at, 'properties']);
  return Object.entries(value).map(([name, item]) => readProperty(fields, name, item, [...at, name], [...at, name]));
}

function readProperty(fields: Fields, name: string, value: JsonValue, at: Path, nameAt: Path): PromptyProperty {
  // A value alone is the default, and its type the kind.
  if (!isJsonObject(value)) {
    const kind = kindOf(value);
    return { name, kind, isRequired: false, default: value ?? undefined, schema: typed(kind), at: nameAt };
  }
  fields.unknownKeys(value, KEYS, at);
  const kind = fields.string(value, [...at, 'kind']) ?? fields.string(value, [...at, 'type']) ?? kindOf(firstGiven(value));
  const schema: JsonObject = { ...typed(kind) };
  if (!(kind in TYPES) && kind !== THREAD_KIND && !MEDIA_KINDS.includes(kind))
    fields.diagnostics.warning(
      'prompty/unknown-kind',
      `\`${kind}\` is not a kind of values, so every value of \`${name}\` is taken.`,
      fields.source.rangeOf([...at, 'kind' in value ? 'kind' : 'type']),
    );
  const description = fields.string(value, [...at, 'description']);
  if (description !== null) schema['description'] = description;
  const choices = value['enumValues'] ?? value['enum'];
  if (Array.isArray(choices) && choices.length > 0) schema['enum'] = choices;
  if (kind === 'array' && value['items'] !== undefined)
    schema['items'] = readProperty(fields, 'items', value['items'], [...at, 'items'], [...at, 'items']).schema;
  if (kind === 'object' && value['properties'] !== undefined)
    Object.assign(schema, objectSchema(readProperties(fields, value['properties'], [...at, 'properties'])));
  const required = value['required'] ?? value['is_required'] ?? false;
  return { name, kind, isRequired: required === true, default: firstGiven(value) ?? undefined, schema, at: nameAt };
}

/** Version 1's `sample` is what it runs with where nothing is given; version 2's `example` is not used. */
const firstGiven = (value: JsonObject): JsonValue => value['default'] ?? value['sample'] ?? null;

const typed = (kind: string): JsonObject => {
  const type = Object.hasOwn(TYPES, kind) ? TYPES[kind] : undefined;
  return type === undefined ? {} : { type };
};

function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
  if (typeof value === 'boolean') return 'boolean';
  return isJsonObject(value) ? 'object' : 'string';
}

/** The JSON Schema of an object with these properties. `isStrict`: all of them are required and no other is allowed. */
export function objectSchema(properties: readonly PromptyProperty[], isStrict = false): JsonObject {
  const all: JsonObject = {};
  for (const { name, schema } of properties) setOwn(all, name, schema);
  const required = properties.filter(({ isRequired }) => isStrict || isRequired).map(({ name }) => name);
  return {
    type: 'object',
    properties: all,
    ...(required.length > 0 ? { required } : {}),
    ...(isStrict ? { additionalProperties: false } : {}),
  };
}
