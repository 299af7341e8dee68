/** The months of production whose rates docs/feedback.md states, and how often they end how. */
import { signalInsight, type SignalInsight } from '../../../src/core/feedback/insights/signals/signal-insight.ts';
import { userGroup } from '../../../src/core/feedback/insights/signals/signal-cell.ts';
import { unitAlerts, type UnitAlert } from '../../../src/core/feedback/insights/units/unit-alerts.ts';
import type { Random } from '../../../src/core/statistics/random.ts';
import { costMonth, lookedAt, signalMonth, type CostMonth, type PlantedScore, type SignalMonth } from './production-months.ts';

export interface QuietMonth {
  readonly name: string;
  readonly costs: CostMonth | null;
  readonly signals: SignalMonth | null;
}

const COSTS: CostMonth = { days: 30, perDay: 60, spread: 0.8, dayEffect: 0.3, weekend: 2 };
const SIGNALS: SignalMonth = {
  ...{ days: 30, callsPerDay: 100, users: 300, alike: 0.5 },
  rates: { 'thumbs-down': 0.03, correction: 0.01, retry: 0.1 },
};

const SCORES: readonly PlantedScore[] = [
  { name: 'best retrieval score', mean: 0.7, spread: 0.12, dayEffect: 0.02 },
  { name: 'faithfulness', mean: 0.85, spread: 0.1, dayEffect: 0 },
];

/** Days of history before the month, too: there more periods can be compared. */
export const QUIET_MONTHS: readonly QuietMonth[] = [
  { name: 'weekends at twice the cost, day effects (log-sd 0.3), three signals', costs: COSTS, signals: SIGNALS },
  { name: 'the same after a month of history', costs: { ...COSTS, days: 60 }, signals: { ...SIGNALS, days: 60 } },
  {
    name: 'three types of action, two prompts, four versions',
    costs: { ...COSTS, actions: ['document', 'report', 'email'] },
    signals: { ...SIGNALS, prompts: ['answer', 'summary'], versions: [0, 8, 15, 22] },
  },
  { name: 'no day effects, 1 % of actions cost 20 times as much', costs: { ...COSTS, dayEffect: 0, outliers: 0.01 }, signals: null },
  { name: 'few users, whose calls move together', costs: null, signals: { ...SIGNALS, users: 40, alike: 0.7 } },
  { name: 'a weekend has twice the signals', costs: null, signals: { ...SIGNALS, weekend: 2 } },
  { name: 'three signals and two scores that differ from day to day', costs: COSTS, signals: { ...SIGNALS, scores: SCORES } },
];

/** Quiet months in which a look on any of their last 30 days raises an alarm: of costs or signals. */
export function quietRate(random: Random, { costs, signals }: QuietMonth, months: number): number {
  let alarms = 0;
  for (let i = 0; i < months; i++) {
    const byCost =
      costs !== null && looks(costMonth(random, costs), costs.days - 30, costs.days, (cells) => unitAlerts(cells).alerts.size > 0);
    const cells = signals === null ? [] : signalMonth(random, signals, userGroup);
    const bySignal = signals !== null && looks(cells, signals.days - 30, signals.days, (seen) => isAlarm(signalInsight(seen)));
    if (byCost || bySignal) alarms++;
  }
  return alarms;
}

const isAlarm = ({ worse, changed }: SignalInsight): boolean => worse.length + changed.length > 0;

function looks<C extends { readonly day: string }>(
  cells: readonly C[],
  from: number,
  until: number,
  isFound: (seen: C[]) => boolean,
): boolean {
  return lookedAt(cells, Math.max(from, 1), until).some(isFound);
}

/** Days before the change. */
const BEFORE = 20;

export interface PlantedChange {
  readonly name: string;
  readonly costs?: CostMonth;
  readonly signals?: SignalMonth;
}

const rise = (share: number, mean: number, over: Partial<CostMonth>): CostMonth => ({
  ...{ ...COSTS, days: BEFORE + 10, ...over },
  change: { from: BEFORE, share, mean },
});

export const RISES: readonly PlantedChange[] = [
  ...[0.1, 0.2].map((share) => ({ name: `loops of ${100 * share} %, mean ×1.5`, costs: rise(share, 1.5, { dayEffect: 0 }) })),
  { name: 'a slice of 25 % at ×3, mean ×1.5', costs: rise(0.25, 1.5, { dayEffect: 0 }) },
  { name: 'a shift of all actions, mean ×1.5, with outliers', costs: rise(1, 1.5, { dayEffect: 0, outliers: 0.002 }) },
  ...[0.05, 0.1, 0.2].map((share) => ({ name: `loops of ${100 * share} %, mean ×2, day effects`, costs: rise(share, 2, {}) })),
  { name: 'a slice of 30 %, mean ×2, day effects', costs: rise(0.3, 2, {}) },
  { name: 'all actions, mean ×2, day effects', costs: rise(1, 2, {}) },
];

export const WORSE_SIGNALS: readonly PlantedChange[] = [
  { name: 'thumbs-down 3 → 9 %, calls of a user move together', signal: 'thumbs-down', rate: 0.09 },
  { name: 'correction 1 → 12 %, calls of a user move together', signal: 'correction', rate: 0.12 },
].map(({ name, signal, rate }) => ({
  name,
  signals: { ...SIGNALS, days: BEFORE + 10, alike: 0.3, change: { from: BEFORE, signal, rate } },
}));

/** Months in which a look on the ten days of the change finds it; and in which the last alert's interval has the true ratio (null: no ratio). */
export function foundRates(random: Random, { costs, signals }: PlantedChange, months: number): { found: number; covered: number | null } {
  let [found, covered] = [0, 0];
  for (let i = 0; i < months; i++) {
    if (signals !== undefined) {
      const signal = signals.change?.signal;
      const cells = signalMonth(random, signals, userGroup);
      if (looks(cells, BEFORE, BEFORE + 10, (seen) => signalInsight(seen).worse.some((worse) => worse.signal === signal))) found++;
      continue;
    }
    if (costs === undefined) continue;
    let last: UnitAlert | null = null;
    for (const seen of lookedAt(costMonth(random, costs), BEFORE, BEFORE + 10)) last = unitAlerts(seen).alerts.get('document') ?? last;
    const truth = costs.change?.mean ?? 1;
    if (last !== null) found++;
    if (last !== null && last.mean.low <= truth && truth <= last.mean.high) covered++;
  }
  return { found, covered: signals === undefined ? covered : null };
}

/** An index rebuilt, a tool down, a model alias moved: by 500 calls a day, each change comes after 20 days. */
const LARGE: SignalMonth = {
  ...{ days: BEFORE + 2, callsPerDay: 500, users: 300, alike: 0.3 },
  rates: { 'thumbs-down': 0.01, correction: 0.01, retry: 0.1, truncated: 0 },
  scores: SCORES,
};
const LARGE_SCORE: PlantedScore = {
  name: 'best retrieval score',
  mean: 0.8,
  spread: 0.08,
  dayEffect: 0.02,
  change: { from: BEFORE, mean: 0.05 },
};

export const LARGE_CHANGES: readonly { readonly name: string; readonly month: SignalMonth; readonly found: string }[] = [
  {
    name: 'a model alias moved: thumbs-down 1 → 12 %',
    month: { ...LARGE, change: { from: BEFORE, signal: 'thumbs-down', rate: 0.12 } },
    found: 'thumbs-down',
  },
  {
    name: 'answers are cut off: truncated 0 → 6 %',
    month: { ...LARGE, change: { from: BEFORE, signal: 'truncated', rate: 0.06 } },
    found: 'truncated',
  },
  { name: 'an index rebuilt: best retrieval score 0.8 → 0.05', month: { ...LARGE, scores: [LARGE_SCORE] }, found: LARGE_SCORE.name },
];

/** Months in which a look on one of the two days of the change finds it. */
export function foundInTwoDays(random: Random, { month, found }: (typeof LARGE_CHANGES)[number], months: number): number {
  let count = 0;
  for (let i = 0; i < months; i++)
    if (
      looks(signalMonth(random, month, userGroup), BEFORE, BEFORE + 2, (seen) => {
        const { worse, changed } = signalInsight(seen);
        return worse.some(({ signal }) => signal === found) || changed.some(({ score }) => score === found);
      })
    )
      count++;
  return count;
}
