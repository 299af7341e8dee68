/**
 * Whether a daily level rose at a day: each weekday is compared with the same weekday before, and a day is one observation. Weighted least
 * squares of the level over one constant for each weekday and a step. The variance of a day is what its own items cannot tell (their sampling
 * variance) plus what days have in common beyond it, estimated by moments (DerSimonian and Laird: Controlled Clinical Trials 7, 1986).
 */
import { studentQuantile, studentTail } from './distributions.ts';

export interface DailyLevel {
  /** Days since a fixed date: its weekday is this modulo 7. */
  readonly day: number;
  readonly level: number;
  /** Of the level of this day, from its items; above 0. */
  readonly variance: number;
}

export interface WeekdayShift {
  /** First day after the step. */
  readonly day: number;
  /** Of the level, after minus before. */
  readonly shift: number;
  /** When nothing changed: days before and after differ equally. */
  readonly error: number;
  /** When days after may differ more than days before (MacKinnon and White: Journal of Econometrics 29, 1985, HC2). */
  readonly ownError: number;
  readonly degrees: number;
  /** One-sided, for a rise. */
  readonly p: number;
  /** Mean of the last days minus what the same weekdays had before the step. */
  readonly recent: number;
  /** Median of the days after the step, minus what the same weekdays had before: no rise of most days is one of few days. */
  readonly usual: number;
}

/** Fewer degrees of freedom tell nothing about how much days differ. */
const LEAST_DEGREES = 4;
/** What is left of a day that the fit goes through. */
const TINY = 1e-9;
/** Days at the end that say whether the level is still high. */
const RECENT = 3;

/** `days` in order. Null: too few of the days after the step have the same weekday before it. */
export function weekdayShift(days: readonly DailyLevel[], first: number): WeekdayShift | null {
  const paired = pairedDays(days, first);
  const weekdays = new Set(paired.map(({ day }) => weekdayOf(day)));
  const degrees = paired.length - weekdays.size - 1;
  if (weekdays.size === 0 || degrees < LEAST_DEGREES) return null;
  const sampled = fitted(paired, first, 0);
  const extra = Math.max(0, (sampled.squares - degrees) / sampled.excess);
  const { shift, information, squares, before, ownVariance } = extra > 0 ? fitted(paired, first, extra) : sampled;
  const error = Math.sqrt(Math.max(1, squares / degrees) / information);
  const rises = paired.flatMap(({ day, level }) => (day >= first ? [level - (before.get(weekdayOf(day)) ?? 0)] : []));
  const last = rises.slice(-RECENT);
  const recent = last.reduce((sum, rise) => sum + rise, 0) / last.length;
  const sorted = rises.sort((a, b) => a - b);
  const usual = ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
  return { day: first, shift, error, ownError: Math.sqrt(ownVariance), degrees, p: studentTail(shift / error, degrees), recent, usual };
}

/** Student's interval of the shift, with the larger of both errors. */
export function shiftInterval({ shift, error, ownError, degrees }: WeekdayShift, confidence: number): readonly [number, number] {
  const margin = studentQuantile(0.5 + confidence / 2, degrees) * Math.max(error, ownError);
  return [shift - margin, shift + margin];
}

export const weekdayOf = (day: number): number => ((day % 7) + 7) % 7;

/** Days of weekdays that are on both sides. */
function pairedDays(days: readonly DailyLevel[], first: number): readonly DailyLevel[] {
  const sides = new Map<number, number>();
  for (const { day } of days) sides.set(weekdayOf(day), (sides.get(weekdayOf(day)) ?? 0) | (day < first ? 1 : 2));
  return days.filter(({ day }) => sides.get(weekdayOf(day)) === 3);
}

interface Fit {
  readonly shift: number;
  /** 1 / variance of the shift. */
  readonly information: number;
  /** Weighted, of the residuals. */
  readonly squares: number;
  /** Level before the step, by weekday. */
  readonly before: ReadonlyMap<number, number>;
  /** How much `squares` grows with each unit of variance that days have in common, without weekdays and step. */
  readonly excess: number;
  /** Of the shift, from the residuals of each day. */
  readonly ownVariance: number;
}

function fitted(days: readonly DailyLevel[], first: number, extra: number): Fit {
  const sums = new Map<number, { weight: number; level: number; after: number }>();
  for (const { day, level, variance } of days) {
    const weight = 1 / (extra + variance);
    const of = sums.get(weekdayOf(day)) ?? { weight: 0, level: 0, after: 0 };
    of.weight += weight;
    of.level += weight * level;
    if (day >= first) of.after += weight;
    sums.set(weekdayOf(day), of);
  }
  let information = 0;
  let product = 0;
  for (const { day, level, variance } of days) {
    const of = sums.get(weekdayOf(day));
    if (of === undefined) continue;
    const weight = 1 / (extra + variance);
    const step = (day >= first ? 1 : 0) - of.after / of.weight;
    information += weight * step * step;
    product += weight * step * level;
  }
  const shift = product / information;
  const before = new Map([...sums].map(([weekday, of]) => [weekday, (of.level - shift * of.after) / of.weight]));
  let [squares, excess, ownVariance] = [0, 0, 0];
  for (const { day, level, variance } of days) {
    const weight = 1 / (extra + variance);
    const of = sums.get(weekdayOf(day));
    if (of === undefined) continue;
    const step = day >= first ? 1 : 0;
    const squared = (level - (before.get(weekdayOf(day)) ?? 0) - step * shift) ** 2;
    squares += weight * squared;
    const within = (weight * (step - of.after / of.weight)) / information;
    // Without the diagonal of the hat matrix: of its weekday's constant, and of the step within its weekday.
    const left = 1 - weight / of.weight - within * (step - of.after / of.weight);
    excess += weight * left;
    if (left > TINY) ownVariance += (within * within * squared) / left;
  }
  return { shift, information, squares, before, excess, ownVariance };
}
