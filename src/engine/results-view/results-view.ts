/**
 * What a results page shows, as snapshots and windows of rows. Pure: the same code runs behind a page in a test.
 *
 *   runs ─▶ table ─▶ find rows ─▶ window of cells          table ─▶ column heads, facets, comparisons ─▶ snapshot
 */
import { shortRef } from '../../core/display/short-ref.ts';
import type { Comparison } from '../../core/compare/compare.ts';
import { compareWithLabels, NO_LABELS, type LabelSource } from '../../core/judge/calibration/judged-comparison.ts';
import { readable } from '../../core/json/json.ts';
import type { CandidateHead } from '../../core/results/candidate-head.ts';
import type { CandidateReport } from '../../core/results/candidate-report.ts';
import type { RunReport } from '../../core/run/report.ts';
import type { Result } from '../../core/results/result.ts';
import { caseVerdicts } from '../../core/results/case-outcomes.ts';
import { NO_CALIBRATIONS, withEdits, type Calibrations } from '../../core/judge/calibration/judged-rate-of.ts';
import { verdictOf, worstOf } from '../../core/results/verdict.ts';
import { isScripted } from '../../core/model-id.ts';
import type { PlotData, PlotRun, ResultsDetail } from '../../protocol/detail.ts';
import type { ResultsQuery } from '../../protocol/query.ts';
import type { ResultsCell, ResultsProgress, ResultsRow, ResultsSnapshot, RowWindow, ShownRuns } from '../../protocol/results.ts';
import { changesIn, showComparison, sidePairs } from './column-pairs.ts';
import { findRows } from './find-rows.ts';
import { plotData } from './plot-data.ts';
import { ThroughputMeter, progressOf } from './progress.ts';
import { ShownLabels } from './shown-labels.ts';
import { RunTable, type CaseFacts, type TableColumn } from './run-table.ts';
import type { SampleFacts } from './sample-facts.ts';
import { briefRow, MAX_CELL, runningCell, sampleCell, shownSample, type SampleCell } from './show-cell.ts';
import { ColumnReports } from './column-reports.ts';
import { samplesIn, showColumn, type ColumnContext } from './show-column.ts';
import { showDetail } from './show-detail.ts';
import { DEFAULT_GATE, type Gate } from '../../core/config/gate.ts';

/** A run that is shown. `report` null: it is going on. */
export interface ViewedRun {
  readonly id: string;
  readonly startedAt: string;
  readonly heads: readonly CandidateHead[];
  readonly caseIds: readonly string[];
  /** What is known of them before there are results; absent: nothing. */
  readonly cases?: readonly CaseFacts[];
  readonly samples: number;
  readonly report: RunReport | null;
  /** Its journal. */
  readonly file: string;
  /** The result at this place of its journal; null: it is not there any more. */
  read(position: number): Result | null;
}

export interface ViewOptions {
  readonly root: string;
  readonly sideBySide: boolean;
  readonly readOnly: boolean;
  /** Of the workspace, where it is known already. */
  readonly gate?: Gate;
  /** What people's labels say of judges; absent: nothing is known. */
  readonly calibrations?: Calibrations;
  readonly labels?: LabelSource;
  /** ms, monotonic. */
  readonly now: () => number;
}

/** Cells that are kept after they were shown. */
const KEPT_CELLS = 2000;

interface RunColumn {
  readonly run: number;
  readonly column: number;
}

export class ResultsView {
  readonly table = new RunTable();
  /** Earlier runs, for the plot over versions. */
  history: readonly PlotRun[] = [];
  readonly labels = new ShownLabels((facts) => this.readResult(facts));
  /** What comparisons that are made here are judged by. */
  gate: Gate;
  /** The journal is still being read. */
  reading = false;
  private readonly runs: ViewedRun[] = [];
  private readonly places: ReadonlyMap<string, RunColumn>[] = [];
  private readonly streaming = new Map<string, string>();
  private readonly cells = new Map<string, SampleCell>();
  /** Runs that ended without a report. */
  private readonly dead = new Set<number>();
  private readonly reports: ColumnReports;
  private readonly contexts = new Map<string, ColumnContext>();
  readonly pace: ThroughputMeter;
  private found: { key: string; rows: readonly number[] } = { key: '', rows: [] };
  private compared: { key: string; comparisons: readonly Comparison[] } = { key: '', comparisons: [] };
  private chosenBaseline: string | null = null;
  private done = 0;
  private reused = 0;
  private paidUsd: number | null = 0;

  constructor(private readonly options: ViewOptions) {
    this.pace = new ThroughputMeter(options.now);
    this.reports = new ColumnReports(options.now, options.calibrations ?? NO_CALIBRATIONS);
    this.gate = options.gate ?? DEFAULT_GATE;
  }

  add(run: ViewedRun): number {
    const { run: index, columnOf } = this.table.addRun(run.id, run.heads, run.caseIds, this.options.sideBySide);
    this.table.describe(run.cases ?? []);
    this.runs[index] = run;
    this.done = 0;
    this.reused = 0;
    this.paidUsd = 0;
    this.places[index] = new Map([...columnOf].map(([id, column]) => [id, { run: index, column }]));
    return index;
  }

  get latest(): ViewedRun | undefined {
    return this.runs.at(-1);
  }

  get shownRuns(): readonly ViewedRun[] {
    return this.runs;
  }

  get isReadOnly(): boolean {
    return this.options.readOnly;
  }

  take(run: number, result: Result, position: number): void {
    const place = this.places[run]?.get(result.candidate);
    if (!place) return;
    this.streaming.delete(streamKey(place.column, result.case));
    this.table.take(result, position, place);
    if (run !== this.runs.length - 1) return;
    this.done++;
    this.pace.tick();
    if (result.source === 'cache') this.reused++;
    else if (result.output !== null) this.paidUsd = this.paidUsd === null || result.costUsd === null ? null : this.paidUsd + result.costUsd;
  }

  /** Text of an answer as it arrives. */
  stream(run: number, candidate: string, caseId: string, text: string): void {
    const place = this.places[run]?.get(candidate);
    if (!place) return;
    const key = streamKey(place.column, caseId);
    const known = this.streaming.get(key) ?? '';
    if (known.length < MAX_CELL) this.streaming.set(key, known + text);
  }

  /** Nothing more comes; `failed`: not even a report. */
  ended(run: number, failed: boolean): void {
    if (failed) this.dead.add(run);
    this.streaming.clear();
  }

  /** What has streamed so far counts for nothing: the case was cancelled, or is asked again. */
  cancelled(run: number, candidate: string, caseId: string): void {
    const place = this.places[run]?.get(candidate);
    if (place) this.streaming.delete(streamKey(place.column, caseId));
  }

  setBaseline(column: string | null): void {
    this.chosenBaseline = column;
    this.compare();
  }

  setContext(column: string, context: ColumnContext): void {
    this.contexts.set(column, context);
  }

  get shown(): ShownRuns | null {
    const [first] = this.runs;
    if (first === undefined) return null;
    const { root, sideBySide } = this.options;
    const prompts = [...new Set(this.table.columns.map(({ head }) => head.prompt.path))];
    const title = prompts.length === 1 ? (prompts[0] ?? '') : `${prompts.length} prompts`;
    return { root, ids: this.runs.map(({ id }) => id), sideBySide, baseline: this.chosenBaseline, title };
  }

  snapshot(query: ResultsQuery): ResultsSnapshot {
    const comparisons = this.compare();
    const { columns } = this.table;
    const latest = this.runs.at(-1);
    return {
      runs: this.shown,
      columns: columns.map((column) => {
        const run = this.runs[column.run];
        return showColumn(
          this.reportOf(column),
          run?.caseIds.length ?? 0,
          this.options.sideBySide ? (run?.id ?? null) : null,
          this.contexts.get(column.id),
        );
      }),
      cases: this.table.cases.length,
      rows: this.rowsOf(query).length,
      inputName: this.table.inputName,
      facets: this.table.facets,
      progress: this.progress(),
      verdict: this.verdict(latest, comparisons),
      comparisons: comparisons.map(showComparison),
      baseline: this.chosenBaseline ?? comparisons[0]?.a.candidate ?? null,
      readOnly: this.options.readOnly,
    };
  }

  /** The run's own; of runs side by side, that of their comparisons; with cells of several runs, that of the cells that are shown. */
  private verdict(latest: ViewedRun | undefined, comparisons: readonly Comparison[]): string | null {
    const report = latest?.report ?? null;
    if (report === null || this.isBusy) return null;
    if (this.runs.length === 1 && this.chosenBaseline === null) return report.verdict;
    const verdicts = comparisons.map(({ verdict }) => verdict);
    if (this.options.sideBySide) return verdicts.length > 0 ? worstOf(verdicts) : report.verdict;
    const baselines = new Set(comparisons.map(({ a }) => a.candidate));
    const judged = this.table.columns
      .filter(({ id }) => !baselines.has(id))
      .map((column) => {
        const { passRate, judged: rate } = this.reportOf(column);
        return { passRate, judged: rate, cases: caseVerdicts(samplesIn(column)) };
      });
    return verdictOf(judged, this.gate, verdicts.length > 0 ? verdicts : null);
  }

  rows({ from, to, glance }: { readonly from: number; readonly to: number; readonly glance: boolean }, query: ResultsQuery): RowWindow {
    this.compare();
    const rows = this.rowsOf(query);
    const rowAt = (index: number): ResultsRow => (glance ? briefRow(this.row(index)) : this.row(index));
    return { from, total: rows.length, rows: rows.slice(from, to).map(rowAt) };
  }

  /** Ids of the cases that a query shows, in its order. */
  caseIds(query: ResultsQuery): string[] {
    return this.rowsOf(query).map((index) => this.table.cases[index]?.id ?? '');
  }

  resultAt(
    caseId: string,
    columnId: string,
    repeat: number,
  ): { result: Result; column: TableColumn; samples: readonly SampleFacts[] } | null {
    const index = this.table.caseAt(caseId);
    const at = this.table.columnIndex(columnId);
    const column = this.table.columns[at];
    if (index === undefined || column === undefined) return null;
    const samples = this.table.samplesOf(at, index);
    const facts = repeat < 0 ? shownSample(samples) : samples.find((item) => item.repeat === repeat);
    const result = facts === undefined ? null : this.readResult(facts);
    return result === null ? null : { result, column, samples };
  }

  /** Results of so many other cases of a column. */
  neighbours(column: TableColumn, caseId: string, most: number): Result[] {
    const found: Result[] = [];
    for (const samples of column.cells) {
      const facts = samples?.[0];
      if (facts === undefined || facts.case === caseId) continue;
      const result = this.readResult(facts);
      if (result !== null) found.push(result);
      if (found.length >= most) break;
    }
    return found;
  }

  /** `repeat` −1: the sample that the cell shows. */
  detail(caseId: string, columnId: string, repeat: number, against: string | null): ResultsDetail | null {
    const found = this.resultAt(caseId, columnId, repeat);
    return found === null
      ? null
      : showDetail(found.result, {
          head: found.column.head,
          judged: this.reportOf(found.column).judged ?? null,
          repeats: found.samples.map((sample) => sample.repeat),
          label: this.labels.of(found.result),
          against: this.againstText(found.result, against),
        });
  }

  /** What an output is compared with: what is expected, or the output of another column. */
  private againstText(result: Result, against: string | null): string | null {
    if (against === 'expected') return result.expected === null ? null : readable(result.expected);
    return against === null ? null : (this.resultAt(result.case, against, -1)?.result.output ?? null);
  }

  plots(): PlotData {
    const columns = this.table.columns.map((column) => ({ column, report: this.reportOf(column), name: this.nameOf(column) }));
    return plotData(columns, this.history, (facts) => this.readResult(facts));
  }

  /** The whole table as reports read it, with the cases of a query. */
  outlinesOf(query: ResultsQuery): { heads: CandidateHead[]; samples: SampleFacts[] } {
    const rows = this.rowsOf(query);
    const samples = this.table.columns.flatMap((_, at) => rows.flatMap((index) => [...this.table.samplesOf(at, index)]));
    return { heads: this.table.columns.map(({ head }) => head), samples };
  }

  readResult(facts: SampleFacts): Result | null {
    const result = this.runs[facts.run]?.read(facts.position) ?? null;
    return result === null ? null : { ...result, candidate: facts.candidate };
  }

  private nameOf({ head, run }: TableColumn): string {
    const version = this.options.sideBySide ? (this.runs[run]?.id ?? '') : shortRef(head.prompt.ref ?? head.prompt.version);
    return `${head.prompt.name} ${version} · ${head.model}`;
  }

  private rowsOf(query: ResultsQuery): readonly number[] {
    const key = `${this.table.revision} ${JSON.stringify(query)}`;
    if (this.found.key !== key) {
      const rows = findRows(this.table, query, (facts, needle) => (this.readResult(facts)?.output ?? '').toLowerCase().includes(needle));
      this.found = { key, rows };
    }
    return this.found.rows;
  }

  private row(index: number): ResultsRow {
    const item = this.table.cases[index];
    return {
      case: item?.id ?? '',
      description: item?.description ?? null,
      status: item?.status ?? 'active',
      critical: item?.critical ?? false,
      tags: item?.tags ?? [],
      group: item?.group ?? null,
      input: item?.input ?? null,
      expected: item?.expected?.slice(0, MAX_CELL) ?? null,
      change: item?.change ?? null,
      cells: this.table.columns.map((_, column) => this.cell(column, index)),
    };
  }

  private cell(column: number, index: number): ResultsCell | null {
    const streamed = this.streaming.get(streamKey(column, this.table.cases[index]?.id ?? ''));
    if (streamed !== undefined) return runningCell(streamed);
    const samples = this.table.samplesOf(column, index);
    const facts = shownSample(samples);
    if (facts === undefined) return null;
    const cell = this.sampleCell(facts);
    return cell === null
      ? null
      : { ...cell, repeats: samples.map(({ verdict }) => verdict), over: facts.over, label: this.labels.gradeOf(facts) };
  }

  private sampleCell(facts: SampleFacts): SampleCell | null {
    const key = `${facts.run}:${facts.position}`;
    const known = this.cells.get(key);
    if (known) return known;
    const result = this.readResult(facts);
    if (result === null) return null;
    if (this.cells.size >= KEPT_CELLS) this.cells.clear();
    const cell = sampleCell(result);
    this.cells.set(key, cell);
    return cell;
  }

  private reportOf(column: TableColumn): CandidateReport {
    return withEdits(this.reports.of(column, this.isBusy), this.contexts.get(column.id)?.judgedNow ?? null);
  }

  /** A run of these goes on, or is still being read. */
  get isBusy(): boolean {
    return this.reading || this.runs.some(({ report }, index) => report === null && !this.dead.has(index));
  }

  private progress(): ResultsProgress {
    const latest = this.runs.at(-1);
    const running = latest !== undefined && this.isBusy && !this.reading;
    return progressOf({
      running,
      reading: this.reading,
      done: this.done,
      samples: latest?.samples ?? 0,
      reused: this.reused,
      spentUsd: this.paidUsd,
      isScripted: latest !== undefined && latest.heads.every(({ model }) => isScripted(model)),
      ...this.pace.state(running),
      canResume: !running && !this.reading && latest !== undefined && latest.report?.complete !== true && !this.options.readOnly,
    });
  }

  /** Comparisons of all columns with their baselines; none while a run goes on. */
  private compare(): readonly Comparison[] {
    if (this.isBusy) return [];
    const key = `${JSON.stringify(this.gate)} ${this.labels.revision} ${this.chosenBaseline ?? ''} ${this.table.columns.map(({ id, revision }) => `${id}:${revision}`).join()}`;
    if (this.compared.key === key) return this.compared.comparisons;
    const comparisons = this.freshComparisons();
    this.compared = { key, comparisons };
    this.table.setChanges(changesIn(comparisons));
    return comparisons;
  }

  private freshComparisons(): readonly Comparison[] {
    const only = this.runs.length === 1 ? this.runs[0] : undefined;
    if (only && this.chosenBaseline === null) return only.report?.comparisons ?? [];
    const compared = this.options.sideBySide ? [] : (this.runs[0]?.report?.comparisons ?? []);
    const planned = compared.map(({ a, b }) => [a.candidate, b.candidate] as const);
    const pairs = sidePairs(this.table.columns, this.chosenBaseline, planned, this.runs, (facts) => this.readResult(facts)?.output ?? null);
    return compareWithLabels(pairs, this.gate, this.options.labels ?? NO_LABELS);
  }
}

const streamKey = (column: number, caseId: string): string => `${column}\u0000${caseId}`;
