/** Whether a JSON Schema describes all of a value: valid is not enough where properties may be added. */
import { readFileSync } from 'node:fs';
import { Validator } from '@cfworker/json-schema';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** Places of a value that its schema in `schemas/` refuses, or has no property for. An object without `properties` must say that all are allowed. */
export function undescribed(name: string, value: unknown): string[] {
  const root = JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as Schema;
  const refused = new Validator(root as object, '7', false)
    .validate(value)
    .errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
  return [...new Set([...refused.slice(0, 5), ...missing(root, root, value, name)])];
}

function missing(root: Schema, given: Schema, value: unknown, place: string): string[] {
  const schema = resolved(root, given);
  if (Array.isArray(value))
    return value.flatMap((item) => (schema.items === undefined ? [] : missing(root, schema.items, item, `${place}[]`)));
  if (typeof value !== 'object' || value === null) return [];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    const found = choices.map((one) => missing(root, one, value, place)).sort((a, b) => a.length - b.length);
    return found[0] ?? [];
  }
  const { properties, additionalProperties: more } = schema;
  if (properties === undefined && more === undefined) return [`${place}: its properties are not described`];
  return Object.entries(value).flatMap(([key, item]) => {
    const own = properties?.[key] ?? (typeof more === 'object' ? more : undefined);
    if (own !== undefined) return missing(root, own, item, `${place}.${properties?.[key] === undefined ? '*' : key}`);
    return more === true ? [] : [`${place}.${key}: not described`];
  });
}

/** A reference and what stands beside it belong together. */
function resolved(root: Schema, { $ref, ...beside }: Schema): Schema {
  if ($ref === undefined) return beside;
  const found = $ref === '#' ? root : root.definitions?.[$ref.replace('#/definitions/', '')];
  if (found === undefined) throw new Error(`The schema has no ${$ref}.`);
  return resolved(root, { ...found, ...beside });
}
