/** `evaluators` under `prompts:`: assertions instead of the model-graded evaluators of a `.prompt.yml`, so that it runs without a key. */
import { isCode } from '../grade/code-assertion.ts';
import { problemOf, stemOf } from '../grade/assertion-types.ts';
import type { AssertionSpec } from '../grade/assertion.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { PromptDocument } from '../prompt/document.ts';
import type { Path } from '../yaml/yaml.ts';
import type { Fields } from '../yaml/yaml-fields.ts';

const KEYS = ['type', 'value', 'threshold', 'weight', 'metric', 'provider', 'rubricPrompt'];

/** By the evaluator's `name`, its `uses`, or `llm`: one assertion or a list, empty for none. */
export function readReplacements(fields: Fields, settings: JsonObject, path: Path): ReadonlyMap<string, readonly AssertionSpec[]> {
  const evaluators = fields.object(settings, [...path, 'evaluators']) ?? {};
  return new Map(
    Object.entries(evaluators).map(([name, value]) => {
      const at = [...path, 'evaluators', name];
      const list = Array.isArray(value) ? value : [value];
      return [name, list.flatMap((item, i) => readAssertion(fields, item, Array.isArray(value) ? [...at, i] : at))];
    }),
  );
}

function readAssertion(fields: Fields, value: JsonValue, path: Path): AssertionSpec[] {
  const type = isJsonObject(value) ? fields.string(value, [...path, 'type']) : null;
  if (!isJsonObject(value) || type === null) {
    fields.report(path, 'An assertion must be a map with a `type`, such as { type: icontains, value: "{{expected}}" }.');
    return [];
  }
  fields.unknownKeys(value, KEYS, path);
  const threshold = fields.number(value, [...path, 'threshold']);
  const weight = fields.number(value, [...path, 'weight'], 0);
  const [metric, provider, rubricPrompt] = ['metric', 'provider', 'rubricPrompt'].map((key) => fields.string(value, [...path, key]));
  const spec: AssertionSpec = {
    type,
    ...(value['value'] === undefined ? {} : { value: value['value'] }),
    ...(threshold === null ? {} : { threshold }),
    ...(weight === null ? {} : { weight }),
    ...(metric ? { metric } : {}),
    ...(provider ? { provider } : {}),
    ...(rubricPrompt ? { rubricPrompt } : {}),
  };
  const problem = isCode(stemOf(type))
    ? { message: 'Code is not read from here.', hint: 'Write the assertion into a golden set.' }
    : problemOf(spec);
  if (problem !== null) fields.report(path, problem.message, problem.hint);
  return [spec];
}

/** The document with what goldset.yaml gives instead of its evaluators. String checks stay, unless they are named. */
export function withReplacements(document: PromptDocument, replacements: ReadonlyMap<string, readonly AssertionSpec[]>): PromptDocument {
  if (replacements.size === 0) return document;
  const assertions = document.embedded.assertions.flatMap((spec) => {
    const instead = replacements.get(spec.metric ?? '') ?? replacements.get(spec.type);
    if (instead === undefined) return [spec];
    const kept = {
      ...(spec.range === undefined ? {} : { range: spec.range }),
      ...(spec.metric === undefined ? {} : { metric: spec.metric }),
    };
    return instead.map((item) => ({ ...kept, ...item }));
  });
  return { ...document, embedded: { ...document.embedded, assertions } };
}
