/** Whether quality dropped: the test and the interval that fit how the cases were sampled. */
import { clustersOf, isFlaky, mostlyPasses, passShare, type CasePair } from './case-pairs.ts';
import { exchangeDrop } from '../statistics/exchange.ts';
import { clusteredMean, meanInterval, meanOf, signFlipDrop } from '../statistics/paired-means.ts';
import { mcnemarMidP, tangoInterval } from '../statistics/paired-shares.ts';

export type Method = 'mcnemar-midp' | 'sign-flip' | 'exchange' | 'group-sign-flip';

export interface Quality {
  readonly paired: {
    readonly n: number;
    readonly improved: number;
    readonly regressed: number;
    readonly bothPass: number;
    readonly bothFail: number;
  };
  /** Mean difference of the pass share, b minus a. */
  readonly difference: number;
  /** Two-sided, of level 1 − alpha. */
  readonly interval: readonly [number, number];
  /** One-sided, of level 1 − alpha: what is compared with the margin. */
  readonly lowerBound: number;
  /** One-sided, for a drop. */
  readonly p: number;
  readonly method: Method;
  readonly intervalMethod: 'tango-score' | 'student-score' | 'cluster-robust-score';
  /** Independent units: cases, or groups of them. */
  readonly units: number;
  /** Units of equal size that would say as much: (Σ size)² / Σ size². */
  readonly effectiveUnits: number;
  /** Degrees of freedom of the variance. */
  readonly degrees: number;
  /** Mean share of side a's samples that pass. */
  readonly before: number;
  /** The smallest change of one unit, as a share of losing all of it. */
  readonly step: number;
  /** Variance of one unit's difference, scaled to a case. */
  readonly variance: number;
  /** The part of it that repeats would make smaller, per sample and side; null: every case has one sample. */
  readonly sampleVariance: number | null;
}

/** One way for single samples, one for repeats, one for cases that hang together. */
export function compareQuality(pairs: readonly CasePair[], alpha: number): Quality {
  const differences = pairs.map((pair) => passShare(pair.b) - passShare(pair.a));
  const improved = differences.filter((value) => value > 0).length;
  const regressed = differences.filter((value) => value < 0).length;
  const same = pairs.filter((_, i) => differences[i] === 0);
  const bothPass = same.filter((pair) => mostlyPasses(pair.b)).length;
  const n = pairs.length;
  const paired = { n, improved, regressed, bothPass, bothFail: same.length - bothPass };
  const single = pairs.every(({ a, b }) => a.passed + a.failed === 1 && b.passed + b.failed === 1);
  const clusters = clustersOf(pairs.map(({ group }, i) => ({ group, difference: differences[i] ?? 0 })));
  const estimate = clusters ? clusteredMean(clusters.map((all) => all.map((item) => item.difference))) : meanOf(differences);
  const { mean: difference, units, degrees } = estimate;
  const sizes = clusters?.map((cluster) => cluster.length) ?? [];
  const denominator = single ? 1 : commonDenominator(pairs);
  const known = {
    paired,
    difference,
    units,
    degrees,
    effectiveUnits: clusters ? n ** 2 / sizes.reduce((sum, size) => sum + size ** 2, 0) : units,
    before: n === 0 ? 0 : pairs.reduce((sum, pair) => sum + passShare(pair.a), 0) / n,
    step: 1 / denominator / (clusters ? n / units : 1),
    sampleVariance: single ? null : sampleVarianceOf(pairs),
  };
  if (single && clusters === null) {
    const bound = (level: number): [number, number] => tangoInterval(improved, regressed, n, level);
    return {
      ...known,
      interval: bound(1 - alpha),
      lowerBound: bound(1 - 2 * alpha)[0],
      p: mcnemarMidP(improved, regressed),
      method: 'mcnemar-midp',
      intervalMethod: 'tango-score',
      variance: n === 0 ? 1 : (improved + regressed) / n - difference ** 2,
    };
  }
  const bound = (level: number): [number, number] => withinShares(meanInterval(estimate, level, 1));
  return {
    ...known,
    interval: bound(1 - alpha),
    lowerBound: bound(1 - 2 * alpha)[0],
    ...dropTest(pairs, differences, clusters, denominator),
    intervalMethod: clusters ? 'cluster-robust-score' : 'student-score',
    variance: Number.isFinite(estimate.error) ? estimate.error ** 2 * n : 1,
  };
}

/**
 * What is exchangeable when nothing changed: the two sides of a group, or of a case with as many samples on each side. Samples that one side
 * lost to errors are matched: the first of the other side count. Where the sides were planned with different numbers, the samples of a case
 * are exchangeable.
 */
function dropTest(
  pairs: readonly CasePair[],
  differences: readonly number[],
  clusters: readonly (readonly { readonly difference: number }[])[] | null,
  denominator: number,
): Pick<Quality, 'p' | 'method'> {
  if (clusters) {
    const sums = clusters.map((cluster) => cluster.reduce((sum, item) => sum + item.difference, 0));
    return { p: signFlipDrop(sums, denominator), method: 'group-sign-flip' };
  }
  if (pairs.every(({ a, b }) => a.passed + a.failed === b.passed + b.failed))
    return { p: signFlipDrop(differences, denominator), method: 'sign-flip' };
  const planned = (side: 'a' | 'b'): number => Math.max(...pairs.map((pair) => pair[side].samples.length));
  if (planned('a') !== planned('b')) return { p: exchangeDrop(pairs, denominator), method: 'exchange' };
  const matched = pairs.map(matchedDifference);
  return { p: signFlipDrop(matched, leastCommonMultiple(pairs.map(matchedSamples))), method: 'sign-flip' };
}

const matchedSamples = ({ a, b }: CasePair): number => Math.min(a.passed + a.failed, b.passed + b.failed);

/** Of as many answers of each side. */
function matchedDifference(pair: CasePair): number {
  const count = matchedSamples(pair);
  const passed = ({ samples }: CasePair['a']): number =>
    samples
      .filter(({ verdict }) => verdict === 'pass' || verdict === 'fail')
      .slice(0, count)
      .filter(({ verdict }) => verdict === 'pass').length;
  return (passed(pair.b) - passed(pair.a)) / count;
}

const withinShares = ([low, high]: readonly [number, number]): [number, number] => [Math.max(-1, low), Math.min(1, high)];

/** Mean variance of one sample around its case's share, over both sides; unbiased. */
function sampleVarianceOf(pairs: readonly CasePair[]): number {
  const sides = pairs.flatMap(({ a, b }) => [a, b]).filter((side) => side.passed + side.failed > 1);
  if (sides.length === 0) return 0;
  const sum = sides.reduce((total, side) => {
    const count = side.passed + side.failed;
    const share = passShare(side);
    return total + (share * (1 - share) * count) / (count - 1);
  }, 0);
  return sum / sides.length;
}

/** Every difference is a multiple of 1 over this. */
const commonDenominator = (pairs: readonly CasePair[]): number =>
  leastCommonMultiple(pairs.flatMap(({ a, b }) => [a.passed + a.failed, b.passed + b.failed]));

function leastCommonMultiple(counts: readonly number[]): number {
  let multiple = 1;
  for (const count of counts) {
    multiple = (multiple * count) / greatestDivisor(multiple, count);
    if (multiple > 5040) return multiple;
  }
  return multiple;
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

/** Cases whose majority changed, regressions first, and cases of which some samples disagree. */
export function changesOf(pairs: readonly CasePair[]): { flipped: string[]; regressed: string[]; flaky: string[] } {
  const changed = pairs.filter(({ a, b }) => mostlyPasses(a) !== mostlyPasses(b));
  const regressed = changed.filter(({ a }) => mostlyPasses(a)).map((pair) => pair.case);
  const improved = changed.filter(({ b }) => mostlyPasses(b)).map((pair) => pair.case);
  const flaky = pairs.filter(({ a, b }) => isFlaky(a) || isFlaky(b)).map((pair) => pair.case);
  return { flipped: [...regressed, ...improved], regressed, flaky };
}
