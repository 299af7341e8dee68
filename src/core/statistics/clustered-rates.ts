/**
 * Whether a rate rose between two sets of days, when calls of one person and calls of one day move together. A weekday is compared with
 * the same weekday (direct standardisation). What calls have in common inflates the variance; the larger inflation of persons and of days
 * counts. Few events are counted exactly: the conditional binomial of two Poisson counts, divided by the inflation.
 */
import { incompleteBeta } from './beta.ts';
import { studentTail } from './distributions.ts';
import { weekdayOf } from './weekday-shift.ts';

/** Calls and events of one day, by cluster: the same position is the same persons on every day. */
export interface RateDay {
  /** Days since a fixed date. */
  readonly day: number;
  readonly n: ArrayLike<number>;
  readonly events: ArrayLike<number>;
}

export interface RateRise {
  /** One-sided, for b above a. */
  readonly p: number;
  /** b's rate minus a's on the same weekdays. */
  readonly difference: number;
  /** The same, of the last days of b. */
  readonly recent: number;
}

/** Days at the end of b that say whether the rate is still high, and events that they should have. */
const RECENT = { days: 3, events: 10 };
/** Events beyond which the normal distribution is as good. */
const MANY_EVENTS = 2000;
/** Degrees of freedom, and events, below which days cannot show how much they differ. */
const LEAST = { degrees: 4, events: 10 };

interface Sums {
  readonly n: number;
  readonly events: number;
}

/** `isByWeekday`: whether days are compared with the same weekday only. Null: nothing to compare. */
export function rateRise(a: readonly RateDay[], b: readonly RateDay[], isByWeekday: boolean): RateRise | null {
  const stratumOf = ({ day }: RateDay): number => (isByWeekday ? weekdayOf(day) : 0);
  const sums = { a: byStratum(a, stratumOf), b: byStratum(b, stratumOf) };
  const isShared = (day: RateDay): boolean => (sums.a.get(stratumOf(day))?.n ?? 0) > 0 && (sums.b.get(stratumOf(day))?.n ?? 0) > 0;
  const [before, after] = [a.filter(isShared), b.filter(isShared)];
  const strata = [...new Set(after.map(stratumOf))].map((stratum) => {
    const [of, to] = [sums.a.get(stratum) ?? NONE, sums.b.get(stratum) ?? NONE];
    return { stratum, a: of, b: to };
  });
  const size = strata.reduce((sum, { b: of }) => sum + of.n, 0);
  if (size === 0) return null;
  const count = strata.reduce((sum, { b: of }) => sum + of.events, 0);
  const expected = strata.reduce((sum, { a: of, b: to }) => sum + (of.events / of.n) * to.n, 0);
  // Of what was not there before half an event is expected: that it is new is not how much days differ.
  const ratio = count === 0 ? 1 : count / (expected > 0 ? expected : Math.min(count, 0.5));
  const rates = new Map(strata.map(({ stratum, a: of, b: to }) => [stratum, (of.events + to.events) / (of.n + ratio * to.n)]));
  const weights = new Map(strata.map(({ stratum, a: of, b: to }) => [stratum, to.n / of.n / size]));
  const effective = size ** 2 / strata.reduce((sum, { a: of, b: to }) => sum + to.n ** 2 / of.n, 0);
  const pooled = (count + expected * (effective / size)) / (size + effective);
  const difference = (count - expected) / size;
  const variance = pooled * (1 / size + 1 / effective);
  if (!(variance > 0)) return { p: 1, difference, recent: 0 };

  const sides = [
    { days: before, factor: 1, weight: (day: RateDay): number => -(weights.get(stratumOf(day)) ?? 0) },
    { days: after, factor: ratio, weight: (): number => 1 / size },
  ] as const;
  const residuals = sides.flatMap(({ days, factor, weight }) =>
    days.map((day) => ({ day, weight: weight(day), rate: (rates.get(stratumOf(day)) ?? 0) * factor })),
  );
  const counted = count / size ** 2 + strata.reduce((sum, { stratum, a: of }) => sum + (weights.get(stratum) ?? 0) ** 2 * of.events, 0);
  const least = Math.max(0.01, 1 - pooled);
  const persons = personInflation(residuals, counted);
  const days = dayInflation(residuals, strata.length);
  const z = (inflation: number): number => difference / Math.sqrt(variance * Math.max(least, inflation));
  const degrees = Math.min(effectiveClusters(before), effectiveClusters(after)) - 1;
  const inflation = Math.max(least, persons, days?.inflation ?? 0);
  const ps = [
    studentTail(z(persons), Math.max(0.5, degrees)),
    ...(days === null ? [] : [studentTail(z(days.inflation), days.degrees)]),
    exactRise(count / inflation, ((expected / size) * effective) / inflation, size / (size + effective)),
  ];
  return { p: Math.max(...ps), difference, recent: recentRise(after, count / size, (day) => ratesBefore(sums.a, stratumOf(day))) };
}

const NONE: Sums = { n: 0, events: 0 };

const ratesBefore = (sums: ReadonlyMap<number, Sums>, stratum: number): number => {
  const { n, events } = sums.get(stratum) ?? NONE;
  return n === 0 ? 0 : events / n;
};

function byStratum(days: readonly RateDay[], stratumOf: (day: RateDay) => number): Map<number, Sums> {
  const sums = new Map<number, Sums>();
  for (const day of days) {
    const { n, events } = sums.get(stratumOf(day)) ?? NONE;
    sums.set(stratumOf(day), { n: n + total(day.n), events: events + total(day.events) });
  }
  return sums;
}

function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}

interface Residual {
  readonly day: RateDay;
  /** What an event of the day adds to the difference of rates. */
  readonly weight: number;
  readonly rate: number;
}

/** Variance of the difference when persons are independent, by what it is when events are (a sandwich estimate over clusters). */
function personInflation(residuals: readonly Residual[], counted: number): number {
  const clusters = Math.max(0, ...residuals.map(({ day }) => day.n.length));
  const sums = new Float64Array(clusters);
  const sizes = new Float64Array(clusters);
  for (const { day, weight, rate } of residuals)
    for (let i = 0; i < day.n.length; i++) {
      sums[i] = (sums[i] ?? 0) + weight * ((day.events[i] ?? 0) - rate * (day.n[i] ?? 0));
      sizes[i] = (sizes[i] ?? 0) + (day.n[i] ?? 0);
    }
  const used = sizes.reduce((sum, size) => sum + (size > 0 ? 1 : 0), 0);
  const squares = sums.reduce((sum, value) => sum + value * value, 0);
  return used < 2 || counted === 0 ? 1 : (squares * used) / (used - 1) / counted;
}

/** Of days around their rate, by what it is when events are independent. Null: too few days or events to tell. */
function dayInflation(residuals: readonly Residual[], strata: number): { readonly inflation: number; readonly degrees: number } | null {
  const degrees = residuals.length - strata - 1;
  let [squares, expected] = [0, 0];
  for (const { day, rate } of residuals) {
    const own = rate * total(day.n);
    squares += (total(day.events) - own) ** 2;
    expected += own;
  }
  if (degrees < LEAST.degrees || expected < LEAST.events) return null;
  return { inflation: (squares * residuals.length) / degrees / expected, degrees };
}

/** How many clusters of one size tell as much (Kish). */
function effectiveClusters(days: readonly RateDay[]): number {
  const sizes = new Float64Array(Math.max(0, ...days.map(({ n }) => n.length)));
  for (const { n } of days) for (let i = 0; i < n.length; i++) sizes[i] = (sizes[i] ?? 0) + (n[i] ?? 0);
  const squares = sizes.reduce((sum, size) => sum + size * size, 0);
  return squares === 0 ? 0 : total(sizes) ** 2 / squares;
}

/** P(X ≥ count) of a binomial of all events, of which `share` are expected here. */
function exactRise(count: number, others: number, share: number): number {
  if (count <= 0) return 1;
  return count + others > MANY_EVENTS ? 0 : incompleteBeta(share, count, others + 1);
}

function recentRise(days: readonly RateDay[], rate: number, before: (day: RateDay) => number): number {
  let [n, events, expected, used] = [0, 0, 0, 0];
  for (const day of [...days].reverse()) {
    if (used >= RECENT.days && n * rate >= RECENT.events) break;
    const size = total(day.n);
    n += size;
    events += total(day.events);
    expected += size * before(day);
    used++;
  }
  return n === 0 ? 0 : (events - expected) / n;
}
