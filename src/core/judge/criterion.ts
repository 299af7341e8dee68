/**
 * What a judge grades by, and what the labels of people and a calibration belong to: the type of the assertion and a hash of its rubric. A
 * reference (`factuality`, `context-recall`) differs from case to case and is no rubric: there the judge's prompt is the whole criterion.
 */
import canonicalize from 'canonicalize';
import type { AssertionResult, AssertionSpec } from '../grade/assertion.ts';
import { isNegated, stemOf } from '../grade/assertion-types.ts';
import type { Hash } from '../text/hash.ts';
import { choicesOf, isChoiceJudge } from '../grade/choice-evaluator.ts';

export interface JudgedCriterion {
  /** Without `not-`: what is graded is the same. */
  readonly type: string;
  readonly hash: string;
}

/** Types whose value is a rubric, in the author's words. */
const BY_RUBRIC = ['llm-rubric', 'model-graded-closedqa', 'g-eval', 'select-best', 'pairwise'];

/** Whether the author's words are the criterion; else only the judge's prompt is. */
export const isByRubric = (type: string): boolean => BY_RUBRIC.includes(type) || isChoiceJudge(type);

/** `spec` as it is written: variables of the case are not filled in, so that one rubric is one criterion. */
export function criterionOf(spec: Pick<AssertionSpec, 'type' | 'value' | 'threshold'>, hash: Hash): JudgedCriterion {
  const type = stemOf(spec.type);
  const rubric = BY_RUBRIC.includes(type) ? (spec.value ?? null) : isChoiceJudge(type) ? choicesOf(spec) : null;
  return { type, hash: hash(canonicalize({ type, rubric, threshold: spec.threshold ?? null }) ?? '').slice(0, 16) };
}

/** What the judge of an assertion said, before `not-` turns it round; null: it gave no verdict, or no judge graded it. */
export const judgedVerdict = ({ type, pass, error, judge }: AssertionResult): 'pass' | 'fail' | null =>
  judge === undefined || error === true ? null : pass !== isNegated(type) ? 'pass' : 'fail';
