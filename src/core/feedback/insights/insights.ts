/** What production says, as machines and pages take it. */
import type { CacheInsight } from './caches/cache-insight.ts';
import type { SignalInsight } from './signals/signal-insight.ts';
import type { UnitInsight } from './units/unit-insight.ts';

export const INSIGHT_KINDS = ['units', 'cache', 'signals'] as const;
export type InsightKind = (typeof INSIGHT_KINDS)[number];

export interface KeptDay {
  /** Such as 2026-11-01, in UTC. */
  readonly day: string;
  readonly reason: 'deleted' | 'damaged';
  readonly interactions: number;
}

/** goldset.insights/1. Null: it was not asked for. */
export interface Insights {
  readonly schema: 'goldset.insights/1';
  /** ISO 8601; null: nothing is stored. */
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly interactions: number;
  /** Days whose file was deleted or cut: what was counted of them is in the sums, and cannot be calculated again. */
  readonly keptDays: readonly KeptDay[];
  readonly units: readonly UnitInsight[] | null;
  readonly cache: CacheInsight | null;
  readonly signals: SignalInsight['rates'] | null;
  readonly worse: SignalInsight['worse'] | null;
  /** Scores of retrieval, checks and judges that moved, up or down. */
  readonly changed: SignalInsight['changed'] | null;
  /** What `alerts`, `worse` and `changed` rest on: a sentence claims no more. Null: it was not asked for. */
  readonly tested: {
    /** Types of action whose cost was compared with the weeks before. */
    readonly actions: number | null;
    /** Signals of prompt versions that were compared with the version or the weeks before. */
    readonly signals: number | null;
    /** Scores, compared likewise. */
    readonly scores: number | null;
  };
}

/** Whether something got worse or more expensive, a score moved, or something exceeds its budget: `insights --check` exits with 1. */
export const hasAlarm = ({ units, worse, changed }: Insights): boolean =>
  (units ?? []).some(({ alerts, budget }) => alerts.length > 0 || budget?.isExceeded === true) ||
  (worse ?? []).length > 0 ||
  (changed ?? []).length > 0;

export interface InsightsRead {
  readonly insights: Insights;
  /** What a reader of them should know: lines that were left out, sums that could not be kept. */
  readonly notes: readonly string[];
  /** Why the sums could not be kept; null: they are kept. */
  readonly notKept: string | null;
}
