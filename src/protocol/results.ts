/** What the extension and the results page say to each other. The extension owns the run; the page only where the user looks. */
import type { OutputFormat, PlotData, ResultsDetail, RunSummaryRow, ShownLabel, ShownRequest, ShownToolCall } from './detail.ts';
import type { CaseCounts } from '../core/results/case-counts.ts';
import type { LabellingMethods } from './labelling.ts';
import type { Facet, ResultsQuery } from './query.ts';

export interface ResultsSnapshot {
  /** Null: there is no run to show. */
  readonly runs: ShownRuns | null;
  readonly columns: readonly ResultsColumn[];
  /** Cases, and those that pass the filter. */
  readonly cases: number;
  readonly rows: number;
  /** The variable that rows show as their input; null: no case has a variable. */
  readonly inputName: string | null;
  readonly facets: readonly Facet[];
  readonly progress: ResultsProgress;
  readonly verdict: string | null;
  readonly comparisons: readonly ResultsComparison[];
  /** The column that the others are compared with; null: none. */
  readonly baseline: string | null;
  /** What is shown cannot be run or written from here: a journal from elsewhere. */
  readonly readOnly: boolean;
}

/** What a page remembers to get the same runs back. */
export interface ShownRuns {
  /** Of the workspace the runs belong to. */
  readonly root: string;
  /** Run ids, the first one first; a later one replaces cells of the same candidate. */
  readonly ids: readonly string[];
  /** The runs stand side by side, to be compared. */
  readonly sideBySide: boolean;
  readonly baseline: string | null;
  /** What the heading says. */
  readonly title: string;
}

export interface ResultsComparison {
  /** Ids of columns. */
  readonly a: string;
  readonly b: string;
  readonly verdict: string;
  /** In plain words, such as `Better: 7 cases fixed, none broke`; null: the reason says all. */
  readonly outcome: string | null;
  /** One sentence, with its statistics. */
  readonly reason: string;
  /** What a judge adds: its difference corrected by labels, and what lengths explain; empty: no judge judged both sides. */
  readonly judged: readonly string[];
  readonly regressed: number;
  readonly improved: number;
}

export interface ResultsProgress {
  readonly done: number;
  readonly samples: number;
  readonly running: boolean;
  /** The journal is still being read. */
  readonly reading: boolean;
  /** Answers that were known already. */
  readonly reused: number;
  /** It ended before everything was asked. */
  readonly canResume: boolean;
  /** USD; null: not known. */
  readonly spentUsd: number | null;
  /** No money was spent: every model is scripted, and this is what the answers would cost. */
  readonly isScripted: boolean;
  /** USD at the end at this rate; null: not known. */
  readonly projectedUsd: number | null;
  /** Answers a second, of the last seconds; null: not running. */
  readonly perSecond: number | null;
  /** ms until the end at this rate; null: not known. */
  readonly leftMs: number | null;
  /** A wait of more than 5 s that goes on: ms that are left of it, and why; null: no request waits so long. */
  readonly waiting: { readonly ms: number; readonly reason: string } | null;
}

export interface ShownJudgedRate {
  /** `88 % (82–93), judge calibrated 12 Nov 2026`, or why there is no such rate. */
  readonly text: string;
  /** What stands behind it, in sentences. */
  readonly details: readonly string[];
  /** People's labels stand behind it, enough of them. */
  readonly isCalibrated: boolean;
}

export interface ResultsColumn {
  readonly id: string;
  /** Its own name; absent: what tells it from the others. */
  readonly name?: string;
  readonly prompt: string;
  readonly version: string;
  /** The git ref it was read from; null: the working tree. */
  readonly ref: string | null;
  /** The run it is from, where several stand side by side. */
  readonly run: string | null;
  readonly model: string;
  readonly parameters: string;
  /** By verdict, and by what counts. */
  readonly counts: CaseCounts;
  /** What can be done about its most frequent error; null: nothing that a button does, or it has no error. */
  readonly fix: { readonly title: string; readonly code: string } | null;
  /** The prompt's version is no longer the one in its file. */
  readonly isEarlier: boolean;
  /** All that it is asked, answered or not. */
  readonly cases: number;
  readonly passRate: number | null;
  readonly interval: readonly [number, number] | null;
  readonly costPerCallUsd: number | null;
  /** USD of all judgements; null: not known. */
  readonly judgeCostUsd: number | null;
  /** What is to be said of the judge beside the pass rate; null: no judge was asked. */
  readonly judge: ShownJudgedRate | null;
  readonly costPerAction: { readonly action: string; readonly usd: number } | null;
  readonly price: string;
  /** Of all calls. `reasoning`: thinking, part of `output`. */
  readonly tokens: {
    readonly input: number;
    readonly cacheRead: number;
    readonly output: number;
    readonly reasoning: number;
    /** Thinking of one call; null: it does not think. */
    readonly reasoningPerCall: { readonly p50: number; readonly p95: number } | null;
    /** Calls whose answer was cut off because thinking had used up the output limit. */
    readonly limitEaten: number;
  } | null;
  /** Of the input of a call, that a provider can read from its cache; null: not known for this version. */
  readonly cacheable: { readonly share: number; readonly reason: string; readonly warnings: readonly string[] } | null;
  readonly ttftMs: { readonly p50: number; readonly p95: number } | null;
  readonly latencyMs: { readonly p50: number; readonly p95: number } | null;
  readonly ttftBudgetMs: number | null;
  readonly costBudgetUsd: number | null;
}

export interface ResultsRow {
  readonly case: string;
  readonly description: string | null;
  readonly status: string;
  readonly critical: boolean;
  readonly tags: readonly string[];
  readonly group: string | null;
  /** The variable that the page shows beside outputs, cut to what a row has room for; null: the case has none. */
  readonly input: string | null;
  readonly expected: string | null;
  readonly change: 'regressed' | 'improved' | null;
  /** One per column, in the order of the columns; null: not answered yet, or not part of that run. */
  readonly cells: readonly (ResultsCell | null)[];
}

export interface ResultsCell {
  readonly verdict: 'pass' | 'fail' | 'error' | 'unjudged' | 'running';
  readonly score: number | null;
  readonly format: OutputFormat;
  readonly output: string;
  /** Characters that are not shown here. */
  readonly cut: number;
  readonly toolCalls: readonly ShownToolCall[];
  readonly reasons: readonly string[];
  readonly inputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly outputTokens: number | null;
  /** Thinking, part of `outputTokens`. */
  readonly reasoningTokens: number | null;
  readonly costUsd: number | null;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  readonly finish: string | null;
  readonly source: string;
  /** Verdicts of the repeats; one: the case was asked once. */
  readonly repeats: readonly ('pass' | 'fail' | 'error' | 'unjudged')[];
  /** Budgets it is over: `TTFT`, `cost`, `output tokens`. */
  readonly over: readonly string[];
  readonly label: ShownLabel['grade'] | null;
}

export interface RowWindow {
  readonly from: number;
  readonly total: number;
  readonly rows: readonly ResultsRow[];
}

/** One cell, or one case in all columns (`column` null). */
export interface CellAddress {
  readonly case: string;
  readonly column: string | null;
}

export type Rerun = 'all' | 'rest' | 'failed' | 'errors' | CellAddress;
export type ExportKind = 'csv' | 'jsonl' | 'markdown' | 'html';
export const EXPORT_KINDS: readonly ExportKind[] = ['csv', 'jsonl', 'markdown', 'html'];

/** What the page may ask of the extension. */
export interface HostMethods extends LabellingMethods {
  /** The page is ready; the whole state in one answer. */
  ready(args: { readonly query: ResultsQuery }): ResultsSnapshot;
  /** Rows of the filtered list, `from` up to but without `to`; from now on changes of these are pushed. */
  rows(args: {
    readonly from: number;
    readonly to: number;
    readonly query: ResultsQuery;
    /** Rows fly by: only what is seen at a glance. */
    readonly glance: boolean;
  }): RowWindow;
  /** `against`: `expected`, the id of a column, or null. */
  detail(args: {
    readonly case: string;
    readonly column: string;
    readonly repeat: number;
    readonly against: string | null;
  }): ResultsDetail | null;
  request(args: { readonly case: string; readonly column: string; readonly repeat: number }): ShownRequest;
  plots(args: Record<string, never>): PlotData;
  baseline(args: { readonly column: string | null }): boolean;

  rerun(args: { readonly what: Rerun }): boolean;
  /** Does what the button of a column's error says. */
  solve(args: { readonly column: string; readonly code: string }): boolean;
  cancel(args: { readonly cell: CellAddress | null }): boolean;
  /** Writes an output, or its correction, as what is expected. False: the person was told why not. */
  accept(args: { readonly case: string; readonly column: string; readonly repeat: number; readonly correction: string | null }): boolean;
  addCase(args: { readonly like: string; readonly column: string; readonly variables: Readonly<Record<string, string>> }): boolean;
  label(args: {
    readonly case: string;
    readonly column: string;
    readonly repeat: number;
    readonly grade: ShownLabel['grade'];
    readonly note: string | null;
  }): boolean;
  exportRows(args: { readonly kind: ExportKind; readonly query: ResultsQuery }): boolean;
  /** `column`: whose prompt the case belongs to; null: any that has it. */
  openCase(args: { readonly case: string; readonly column: string | null }): boolean;
  openPrompt(args: { readonly column: string }): boolean;
  openOutput(args: { readonly case: string; readonly column: string; readonly repeat: number }): boolean;
  copy(args: { readonly case: string; readonly column: string; readonly repeat: number; readonly what: 'output' | 'curl' }): boolean;

  runs(args: Record<string, never>): readonly RunSummaryRow[];
  openRuns(args: { readonly ids: readonly string[] }): boolean;
  deleteRun(args: { readonly id: string }): boolean;
}

/** What the extension tells the page. */
export interface PageMethods {
  /** Something is different; `window`: the rows that the page asked for last, when they may have changed. */
  changed(args: { readonly snapshot: ResultsSnapshot; readonly window: RowWindow | null }): void;
  /** A command wants these rows to be seen. */
  show(args: { readonly query: ResultsQuery }): void;
  /** The person wants to be at the table. */
  focus(args: Record<string, never>): void;
  /** The person wants to label outputs without seeing what a judge said. */
  labelBlind(args: Record<string, never>): void;
}
