/** Findings about the fields of an answer in JSON: names that are repeated in it, and fields that no case checks. */
import { quantity } from '../../display/figures.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import { finding, outputSaving, outputTime, type Detector, type Evidence } from './finding.ts';

/** A name of more tokens than this could be shorter. */
const LONG_NAME = 3;
/** Tokens per answer from which shorter names are worth a change of the code that reads them. */
const WORTH_RENAMING = 64;

/** Names are a contract with the code that reads the answer: only lists, which repeat them for each item, are worth breaking it. */
export const verboseSchema: Detector = (evidence) => {
  const answers = shownAnswers(evidence);
  if (answers.length === 0) return [];
  const spareOf = new Map<string, number>();
  for (const name of answers.flatMap(namesIn)) {
    const spare = evidence.counter.count(name) - 1;
    if (spare >= LONG_NAME) spareOf.set(name, (spareOf.get(name) ?? 0) + spare / answers.length);
  }
  const spare = Math.round([...spareOf.values()].reduce((a, b) => a + b, 0));
  if (spare < WORTH_RENAMING) return [];
  const names = [...spareOf].sort(([, a], [, b]) => b - a).slice(0, 3);
  return [
    finding(evidence, 'output/verbose-schema', {
      severity: 'info',
      message: `Each answer repeats long field names for every item: ${names.map(([name]) => `\`${name}\``).join(', ')} (${quantity(spare, 'token')} more per call than short names).`,
      hint: 'Give fields short names, explain them in their descriptions, and change the code that reads the answer with them.',
      savingPerThousandUsd: outputSaving(evidence.model, spare),
      savingMsPerCall: outputTime(evidence.model, spare),
    }),
  ];
};

/** Answers of past runs; without them, what the golden cases expect. */
function shownAnswers(evidence: Evidence): JsonValue[] {
  const observed = (evidence.model?.observed?.outputs ?? []).flatMap((output) => {
    const value = parseJson(output);
    return value === undefined ? [] : [value];
  });
  return observed.length > 0 ? observed : expectedObjects(evidence);
}

/** Each name as often as the text has it. */
function namesIn(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return isJsonObject(value) ? Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]) : [];
}

/** A sentence that differs from call to call: no golden case can compare it word for word. */
const FREE_TEXT =
  /^(reason(ing|s)?|rationale|explanations?|justification|comments?|notes?|summary|descriptions?|message|details?|thoughts?|analysis|text|quote|feedback)$/i;

export const unusedField: Detector = (evidence) => {
  const properties = propertiesOf(evidence.reading.document.output.schema);
  const expected = expectedObjects(evidence);
  if (expected.length < 3 || expected.length < evidence.cases.length / 2) return [];
  const checked = new Set(expected.flatMap((value) => Object.keys(value)));
  const asserted = JSON.stringify(evidence.cases.map((item) => item.assertions.map((spec) => spec.value ?? null)));
  return Object.entries(properties)
    .filter(([name, schema]) => !checked.has(name) && !asserted.includes(name) && !(FREE_TEXT.test(name) && isText(schema)))
    .map(([name]) => {
      const tokens = fieldTokens(evidence, name);
      return finding(evidence, 'output/unused-field', {
        severity: 'info',
        message: `No golden case checks \`${name}\`${tokens === null ? '' : `, about ${quantity(tokens, 'token')} of each answer`}.`,
        hint: 'Remove it from the schema if your code does not read it. Otherwise add it to `expected` in some cases.',
        savingPerThousandUsd: tokens === null ? null : outputSaving(evidence.model, tokens),
        savingMsPerCall: tokens === null ? null : outputTime(evidence.model, tokens),
      });
    });
};

/** Text of any content: neither an enumeration nor a value with a form. */
const isText = (schema: JsonValue): boolean =>
  isJsonObject(schema) && [schema['type']].flat().includes('string') && schema['enum'] === undefined && schema['format'] === undefined;

/** Mean tokens of one field in the answers of past runs; null: no answer shows it. */
export function fieldTokens({ model, counter }: Evidence, name: string): number | null {
  const shown = (model?.observed?.outputs ?? []).flatMap((output) => {
    const value = parseJson(output);
    return isJsonObject(value) && value[name] !== undefined ? [counter.count(JSON.stringify({ [name]: value[name] }))] : [];
  });
  return shown.length === 0 ? null : Math.round(shown.reduce((a, b) => a + b, 0) / shown.length);
}

export const expectedObjects = ({ cases }: Pick<Evidence, 'cases'>): JsonObject[] =>
  cases.flatMap(({ expected }) => (isJsonObject(expected) ? [expected] : []));

export function propertiesOf(schema: JsonObject | null): JsonObject {
  const properties = schema?.['properties'];
  return isJsonObject(properties) ? properties : {};
}
