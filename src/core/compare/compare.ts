/**
 * goldset.compare/1: two candidates over the same golden cases, and a verdict that is sound or says that it cannot tell.
 *
 *   comparable? ─▶ critical cases ─▶ errors ─▶ quality and gated metrics: pass, fail or inconclusive
 */
import { isUnsteady, positionConsistency, positionText, type PositionConsistency } from '../results/position-consistency.ts';
import { quantity } from '../display/figures.ts';
import type { Gate } from '../config/gate.ts';
import { unlessUnsteady, type RunVerdict } from '../results/verdict.ts';
import { ALPHA } from './alpha.ts';
import { passShare, type Pairing } from './case-pairs.ts';
import { compareClasses, type ClassChange } from './classes.ts';
import { decide, type Decision } from './decision.ts';
import { detectableDrop, neededSamples, type NeededSamples } from './detectable.ts';
import { gatherEvidence, testFamily, type CompareEvidence, type SequentialState } from './evidence.ts';
import { compareMetrics, type MetricDifference } from './metrics.ts';
import { changesOf, type Quality } from './quality.ts';
import type { JudgedComparison } from './judged-difference.ts';
import type { SideInput } from './side.ts';

export interface ComparedSide {
  readonly candidate: string;
  readonly path: string;
  readonly version: string;
  readonly ref: string | null;
  /** Of an earlier run; null: of this one. */
  readonly run: string | null;
  readonly model: string;
  /** Share of the compared cases that passed in every repeat: the pass rate of a run. */
  readonly passRate: number | null;
  /** Mean share of a case's samples that passed: what the difference is of. Without repeats it is the pass rate. */
  readonly sampleRate: number | null;
}

export interface Comparison {
  readonly schema: 'goldset.compare/1';
  readonly prompt: string;
  /** The git ref of the golden cases; null: the working tree. */
  readonly casesFrom: string | null;
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  readonly verdict: RunVerdict;
  /** One sentence. */
  readonly reason: string;
  readonly margin: number;
  readonly alpha: number;
  /** Tests of the run over which Holm's correction holds the chance of a false fail at alpha; 0: nothing was tested. */
  readonly tests: number;
  readonly paired: Quality['paired'];
  /** Of the sample rates, b minus a. */
  readonly difference: number | null;
  readonly interval: readonly [number, number] | null;
  /**
   * One-sided bound of the difference; a pass needs it above −margin. What only side b failed to answer counts as failed in it, so it can be
   * below the interval.
   */
  readonly lowerBound: number | null;
  /** Its level: 1 − alpha, more after early looks. */
  readonly lowerBoundLevel: number | null;
  readonly intervalMethod: Quality['intervalMethod'] | null;
  readonly p: number | null;
  readonly method: Quality['method'] | 'identical' | null;
  /** How often a judge that compared answers chose the same one in both orders. Absent: it compared none. */
  readonly positionConsistency?: PositionConsistency;
  /** Independent units: cases, or groups of them. */
  readonly units: number;
  /** The smallest drop that is found with a chance of 80 %. */
  readonly mde: number | null;
  /** What would tell; null: it is decided. */
  readonly needs: NeededSamples | null;
  /** Case ids, regressions first. */
  readonly flipped: readonly string[];
  readonly regressed: readonly string[];
  readonly flaky: readonly string[];
  readonly criticalFailures: readonly string[];
  readonly knownFailing: readonly string[];
  readonly unverified: readonly string[];
  /** Of cases that are not part of the verdict, such as those of retrieval: what failed before and passes now, and what passed before and fails now. */
  readonly apart: Pairing['apart'];
  /** Cases that check nothing on one side. */
  readonly unjudged: readonly string[];
  /** Cases that a side gave no answer to. */
  readonly errors: number;
  /** Results of an earlier run that cannot be read, or that it never had. */
  readonly missing: number;
  /** Calls that an early stop saved. */
  readonly savedCalls: number;
  readonly metrics: readonly MetricDifference[];
  /** F1 by class, where `expected` has one of a few values. Absent: it has none. */
  readonly classes?: readonly ClassChange[];
  /** What a judge adds, one for each judge and criterion. Absent: no judge judged both sides, or an older version. */
  readonly judged?: readonly JudgedComparison[];
}

export interface CompareSettings {
  readonly gate: Gate;
  /** What an early look has decided, with what is left of alpha for the end; null: there was no early look. */
  readonly sequential: SequentialState | null;
}

/** Two sides with what an early look has decided of them. */
export interface SidePair {
  readonly a: SideInput;
  readonly b: SideInput;
  readonly sequential: SequentialState | null;
}

/** One comparison by itself. */
export function compareSides(a: SideInput, b: SideInput, { gate, sequential }: CompareSettings): Comparison {
  const [comparison] = compareAll([{ a, b, sequential }], gate);
  if (comparison === undefined) throw new Error('One pair gives one comparison.');
  return comparison;
}

/** The comparisons of a run: the chance that any of them fails an unchanged prompt is held at 5 % over all of their tests. */
export function compareAll(pairs: readonly SidePair[], gate: Gate): Comparison[] {
  const evidence = pairs.map(({ a, b, sequential }) => gatherEvidence(a, b, gate, sequential));
  const tested = evidence.map(({ a, b }) => !isSame(a, b));
  const family = testFamily(evidence.filter((_, i) => tested[i] === true));
  let next = 0;
  return evidence.map((item, i) => {
    const rejected = tested[i] === true ? family.rejected[next++] : undefined;
    const tests = rejected === undefined ? 0 : family.tests;
    const mde = detectableDrop(item.quality, gate.margin, { ...item.alpha, fail: item.alpha.fail / Math.max(1, tests) });
    return comparisonOf(
      item,
      rejected === undefined
        ? { verdict: 'pass', reason: 'Both sides are identical: the same version with the same model and parameters.' }
        : decide(item, rejected, { tests, mde }),
      { tests, mde },
    );
  });
}

function comparisonOf(
  evidence: CompareEvidence,
  decided: Decision,
  { tests, mde }: { readonly tests: number; readonly mde: number },
): Comparison {
  const { a, b, pairing, quality, worst, gate, sequential, alpha, repeats } = evidence;
  const isIdentical = isSame(a, b);
  const missing = (a.missing ?? 0) + (b.missing ?? 0);
  const orders = positionConsistency([...a.outlines, ...b.outlines]);
  const known = decided.verdict === 'pass' && missing > 0 ? missingDecision(a, b) : decided;
  const verdict = unlessUnsteady(known.verdict, orders);
  const reason = isUnsteady(orders) ? (positionText(orders) ?? known.reason) : known.reason;
  const hasPairs = quality.paired.n > 0;
  const isOpen = verdict === 'inconclusive' && missing === 0 && hasPairs;
  return {
    schema: 'goldset.compare/1',
    prompt: b.head.prompt.path,
    casesFrom: b.head.casesFrom ?? null,
    a: shownSide(a, pairing, 'a'),
    b: shownSide(b, pairing, 'b'),
    verdict,
    reason,
    ...(orders === null ? {} : { positionConsistency: orders }),
    margin: gate.margin,
    alpha: ALPHA,
    tests,
    paired: quality.paired,
    difference: hasPairs ? quality.difference : null,
    interval: hasPairs ? finite(quality.interval) : null,
    lowerBound: hasPairs && Number.isFinite(worst.lowerBound) ? worst.lowerBound : null,
    lowerBoundLevel: hasPairs ? 1 - alpha.pass : null,
    intervalMethod: hasPairs ? quality.intervalMethod : null,
    p: hasPairs ? quality.p : null,
    method: isIdentical ? 'identical' : hasPairs ? quality.method : null,
    units: quality.units,
    mde: hasPairs ? mde : null,
    needs: isOpen ? neededSamples(quality, gate.margin, alpha.pass, repeats) : null,
    ...changesOf(pairing.pairs),
    criticalFailures: pairing.criticalFailures,
    knownFailing: pairing.knownFailing,
    unverified: pairing.unverified,
    apart: pairing.apart,
    unjudged: pairing.unjudged,
    errors: pairing.errors,
    missing,
    savedCalls: sequential?.savedCalls ?? 0,
    metrics: compareMetrics(pairing.pairs, ALPHA),
    ...classesField(pairing),
  };
}

function classesField({ pairs }: Pairing): Pick<Comparison, 'classes'> {
  const classes = compareClasses(pairs);
  return classes.length === 0 ? {} : { classes };
}

const isSame = (a: SideInput, b: SideInput): boolean =>
  a.head.golden === b.head.golden &&
  a.head.prompt.version === b.head.prompt.version &&
  a.head.model === b.head.model &&
  JSON.stringify(a.head.parameters) === JSON.stringify(b.head.parameters);

const finite = (interval: readonly [number, number]): readonly [number, number] | null =>
  interval.every(Number.isFinite) ? interval : null;

function shownSide({ head, run }: SideInput, { pairs }: Pairing, side: 'a' | 'b'): ComparedSide {
  const shares = pairs.map((pair) => passShare(pair[side]));
  const meanOf = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    candidate: head.id,
    path: head.prompt.path,
    version: head.prompt.version,
    ref: head.prompt.ref,
    run,
    model: head.model,
    passRate: meanOf(shares.map((share) => (share === 1 ? 1 : 0))),
    sampleRate: meanOf(shares),
  };
}

/** What cannot be seen may have been better: that nothing got worse is not known. */
function missingDecision(a: SideInput, b: SideInput): Decision {
  const lost = [a, b].flatMap(({ missing = 0, run }) =>
    missing === 0 ? [] : [`${quantity(missing, 'result')} of ${run === null ? 'this run' : `run ${run}`}`],
  );
  return {
    verdict: 'inconclusive',
    reason: `Missing: ${lost.join(' and ')}. The journal is damaged, or the run did not end, so a drop could be hidden. Run both sides again.`,
  };
}
