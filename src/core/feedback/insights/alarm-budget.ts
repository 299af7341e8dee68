/**
 * One budget of false alarms for everything that makes `insights --check` exit with 1: over all prompts, actions, signals and days, at most
 * 5 % of quiet months have an alarm (DESIGN §4, decision 24: designed for half). Each kind of insight has a share, so that its alarms
 * do not depend on which others are looked at. Inside a share, Holm's correction is over all tests that this look makes.
 */

/** Of quiet months, what has an alarm at most. */
export const QUIET_MONTHS_WITH_ALARM = 0.05;
const DESIGNED = QUIET_MONTHS_WITH_ALARM / 2;

/** Parts of the budget; together 1. `signals`: with scores. */
export const ALARM_SHARES = { units: 0.5, signals: 0.3, drift: 0.2 } as const;

export interface DailyTest {
  /** One-sided, the smallest over the periods that were compared; uncorrected. */
  readonly p: number;
}

export interface AlarmRules {
  readonly share: number;
  /**
   * By how much one look's p is multiplied for a month of daily looks, each at many periods: measured with
   * test/unit/numbers/insight-alarms.test.ts.
   */
  readonly looks: number;
}

export interface Alarm<T> {
  readonly test: T;
  /** Chance that a quiet month has an alarm as sure as this one in its part of the budget: corrected for all tests, days and periods. */
  readonly p: number;
  /** What the uncorrected p of this test had to be below. */
  readonly limit: number;
}

/** The tests that raise an alarm, the surest first. */
export function alarmsOf<T extends DailyTest>(tests: readonly T[], { share, looks }: AlarmRules): Alarm<T>[] {
  const ranked = [...tests].sort((a, b) => a.p - b.p);
  const alarms: Alarm<T>[] = [];
  for (const [rank, test] of ranked.entries()) {
    const times = (looks * (ranked.length - rank)) / share;
    if (test.p * times >= DESIGNED) break;
    alarms.push({ test, p: Math.max(alarms.at(-1)?.p ?? 0, test.p * times), limit: DESIGNED / times });
  }
  return alarms;
}
