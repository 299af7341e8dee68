/** What the extension and the page of interactions say to each other. The extension has the records; the page the rows in view. */
import type { TriageDecision } from '../core/feedback/interactions/follow-up.ts';
import type { InteractionFilter } from '../core/feedback/interactions/interaction-filter.ts';
import type { InteractionKey } from '../core/feedback/interactions/interaction-key.ts';
import type { InteractionBrief } from '../core/feedback/interactions/interaction-query.ts';
import type { Triage } from '../core/feedback/interactions/interaction.ts';
import type { OutputFormat } from './detail.ts';
import type { LabellingMethods } from './labelling.ts';

export interface InteractionRow extends InteractionBrief {
  readonly key: InteractionKey;
}

/** Values of one filter that are listed, the most frequent ones. */
export const MOST_CHOICES = 200;

/** Values of a kind with how many interactions have them, for filters. */
export type SeenValues = Readonly<Record<'prompt' | 'version' | 'model' | 'action' | 'signal', readonly (readonly [string, number])[]>>;

export interface InteractionsSnapshot {
  /** Null: they are in a source, which counts none. */
  readonly stored: number | null;
  readonly open: number | null;
  /** Whether these are all; false: there are older ones, which a list reads when it comes to them. */
  readonly isWhole: boolean;
  /** Null: of a source, whose rows come with them. */
  readonly seen: SeenValues | null;
  /** Nothing is written or run from here: the workspace is not trusted. */
  readonly readOnly: boolean;
  /** They are being read for the first time. */
  readonly reading: boolean;
  /** The source of goldset.yaml that is listed, and those that there are; null: the files in the folder. */
  readonly source: string | null;
  readonly sources: readonly string[];
}

export interface InteractionWindow {
  readonly from: number;
  /** Found so far. */
  readonly total: number;
  /** There may be more further down. */
  readonly more: boolean;
  readonly rows: readonly InteractionRow[];
  /** Of the days of a source that were read for this; null: the snapshot has them. */
  readonly seen: SeenValues | null;
}

export interface ShownInteraction {
  readonly key: InteractionKey;
  readonly time: string;
  readonly state: Triage | null;
  readonly reason: string | null;
  /** What each person decided, the newest first: that one holds. */
  readonly decisions: readonly TriageDecision[];
  readonly flags: readonly string[];
  readonly prompt: { readonly name: string; readonly version: string | null; readonly file: string | null } | null;
  readonly model: string | null;
  readonly parameters: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly variables: readonly ShownText[];
  /** Why there are none, or that the prompt reads others. */
  readonly variablesNote: string | null;
  readonly messages: readonly ShownText[];
  readonly tools: string;
  readonly chunks: readonly (ShownText & { readonly score: number | null })[];
  /** Null: it was not captured, or there is none. */
  readonly output: string | null;
  /** Characters that are not shown here. */
  readonly cut: number;
  readonly format: OutputFormat;
  readonly finish: string | null;
  readonly error: string | null;
  readonly signals: readonly ShownSignal[];
  readonly correction: { readonly text: string; readonly by: string | null; readonly time: string | null } | null;
  readonly bill: readonly { readonly name: string; readonly tokens: number }[];
  /** USD; null: not known. */
  readonly costUsd: number | null;
  /** The record has no cost: it is its tokens times the price of the day of the call. */
  readonly isComputed: boolean;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
}

export interface ShownText {
  readonly name: string;
  readonly text: string;
  readonly isCut: boolean;
}

export interface ShownSignal {
  readonly name: string;
  readonly value: string;
  /** `a person`, `a model`, `the application`, `Goldset`. */
  readonly who: string;
  readonly time: string | null;
  readonly note: string | null;
  readonly isBad: boolean;
}

/** What the page may ask of the extension. Keys come from rows that it was given. */
export interface InteractionsHost extends LabellingMethods {
  ready(args: Record<string, never>): InteractionsSnapshot;
  rows(args: { readonly from: number; readonly to: number; readonly filter: InteractionFilter }): InteractionWindow;
  /** Of the first rows, to select them: rows that are asked for meanwhile do not end it. */
  firstKeys(args: { readonly filter: InteractionFilter }): readonly InteractionKey[];
  /** Null: it is not stored any more. */
  interaction(args: { readonly key: InteractionKey }): ShownInteraction | null;
  /** Lists a source of goldset.yaml, or with null the files in the folder. */
  choose(args: { readonly source: string | null }): boolean;
  /** What commands of the palette are about. */
  select(args: { readonly keys: readonly InteractionKey[] }): boolean;
  /** False: the person declined, or was told why not. */
  correct(args: { readonly key: InteractionKey; readonly text: string }): boolean;
  makeCases(args: { readonly keys: readonly InteractionKey[] }): boolean;
  dismiss(args: { readonly keys: readonly InteractionKey[] }): boolean;
  reopen(args: { readonly keys: readonly InteractionKey[] }): boolean;
  reproduce(args: { readonly key: InteractionKey }): boolean;
  copyId(args: { readonly key: InteractionKey }): boolean;
  openPrompt(args: { readonly key: InteractionKey }): boolean;
  openOutput(args: { readonly key: InteractionKey }): boolean;
}

/** What the extension tells the page. */
export interface InteractionsPage {
  /** Something is different: rows are asked for anew. */
  changed(args: { readonly snapshot: InteractionsSnapshot }): void;
  /** A command wants this one to be seen; `correct`: with the field for what it should have been. */
  show(args: { readonly key: InteractionKey; readonly correct: boolean }): void;
  /** A command wants these to be listed. */
  list(args: { readonly filter: InteractionFilter }): void;
  /** The person wants to be at the list. */
  focus(args: Record<string, never>): void;
}
