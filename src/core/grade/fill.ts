/** `{{variable}}` in the value of an assertion is the case's variable. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { AssertionSpec } from './assertion.ts';
import { stemOf } from './assertion-types.ts';
import { codeFile } from './code-assertion.ts';
import { fillPlaceholders } from '../text/fill-text.ts';
import type { Path } from '../yaml/yaml.ts';

/** The expected output of a case stands as it is written, negated or not. */
export function filled(spec: AssertionSpec, vars: JsonObject): AssertionSpec {
  return spec.value === undefined || stemOf(spec.type) === 'expected' ? spec : { ...spec, value: filledValue(spec, vars) ?? null };
}

/** The value with the variables in its texts. `shown`: what stands in a text for a variable's value. */
export const filledValue = (
  { value, verbatim }: Pick<AssertionSpec, 'value' | 'verbatim'>,
  vars: JsonObject,
  shown?: (value: string) => string,
): JsonValue | undefined =>
  value === undefined ? undefined : fillValue(value, verbatim ?? [], (text) => fillPlaceholders(text, vars, shown));

/** Code is code: no variable of a case is put into it as text; it gets them as `context.vars`. The path of a JavaScript file may have one. */
export const withFilledPath = (spec: AssertionSpec, vars: JsonObject): AssertionSpec =>
  stemOf(spec.type) === 'javascript' && codeFile(spec) !== null ? filled(spec, vars) : spec;

/** `verbatim`: paths of what stays as it is, from this value. */
function fillValue(value: JsonValue, verbatim: readonly Path[], fill: (text: string) => string): JsonValue {
  if (verbatim.some((path) => path.length === 0)) return value;
  const below = (step: string | number): Path[] => verbatim.filter(([first]) => first === step).map(([, ...rest]) => rest);
  if (typeof value === 'string') return value.includes('{{') ? fill(value) : value;
  if (Array.isArray(value)) return value.map((item, i) => fillValue(item, below(i), fill));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillValue(item, below(key), fill)]));
}
