/** From evidence to a verdict and its reason: comparable? → critical cases → errors → quality and gated metrics. */
import { percent, pText, quantity, signedPoints } from '../display/figures.ts';
import type { RunVerdict } from '../results/verdict.ts';
import type { Alphas } from './alpha.ts';
import type { Pairing } from './case-pairs.ts';
import { excerpt } from '../text/text.ts';
import { MACRO, type ClassDrop } from './classes.ts';
import { neededSamples } from './detectable.ts';
import type { CompareEvidence, Family, Rejected } from './evidence.ts';
import type { Quality } from './quality.ts';
import type { SideInput } from './side.ts';

export interface Decision {
  readonly verdict: RunVerdict;
  readonly reason: string;
}

/** `mde`: the smallest drop that is found, as of the comparison. */
export function decide(
  evidence: CompareEvidence,
  rejected: Rejected,
  { tests, mde }: Pick<Family, 'tests'> & { readonly mde: number },
): Decision {
  const { a, b, pairing, quality, gate } = evidence;
  const incomparable = whyNotComparable(a, b, pairing);
  if (incomparable !== null) return { verdict: 'not-comparable', reason: incomparable };
  const { criticalFailures, errors } = pairing;
  if (criticalFailures.length > 0)
    return {
      verdict: 'fail',
      reason: `Critical ${criticalFailures.length === 1 ? 'case' : 'cases'} failed: ${listed(criticalFailures)}${failedBefore(evidence) ? ' (they failed before too)' : ''}.`,
    };
  if (rejected.critical.length > 0)
    return {
      verdict: 'fail',
      reason: `Critical ${rejected.critical.length === 1 ? 'case passes' : 'cases pass'} less often than before: ${listed(rejected.critical)}.`,
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
  return gated(evidence, rejected, { tests, mde });
}

/** Every critical case that fails now had no pass on the other side either. */
const failedBefore = ({ pairing: { pairs, criticalFailures } }: CompareEvidence): boolean =>
  criticalFailures.every((id) => pairs.find((pair) => pair.case === id)?.a.passed === 0);

function whyNotComparable(a: SideInput, b: SideInput, { unpaired, pairs }: Pairing): string | null {
  if (a.head.golden !== b.head.golden)
    return 'The golden sets differ, so the same case id may have other variables or checks. Compare two refs instead: both then use the golden set of the working tree.';
  if (unpaired > 0 && pairs.length > 0 && a.run !== null)
    return `${quantity(unpaired, 'case is', 'cases are')} in only one of the runs. Run both on the same cases.`;
  return null;
}

/** Fails when a drop or a rise is sure, passes when all are surely within their limits. */
function gated(evidence: CompareEvidence, rejected: Rejected, { tests, mde }: { readonly tests: number; readonly mde: number }): Decision {
  const { quality, worst, gate, sequential, repeats, alpha, pairing } = evidence;
  if (sequential?.decided === 'fail')
    return { verdict: 'fail', reason: `${dropText(quality)} (stopped early: the drop is certain enough).` };
  if (sequential?.decided === 'pass')
    return { verdict: 'pass', reason: `${dropText(quality)}: at most ${points(gate.margin)} lost with 95 % confidence (stopped early).` };
  if (rejected.drop)
    return { verdict: 'fail', reason: `${dropText(quality)}, unlikely to be chance (p ${pText(quality.p)}${overTests(tests)}).` };
  if (rejected.rises.length > 0)
    return {
      verdict: 'fail',
      reason: `${rejected.rises.map(({ name, limit }) => `${name} rose by more than ${percent(limit)}`).join('; ')}.`,
    };
  if (rejected.classes.length > 0)
    return {
      verdict: 'fail',
      reason: `${rejected.classes.map((drop) => `${dropped(drop)} dropped by more than ${points(drop.limit)}`).join('; ')}.`,
    };
  const unknown = evidence.classes.filter(({ isUnknown }) => isUnknown).map(({ label }) => excerpt(label, 60));
  if (unknown.length > 0)
    return { verdict: 'inconclusive', reason: `gate.classes names ${listed(unknown)}, which no case expects in two or more classes.` };
  const open = [
    ...evidence.rises.flatMap(({ name, limit, pBelow }) => (pBelow < alpha.pass ? [] : [`${name} rose by less than ${percent(limit)}`])),
    ...evidence.classes.flatMap((drop) =>
      drop.pBelow < alpha.pass ? [] : [`${dropped(drop)} dropped by less than ${points(drop.limit)}`],
    ),
  ];
  const isWithin = worst.lowerBound > -gate.margin;
  const counted = lostText(pairing);
  if (isWithin && open.length === 0)
    return {
      verdict: 'pass',
      reason: `${dropText(quality)}: at most ${points(gate.margin)} lost with ${level(alpha.pass)} confidence${counted === '' ? '' : `, ${counted}`}.`,
    };
  if (isWithin)
    return {
      verdict: 'inconclusive',
      reason: `Quality holds, but there are not enough cases to tell whether ${open.join(' and ')}.`,
    };
  if (evidence.isWithin)
    return {
      verdict: 'inconclusive',
      reason: `${dropText(quality)}, but more than ${points(gate.margin)} could be lost ${counted}. Look at these errors, or run them again.`,
    };
  return { verdict: 'inconclusive', reason: openReason(evidence, repeats, alpha, mde) };
}

/** `F1 of refund`. */
const dropped = ({ label }: ClassDrop): string => (label === MACRO ? 'The mean F1 of the classes' : `F1 of ${excerpt(label, 60)}`);

/** How many cases have samples that only the new side did not answer. */
const lostText = ({ lost }: Pairing): string =>
  lost === 0 ? '' : `with ${quantity(lost, 'case')} that only the new side did not answer counted as failed`;

function openReason({ quality, gate }: CompareEvidence, repeats: number, alpha: Alphas, mde: number): string {
  const { cases, repeats: more } = neededSamples(quality, gate.margin, alpha.pass, repeats);
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

const points = (share: number): string => `${(share * 100).toFixed(1).replace(/\.0$/, '')} points`;
const overTests = (tests: number): string => (tests > 1 ? `; over ${tests} tests of this run` : '');
const level = (alpha: number): string => `${((1 - alpha) * 100).toFixed(1).replace(/\.0$/, '')} %`;

const SHOWN = 5;
const listed = (ids: readonly string[]): string =>
  `${ids.slice(0, SHOWN).join(', ')}${ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : ''}`;
