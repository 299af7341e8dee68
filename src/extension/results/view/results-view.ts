/**
 * What a results page shows: the table of one or more runs, as snapshots and windows of rows. Pure: it reads results
 * by a function and knows no editor, so the same code runs behind a page in a test.
 *
 *   runs ─▶ table ─▶ find rows ─▶ window of cells          table ─▶ column heads, facets, comparisons ─▶ snapshot
 */
import { compareSides, type Comparison } from '../../../core/compare/compare.ts';
import type { CandidateHead } from '../../../core/run/candidate-head.ts';
import type { CandidateReport } from '../../../core/run/candidate-report.ts';
import type { RunReport } from '../../../core/run/report.ts';
import type { Result } from '../../../core/run/result.ts';
import { worstOf, DEFAULT_GATE, type Gate } from '../../../core/run/verdict.ts';
import type { PlotData, PlotRun, ResultsDetail, ShownLabel } from '../../../protocol/detail.ts';
import type { ResultsQuery } from '../../../protocol/query.ts';
import type { ResultsCell, ResultsProgress, ResultsRow, ResultsSnapshot, RowWindow, ShownRuns } from '../../../protocol/results.ts';
import { findRows } from './find-rows.ts';
import { plotData } from './plot-data.ts';
import { Pace } from './progress.ts';
import { RunTable, type TableColumn } from './run-table.ts';
import type { SampleFacts } from './sample-facts.ts';
import { atAGlance, MAX_CELL, runningCell, sampleCell, shownSample, type SampleCell } from './show-cell.ts';
import { columnReport, samplesIn, showColumn, type ColumnContext } from './show-column.ts';
import { showDetail } from './show-detail.ts';

/** A run that is shown. `report` null: it is going on. */
export interface ViewedRun {
  readonly id: string;
  readonly startedAt: string;
  readonly heads: readonly CandidateHead[];
  readonly caseIds: readonly string[];
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
  readonly gate?: Gate;
  /** ms, monotonic. */
  readonly now: () => number;
}

/** Cells that are kept after they were shown. */
const KEPT_CELLS = 2000;
/** ms between two counts of all results while a run goes on. */
const RECOUNT = 400;

interface Place {
  readonly run: number;
  readonly column: number;
}

export class ResultsView {
  readonly table = new RunTable();
  /** Earlier runs, for the plot over versions. */
  history: readonly PlotRun[] = [];
  /** Grades that people gave, by hash of the output. */
  labelOf: (result: Result) => ShownLabel | null = () => null;
  /** The journal is still being read. */
  reading = false;
  private readonly runs: ViewedRun[] = [];
  private readonly places: ReadonlyMap<string, Place>[] = [];
  private readonly streaming = new Map<string, string>();
  private readonly cells = new Map<string, SampleCell>();
  private readonly reports = new Map<string, { revision: number; at: number; report: CandidateReport }>();
  private readonly contexts = new Map<string, ColumnContext>();
  private readonly pace: Pace;
  private found: { key: string; rows: readonly number[] } = { key: '', rows: [] };
  private compared: { key: string; comparisons: readonly Comparison[] } = { key: '', comparisons: [] };
  private chosenBaseline: string | null = null;
  private done = 0;
  private reused = 0;
  private paidUsd: number | null = 0;

  constructor(private readonly options: ViewOptions) {
    this.pace = new Pace(options.now);
  }

  add(run: ViewedRun): number {
    const { run: index, columnOf } = this.table.addRun(run.id, run.heads, run.caseIds, this.options.sideBySide);
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

  /** A case stays unanswered. */
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
      facets: this.table.facets,
      progress: this.progress(),
      verdict: comparisons.length > 0 ? worstOf(comparisons.map(({ verdict }) => verdict)) : this.verdict(latest),
      comparisons: comparisons.map(({ a, b, verdict, reason, regressed, flipped }) => ({
        a: a.candidate,
        b: b.candidate,
        verdict,
        reason,
        regressed: regressed.length,
        improved: flipped.length - regressed.length,
      })),
      baseline: this.chosenBaseline ?? comparisons[0]?.a.candidate ?? null,
      readOnly: this.options.readOnly,
    };
  }

  /** Of the run; with cells from several runs, of the cells that are shown. */
  private verdict(latest: ViewedRun | undefined): string | null {
    const report = latest?.report ?? null;
    if (report === null || this.runs.length === 1 || this.options.sideBySide) return report?.verdict ?? null;
    const reports = this.table.columns.map((column) => this.reportOf(column));
    return reports.some(({ failed }) => failed > 0) ? 'fail' : reports.some(({ errors }) => errors > 0) ? 'error' : report.verdict;
  }

  rows({ from, to, glance }: { readonly from: number; readonly to: number; readonly glance: boolean }, query: ResultsQuery): RowWindow {
    this.compare();
    const rows = this.rowsOf(query);
    const shown = rows.slice(from, to).map((index) => this.row(index));
    return { from, total: rows.length, rows: glance ? shown.map(atAGlance) : shown };
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
  detail(caseId: string, columnId: string, repeat: number): ResultsDetail | null {
    const found = this.resultAt(caseId, columnId, repeat);
    return found === null ? null : showDetail(found.result, found.column.head, found.samples.length, this.labelOf(found.result));
  }

  plots(): PlotData {
    const columns = this.table.columns.map((column) => ({ column, report: this.reportOf(column), name: this.nameOf(column) }));
    return plotData(columns, this.history);
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

  /** Another label, or nothing that cells keep is true any more. */
  forgetCells(): void {
    this.cells.clear();
  }

  private nameOf({ head, run }: TableColumn): string {
    const version = this.options.sideBySide
      ? (this.runs[run]?.id ?? '')
      : (head.prompt.ref?.slice(0, 12) ?? head.prompt.version.slice(0, 8));
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
      : { ...cell, repeats: samples.map(({ verdict }) => verdict), over: facts.over, label: this.labelFor(facts) };
  }

  private labelFor(facts: SampleFacts): ShownLabel['grade'] | null {
    if (this.labels === 0) return null;
    const result = this.readResult(facts);
    return result === null ? null : (this.labelOf(result)?.grade ?? null);
  }

  /** How many labels there are: without any, no output has to be hashed. */
  labels = 0;

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
    const known = this.reports.get(column.id);
    const now = this.options.now();
    const isFresh = known !== undefined && (known.revision === column.revision || (this.isRunning && now - known.at < RECOUNT));
    if (isFresh) return known.report;
    const report = columnReport(column);
    this.reports.set(column.id, { revision: column.revision, at: now, report });
    return report;
  }

  private get isRunning(): boolean {
    return this.reading || this.runs.at(-1)?.report === null;
  }

  private progress(): ResultsProgress {
    const latest = this.runs.at(-1);
    const running = latest !== undefined && latest.report === null && !this.reading;
    const { done } = this;
    const samples = latest?.samples ?? 0;
    const perSecond = running ? this.pace.perSecond : null;
    const left = Math.max(0, samples - done);
    return {
      done,
      samples,
      running,
      reading: this.reading,
      reused: this.reused,
      canResume: latest?.report?.complete === false && !this.options.readOnly,
      spentUsd: this.paidUsd,
      projectedUsd: !running || this.paidUsd === null || done === 0 ? null : (this.paidUsd / done) * samples,
      perSecond,
      leftMs: perSecond === null ? null : (left / perSecond) * 1000,
    };
  }

  /** Comparisons of all columns with their baselines; none while a run goes on. */
  private compare(): readonly Comparison[] {
    if (this.isRunning) return [];
    const key = `${this.chosenBaseline ?? ''} ${this.table.columns.map(({ id, revision }) => `${id}:${revision}`).join()}`;
    if (this.compared.key === key) return this.compared.comparisons;
    const comparisons = this.freshComparisons();
    this.compared = { key, comparisons };
    const changes = new Map<string, 'regressed' | 'improved'>();
    for (const { flipped, regressed, verdict } of comparisons) {
      if (verdict === 'not-comparable') continue;
      for (const id of flipped) if (!changes.has(id)) changes.set(id, 'improved');
      for (const id of regressed) changes.set(id, 'regressed');
    }
    this.table.setChanges(changes);
    return comparisons;
  }

  private freshComparisons(): readonly Comparison[] {
    const only = this.runs.length === 1 ? this.runs[0] : undefined;
    if (only && this.chosenBaseline === null) return only.report?.comparisons ?? [];
    return this.pairs().map(([a, b]) => {
      const side = (column: TableColumn) => ({ head: column.head, outlines: samplesIn(column), run: this.runs[column.run]?.id ?? null });
      return compareSides(side(a), side(b), { gate: this.options.gate ?? DEFAULT_GATE, sequential: null });
    });
  }

  /** The chosen baseline with the others of its prompt; without one, each column with the first run's column of its prompt. */
  private pairs(): [TableColumn, TableColumn][] {
    const { columns } = this.table;
    const chosen = columns.find(({ id }) => id === this.chosenBaseline);
    const others = chosen === undefined ? columns.filter(({ run }) => run > 0) : columns.filter((column) => column !== chosen);
    return others.flatMap((b): [TableColumn, TableColumn][] => {
      const same = columns.filter(({ run, head }) => run === 0 && head.prompt.path === b.head.prompt.path);
      const a = chosen ?? same.find(({ head }) => head.model === b.head.model) ?? same[0];
      return a === undefined || a === b || a.head.prompt.path !== b.head.prompt.path ? [] : [[a, b]];
    });
  }
}

const streamKey = (column: number, caseId: string): string => `${column}\u0000${caseId}`;
