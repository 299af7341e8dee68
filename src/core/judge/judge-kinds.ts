/**
 * The types that a judge prompt grades, by promptfoo's names: one line each. To add one, copy `kinds/factuality.ts` and its prompt in
 * `judges/`, and name its type in `core/grade/judged-types.ts`.
 */
import { contextFaithfulness, contextRecall, contextRelevance } from './kinds/context.ts';
import { factuality } from './kinds/factuality.ts';
import { gEval } from './kinds/g-eval.ts';
import { closedQa, llmRubric } from './kinds/llm-rubric.ts';
import type { JudgeKind } from './judge-kind.ts';
import type { PromptedType } from '../grade/judged-types.ts';

export const judgeKinds: Readonly<Record<PromptedType, JudgeKind>> = {
  'llm-rubric': llmRubric,
  'model-graded-closedqa': closedQa,
  factuality,
  'model-graded-factuality': factuality,
  'context-faithfulness': contextFaithfulness,
  'context-recall': contextRecall,
  'context-relevance': contextRelevance,
  'g-eval': gEval,
};

export const judgeKindOf = (type: string): JudgeKind | null => (Object.hasOwn(judgeKinds, type) ? judgeKinds[type as PromptedType] : null);
