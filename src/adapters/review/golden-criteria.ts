/** What the golden set of a prompt lets judges grade by: each criterion once, with its words. */
import { assertionsOf } from '../../core/golden/case-assertions.ts';
import type { AssertionSpec } from '../../core/grade/assertion.ts';
import { stemOf } from '../../core/grade/assertion-types.ts';
import { isJudged } from '../../core/grade/judged-types.ts';
import { criterionOf, isByRubric, type JudgedCriterion } from '../../core/judge/criterion.ts';
import { readableJson } from '../../core/judge/judge-kind.ts';
import { sha256 } from '../hash.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';

export interface GoldenCriterion extends JudgedCriterion {
  /** In the author's words; empty: the judge's prompt alone says it, or a reference that is of one case. */
  readonly text: string;
  readonly spec: AssertionSpec;
}

export function goldenCriteria({ target }: Pick<LoadedPrompt, 'target'>): GoldenCriterion[] {
  const { assertions } = target.document.embedded;
  const found = new Map<string, GoldenCriterion>();
  const add = (spec: AssertionSpec): void => {
    spec.assert?.forEach(add);
    if (!isJudged(stemOf(spec.type))) return;
    const criterion = criterionOf(spec, sha256);
    const key = JSON.stringify([criterion, spec.provider, spec.judgeParameters, spec.rubricPrompt]);
    if (!found.has(key)) found.set(key, { ...criterion, text: isByRubric(criterion.type) ? readableJson(spec.value) : '', spec });
  };
  for (const goldenCase of target.cases) assertionsOf(goldenCase, assertions).forEach(add);
  return [...found.values()];
}
