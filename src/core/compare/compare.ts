/**
 * goldset.compare/1: two candidates over the same golden cases, and a verdict that is sound or says that it cannot tell.
 *
 *   comparable? ─▶ critical cases ─▶ errors ─▶ quality and gated metrics: pass, fail or inconclusive
 */
import { percent, quantity } from '../figures.ts';
import type { RunVerdict } from '../results/verdict.ts';
import { pairCases, type Pairing } from './case-pairs.ts';
import { changesOf, compareQuality, type Quality } from './quality.ts';
import { detectableDrop, neededSamples, type NeededSamples } from './detectable.ts';
import { holm } from '../statistics/holm.ts';
import type { SideInput } from './side.ts';
import { compareMetrics, metricRise, type MetricDifference, type MetricName, type MetricRise } from './metrics.ts';
import type { Gate } from '../config/gate.ts';

/** The chance of a false alarm, and one minus the level of the intervals. */
export const ALPHA = 0.05;

export interface ComparedSide {
  readonly candidate: string;
  readonly path: string;
  readonly version: string;
  readonly ref: string | null;
  /** Of an earlier run; null: of this one. */
  readonly run: string | null;
  readonly model: string;
  readonly passRate: number | null;
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
  readonly paired: Quality['paired'];
  readonly difference: number | null;
  readonly interval: readonly [number, number] | null;
  /** One-sided bound of the difference, of level 1 − alpha; it is compared with the margin. */
  readonly lowerBound: number | null;
  readonly intervalMethod: Quality['intervalMethod'] | null;
  readonly p: number | null;
  readonly method: Quality['method'] | 'identical' | null;
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
  /** Cases that check nothing on one side. */
  readonly unjudged: readonly string[];
  /** Cases that a side gave no answer to. */
  readonly errors: number;
  /** Results of an earlier run that cannot be read, or that it never had. */
  readonly missing: number;
  /** Calls that an early stop saved. */
  readonly savedCalls: number;
  readonly metrics: readonly MetricDifference[];
}

/** Chances of a false fail, and of a false pass. */
export interface Alphas {
  readonly fail: number;
  readonly pass: number;
}

export interface CompareSettings {
  readonly gate: Gate;
  /** What an early look has decided, with what is left of alpha for the end; null: there was no early look. */
  readonly sequential: { readonly decided: 'pass' | 'fail' | null; readonly alphaLeft: Alphas; readonly savedCalls: number } | null;
}

export function compareSides(a: SideInput, b: SideInput, settings: CompareSettings): Comparison {
  const { gate, sequential } = settings;
  const pairing = pairCases(a.outlines, b.outlines);
  const quality = compareQuality(pairing.pairs, ALPHA);
  const identical = isSame(a, b);
  const repeats = Math.max(1, ...pairing.pairs.map((pair) => pair.b.samples.length));
  const decided = identical
    ? { verdict: 'pass' as const, reason: 'Both sides are identical: the same version with the same model and parameters.' }
    : decide({ a, b, pairing, quality, gate, sequential, repeats });
  const missing = (a.missing ?? 0) + (b.missing ?? 0);
  const { verdict, reason } = decided.verdict === 'pass' && missing > 0 ? missingDecision(a, b) : decided;
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
    margin: gate.margin,
    alpha: ALPHA,
    paired: quality.paired,
    difference: hasPairs ? quality.difference : null,
    interval: hasPairs ? finite(quality.interval) : null,
    lowerBound: hasPairs && Number.isFinite(quality.lowerBound) ? quality.lowerBound : null,
    intervalMethod: hasPairs ? quality.intervalMethod : null,
    p: hasPairs ? quality.p : null,
    method: identical ? 'identical' : hasPairs ? quality.method : null,
    units: quality.units,
    mde: hasPairs ? detectableDrop(quality, sequential?.alphaLeft.fail ?? ALPHA) : null,
    needs: isOpen ? neededSamples(quality, gate.margin, sequential?.alphaLeft.pass ?? ALPHA, repeats) : null,
    ...changesOf(pairing.pairs),
    criticalFailures: pairing.criticalFailures,
    knownFailing: pairing.knownFailing,
    unverified: pairing.unverified,
    unjudged: pairing.unjudged,
    errors: pairing.errors,
    missing,
    savedCalls: sequential?.savedCalls ?? 0,
    metrics: compareMetrics(pairing.pairs, ALPHA),
  };
}

const isSame = (a: SideInput, b: SideInput): boolean =>
  a.head.golden === b.head.golden &&
  a.head.prompt.version === b.head.prompt.version &&
  a.head.model === b.head.model &&
  JSON.stringify(a.head.parameters) === JSON.stringify(b.head.parameters);

const finite = (interval: readonly [number, number]): readonly [number, number] | null =>
  interval.every(Number.isFinite) ? interval : null;

function shownSide({ head, run }: SideInput, { pairs }: Pairing, side: 'a' | 'b'): ComparedSide {
  const shares = pairs.map((pair) => pair[side].passed / (pair[side].passed + pair[side].failed));
  const { id: candidate, prompt, model } = head;
  const passRate = shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return { candidate, path: prompt.path, version: prompt.version, ref: prompt.ref, run, model, passRate };
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

interface Decision {
  readonly verdict: RunVerdict;
  readonly reason: string;
}

interface Evidence {
  readonly a: SideInput;
  readonly b: SideInput;
  readonly pairing: Pairing;
  readonly quality: Quality;
  readonly gate: Gate;
  readonly sequential: CompareSettings['sequential'];
  readonly repeats: number;
}

function decide(evidence: Evidence): Decision {
  const { a, b, pairing, quality, gate } = evidence;
  const incomparable = whyNotComparable(a, b, pairing);
  if (incomparable !== null) return { verdict: 'not-comparable', reason: incomparable };
  const { criticalFailures, errors } = pairing;
  if (criticalFailures.length > 0)
    return {
      verdict: 'fail',
      reason: `Critical ${criticalFailures.length === 1 ? 'case' : 'cases'} failed: ${listed(criticalFailures)}${failedBefore(evidence) ? ' (they failed before too)' : ''}.`,
    };
  const n = quality.paired.n;
  if (n === 0)
    return {
      verdict: 'inconclusive',
      reason:
        pairing.unjudged.length > 0
          ? `No case could be judged on both sides: ${quantity(pairing.unjudged.length, 'case checks', 'cases check')} nothing.`
          : 'No case has an answer on both sides.',
    };
  if (errors / (n + errors) > gate.maxErrors)
    return {
      verdict: 'inconclusive',
      reason: `${errors} of ${quantity(n + errors, 'case')} ended in an error; the gate allows ${percent(gate.maxErrors)}.`,
    };
  return gated(evidence);
}

/** Every critical case that fails now had no pass on the other side either. */
const failedBefore = ({ pairing: { pairs, criticalFailures } }: Evidence): boolean =>
  criticalFailures.every((id) => pairs.find((pair) => pair.case === id)?.a.passed === 0);

function whyNotComparable(a: SideInput, b: SideInput, { unpaired, pairs }: Pairing): string | null {
  if (a.head.golden !== b.head.golden)
    return 'The golden sets differ, so the same case id may have other variables or checks. Compare two refs instead: both then use the golden set of the working tree.';
  if (unpaired > 0 && pairs.length > 0 && a.run !== null)
    return `${quantity(unpaired, 'case is', 'cases are')} in only one of the runs. Run both on the same cases.`;
  return null;
}

/** Fails when a drop or a rise is sure (Holm over all that is gated), passes when all are surely within their limits. */
function gated({ quality, gate, pairing, sequential, repeats }: Evidence): Decision {
  if (sequential?.decided === 'fail')
    return { verdict: 'fail', reason: `${dropText(quality)} (stopped early: the drop is certain enough).` };
  if (sequential?.decided === 'pass')
    return { verdict: 'pass', reason: `${dropText(quality)}: at most ${points(gate.margin)} lost with 95 % confidence (stopped early).` };
  const alpha = sequential?.alphaLeft ?? { fail: ALPHA, pass: ALPHA };
  const rises = Object.entries(gate.metrics).flatMap(([name, limit]): MetricRise[] => {
    const rise = metricRise(name as MetricName, limit, pairing.pairs);
    return rise === null ? [] : [rise];
  });
  const isWithin = lowerBoundAt(quality, alpha.pass, pairing) > -gate.margin;
  const [dropped, ...rose] = holm([isWithin ? 1 : quality.p, ...rises.map((rise) => rise.pAbove)], alpha.fail);
  if (dropped === true) return { verdict: 'fail', reason: `${dropText(quality)}, unlikely to be chance (p = ${small(quality.p)}).` };
  const above = rises.filter((_, i) => rose[i] === true);
  if (above.length > 0)
    return { verdict: 'fail', reason: `${above.map(({ name, limit }) => `${name} rose by more than ${percent(limit)}`).join('; ')}.` };
  const open = rises.filter((rise) => rise.pBelow >= alpha.pass);
  if (isWithin && open.length === 0)
    return { verdict: 'pass', reason: `${dropText(quality)}: at most ${points(gate.margin)} lost with 95 % confidence.` };
  if (isWithin)
    return {
      verdict: 'inconclusive',
      reason: `Quality holds, but there are not enough cases to tell whether ${open.map(({ name, limit }) => `${name} rose by less than ${percent(limit)}`).join(' and ')}.`,
    };
  return { verdict: 'inconclusive', reason: openReason(quality, gate, repeats, alpha) };
}

/** The bound at another level than the one that is shown: what is left after early looks. */
const lowerBoundAt = (quality: Quality, alpha: number, { pairs }: Pairing): number =>
  alpha === ALPHA ? quality.lowerBound : compareQuality(pairs, alpha).lowerBound;

function openReason(quality: Quality, { margin }: Gate, repeats: number, alpha: Alphas): string {
  const { cases, repeats: more } = neededSamples(quality, margin, alpha.pass, repeats);
  const mde = detectableDrop(quality, alpha.fail);
  const enough =
    cases !== null ? ` About ${quantity(cases, 'case')}${more === null ? '' : `, or ${quantity(more, 'repeat')},`} would be enough.` : '';
  return `Not enough data: ${dropText(quality)}. With ${quantity(quality.paired.n, 'case')} only a drop of ${points(mde)} or more is detectable.${enough}`;
}

function dropText({ difference, paired }: Quality): string {
  const { n, improved, regressed } = paired;
  const moved = `${regressed} of ${quantity(n, 'case')} got worse, ${improved} better`;
  return difference === 0 && regressed === 0
    ? `None of ${quantity(n, 'case')} changed`
    : `Pass rate ${signedPoints(difference)} (${moved})`;
}

export const signedPoints = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} points`;
const points = (share: number): string => `${(share * 100).toFixed(1).replace(/\.0$/, '')} points`;
const small = (p: number): string => (p < 0.0001 ? '< 0.0001' : p.toFixed(4));

const SHOWN = 5;
const listed = (ids: readonly string[]): string =>
  `${ids.slice(0, SHOWN).join(', ')}${ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : ''}`;
