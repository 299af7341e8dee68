import { isJsonObject, parseJson, type JsonValue } from '../../json/json.ts';
import { excerpt } from '../../text/text.ts';
import { failed, passed, type AssertionKind, type AssertionSpec, type Grade } from '../assertion.ts';
import { jsonValuesIn } from '../json-in-text.ts';
import { schemaProblem, schemaViolation, type Schema } from '../schema.ts';

/** The whole output is JSON and, with a value, valid against that JSON Schema. */
export const isJson: AssertionKind = {
  check: (spec) => schemaProblem(spec.value),
  grade(spec, { output }) {
    const value = parseJson(output);
    if (value === undefined) return failed(`Expected JSON, found "${excerpt(output, 200)}".`);
    return againstSchema(spec, [value]);
  },
};

/** Somewhere in the output stands JSON (an object or a list) and, with a value, valid JSON. */
export const containsJson: AssertionKind = {
  check: (spec) => schemaProblem(spec.value),
  grade(spec, { output }) {
    const values = jsonValuesIn(output);
    if (values.length === 0) return failed(`Expected JSON somewhere in the output, found "${excerpt(output, 200)}".`);
    return againstSchema(spec, values);
  },
};

function againstSchema(spec: AssertionSpec, values: readonly JsonValue[]): Grade {
  const schema = schemaOf(spec);
  if (schema === null) return passed('The output is JSON.');
  const violations = values.map((value) => schemaViolation(schema, value));
  return violations.includes(null)
    ? passed('The output is JSON and valid against the schema.')
    : failed(`The JSON violates the schema: ${violations[0] ?? ''}`);
}

/** promptfoo takes a schema as a map or as JSON text. */
function schemaOf(spec: AssertionSpec): Schema | null {
  const value = typeof spec.value === 'string' ? parseJson(spec.value) : spec.value;
  return isJsonObject(value) || typeof value === 'boolean' ? value : null;
}
