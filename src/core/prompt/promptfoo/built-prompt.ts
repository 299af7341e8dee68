/** What a prompt function of a promptfoo config returned → what a function of `build` returns: promptfoo renders its text as a template. */
import { HumanError } from '../../problems/errors.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import { renderNunjucks } from './nunjucks-text.ts';

/** The argument of such a function. Which provider it is called for is not said: a prompt is one for all of them. */
export const promptfooArgument = (vars: JsonObject, config: JsonObject): JsonObject => ({ vars, config });

/** A text, or a list of messages, each text rendered with the variables of the case. @throws {HumanError} `build/answer` */
export function promptfooAnswer(value: JsonValue, vars: JsonObject, shown: string): JsonValue {
  const made = isJsonObject(value) && 'prompt' in value ? value['prompt'] : value;
  if (isJsonObject(value) && isJsonObject(value['config']) && Object.keys(value['config']).length > 0)
    throw new HumanError('build/answer', `${shown} returned \`config\` beside the prompt, which would change the provider for one case.`);
  if (made === null || made === undefined || typeof made === 'number' || typeof made === 'boolean')
    throw new HumanError('build/answer', `${shown} must return a text, a list of messages or { prompt }.`);
  const parsed = typeof made === 'string' ? parseJson(made) : made;
  return Array.isArray(parsed)
    ? rendered(parsed, vars, shown)
    : rendered(typeof made === 'string' ? made : JSON.stringify(made), vars, shown);
}

/** As promptfoo: each text of a list is a template of its own. */
function rendered(value: JsonValue, vars: JsonObject, shown: string): JsonValue {
  if (Array.isArray(value)) return value.map((item) => rendered(item, vars, shown));
  if (isJsonObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rendered(item, vars, shown)]));
  if (typeof value !== 'string') return value;
  const text = renderNunjucks(value, vars, null);
  if ('problem' in text) throw new HumanError('build/answer', `What ${shown} returned: ${text.problem}`);
  return text.text;
}
