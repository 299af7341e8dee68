/** What a judge said → a verdict. Nothing passes for one but JSON that fits the judge's schema and stands alone. */
import { isJsonObject, parseJson, type JsonObject } from '../json.ts';
import { schemaViolation } from '../grade/schema.ts';

/** A model without structured output may wrap its JSON in a code block; JSON somewhere in prose may be the judged text's own. */
const FENCED = /^```(?:json)?\s*\n([\s\S]*?)\n```$/;

/** The verdict, or why there is none. */
export function readVerdict(output: string, schema: JsonObject): { readonly verdict: JsonObject } | { readonly problem: string } {
  const text = output.trim();
  const value = parseJson(FENCED.exec(text)?.[1] ?? text);
  if (!isJsonObject(value)) return { problem: 'it is not JSON' };
  const violation = schemaViolation(schema, value);
  return violation === null ? { verdict: value } : { problem: violation };
}
