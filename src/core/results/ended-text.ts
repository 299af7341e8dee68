/** How a run ended, for people: its verdict, or that there was nothing to judge. */
import type { CaseCounts } from './case-counts.ts';

/** `columns`: of its candidates. A call that was sent again has answers and no verdict: what is right is not known. */
export function endedText(
  verdict: string | null,
  columns: readonly Pick<CaseCounts, 'passed' | 'failed' | 'errors' | 'unjudged'>[],
): string {
  if (verdict === null) return 'Incomplete';
  const isIdle = columns.every(({ passed, failed, errors, unjudged = 0 }) => unjudged > 0 && passed + failed + errors === 0);
  if (verdict !== 'inconclusive' || columns.length === 0 || !isIdle) return `Verdict: ${verdict}`;
  return columns.length > 1 ? 'Not judged: compare the answers' : 'Not judged: nothing is checked';
}
