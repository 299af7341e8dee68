/** Results of two candidates, brought together case by case. */
import { groupBy } from '../collections/group-by.ts';
import type { ResultOutline } from '../results/result-list.ts';

export interface CaseSide {
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly samples: readonly ResultOutline[];
}

export interface CasePair {
  readonly case: string;
  readonly group: string | null;
  readonly a: CaseSide;
  readonly b: CaseSide;
}

export interface Pairing {
  /** Active cases that both sides answered, in the order of the plan. */
  readonly pairs: readonly CasePair[];
  /** These and the cases that only side a answered, with what side b failed to answer and side a did not counted as failed. */
  readonly worstPairs: readonly CasePair[];
  /** Cases of `worstPairs` with samples that only side b failed to answer. */
  readonly lost: number;
  /** Active cases that were lost to an error on one side. */
  readonly errors: number;
  /** Cases that never gate. */
  readonly knownFailing: readonly string[];
  readonly unverified: readonly string[];
  /** Of these, what failed on side a and passes on side b, and what passed on side a and fails on side b. */
  readonly apart: { readonly fixed: readonly string[]; readonly broke: readonly string[] };
  /** Active cases that check nothing on one side. */
  readonly unjudged: readonly string[];
  /** Active critical cases that fail on side b whatever side a did: no sample passes, or some fail and side a has none to compare with. */
  readonly criticalFailures: readonly string[];
  /** Active critical cases of which some samples fail and some pass, with side a's samples. */
  readonly criticalPairs: readonly CasePair[];
  /** Cases that only one side has. */
  readonly unpaired: number;
}

/**
 * Errors are no failures: a case of which a side gave nothing but errors is left out of `pairs`, and counted. An error that only side b
 * has may come from the change (a refusal, an answer that is too long), so what decides a pass counts it as failed.
 */
export function pairCases(a: readonly ResultOutline[], b: readonly ResultOutline[]): Pairing {
  const before = groupBy(a, (outline) => outline.case);
  const after = groupBy(b, (outline) => outline.case);
  const pairs: CasePair[] = [];
  const worstPairs: CasePair[] = [];
  const criticalPairs: CasePair[] = [];
  const knownFailing: string[] = [];
  const unverified: string[] = [];
  const apart = { fixed: [] as string[], broke: [] as string[] };
  const unjudged: string[] = [];
  const criticalFailures: string[] = [];
  let errors = 0;
  let lost = 0;
  let unpaired = [...before.keys()].filter((id) => !after.has(id)).length;
  for (const [id, own] of after) {
    const [first] = own;
    const other = before.get(id);
    if (first === undefined) continue;
    if (other === undefined) unpaired++;
    if (first.status !== 'active') {
      (first.status === 'known-failing' ? knownFailing : unverified).push(id);
      const [was, is] = [sideOf(other ?? []), sideOf(own)];
      if (was.failed > 0 && onlyPasses(is)) apart.fixed.push(id);
      if (onlyPasses(was) && is.failed > 0) apart.broke.push(id);
    } else {
      const sideB = sideOf(own);
      const sideA = sideOf(other ?? []);
      const pair: CasePair = { case: id, group: first.group, a: sideA, b: sideB };
      if (first.critical && sideB.failed > 0) {
        if (sideB.passed > 0 && answered(sideA)) criticalPairs.push(pair);
        else criticalFailures.push(id);
      }
      if (other === undefined) continue;
      const worst = worstOfB(pair);
      if (answered(sideA) && answered(worst)) {
        worstPairs.push({ ...pair, b: worst });
        if (worst.failed > sideB.failed) lost++;
      }
      if (answered(sideA) && answered(sideB)) pairs.push(pair);
      else if (checksNothing(sideA) || checksNothing(sideB)) unjudged.push(id);
      else errors++;
    }
  }
  return { pairs, worstPairs, lost, errors, knownFailing, unverified, apart, unjudged, criticalFailures, criticalPairs, unpaired };
}

function sideOf(samples: readonly ResultOutline[]): CaseSide {
  const count = (verdict: ResultOutline['verdict']): number =>
    samples.reduce((sum, sample) => sum + (sample.verdict === verdict ? 1 : 0), 0);
  return { passed: count('pass'), failed: count('fail'), errors: count('error'), samples };
}

/** Samples that side b did not answer, beyond those of side a, as failures. */
const worstOfB = ({ a, b }: CasePair): CaseSide => ({ ...b, failed: b.failed + Math.max(0, b.errors - a.errors) });

/** All that it has are answers to a case that checks nothing. */
const checksNothing = ({ passed, failed, errors }: CaseSide): boolean => passed + failed + errors === 0;

const answered = ({ passed, failed }: CaseSide): boolean => passed + failed > 0;

const onlyPasses = ({ passed, failed, errors }: CaseSide): boolean => passed > 0 && failed + errors === 0;

/** The share of answered samples that passed. */
export const passShare = ({ passed, failed }: CaseSide): number => passed / (passed + failed);

/** Samples of one case disagree. */
export const isFlaky = ({ passed, failed }: CaseSide): boolean => passed > 0 && failed > 0;

/** More than half of the samples passed. */
export const mostlyPasses = (side: CaseSide): boolean => passShare(side) > 0.5;

/** Cases that hang together, as lists; a case without a group is one of its own. Null: every case stands alone. */
export function clustersOf<T extends { readonly group: string | null }>(pairs: readonly T[]): T[][] | null {
  if (pairs.every(({ group }) => group === null)) return null;
  let alone = 0;
  const clusters = [...groupBy(pairs, ({ group }) => (group === null ? `\u0000${alone++}` : group)).values()];
  return clusters.some((cluster) => cluster.length > 1) ? clusters : null;
}
