/** What the extension and the page of insights say to each other. */
import type { InteractionFilter } from '../core/feedback/interactions/interaction-filter.ts';
import type { Drift } from '../core/feedback/insights/drift/drift.ts';
import type { Failures } from '../core/feedback/insights/failures/failures.ts';
import type { Insights } from '../core/feedback/insights/insights.ts';
import type { Grouping, UnitInsight } from '../core/feedback/insights/units/unit-insight.ts';

/** Days back from the newest interaction; null: all that is stored. */
export const WINDOWS = [null, 7, 30, 90] as const;
export type InsightsWindow = (typeof WINDOWS)[number];

export interface InsightsView {
  readonly by: Grouping;
  readonly window: InsightsWindow;
}

export interface InsightsSnapshot {
  readonly insights: Insights;
  /** By version or model; null: the units are by type. */
  readonly parts: readonly UnitInsight[] | null;
  readonly notes: readonly string[];
  /** The folder that they are of, and those that there are. */
  readonly folder: string;
  readonly folders: readonly string[];
  /** The source of goldset.yaml that they are of, and those that there are; null: the files in the folder. */
  readonly source: string | null;
  readonly sources: readonly string[];
}

/** Where a look reads. */
export interface InsightsPlace {
  readonly folder: string | null;
  /** A source of goldset.yaml; null: the files in the folder. */
  readonly source: string | null;
}

export interface FailuresSnapshot {
  readonly failures: Failures;
  readonly notes: readonly string[];
}

export interface DriftSnapshot {
  readonly drift: Drift;
  readonly notes: readonly string[];
}

/** What the page may ask of the extension. */
export interface InsightsHost {
  /** Null: no folder is open. Rejects with a sentence when they cannot be read. */
  read(args: InsightsPlace & { readonly view: InsightsView }): InsightsSnapshot | null;
  /** Where to work in the same window. Null: no folder is open. Rejects with a sentence when they cannot be read. */
  readFailures(args: InsightsPlace & { readonly window: InsightsWindow }): FailuresSnapshot | null;
  /**
   * How the window differs from the weeks before it, or with `isGolden` from the golden sets; all that is stored: the last week. Null: no folder is
   * open. Rejects with a sentence when they cannot be read.
   */
  readDrift(args: InsightsPlace & { readonly window: InsightsWindow; readonly isGolden: boolean }): DriftSnapshot | null;
  /** Makes golden cases of interactions that a topic of failures or drift offers, each not verified. False: none was made. */
  addCases(args: { readonly ids: readonly string[] }): boolean;
  /** The ticket text of a topic on the clipboard. */
  copyTicket(args: { readonly topic: string }): boolean;
  /** Opens the page of interactions with this filter. */
  showInteractions(args: { readonly filter: InteractionFilter }): boolean;
  /** goldset.insights/1 on the clipboard. */
  copyJson(args: Record<string, never>): boolean;
  startCapture(args: Record<string, never>): boolean;
}

/** What the extension tells the page. */
export interface InsightsPage {
  /** There is more: it is read anew. */
  changed(args: Record<string, never>): void;
}
