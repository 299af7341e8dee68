/** `{{key}}` of `.prompt.yml`: plain replacement, no spaces, no logic, no escaping. What a value holds is never read again. */
import type { JsonObject } from '../json.ts';
import { isJsonObject, ownValue } from '../json.ts';
import type { MessageTemplate } from './document.ts';
import type { Segment } from './request.ts';

const PLACEHOLDER = /\{\{([^{}\s]+)\}\}/g;
/** In assertions, promptfoo's way: spaces are allowed. */
const SPACED = /\{\{([^{}]+)\}\}/g;

/** The placeholders of a text with their offsets in it. */
export const placeholdersIn = (text: string): { name: string; at: number; length: number }[] =>
  [...text.matchAll(PLACEHOLDER)].map((match) => ({ name: match[1] ?? '', at: match.index, length: match[0].length }));

/** One message's segments; a key that has no value renders empty. */
export function renderMessageTemplate(path: string, template: MessageTemplate, variables: JsonObject): Segment[] {
  const segments: Segment[] = [{ kind: 'marker', marker: { type: 'role', role: template.role }, source: { path, range: template.range } }];
  let at = 0;
  const literal = (text: string): void => {
    if (text !== '') segments.push({ kind: 'literal', text, source: { path, range: template.range } });
  };
  for (const hole of template.placeholders) {
    const value = ownValue(variables, hole.name) ?? '';
    literal(template.content.slice(at, hole.at));
    segments.push({ kind: 'value', text: plainText(value), expression: hole.name, source: { path, range: hole.range } });
    at = hole.at + hole.length;
  }
  literal(template.content.slice(at));
  return segments;
}

/** A text as it is, anything else as JSON. */
export const plainText = (value: unknown): string =>
  typeof value === 'string' ? value : Array.isArray(value) || isJsonObject(value) ? JSON.stringify(value) : String(value);

/** Replaces `{{name}}` and `{{name.field}}` in a text by variables; what is unknown stays. Used for values in assertions. */
export function fillPlaceholders(text: string, variables: JsonObject): string {
  return text.replace(SPACED, (whole: string, inner: string) => {
    let value: unknown = variables;
    for (const step of inner.trim().split('.')) {
      value = isJsonObject(value) ? ownValue(value, step) : undefined;
    }
    return value === undefined ? whole : plainText(value);
  });
}
