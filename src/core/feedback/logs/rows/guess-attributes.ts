/** Which columns say what an application adds to a call: tenant, region, release, or an object of such names. */
import { isJsonObject, type JsonValue } from '../../../json/json.ts';
import { jsonIn } from '../json-in-text.ts';
import type { MappedAttribute } from './mapping.ts';

const SINGLE =
  /^(tenant|customer|org(ani[sz]ation)?|account|workspace|team|region|country|market|locale|language|release|build|app_?version|plan|tier|feature|product|channel|platform|experiment|variant|cohort|segment)(_?(id|key|slug|code))?$/i;
const OBJECTS = /^(metadata|meta|attributes|custom_?(metadata|properties|attributes)|properties|labels)$/i;

/** `taken`: paths that mean something else; an object of which parts are taken still says the rest. */
export function guessAttributes(paths: ReadonlyMap<string, readonly JsonValue[]>, taken: readonly string[]): MappedAttribute[] {
  return [...paths].flatMap(([path, values]): MappedAttribute[] => {
    if (path.includes('.') || taken.includes(path)) return [];
    const given = values.map((value) => (typeof value === 'string' ? (jsonIn(value) ?? value) : value));
    if (OBJECTS.test(path)) return given.every(isJsonObject) ? [{ from: path, name: null }] : [];
    return SINGLE.test(path) && given.every((value) => typeof value !== 'object') ? [{ from: path, name: path }] : [];
  });
}
