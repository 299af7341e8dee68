/** What actions of one type cost on each day, as levels that can be compared: logarithms, each with its sampling variance. */
import type { DailyLevel } from '../../../statistics/weekday-shift.ts';
import { groupBy } from '../../../collections/group-by.ts';
import { BIN_STEP, type CostBins } from './cost-bins.ts';
import { sumsOf, type UnitCell, type UnitSums } from './unit-cells.ts';

export interface UnitLevel {
  readonly day: number;
  readonly sums: UnitSums;
  /** Its cells, in the order of time. */
  readonly cells: readonly UnitCell[];
  /** Of the mean: the bill. */
  readonly mean: DailyLevel;
  /** Of the median: the typical action. */
  readonly typical: DailyLevel;
  /** Mean over median: high where few actions cost most. It does not move with what all actions of a day have in common. */
  readonly spread: DailyLevel;
}

const DAY = 86_400_000;
/** A cost is known to ½ %. */
const FLOOR = (BIN_STEP / 2) ** 2;
/** The logarithm of a mean of few is low by half its variance, as far as that approximation holds. */
const MOST_BIAS = 0.5;

export const dayNumber = (day: string): number => Math.round(Date.parse(day) / DAY);

/** In order; days without an action that cost something are left out. */
export function unitLevels(cells: readonly UnitCell[]): UnitLevel[] {
  const days = [...groupBy(cells, ({ day }) => day)].flatMap(([day, of]) => {
    const sums = sumsOf(of);
    const median = medianOf(sums.bins);
    return median === null || sums.usd <= 0 ? [] : [{ day: dayNumber(day), of, sums, median, mean: sums.usd / sums.n }];
  });
  const degrees = Math.max(
    1,
    days.reduce((sum, { sums }) => sum + sums.n - 1, 0),
  );
  const ofMean = days.reduce((sum, { sums, mean }) => sum + sums.squares / mean ** 2 - sums.n, 0) / degrees;
  const ofLogs = days.reduce((sum, { sums }) => sum + squaresOf(sums.bins), 0) / degrees;
  return days
    .sort((a, b) => a.day - b.day)
    .map(({ day, of, sums, median, mean }) => {
      const own = Math.max(0, ofMean) / sums.n;
      // Of a median of normally distributed logarithms.
      const ofMedian = ((Math.PI / 2) * ofLogs) / sums.n;
      const level = Math.log(mean) + Math.min(MOST_BIAS, own / 2);
      return {
        day,
        sums,
        cells: of,
        mean: { day, level, variance: own + FLOOR },
        typical: { day, level: median, variance: ofMedian + FLOOR },
        // Mean and median move together, so the difference varies less than either, unless few actions cost most.
        spread: { day, level: level - median, variance: Math.max(own, ofMedian) + FLOOR },
      };
    });
}

/** ln USD; null: nothing cost anything. */
function medianOf(bins: CostBins): number | null {
  const sorted = [...bins].sort(([a], [b]) => a - b);
  const n = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (n === 0) return null;
  const at = (index: number): number => {
    let passed = 0;
    for (const [bin, count] of sorted) if ((passed += count) > index) return bin;
    return sorted.at(-1)?.[0] ?? 0;
  };
  return (BIN_STEP * (at(Math.floor((n - 1) / 2)) + at(Math.floor(n / 2)))) / 2;
}

/** Of logarithms, around their mean. */
function squaresOf(bins: CostBins): number {
  let [n, sum, squares] = [0, 0, 0];
  for (const [bin, count] of bins) {
    const log = bin * BIN_STEP;
    n += count;
    sum += count * log;
    squares += count * log * log;
  }
  return n === 0 ? 0 : Math.max(0, squares - (sum * sum) / n);
}
