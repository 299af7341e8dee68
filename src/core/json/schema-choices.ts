/** What a JSON Schema of ours (draft-07) allows at a place, for completion and hover. Only the keywords that our schemas use are read. */
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

export interface SchemaKey {
  readonly name: string;
  /** Empty: the schema describes it not. */
  readonly description: string;
  readonly isRequired: boolean;
  /** What its value begins with: a map, a list, or a scalar. */
  readonly holds: 'map' | 'list' | 'scalar';
}

export interface SchemaValue {
  readonly value: string;
  readonly description: string;
}

/** The keys that a map at a place may have; a place is the keys above it, and items of lists count as their list. */
export function schemaKeys(schema: JsonObject, trail: readonly string[]): SchemaKey[] {
  const found = new Map<string, SchemaKey>();
  for (const map of mapsAt(schema, trail)) {
    const { properties, required } = map;
    if (!isJsonObject(properties)) continue;
    for (const [name, given] of Object.entries(properties)) {
      if (found.has(name)) continue;
      const forms = isJsonObject(given) ? formsOf(given, schema) : [];
      found.set(name, {
        name,
        description: descriptionOf(forms),
        isRequired: Array.isArray(required) && required.includes(name),
        holds: holdsOf(forms),
      });
    }
  }
  return [...found.values()];
}

/** The values that a key at a place may have, where the schema lists them. */
export function schemaValues(schema: JsonObject, trail: readonly string[], key: string | null): SchemaValue[] {
  const forms = formsAt(schema, key === null ? trail : [...trail, key], schema).flatMap((form) => [
    form,
    // An item of a list is written where its list is.
    ...(isJsonObject(form['items']) ? formsOf(form['items'], schema) : []),
  ]);
  const found = new Map<string, SchemaValue>();
  const add = (value: JsonValue | undefined, description: string): void => {
    if (value === undefined || value === null || typeof value === 'object') return;
    const text = String(value);
    if (!found.has(text)) found.set(text, { value: text, description });
  };
  for (const form of forms) {
    const description = textOf(form['description']);
    add(form['const'], description);
    if (Array.isArray(form['enum'])) for (const value of form['enum']) add(value, '');
    if (form['type'] === 'boolean') for (const value of [true, false]) add(value, '');
  }
  return [...found.values()];
}

/** What the schema says of a key; null: nothing. */
export function schemaDescription(schema: JsonObject, trail: readonly string[], key: string): string | null {
  return schemaKeys(schema, trail).find(({ name }) => name === key)?.description || null;
}

/** The maps that may stand at a place. */
const mapsAt = (schema: JsonObject, trail: readonly string[]): JsonObject[] =>
  formsAt(schema, trail, schema)
    .flatMap((form) => [form, ...(isJsonObject(form['items']) ? formsOf(form['items'], schema) : [])])
    .filter((form) => isJsonObject(form['properties']));

function formsAt(schema: JsonObject, trail: readonly string[], root: JsonObject): JsonObject[] {
  let forms = formsOf(schema, root);
  for (const key of trail) forms = forms.flatMap((form) => below(form, key, root));
  return forms;
}

function below(form: JsonObject, key: string, root: JsonObject): JsonObject[] {
  const { properties, additionalProperties, items } = form;
  if (isJsonObject(properties) && Object.hasOwn(properties, key)) {
    const own = properties[key];
    return isJsonObject(own) ? formsOf(own, root) : [];
  }
  if (isJsonObject(items)) return formsOf(items, root).flatMap((item) => below(item, key, root));
  return isJsonObject(additionalProperties) ? formsOf(additionalProperties, root) : [];
}

/** A schema with its references followed and its alternatives beside it. */
function formsOf(given: JsonObject, root: JsonObject): JsonObject[] {
  const { $ref, oneOf, anyOf } = given;
  if (typeof $ref === 'string') {
    const target = $ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<JsonValue | undefined>((at, step) => (isJsonObject(at) ? at[step] : undefined), root);
    return isJsonObject(target) ? formsOf(target, root) : [];
  }
  const others = [oneOf, anyOf].flatMap((list) => (Array.isArray(list) ? list : [])).filter(isJsonObject);
  return [given, ...others.flatMap((other) => formsOf(other, root))];
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
const descriptionOf = (forms: readonly JsonObject[]): string =>
  forms.map((form) => textOf(form['description'])).find((text) => text !== '') ?? '';

function holdsOf(forms: readonly JsonObject[]): SchemaKey['holds'] {
  const types = forms.flatMap(({ type }) => (Array.isArray(type) ? type : [type]));
  const isScalar =
    types.some((type) => typeof type === 'string' && ['string', 'number', 'integer', 'boolean'].includes(type)) ||
    forms.some((form) => 'enum' in form || 'const' in form);
  if (isScalar) return 'scalar';
  return types.includes('array') ? 'list' : types.includes('object') ? 'map' : 'scalar';
}
