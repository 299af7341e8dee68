/** The verdict of a run, and the exit code that says it. */
import type { CaseOutcome } from './case-outcomes.ts';

export type RunVerdict = 'pass' | 'fail' | 'inconclusive' | 'not-comparable' | 'error';

export interface Gate {
  /** A pass rate that is lower by this is still good enough, 0..1. */
  readonly margin: number;
  /** Replaces "every active case passes"; critical cases still must. */
  readonly minPassRate: number | null;
  /** The share of cases that may end in an error. */
  readonly maxErrors: number;
  /** In a comparison: by how much a metric may rise at most, as a share of what it was; by name. */
  readonly metrics: Readonly<Record<string, number>>;
}

export const DEFAULT_GATE: Gate = { margin: 0.05, minPassRate: null, maxErrors: 0.05, metrics: {} };

/** A fail is certain whatever else went wrong, so it comes first; then too many errors. Only active cases gate. */
export function verdictOf(
  candidates: readonly { readonly passRate: number | null; readonly cases: readonly CaseOutcome[] }[],
  gate: Gate,
): RunVerdict {
  const verdicts = candidates.map(({ passRate, cases }) =>
    candidateVerdict(
      cases.filter((item) => item.status === 'active'),
      passRate,
      gate,
    ),
  );
  return verdicts.includes('fail') ? 'fail' : verdicts.includes('error') ? 'error' : 'pass';
}

function candidateVerdict(active: readonly CaseOutcome[], passRate: number | null, gate: Gate): 'pass' | 'fail' | 'error' {
  const errors = active.filter((item) => item.verdict === 'error').length;
  const failed = active.filter((item) => item.verdict === 'fail');
  const belowGate = gate.minPassRate === null ? failed.length > 0 : passRate !== null && passRate < gate.minPassRate;
  if (belowGate || failed.some((item) => item.critical)) return 'fail';
  if (active.length > 0 && errors / active.length > gate.maxErrors) return 'error';
  return active.some((item) => item.critical && item.verdict === 'error') ? 'error' : 'pass';
}

const EXIT_CODES: Readonly<Record<RunVerdict, number>> = { pass: 0, fail: 1, inconclusive: 3, 'not-comparable': 3, error: 4 };

export const exitCodeOf = (verdict: RunVerdict): number => EXIT_CODES[verdict];
