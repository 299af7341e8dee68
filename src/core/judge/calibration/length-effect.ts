/**
 * How much of a judged difference the lengths of the answers explain. Judged scores alone cannot tell a judge that likes long answers from
 * answers that are better because they are longer; labels can: the judge's score by length, among answers of one side that people grade alike.
 */
import { studentQuantile } from '../../statistics/distributions.ts';

/** A labelled answer. */
export interface LabelledAnswer {
  /** The judge's, 0 to 1. */
  readonly score: number;
  /** What people say: 0, 1, or between where they disagree. */
  readonly grade: number;
  /** Tokens as reported, or fours of characters: all of one kind. */
  readonly length: number;
}

/** A difference of mean judged scores, b minus a, with its standard error. */
export interface JudgedDifference {
  readonly value: number;
  readonly error: number;
  /** Mean tokens of b's answers minus those of a's. */
  readonly longer: number;
}

export interface Ranged {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface LengthEffect {
  /** Score that 100 more tokens add to what the judge says, and people do not. */
  readonly perHundred: Ranged;
  /** Of the difference. */
  readonly explained: Ranged;
  /** The difference without it. */
  readonly corrected: Ranged;
}

/** Labels of each side without which a length effect says nothing. */
export const LENGTH_LABELS = 100;

/** `missing`: labels of each side that are needed. */
export function lengthEffect(
  a: readonly LabelledAnswer[],
  b: readonly LabelledAnswer[],
  difference: JudgedDifference,
): LengthEffect | { readonly missing: { readonly a: number; readonly b: number } } {
  const missing = { a: Math.max(0, LENGTH_LABELS - a.length), b: Math.max(0, LENGTH_LABELS - b.length) };
  if (missing.a + missing.b > 0) return { missing };
  const { slope, error, degrees } = slopeWithin([a, b].flatMap(byGrade));
  const quantile = studentQuantile(0.975, degrees);
  const { value, error: own, longer } = difference;
  const explained = slope * longer;
  return {
    perHundred: ranged(100 * slope, 100 * quantile * error),
    explained: ranged(explained, quantile * error * Math.abs(longer)),
    corrected: ranged(value - explained, quantile * Math.hypot(own, error * longer)),
  };
}

/** Score that 100 more of the unit of length add among answers that people grade alike; null: fewer than 200 labels, or answers of one length. */
export function lengthBias(answers: readonly LabelledAnswer[]): Ranged | null {
  if (answers.length < 2 * LENGTH_LABELS) return null;
  const { slope, error, degrees } = slopeWithin(byGrade(answers));
  const spread = studentQuantile(0.975, degrees) * error;
  return Number.isFinite(spread) ? ranged(100 * slope, 100 * spread) : null;
}

const ranged = (value: number, spread: number): Ranged => ({ value, low: value - spread, high: value + spread });

/** Answers that people grade alike; one alone says nothing of length. */
const byGrade = (side: readonly LabelledAnswer[]): (readonly LabelledAnswer[])[] =>
  [side.filter(({ grade }) => grade >= 0.5), side.filter(({ grade }) => grade < 0.5)].filter((group) => group.length > 1);

/**
 * The slope of the score over length with an intercept for each group, and its standard error, which does not assume that all answers
 * vary alike (HC3: MacKinnon, White: Journal of Econometrics 29, 1985). Answers of one length have no slope: it is 0, and its error infinite.
 */
function slopeWithin(groups: readonly (readonly LabelledAnswer[])[]): { slope: number; error: number; degrees: number } {
  const centred = groups.flatMap((group) => {
    const [length, middle] = [meanOf(group.map((answer) => answer.length)), meanOf(group.map(({ score }) => score))];
    return group.map((answer) => ({ x: answer.length - length, y: answer.score - middle, n: group.length }));
  });
  const squares = centred.reduce((sum, { x }) => sum + x * x, 0);
  const degrees = Math.max(1, centred.length - groups.length - 1);
  if (squares === 0) return { slope: 0, error: Infinity, degrees };
  const slope = centred.reduce((sum, { x, y }) => sum + x * y, 0) / squares;
  const variance = centred.reduce((sum, { x, y, n }) => {
    const rest = (y - slope * x) / (1 - 1 / n - (x * x) / squares);
    return sum + x * x * rest * rest;
  }, 0);
  return { slope, error: Math.sqrt(variance) / squares, degrees };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Whether two sides' lengths differ by more than a fifth. */
export const lengthsDiffer = (meanA: number, meanB: number): boolean => Math.abs(meanB - meanA) > 0.2 * Math.min(meanA, meanB);
