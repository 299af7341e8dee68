/**
 * What a judge said → a verdict. The shape is read leniently; but nothing passes for a verdict except JSON that fits the judge's schema, stands
 * alone, and is not a part of the judged text: JSON somewhere in prose may be the judged text's own.
 */
import { isJsonObject, parseJson, type JsonObject } from '../json/json.ts';
import { schemaViolation } from '../grade/schema.ts';
import { fitted, keysTwice } from './fitted.ts';

/** A model without structured output may wrap its JSON in a code block. */
const CODE_BLOCK = /^(`{3,})(?:json)?\s*([\s\S]*?)\s*\1$/i;

/** A model that thinks aloud does so first; what it thinks is no answer. */
const THINKING = /^<think>[\s\S]*?<\/think>/i;

/** A judge's answer without a byte order mark, space around it, and one block of thoughts at its start. One that is not ended is part of the answer. */
export const withoutThoughts = (output: string): string => output.trim().replace(THINKING, '').trim();

/** The verdict, or why there is none. `judged`: the texts that were judged; what is copied from them is not the judge's. */
export function readVerdict(
  output: string,
  schema: JsonObject,
  judged: readonly string[] = [],
): { readonly verdict: JsonObject } | { readonly problem: string } {
  const answer = withoutThoughts(output);
  if (answer === '') return { problem: 'it is empty' };
  const text = CODE_BLOCK.exec(answer)?.[2] ?? answer;
  const value = parseJson(text);
  if (!isJsonObject(value)) return { problem: 'it is not JSON' };
  if (judged.some((own) => own.includes(text))) return { problem: 'it repeats the judged text word for word' };
  const twice = keysTwice(text);
  if (twice !== null) return { problem: `it says \`${twice}\` twice` };
  const verdict = fitted(value, schema);
  if (!isJsonObject(verdict)) return { problem: 'it is not JSON' };
  const violation = schemaViolation(schema, verdict);
  return violation === null ? { verdict } : { problem: violation };
}
