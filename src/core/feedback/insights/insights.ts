/** What production says, as machines and pages take it. */
import type { CacheInsight } from './caches/cache-insight.ts';
import type { SignalInsight } from './signals/signal-insight.ts';
import type { UnitInsight } from './units/unit-insight.ts';

export const INSIGHT_KINDS = ['units', 'cache', 'signals'] as const;
export type InsightKind = (typeof INSIGHT_KINDS)[number];

/** goldset.insights/1. Null: it was not asked for. */
export interface Insights {
  readonly schema: 'goldset.insights/1';
  /** ISO 8601; null: nothing is stored. */
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly interactions: number;
  readonly units: readonly UnitInsight[] | null;
  readonly cache: CacheInsight | null;
  readonly signals: SignalInsight['rates'] | null;
  readonly worse: SignalInsight['worse'] | null;
}

export interface InsightsRead {
  readonly insights: Insights;
  /** What a reader of them should know: lines that were left out, sums that could not be kept. */
  readonly notes: readonly string[];
}
