/**
 * Scores of calls, counted in bins: what a retrieval, a check or a judge that is a model gives as a number. What a number means differs between
 * applications, so a score is compared with itself alone.
 */
import type { Signal } from '../../interactions/interaction.ts';
import type { SignalCell } from './signal-cell.ts';

/** Of the passage that retrieval put first. */
export const BEST_RETRIEVAL = 'best retrieval score';

/** Up to 1, where most scores are, bins have one width; above it they grow with the score. */
const [LINEAR, RATIO] = [0.02, 0.05];
const UP_TO_ONE = Math.round(1 / LINEAR);

export function binOfScore(score: number): number {
  const size = Math.abs(score);
  const bin = size <= 1 ? Math.round(size / LINEAR) : UP_TO_ONE + Math.round(Math.log(size) / RATIO);
  return score < 0 && bin > 0 ? -bin : bin;
}

/** The middle of a bin, to two digits or so. */
export function scoreOfBin(bin: number): number {
  const size = Math.abs(bin);
  const score = size <= UP_TO_ONE ? size * LINEAR : Math.exp((size - UP_TO_ONE) * RATIO);
  return Math.sign(bin) * Number(score.toPrecision(3));
}

/** Between a score's name and its bin, in what is counted: no name of a signal has it. */
const END = '\u0000';

export const scoreKey = (name: string, score: number): string => `${name}${END}${binOfScore(score)}`;

/** Whether what is counted is a bin of a score, and no signal. */
export const isScoreKey = (counted: string): boolean => counted.includes(END);

/** A number that no rule of goldset.yaml or of Goldset gives a meaning is a score. */
export const isScore = (counted: string | null, { name, value }: Pick<Signal, 'name' | 'value'>): boolean =>
  counted === name && typeof value === 'number' && Number.isFinite(value);

/** The name under which a score is said beside the signal that it is of. */
export const scoreName = (name: string): string => `${name}${END}`;

/** A cell as it is kept, with its scores apart from what is counted. */
export function withScores(cell: SignalCell): SignalCell {
  if (![...cell.counts.keys()].some(isScoreKey)) return cell;
  const counts = new Map([...cell.counts].filter(([key]) => !isScoreKey(key)));
  const byUser = new Map([...cell.byUser].filter(([key]) => !isScoreKey(key)));
  const scores = new Map<string, Map<number, ReadonlyMap<number, number>>>();
  for (const [key, of] of cell.byUser) {
    const [name = '', bin] = key.split(END);
    if (bin === undefined) continue;
    const bins = scores.get(name) ?? new Map<number, ReadonlyMap<number, number>>();
    scores.set(name, bins.set(Number(bin), of));
  }
  return { ...cell, counts, byUser, scores };
}
