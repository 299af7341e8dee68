/** The kinds that a model grades, by promptfoo's names: one line each. To add one, copy `kinds/factuality.ts` and its prompt in `judges/`. */
import type { AssertionSpec } from '../grade/assertion.ts';
import { choiceProblem, isChoiceJudge } from './kinds/choices.ts';
import { contextFaithfulness, contextRecall } from './kinds/context.ts';
import { factuality } from './kinds/factuality.ts';
import { closedQa, llmRubric } from './kinds/llm-rubric.ts';
import { SIMILAR, similarProblem } from './kinds/similar.ts';
import type { JudgeKind } from './judge-kind.ts';

export const judgeKinds: Readonly<Record<string, JudgeKind>> = {
  'llm-rubric': llmRubric,
  'model-graded-closedqa': closedQa,
  factuality,
  'model-graded-factuality': factuality,
  'context-faithfulness': contextFaithfulness,
  'context-recall': contextRecall,
};

/** Kinds that look at the answers of all candidates to one case. */
export const COMPARING = ['select-best', 'pairwise'];

/** What a golden set can use. */
export const JUDGED_TYPES = [...Object.keys(judgeKinds), 'answer-relevance', ...SIMILAR, ...COMPARING];

export const judgeKindOf = (type: string): JudgeKind | null => (Object.hasOwn(judgeKinds, type) ? (judgeKinds[type] ?? null) : null);

export const isSimilar = (type: string): boolean => SIMILAR.includes(type);

/** Whether a model is asked for it; `type` without `not-`. */
export const isJudged = (type: string): boolean => JUDGED_TYPES.includes(type) || isChoiceJudge(type);

/** What is wrong with a judged assertion as written, or null. */
export function judgedProblem(spec: AssertionSpec, type: string): string | null {
  if (isChoiceJudge(type)) return choiceProblem(spec);
  if (isSimilar(type)) return similarProblem(spec);
  if (type === 'answer-relevance')
    return spec.threshold === undefined
      ? '`answer-relevance` needs a `threshold` from 0 to 1: no similarity is enough by itself.'
      : spec.threshold > 1
        ? 'The `threshold` of `answer-relevance` is from 0 to 1.'
        : null;
  if (COMPARING.includes(type)) return spec.value === undefined ? `\`${type}\` needs a \`value\`: what makes one answer better.` : null;
  return judgeKindOf(type)?.check(spec) ?? null;
}
