/** `{{variable}}` in the value of an assertion is the case's variable. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { AssertionSpec } from './assertion.ts';
import { stemOf } from './assertion-types.ts';
import { fillPlaceholders } from '../fill-text.ts';

/** The expected output of a case stands as it is written, negated or not. */
export function filled(spec: AssertionSpec, vars: JsonObject): AssertionSpec {
  return spec.value === undefined || stemOf(spec.type) === 'expected' ? spec : { ...spec, value: fillValue(spec.value, vars) };
}

/** Code is code: no variable of a case is put into it as text; it gets them as `context.vars`. The path of a JavaScript file may have one. */
export const withFilledPath = (spec: AssertionSpec, vars: JsonObject): AssertionSpec =>
  stemOf(spec.type) === 'javascript' && typeof spec.value === 'string' && spec.value.startsWith('file://') ? filled(spec, vars) : spec;

function fillValue(value: JsonValue, vars: JsonObject): JsonValue {
  if (typeof value === 'string') return value.includes('{{') ? fillPlaceholders(value, vars) : value;
  if (Array.isArray(value)) return value.map((item) => fillValue(item, vars));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillValue(item, vars)]));
}
