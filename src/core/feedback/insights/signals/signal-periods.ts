/** Which days of a prompt version are compared with which: the version before it, and the same version in the weeks before. */
import type { RateRise } from '../../../statistics/clustered-rates.ts';
import { dayNumber } from '../units/unit-levels.ts';
import type { SignalCell } from './signal-cell.ts';

/** Days after a change that are tried as its age, and days before it that are compared. */
export const SIGNAL_PERIODS = { after: [2, 3, 4, 5, 7, 10, 14, 21, 28], before: 56, longest: 28 } as const;
/** Interactions on each side. */
export const LEAST_CALLS = 30;

interface ComparedSides<D> {
  readonly a: readonly D[];
  readonly b: readonly D[];
  /** Both are of one version. */
  readonly isWithin: boolean;
}

/** `earlier`: days of the version before. `last`: the newest day of all. */
export function comparedSides<D extends { readonly day: number }>(
  earlier: readonly D[],
  own: readonly D[],
  last: number,
): ComparedSides<D>[] {
  return [
    { a: earlier, b: own.filter(({ day }) => day > last - SIGNAL_PERIODS.longest), isWithin: false },
    ...SIGNAL_PERIODS.after.map((length) => {
      const first = last - length + 1;
      return {
        a: own.filter(({ day }) => day < first && day >= first - SIGNAL_PERIODS.before),
        b: own.filter(({ day }) => day >= first),
        isWithin: true,
      };
    }),
  ];
}

/** Cells that a comparison may reach. */
export const recentCells = (cells: readonly SignalCell[], last: number): SignalCell[] =>
  cells.filter(({ day }) => dayNumber(day) > last - SIGNAL_PERIODS.before - SIGNAL_PERIODS.longest);

/** The last days still have at least half of the rise. */
export const isStill = ({ difference, recent }: RateRise): boolean => difference > 0 && recent >= difference / 2;

/** Whether each weekday is on both sides. */
export const coversWeek = (a: readonly { readonly day: number }[], b: readonly { readonly day: number }[]): boolean =>
  [a, b].every((days) => new Set(days.map(({ day }) => day % 7)).size === 7);

export const firstCallOf = (cells: readonly SignalCell[]): number => cells.reduce((first, cell) => Math.min(first, cell.first), Infinity);
