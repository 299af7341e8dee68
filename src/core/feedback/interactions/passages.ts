/** What retrieval had found for a call, wherever the record has it. */
import { isJsonObject, readable, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { Interaction } from './interaction.ts';

export interface Passages {
  readonly texts: readonly string[];
  /** Variables that hold them, so that the question is what the others say. */
  readonly variables: readonly string[];
}

/** Names that applications give to what they retrieved. */
const NAMES = /^(?:context|contexts|passages?|chunks?|documents?|docs|sources?|retrieved|search_?results?|snippets?|knowledge)$/i;

/** Empty: nothing was retrieved for it, as far as the record says. */
export function passagesOf({ chunks, variables }: Pick<Interaction, 'chunks' | 'variables'>): Passages {
  const texts = chunks.map(({ text }) => text.trim()).filter((text) => text !== '');
  const names = Object.keys(variables);
  if (texts.length === 0) {
    const named = names.filter((name) => NAMES.test(name) && isFilled(variables[name]));
    return { texts: named.flatMap((name) => textsIn(variables[name] ?? null)), variables: named };
  }
  const holding = names.filter((name) => {
    const own = textsIn(variables[name] ?? null);
    return NAMES.test(name) || own.some((text) => texts.some((passage) => text.includes(passage)));
  });
  return { texts, variables: holding };
}

const isFilled = (value: JsonValue | undefined): boolean => value !== undefined && textsIn(value).some((text) => text.trim() !== '');

/** As a person reads them: a list is several passages, an object is one. */
function textsIn(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (isJsonObject(value)) return [typeof value['text'] === 'string' ? value['text'] : readable(value)];
  return typeof value === 'string' ? [value] : [];
}

/** The variables without those that hold passages. */
export const withoutPassages = (variables: JsonObject, { variables: names }: Pick<Passages, 'variables'>): JsonObject =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)));
