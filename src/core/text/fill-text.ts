/** Placeholders in a text: `{{key}}` of `.prompt.yml`, and `{{ name.field }}` of assertions. Values are inserted as they are. */
import { type JsonObject, isJsonObject, ownValue } from '../json/json.ts';

export const PLACEHOLDER = /\{\{([^{}\s]+)\}\}/g;

/** In assertions, promptfoo's way: spaces are allowed. */
export const SPACED = /\{\{([^{}]+)\}\}/g;

/** The placeholders of a text with their offsets in it. */
export const placeholdersIn = (text: string): { name: string; at: number; length: number }[] =>
  [...text.matchAll(PLACEHOLDER)].map((match) => ({ name: match[1] ?? '', at: match.index, length: match[0].length }));

/** A text as it is, anything else as JSON. */
export const textOrJson = (value: unknown): string =>
  typeof value === 'string' ? value : Array.isArray(value) || isJsonObject(value) ? JSON.stringify(value) : String(value);

/**
 * Replaces `{{name}}` and `{{name.field}}` in a text by variables; what is unknown stays. Used for values in assertions.
 * `shown`: what stands in the text for a value.
 */
export function fillPlaceholders(text: string, variables: JsonObject, shown: (value: string) => string = (value) => value): string {
  return text.replace(SPACED, (whole: string, inner: string) => {
    let value: unknown = variables;
    for (const step of inner.trim().split('.')) {
      value = isJsonObject(value) ? ownValue(value, step) : undefined;
    }
    return value === undefined ? whole : shown(textOrJson(value));
  });
}
