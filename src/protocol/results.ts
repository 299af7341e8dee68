/** What the extension and the results page say to each other. The extension owns the run; the page only where the user looks. */

export interface ResultsSnapshot {
  readonly runId: string | null;
  /** Of the workspace the run belongs to. */
  readonly root: string | null;
  readonly columns: readonly ResultsColumn[];
  readonly rows: number;
  readonly progress: ResultsProgress;
  readonly verdict: string | null;
  readonly comparisons: readonly ResultsComparison[];
  /** Cases that flipped in a comparison. */
  readonly flipped: number;
}

export interface ResultsComparison {
  /** Ids of columns. */
  readonly a: string;
  readonly b: string;
  readonly verdict: string;
  /** One sentence. */
  readonly reason: string;
}

export interface ResultsProgress {
  readonly done: number;
  readonly samples: number;
  readonly running: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  /** Answers that were known already. */
  readonly reused: number;
  /** It ended before everything was asked. */
  readonly canResume: boolean;
  /** Null: not known. */
  readonly spentUsd: number | null;
}

export interface ResultsColumn {
  readonly id: string;
  readonly prompt: string;
  readonly version: string;
  /** The git ref it was read from; null: the working tree. */
  readonly ref: string | null;
  readonly model: string;
  readonly passed: number;
  readonly cases: number;
  readonly passRate: number | null;
  readonly costPerCallUsd: number | null;
  readonly price: string;
  readonly tokens: { readonly input: number; readonly cacheRead: number; readonly output: number } | null;
  readonly ttftP50Ms: number | null;
  readonly latencyP50Ms: number | null;
}

export interface ResultsRow {
  readonly case: string;
  readonly description: string | null;
  readonly status: string;
  readonly expected: string | null;
  /** One per column; null: not answered yet. */
  readonly cells: readonly (ResultsCell | null)[];
}

export interface ResultsCell {
  readonly verdict: 'pass' | 'fail' | 'error' | 'running';
  readonly output: string;
  /** Characters that are not shown here. */
  readonly cut: number;
  readonly reasons: readonly string[];
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  readonly finish: string | null;
}

export type ResultsFilter = 'all' | 'fail' | 'error' | 'pass' | 'flipped';

/** What the page may ask of the extension. */
export interface HostMethods {
  /** The page is ready; the whole state in one answer. */
  ready(args: { readonly filter: ResultsFilter }): ResultsSnapshot;
  /** Rows of the filtered list, `from` up to but without `to`. */
  rows(args: { readonly from: number; readonly to: number; readonly filter: ResultsFilter }): {
    readonly total: number;
    readonly rows: readonly ResultsRow[];
  };
  openCase(args: { readonly case: string }): boolean;
  rerun(args: { readonly only: 'failed' | 'all' | 'rest' }): boolean;
  cancel(args: Record<string, never>): boolean;
}

/** What the extension tells the page. */
export interface PageMethods {
  changed(snapshot: ResultsSnapshot): void;
  /** A command wants these rows to be seen. */
  show(args: { readonly filter: ResultsFilter }): void;
}
