/** From samples to cases. */
import type { CaseVerdict } from '../grade/grade.ts';
import type { ResultOutline } from './result-list.ts';

export interface CaseOutcome {
  readonly case: string;
  readonly status: ResultOutline['status'];
  readonly critical: boolean;
  readonly verdict: CaseVerdict;
}

const WEIGHT: Readonly<Record<CaseVerdict, number>> = { pass: 0, unjudged: 1, error: 2, fail: 3 };

/** A case fails when a sample fails; else it is an error when a sample is. In the order of the first samples. */
export function caseVerdicts(results: readonly ResultOutline[]): CaseOutcome[] {
  const outcomes = new Map<string, CaseOutcome>();
  for (const result of results) {
    const known = outcomes.get(result.case);
    if (known !== undefined && WEIGHT[known.verdict] >= WEIGHT[result.verdict]) continue;
    const { status, critical } = known ?? result;
    outcomes.set(result.case, { case: result.case, status, critical, verdict: result.verdict });
  }
  return [...outcomes.values()];
}
