/** The assertion types that a model grades, and what is wrong with one as written. */
import type { AssertionSpec } from './assertion.ts';
import { choiceProblem, isChoiceJudge } from './choice-evaluator.ts';
import { listValue, needsValue } from './values.ts';

type Check = (spec: AssertionSpec) => string | null;

const thresholdProblem: Check = ({ type, threshold }) =>
  threshold !== undefined && threshold > 1 ? `The \`threshold\` of \`${type}\` must be a score from 0 to 1.` : null;

const similarProblem: Check = (spec) =>
  wantedTexts(spec).length > 0 ? null : `\`${spec.type}\` needs a string or a list of strings as \`value\`.`;

const relevanceProblem: Check = ({ threshold }) =>
  threshold === undefined
    ? '`answer-relevance` needs a `threshold` from 0 to 1: it has no default.'
    : threshold > 1
      ? 'The `threshold` of `answer-relevance` must be from 0 to 1.'
      : null;

const comparingProblem: Check = ({ type, value }) =>
  value === undefined ? `\`${type}\` needs a \`value\`: the criterion for the better answer.` : null;

/** Types that a judge prompt grades, by promptfoo's names; each has a judge in `core/judge/kinds/`. */
const PROMPTED = {
  'llm-rubric': (spec) => needsValue(spec) ?? thresholdProblem(spec),
  'model-graded-closedqa': needsValue,
  factuality: needsValue,
  'model-graded-factuality': needsValue,
  'context-faithfulness': thresholdProblem,
  'context-recall': (spec) => needsValue(spec) ?? thresholdProblem(spec),
  'context-relevance': thresholdProblem,
  'g-eval': (spec) => needsValue(spec) ?? thresholdProblem(spec),
} satisfies Record<string, Check>;
export type PromptedType = keyof typeof PROMPTED;

/** Types that compare meaning by embeddings. */
const SIMILAR = ['similar', 'similar:cosine', 'similar:dot', 'similar:euclidean'];

/** Types that look at the answers of all candidates to one case. */
export const COMPARING = ['select-best', 'pairwise'];

const CHECKS: Readonly<Record<string, Check>> = {
  ...PROMPTED,
  'answer-relevance': relevanceProblem,
  ...Object.fromEntries(SIMILAR.map((type) => [type, similarProblem])),
  ...Object.fromEntries(COMPARING.map((type) => [type, comparingProblem])),
};

/** What a golden set can use. */
export const JUDGED_TYPES = Object.keys(CHECKS);

export const isSimilar = (type: string): boolean => SIMILAR.includes(type);

/** Whether a model is asked for it; `type` without `not-`. */
export const isJudged = (type: string): boolean => JUDGED_TYPES.includes(type) || isChoiceJudge(type);

/** What is wrong with a judged assertion as written, or null. `type`: without `not-`. */
export function judgedProblem(spec: AssertionSpec, type: string): string | null {
  if (isChoiceJudge(type)) return choiceProblem(spec);
  return Object.hasOwn(CHECKS, type) ? (CHECKS[type]?.(spec) ?? null) : null;
}

/** The texts of a `similar` assertion: one of them is enough. A text is one text, commas and all. */
export const wantedTexts = (spec: AssertionSpec): string[] =>
  Array.isArray(spec.value)
    ? listValue(spec)
    : typeof spec.value === 'string' || typeof spec.value === 'number'
      ? [String(spec.value)]
      : [];
