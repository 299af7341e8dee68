/** The verdict of a run, and the exit code that says it. */
import type { CaseOutcome } from './case-outcomes.ts';
import { isUnsteady, type PositionConsistency } from './position-consistency.ts';
import type { JudgedRate } from './judged-rate.ts';
import type { Gate } from '../config/gate.ts';

export type RunVerdict = 'pass' | 'fail' | 'inconclusive' | 'not-comparable' | 'error';

/** The worst of several, for a run that gates on all of them. */
const WORST: readonly RunVerdict[] = ['fail', 'error', 'not-comparable', 'inconclusive', 'pass'];

export const worstOf = (all: readonly RunVerdict[]): RunVerdict => WORST.find((verdict) => all.includes(verdict)) ?? 'pass';

/**
 * A fail is certain whatever else went wrong, so it comes first; then too many errors. Only active cases gate.
 * `compared`: the verdicts of comparisons with a baseline, which then decide together with critical cases and `minPassRate`;
 * null: there is no baseline, and every active case must pass.
 *
 * A pass rate that rests on a judge is gated by the interval that its errors leave, where they are known.
 *
 * What checks nothing is no pass: a prompt none of whose active cases could be judged, a critical case that checks nothing, and a
 * run without an active case are inconclusive. So is what rests on a judge whose choice follows the position of the answers. `isPart`: it is a shard, whose cases are judged together with the others' by a merge.
 */
export function verdictOf(
  candidates: readonly {
    readonly passRate: number | null;
    readonly cases: readonly CaseOutcome[];
    readonly positionConsistency?: PositionConsistency | undefined;
    readonly judged?: JudgedRate | undefined;
  }[],
  gate: Gate,
  compared: readonly RunVerdict[] | null,
  isPart = false,
): RunVerdict {
  const verdicts = candidates.map(({ passRate, cases, positionConsistency: found, judged }) => {
    const active = cases.filter((item) => item.status === 'active');
    const how = { hasBaseline: compared !== null, isPart };
    if (!isUnsteady(found)) return candidateVerdict(active, gatedRate(passRate, judged, gate), gate, how);
    // What failed for another reason has failed. The rate of the others is unknown, so it cannot be below the gate.
    const others = active.filter(({ restsOnComparisons }) => restsOnComparisons !== true);
    return worstOf([candidateVerdict(others, 'unknown', gate, how), 'inconclusive']);
  });
  const cases = candidates.flatMap((candidate) => candidate.cases);
  const isIdle = !isPart && cases.length > 0 && !cases.some(({ status }) => status === 'active');
  return worstOf([...verdicts, ...(isIdle ? (['inconclusive'] as const) : []), ...(compared ?? [])]);
}

/** Where a pass rate lies to `gate.minPassRate`; `unknown`: it is not required, or there is no rate. */
export type GatedRate = 'reached' | 'missed' | 'open' | 'unknown';

/** With a corrected rate, its whole interval must be on one side; without one, the judge's own rate decides, as if it were never wrong. */
export function gatedRate(passRate: number | null, judged: JudgedRate | undefined, { minPassRate }: Pick<Gate, 'minPassRate'>): GatedRate {
  if (minPassRate === null || passRate === null) return 'unknown';
  const { low = null, high = null } = judged ?? {};
  if (low === null || high === null) return passRate < minPassRate ? 'missed' : 'reached';
  return high < minPassRate ? 'missed' : low < minPassRate ? 'open' : 'reached';
}

function candidateVerdict(
  active: readonly CaseOutcome[],
  rate: GatedRate,
  { minPassRate, maxErrors }: Gate,
  { hasBaseline, isPart }: { readonly hasBaseline: boolean; readonly isPart: boolean },
): 'pass' | 'fail' | 'error' | 'inconclusive' {
  const judged = active.filter((item) => item.verdict !== 'unjudged');
  const errors = active.filter((item) => item.verdict === 'error').length;
  const failed = active.filter((item) => item.verdict === 'fail');
  const mustAllPass = minPassRate === null && !hasBaseline;
  const belowGate = mustAllPass ? failed.length > 0 : rate === 'missed';
  // With a baseline, a critical case of which some samples pass is tested against its share there.
  if (belowGate || failed.some((item) => item.critical && !(hasBaseline && item.hasPass))) return 'fail';
  if (judged.length > 0 && errors / judged.length > maxErrors) return 'error';
  if (active.some((item) => item.critical && item.verdict === 'error')) return 'error';
  const isOpen = judged.length === 0 ? active.length > 0 : active.some((item) => item.critical && item.verdict === 'unjudged');
  return (isOpen || rate === 'open') && !isPart ? 'inconclusive' : 'pass';
}

const EXIT_CODES: Readonly<Record<RunVerdict, number>> = { pass: 0, fail: 1, inconclusive: 3, 'not-comparable': 3, error: 4 };

export const INCONCLUSIVE_MODES = ['fail', 'pass', 'report'] as const;
export type InconclusiveMode = (typeof INCONCLUSIVE_MODES)[number];

/** `inconclusive`: what a run that could not tell counts as; a run that was cut off stays what it is. */
export function exitCodeOf(verdict: RunVerdict, inconclusive: InconclusiveMode = 'report', complete = true): number {
  const isOpen = complete && (verdict === 'inconclusive' || verdict === 'not-comparable');
  return isOpen && inconclusive !== 'report' ? EXIT_CODES[inconclusive] : EXIT_CODES[verdict];
}

/** With a judge that is unsteady, nothing that rests on its choices is decided. */
export const unlessUnsteady = (verdict: RunVerdict, found: PositionConsistency | null): RunVerdict =>
  isUnsteady(found) && verdict !== 'not-comparable' ? 'inconclusive' : verdict;
