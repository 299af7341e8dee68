/** What judges said of an output, by what each graded by: a person's label is of one criterion. */
import type { AssertionResult } from '../../grade/assertion.ts';
import { isNegated } from '../../grade/assertion-types.ts';
import { judgedVerdict } from '../criterion.ts';
import type { LabelJudge, LabelRecord } from './label-record.ts';

export interface JudgedCriterionOf {
  readonly criterion: NonNullable<LabelRecord['criterion']>;
  readonly judge: LabelJudge;
}

/** Members of sets too; each criterion of a judge once. A judgement of an older journal, which names no criterion, is left out. */
export function judgedCriteria(assertions: readonly AssertionResult[]): JudgedCriterionOf[] {
  const found = new Map<string, JudgedCriterionOf>();
  const add = (assertion: AssertionResult): void => {
    assertion.members?.forEach(add);
    const { judge, type, score } = assertion;
    if (judge?.criterion === undefined || judge.prompt === '' || judge.version === '' || judge.model === '') return;
    const key = JSON.stringify([judge.criterion, judge.prompt]);
    if (found.has(key)) return;
    const verdict = judgedVerdict(assertion);
    found.set(key, {
      criterion: judge.criterion,
      judge: {
        path: judge.prompt,
        version: judge.version,
        model: judge.model,
        verdict,
        score: verdict === null ? null : isNegated(type) ? 1 - score : score,
      },
    });
  };
  assertions.forEach(add);
  return [...found.values()];
}
