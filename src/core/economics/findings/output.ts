/** Findings about the answer: the tokens that cost most and take the time. */
import { quantity } from '../../figures.ts';
import { LIMIT_EATEN_HINT } from '../thinking/limit-eaten.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../json.ts';
import { isThinkingOpen } from '../output-estimate.ts';
import { finding, outputSaving, outputTime, type Detector, type Evidence } from './finding.ts';

/** All static text of the prompt: what its author asks for. */
const askedFor = ({ analysis }: Evidence): string =>
  (analysis.requests[0]?.origins ?? [])
    .flat(2)
    .map((segment) => (segment.kind === 'literal' ? segment.text : ' '))
    .join('');

/** Tokens beside half as much again that an answer may need which no run has shown: a model rarely writes it as tersely as a golden case. */
const UNSEEN = 20;
/** Share of cut-off answers from which their length says nothing about how long they would be. */
const MANY_CUT = 0.05;

/**
 * The limit that past runs or the golden cases suggest: usual thinking and 1.5× the longest usual answer, rounded up to ten
 * tokens. Null: unknown, or nothing says how long the model thinks.
 */
export function suggestedLimit({ model }: Pick<Evidence, 'model'>): number | null {
  const answer = model?.answer.p95;
  if (!model || !answer || model.answer.basis === 'limit' || isThinkingOpen(model.reasoning)) return null;
  const { observed } = model;
  if (observed !== null && observed.cut >= MANY_CUT * observed.calls && observed.cut > 0) return null;
  const limit = (model.reasoning.p95 ?? 0) + answer * 1.5 + (model.answer.basis === 'golden' ? UNSEEN : 0);
  return Math.ceil(limit / 10) * 10;
}

export const noLimit: Detector = (evidence) => {
  const { document } = evidence.reading;
  if (document.isPartial || document.parameters.maxOutputTokens !== undefined) return [];
  const limit = suggestedLimit(evidence);
  return [
    finding(evidence, 'output/no-limit', {
      range: document.model?.range ?? null,
      severity: 'info',
      message: 'No max output tokens: a runaway answer is billed in full.',
      hint: limitHint(evidence, limit),
    }),
  ];
};

function limitHint({ model }: Evidence, limit: number | null): string {
  if (limit === null) {
    return model !== null && isThinkingOpen(model.reasoning)
      ? 'The limit covers thinking and answer. Run the golden set first, so that Goldset can measure the thinking; then set `maxOutputTokens`.'
      : 'Set `maxOutputTokens`.';
  }
  const thinking = model?.reasoning.p95 ?? 0;
  return thinking > 0
    ? `Set \`maxOutputTokens: ${limit}\`: ${quantity(thinking, 'token')} of thinking (p95) and 1.5× the longest usual answer.`
    : `Set \`maxOutputTokens: ${limit}\`, 1.5× the longest usual answer.`;
}

/** Thinking takes nearly all of the limit, so the answer is empty or cut off. */
export const limitEaten: Detector = (evidence) => {
  const { model } = evidence;
  if (model === null || model.limitEaten === 0) return [];
  const { facts, limitEaten: eaten, observed } = model;
  const at = model.reasoning.effort === null ? '' : ` at effort ${model.reasoning.effort}`;
  return [
    finding(evidence, 'output/limit-eaten-by-thinking', {
      range: evidence.reading.document.model?.range ?? null,
      severity: 'warning',
      message: `In the last run, thinking${at} used up the output limit of ${eaten} of ${quantity(observed?.calls ?? eaten, 'answer')}, so ${eaten === 1 ? 'it is' : 'they are'} empty or cut off.`,
      hint: `${LIMIT_EATEN_HINT} Compare Efforts (or \`goldset run --param reasoningEffort=low,medium,high\`) shows which effort of ${facts.id} passes.`,
    }),
  ];
};

const BREVITY =
  /\b(be (brief|concise|terse|short)|briefly|concisely|terse(ly)?|(brief|concise|short|terse|one-line) (answer|reply|response|summary|sentence|paragraph|note)s?|keep (it|answers?|replies|the answer|your answer) (short|brief|concise)|(at most|no more than|a maximum of|max\.?|up to|under|fewer than|less than|within|in|about) (an? )?(\d+|one|two|three|four|five|six|seven|eight|nine|ten|a few|hundred|fifty|twenty) ?(hundred )?(sentence|word|line|paragraph|bullet|character|token|item)s?|(one|a single) (sentence|word|line|paragraph)|(two|three|\d+) (sentences|words|lines|bullets|bullet points)|(answer|reply|respond|output|return|give) (with )?(only|just)|only (reply|answer|output|return|the (answer|label|json|number|name))|nothing else|no (explanation|preamble|prose))\b/i;

/** Answers longer than this are worth asking for less. Tokens. */
const LONG_ANSWER = 120;

export const noBrevity: Detector = (evidence) => {
  const { model, reading } = evidence;
  const p50 = model?.answer.p50 ?? null;
  if (reading.document.output.schema !== null || model?.answer.basis === 'limit' || p50 === null || p50 < LONG_ANSWER) return [];
  if (BREVITY.test(askedFor(evidence))) return [];
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

const REASONING_FIELD =
  /^(reasoning|reason|explanation|explain|rationale|thoughts?|thinking|analysis|justification|chain_?of_?thought|steps)$/i;
const REASONING_ASKED =
  /(?<!\b(?:do not|don't|don’t|never|without)\s(?:\w+\s)?)\b(step[- ]by[- ]step|explain(ing)? your (reasoning|answer|decision)|reason(ing)? (first|before)|think (aloud|before|carefully and explain)|(think|reason|explain|write)[^.\n]{0,40} before (you )?(answer(ing)?|deciding)|show your work)/i;

export const reasoningBeforeAnswer: Detector = (evidence) => {
  const { schema } = evidence.reading.document.output;
  const first = Object.keys(propertiesOf(schema))[0];
  const inSchema = first !== undefined && REASONING_FIELD.test(first);
  if (!inSchema && !(schema === null && REASONING_ASKED.test(askedFor(evidence)))) return [];
  const tokens = inSchema ? fieldTokens(evidence, first) : null;
  return [
    finding(evidence, 'output/reasoning-before-answer', {
      ...(tokens === null ? { severity: 'info' as const } : {}),
      message: inSchema
        ? `The answer begins with \`${first}\`${tokens === null ? '' : `, about ${quantity(tokens, 'token')}`}: users wait for it and every call pays for it.`
        : 'The prompt asks for reasoning in the answer: users wait for it and every call pays for it.',
      hint: 'If your code does not read it, ask for the answer alone, or use the model’s own reasoning tokens. Then check the pass rate.',
      savingPerThousandUsd: tokens === null ? null : outputSaving(evidence.model, tokens),
      savingMsPerCall: tokens === null ? null : outputTime(evidence.model, tokens),
    }),
  ];
};

const DATA_ASKED =
  /(?<!\b(?:do not|don't|don’t|never)\s)\b(?:reply|respond|answer|output|return|give|write|produce|emit|format)\b[^.\n]{0,60}\b(?:json|as an object|key[- ]value|with the (?:keys|fields))|\bjson only\b|\bonly json\b|(?:^|\n)\s*\{\s*"[a-z_]+"\s*:/i;

export const proseForData: Detector = (evidence) => {
  const { output } = evidence.reading.document;
  const expected = expectedObjects(evidence);
  if (output.schema !== null || (output.format === 'json' && expected.length === 0)) return [];
  if (!DATA_ASKED.test(askedFor(evidence)) && output.format !== 'json' && expected.length === 0) return [];
  return [
    finding(evidence, 'output/prose-for-data', {
      severity: 'info',
      message:
        'The prompt asks for structured data without a schema, so the model may wrap it in prose that you pay for and have to strip.',
      hint: expected.length > 0 ? 'Add the schema that the golden cases expect (quick fix).' : 'Add `output.schema`.',
    }),
  ];
};

/** A name of more tokens than this could be shorter. */
const LONG_NAME = 3;

export const verboseSchema: Detector = (evidence) => {
  const names = Object.keys(propertiesOf(evidence.reading.document.output.schema));
  const long = names.map((name) => ({ name, spare: evidence.counter.count(name) - 1 })).filter(({ spare }) => spare >= LONG_NAME);
  if (long.length === 0) return [];
  const spare = long.reduce((sum, item) => sum + item.spare, 0);
  return [
    finding(evidence, 'output/verbose-schema', {
      severity: 'info',
      message: `Every answer repeats long field names: ${long.map(({ name }) => `\`${name}\``).join(', ')} (${quantity(spare, 'token')} more per call than short names).`,
      hint: 'Give fields short names, and explain them in their descriptions.',
      savingPerThousandUsd: outputSaving(evidence.model, spare),
      savingMsPerCall: outputTime(evidence.model, spare),
    }),
  ];
};

export const unusedField: Detector = (evidence) => {
  const names = Object.keys(propertiesOf(evidence.reading.document.output.schema));
  const expected = expectedObjects(evidence);
  if (expected.length < 3 || expected.length < evidence.cases.length / 2) return [];
  const checked = new Set(expected.flatMap((value) => Object.keys(value)));
  const asserted = JSON.stringify(evidence.cases.map((item) => item.assertions.map((spec) => spec.value ?? null)));
  return names
    .filter((name) => !checked.has(name) && !asserted.includes(name))
    .map((name) => {
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

/** Mean tokens of one field in the answers of past runs; null: no answer shows it. */
function fieldTokens({ model, counter }: Evidence, name: string): number | null {
  const shown = (model?.observed?.outputs ?? []).flatMap((output) => {
    const value = parseJson(output);
    return isJsonObject(value) && value[name] !== undefined ? [counter.count(JSON.stringify({ [name]: value[name] }))] : [];
  });
  return shown.length === 0 ? null : Math.round(shown.reduce((a, b) => a + b, 0) / shown.length);
}

export const expectedObjects = ({ cases }: Pick<Evidence, 'cases'>): JsonObject[] =>
  cases.flatMap(({ expected }) => (isJsonObject(expected) ? [expected] : []));

function propertiesOf(schema: JsonObject | null): JsonObject {
  const properties = schema?.['properties'];
  return isJsonObject(properties) ? properties : {};
}
