/** One result with everything that is known about it, and what the plots and the list of runs show. */
import type { FailureGroups } from '../core/results/failures/failure-groups.ts';
import type { ClassMetrics } from '../core/results/classes/class-metrics.ts';

export interface ResultsDetail {
  readonly case: string;
  readonly column: string;
  readonly repeat: number;
  /** Numbers of the repeats that are there. */
  readonly repeats: readonly number[];
  readonly verdict: 'pass' | 'fail' | 'error' | 'unjudged';
  readonly score: number | null;
  readonly status: string;
  readonly critical: boolean;
  /** Where the case comes from, as its metadata say: source, verifier, tags. */
  readonly provenance: readonly (readonly [string, string])[];
  readonly variables: readonly { readonly name: string; readonly text: string; readonly isCut: boolean }[];
  readonly expected: string | null;
  /** What the output is compared with; null: with nothing. */
  readonly against: string | null;
  readonly output: string;
  /** Characters that are not shown here. */
  readonly cut: number;
  readonly format: OutputFormat;
  readonly toolCalls: readonly ShownToolCall[];
  readonly rounds: readonly ShownRound[];
  /** What a pipeline retrieved before it answered. */
  readonly context: readonly string[];
  /** Why the provider's cache did not have the prefix; null: it did, or does not say. */
  readonly cacheMiss: string | null;
  /** Parameters that were not sent as they are written, a sentence each. */
  readonly sentWithout: readonly string[];
  /** What else to know about the bill: charges besides tokens, why the usage is unknown. Sentences. */
  readonly billNotes: readonly string[];
  /** How the provider served it, where that changes the price. */
  readonly service: string | null;
  readonly usageEstimated: boolean;
  readonly costReported: boolean;
  /** USD of the judgements; null: not known, or nobody judged. */
  readonly judgeCostUsd: number | null;
  readonly assertions: readonly ShownAssertion[];
  readonly error: string | null;
  readonly finish: string | null;
  readonly source: string;
  /** Of a call, by what it is for; tokens and USD, null where not known. */
  readonly bill: readonly { readonly name: string; readonly tokens: number | null; readonly usd: number | null }[];
  readonly costUsd: number | null;
  readonly timing: ShownTiming;
  readonly label: ShownLabel | null;
}

export type OutputFormat = 'text' | 'json' | 'markdown';

export interface ShownToolCall {
  readonly name: string;
  readonly arguments: string;
}

export interface ShownAssertion {
  readonly type: string;
  readonly outcome: 'pass' | 'fail' | 'error';
  readonly score: number;
  readonly weight: number;
  readonly reason: string;
  readonly members: readonly ShownAssertion[];
  /** Who judged it; null: no model did. */
  readonly judge: ShownJudge | null;
}

export interface ShownJudge {
  readonly prompt: string;
  /** First characters. */
  readonly version: string;
  readonly model: string;
  /** USD; null: not known. */
  readonly costUsd: number | null;
  /** Parts of the output that decided; `found`: they really are in it. */
  readonly quotes: readonly { readonly text: string; readonly found: boolean }[];
  /** By this criterion: `88 % (82–93), judge calibrated 12 Nov 2026`, or why no such rate is known. */
  readonly calibration: string;
  readonly isCalibrated: boolean;
}

/** What tools were called in a round, each with what it answered. */
export type ShownRound = readonly (ShownToolCall & { readonly result: string })[];

export interface ShownTiming {
  /** ms since the run began; null: no attempt was made in this run. */
  readonly attempts: readonly { readonly startedMs: number; readonly durationMs: number; readonly error: string | null }[];
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
}

export interface ShownLabel {
  readonly grade: 'pass' | 'fail' | 'unknown';
  readonly note: string | null;
  readonly by: string;
}

/** The request of a result, from the prompt that its journal holds. */
export type ShownRequest =
  | { readonly problem: string }
  | {
      readonly messages: readonly ShownMessage[];
      /** JSON; empty: none. */
      readonly tools: string;
      readonly parameters: string;
      /** Whether the marked prefix is known: it takes a second case to see what is the same. */
      readonly prefixKnown: boolean;
      /** Why it cannot be copied as a command; null: it can. */
      readonly noCurl: string | null;
    };

export interface ShownMessage {
  readonly role: string;
  readonly pieces: readonly ShownRequestPiece[];
}

export interface ShownRequestPiece {
  readonly text: string;
  /** Part of the prefix that the requests of other cases share. */
  readonly isPrefix: boolean;
  /** The expression whose value this is; null: text of the template. */
  readonly variable: string | null;
}

export interface PlotData {
  readonly columns: readonly PlotColumn[];
  /** Upper edges of the bins of the distributions, ms. */
  readonly edges: { readonly ttftMs: readonly number[]; readonly latencyMs: readonly number[] };
  readonly history: readonly PlotRun[];
}

export interface PlotColumn {
  readonly id: string;
  readonly name: string;
  readonly passRate: number | null;
  readonly interval: readonly [number, number] | null;
  readonly costPerCallUsd: number | null;
  /** Thinking tokens of a call; null: not known. */
  readonly reasoningTokens: { readonly p50: number; readonly p95: number } | null;
  /** No other candidate is both cheaper and better. */
  readonly onFront: boolean;
  /** Null: fewer than two answers failed. */
  readonly failureGroups: FailureGroups | null;
  /** One for each field of `expected` that has one of a few values. */
  readonly classes: readonly ClassMetrics[];
  /** Errors of numbers and F1 of lists, in sentences. */
  readonly fieldErrors: readonly string[];
  /** Answers by bin. */
  readonly ttftMs: readonly number[];
  readonly latencyMs: readonly number[];
  readonly ttftBudgetMs: number | null;
  /** USD per call; `reasoning` is part of `output`. Null: not known. */
  readonly split: {
    readonly fresh: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
    readonly output: number;
    readonly reasoning: number;
  } | null;
}

/** Runs that are looked at for the plot over versions, the newest. */
export const MOST_PLOTTED = 60;

/** An earlier or the present run of one candidate's prompt. */
export interface PlotRun {
  readonly run: string;
  readonly at: string;
  readonly prompt: string;
  readonly version: string;
  readonly model: string;
  readonly passRate: number;
  readonly interval: readonly [number, number];
  readonly cases: number;
}

/** Runs that are listed at most, newest first. */
export const MOST_RUNS = 200;

export interface RunSummaryRow {
  readonly id: string;
  readonly startedAt: string;
  readonly prompts: readonly { readonly path: string; readonly version: string; readonly ref: string | null; readonly model: string }[];
  /** Null: it did not end. */
  readonly verdict: string | null;
  readonly complete: boolean;
  /** As `scoreText` says it; null: the journal is of an older version, which does not say. */
  readonly score: string | null;
  readonly spentUsd: number | null;
  readonly isShown: boolean;
}
