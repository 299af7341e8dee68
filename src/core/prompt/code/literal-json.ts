/** Literals of the language as JSON: parameters, tools and schemas of a call. */
import type { JsonObject, JsonValue } from '../../json/json.ts';
import type { Located } from './draft.ts';
import type { PartsReader } from './parts-reader.ts';

const MAX_NESTING = 40;

/** The value of an expression that only literals and constants make up; undefined: something in it is not known. */
export function literalJson(reader: PartsReader, located: Located, depth = 0): JsonValue | undefined {
  const followed = reader.resolver.follow(located);
  if ('why' in followed || depth > MAX_NESTING) return undefined;
  const { file, expression } = followed;
  switch (expression.kind) {
    case 'scalar':
      return expression.value;
    case 'list': {
      const items = expression.items.map((item) => literalJson(reader, { file, expression: item }, depth + 1));
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case 'object': {
      const object: JsonObject = {};
      for (const { key, value } of expression.entries) {
        const read = key === null || key === '__proto__' ? undefined : literalJson(reader, { file, expression: value }, depth + 1);
        if (key === null || read === undefined) return undefined;
        object[key] = read;
      }
      return object;
    }
    default:
      return literalText(reader, followed) ?? undefined;
  }
}

/** A text without holes; null: it has some, or is no text. */
export function literalText(reader: PartsReader, located: Located): string | null {
  const parts = reader.text(located);
  if (parts === null) return null;
  const texts = parts.map((part) => ('text' in part ? part.text : null));
  return texts.every((text) => text !== null) ? texts.join('') : null;
}
