/** Findings about what the prompt asks of the answer: the tokens that cost most and take the time. */
import { quantity } from '../../display/figures.ts';
import { isJsonObject, type JsonValue } from '../../json/json.ts';
import type { Diagnostic } from '../../problems/diagnostics.ts';
import { keysOfFormat } from '../../prompt/format-keys.ts';
import { finding, outputSaving, outputTime, type Detector, type Evidence } from './finding.ts';
import { expectedObjects, fieldTokens, propertiesOf } from './output-fields.ts';
import { asksForBrevity, asksForData, asksToReasonFirst, followsTheInput } from './wording.ts';

/** All static text of the prompt: what its author asks for. */
const askedFor = ({ analysis }: Evidence): string =>
  (analysis.requests[0]?.origins ?? [])
    .flat(2)
    .map((segment) => (segment.kind === 'literal' ? segment.text : ' '))
    .join('');

/** Answers longer than this are worth asking for less. Tokens. */
const LONG_ANSWER = 120;

export const noBrevity: Detector = (evidence) => {
  const { model, reading } = evidence;
  const p50 = model?.answer.p50 ?? null;
  if (reading.document.output.schema !== null || model?.answer.basis === 'limit' || p50 === null || p50 < LONG_ANSWER) return [];
  const text = askedFor(evidence);
  if (asksForBrevity(text) || followsTheInput(text)) return [];
  const quarter = Math.round(p50 / 4);
  return [
    finding(evidence, 'output/no-brevity', {
      message: `Answers have about ${quantity(p50, 'token')} and the prompt does not ask for short ones. Cutting a quarter would save ${quantity(quarter, 'token')} per call.`,
      hint: 'State a length, such as "at most three sentences".',
      savingPerThousandUsd: outputSaving(model, quarter),
      savingMsPerCall: outputTime(model, quarter),
    }),
  ];
};

const REASONING_FIELD = /^(reasoning|reason|explanation|explain|rationale|thoughts?|thinking|analysis|justification|chain_?of_?thought)$/i;
/** Fields that hold a decision, whatever their type. */
const DECISION_FIELD =
  /^(?:(?:is|has|should|can)[_A-Z].*|.*(?:label|category|class|verdict|decision|answer|score|rating|grade|result|intent|sentiment|choice|winner|status|severity|priority))$/i;

export const reasoningBeforeAnswer: Detector = (evidence) => {
  const { schema } = evidence.reading.document.output;
  const [first, ...others] = Object.entries(propertiesOf(schema));
  const field = first !== undefined && isReasoning(...first) && others.some(([name, of]) => isDecision(name, of)) ? first[0] : null;
  const text = schema === null ? askedFor(evidence) : '';
  if (field === null && !asksToReasonFirst(text) && !describesReasonFirst(text)) return [];
  const tokens = field === null ? null : fieldTokens(evidence, field);
  return [
    finding(evidence, 'output/reasoning-before-answer', {
      ...(tokens === null ? { severity: 'info' as const } : {}),
      message:
        field === null
          ? 'The prompt asks for reasoning in front of the answer: users wait for it and every call pays for it.'
          : `The answer begins with \`${field}\`${tokens === null ? '' : `, about ${quantity(tokens, 'token')}`}: users wait for it and every call pays for it.`,
      hint: 'If your code does not read it, ask for the answer alone, or use the model’s own reasoning tokens. Then check the pass rate.',
      savingPerThousandUsd: tokens === null ? null : outputSaving(evidence.model, tokens),
      savingMsPerCall: tokens === null ? null : outputTime(evidence.model, tokens),
    }),
  ];
};

/** `reason` of five possible ones is a decision itself. */
const isReasoning = (name: string, schema: JsonValue): boolean => REASONING_FIELD.test(name) && !isChoice(schema);

const isChoice = (schema: JsonValue): boolean => isJsonObject(schema) && (schema['enum'] !== undefined || schema['const'] !== undefined);

/** A choice, a number, a yes or no; text only where its name says that it decides. */
function isDecision(name: string, schema: JsonValue): boolean {
  const types: unknown[] = isJsonObject(schema) ? [schema['type']].flat() : [];
  return (
    isChoice(schema) || types.some((type) => type === 'boolean' || type === 'integer' || type === 'number') || DECISION_FIELD.test(name)
  );
}

/** Whether the text describes an object by its keys, and has those of the reasoning in front of those of the decision. */
function describesReasonFirst(text: string): boolean {
  if (!asksForData(text)) return false;
  const keys = [...text.matchAll(/["'`](\w+)["'`]\s*:/g)].map((match) => match[1] ?? '');
  const reason = keys.findIndex((name) => REASONING_FIELD.test(name));
  const decision = keys.findIndex((name) => DECISION_FIELD.test(name));
  return reason >= 0 && decision > reason;
}

export const proseForData: Detector = (evidence) => {
  const { output, format, external = [] } = evidence.reading.document;
  // Where the settings cannot be read, nothing is known to be missing.
  if (output.schema !== null || evidence.reading.diagnostics.some(isError)) return [];
  // BAML reads data from whatever stands around it.
  if (evidence.reading.document.format === 'baml') return [];
  if (external.some(({ kind }) => kind === 'schema' || kind === 'format')) return [];
  const expected = expectedObjects(evidence);
  const isJson = output.format === 'json';
  if (!isJson && expected.length === 0 && (output.format === 'text' || !asksForData(askedFor(evidence)))) return [];
  return [
    finding(evidence, 'output/prose-for-data', {
      severity: 'info',
      message: isJson
        ? 'The answer is JSON, and no schema says which fields it has, so each call may have others.'
        : 'The prompt asks for structured data without a schema, so the model may wrap it in prose that you pay for and have to strip.',
      hint: expected.length > 0 ? 'Add the schema that the golden cases expect (quick fix).' : `Add ${keysOfFormat(format).schema}.`,
    }),
  ];
};

const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
