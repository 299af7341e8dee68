/** From samples to cases. */
import type { CaseVerdict } from '../grade/grade.ts';
import { groupBy } from './group-by.ts';
import type { Result } from './result.ts';

export interface CaseOutcome {
  readonly case: string;
  readonly status: Result['status'];
  readonly critical: boolean;
  readonly verdict: CaseVerdict;
}

/** A case fails when a sample fails; else it is an error when a sample is. */
export function caseVerdicts(results: readonly Result[]): CaseOutcome[] {
  return [...groupBy(results, (result) => result.case).values()].flatMap((samples) => {
    const first = samples[0];
    if (!first) return [];
    const has = (verdict: CaseVerdict): boolean => samples.some((sample) => sample.verdict === verdict);
    return [
      { case: first.case, status: first.status, critical: first.critical, verdict: has('fail') ? 'fail' : has('error') ? 'error' : 'pass' },
    ];
  });
}
