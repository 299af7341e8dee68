import { isJsonObject, jsonEquals, type JsonValue } from '../../json/json.ts';
import { excerpt } from '../../text/text.ts';
import { failed, passed, type AssertionKind } from '../assertion.ts';
import { needsValue } from '../values.ts';
import { answerJson, textWithoutThoughts } from '../answer-json.ts';

/** A case's `expected`. Text: equal after trim, with or without thoughts before it. An object or list: the JSON that the output answers with contains it. */
export const expected: AssertionKind = {
  check: needsValue,
  grade(spec, { output }) {
    const wanted = spec.value ?? null;
    if (typeof wanted !== 'object' || wanted === null) {
      const text = String(wanted).trim();
      return output.trim() === text || textWithoutThoughts(output) === text
        ? passed('The output equals the expected text.')
        : failed(`Expected "${excerpt(text, 200)}", found "${excerpt(output, 200)}".`);
    }
    const found = answerJson(output, Array.isArray(wanted));
    if (found === undefined) return failed(`Expected JSON with ${excerpt(JSON.stringify(wanted), 160)}, found "${excerpt(output, 200)}".`);
    const problem = difference(wanted, found, '');
    return problem === null ? passed('The output contains the expected JSON.') : failed(problem);
  },
};

/** The first place where what was found lacks what was wanted, in words; null when it contains all of it. */
function difference(wanted: JsonValue, found: JsonValue | undefined, at: string): string | null {
  const where = at === '' ? 'the output' : `\`${at}\``;
  const shown = (value: JsonValue | undefined): string => (value === undefined ? 'nothing' : excerpt(JSON.stringify(value), 100));
  if (found === undefined) return `Expected ${where} to be ${shown(wanted)}, found nothing.`;
  if (isJsonObject(wanted)) {
    if (!isJsonObject(found)) return `Expected ${where} to be an object, found ${shown(found)}.`;
    for (const [key, value] of Object.entries(wanted)) {
      const problem = difference(value, Object.hasOwn(found, key) ? found[key] : undefined, at === '' ? key : `${at}.${key}`);
      if (problem !== null) return problem;
    }
    return null;
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found) || found.length !== wanted.length) return `Expected ${where} to be ${shown(wanted)}, found ${shown(found)}.`;
    for (const [i, value] of wanted.entries()) {
      const problem = difference(value, found[i], `${at}[${i}]`);
      if (problem !== null) return problem;
    }
    return null;
  }
  return jsonEquals(wanted, found) ? null : `Expected ${where} to be ${shown(wanted)}, found ${shown(found)}.`;
}
