/** The JSON that an output answers with, among thoughts, examples and explanations that also hold JSON. */
import { isJsonObject, parseJson, type JsonValue } from '../json/json.ts';
import { jsonPlacesIn } from './json-in-text.ts';

const THOUGHT = '(?:think|thinking|thought|thoughts|reasoning|scratchpad)';
const WHOLE_THOUGHT = new RegExp(`<(${THOUGHT})>[^]*?</\\1>`, 'gi');
const END_OF_THOUGHT = new RegExp(`^[^]*</${THOUGHT}>`, 'i');
const START_OF_THOUGHT = new RegExp(`<${THOUGHT}>[^]*$`, 'i');
const CODE_BLOCK = /^[ \t]*(`{3,}|~{3,})[^\n]*\n([^]*?)^[ \t]*\1[ \t]*$/gm;

/**
 * The whole text, or the JSON that ends it, or the only code block, or the last JSON value: the first of these that there is.
 * A thought does not count. `isList`: whether a list is wanted, or an object; values of the other kind in prose, such as the
 * reference `[1]`, are not answers. Undefined: there is no JSON answer.
 */
export function answerJson(output: string, isList: boolean): JsonValue | undefined {
  const raw = parseJson(output.trim());
  if (raw !== undefined) return raw;
  const text = textWithoutThoughts(output);
  const whole = parseJson(text);
  if (whole !== undefined) return whole;
  const last = jsonPlacesIn(text).findLast(({ value }) => (isList ? Array.isArray(value) : isJsonObject(value)));
  if (last?.end === text.length) return last.value;
  const blocks = [...text.matchAll(CODE_BLOCK)];
  const only = blocks.length === 1 ? parseJson((blocks[0]?.[2] ?? '').trim()) : undefined;
  return only ?? last?.value;
}

/** The text that an output answers with: without thoughts and the white space around it. */
export const textWithoutThoughts = (output: string): string => withoutThoughts(output).trim();

/** Without what the model thought: also when the thought's beginning is in the prompt, or its end was cut off. */
const withoutThoughts = (output: string): string =>
  output.replace(WHOLE_THOUGHT, '').replace(END_OF_THOUGHT, '').replace(START_OF_THOUGHT, '');
