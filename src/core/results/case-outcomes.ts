/** From samples to cases. */
import type { CaseVerdict } from '../grade/grade.ts';
import type { ResultOutline } from './result-list.ts';

export interface CaseOutcome {
  readonly case: string;
  readonly status: ResultOutline['status'];
  /** Absent: of the prompt. */
  readonly kind?: ResultOutline['kind'];
  readonly critical: boolean;
  /** Cases of one group hang together; null: it stands alone. */
  readonly group: string | null;
  readonly verdict: CaseVerdict;
  /** At least one of its samples passed. */
  readonly hasPass: boolean;
  /** What did not pass were comparisons with other answers alone, in every sample. Absent: not so. */
  readonly restsOnComparisons?: boolean;
  /** Of the first sample that is an error; absent: it has no error, or an unknown one. */
  readonly errorCode?: string;
}

const WEIGHT: Readonly<Record<CaseVerdict, number>> = { pass: 0, unjudged: 1, error: 2, fail: 3 };

/** Of two samples of a case, the verdict that is the case's. */
export const worseVerdict = (a: CaseVerdict, b: CaseVerdict): CaseVerdict => (WEIGHT[b] > WEIGHT[a] ? b : a);

/** A case fails when a sample fails; else it is an error when a sample is. In the order of the first samples. */
export function caseVerdicts(results: readonly ResultOutline[]): CaseOutcome[] {
  const outcomes = new Map<string, CaseOutcome>();
  for (const result of results) {
    const known = outcomes.get(result.case);
    const { status, critical, group, kind } = known ?? result;
    const verdict = known === undefined ? result.verdict : worseVerdict(known.verdict, result.verdict);
    const hasPass = known?.hasPass === true || result.verdict === 'pass';
    const errorCode = known?.errorCode ?? result.errorCode;
    const error = errorCode === undefined ? {} : { errorCode };
    const isBad = result.verdict === 'fail' || result.verdict === 'error';
    const others = known === undefined || known.verdict === 'pass' || known.verdict === 'unjudged' || known.restsOnComparisons === true;
    const rests = verdict !== 'pass' && others && (isBad ? result.restsOnComparisons === true : known?.restsOnComparisons === true);
    outcomes.set(result.case, {
      case: result.case,
      status,
      critical,
      group,
      verdict,
      hasPass,
      ...(rests ? { restsOnComparisons: true } : {}),
      ...error,
      ...(kind === undefined ? {} : { kind }),
    });
  }
  return [...outcomes.values()];
}
