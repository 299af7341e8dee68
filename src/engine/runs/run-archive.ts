/** Runs on disk: opened, listed, reported, deleted. Part of the engine's bundle; knows no editor. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { readJournalInTurns, readJournalStart, readResultAt, unknownVersion } from '../../adapters/storage/journal-file.ts';
import { joinedChunks, reportScript, writeReportFile } from '../../adapters/storage/report-file.ts';
import { DATA_FOLDER, dataFolder } from '../../adapters/storage/data-folder/data-folder.ts';
import { ComparedLabels } from '../../adapters/storage/compared-labels.ts';
import { JudgeCalibrations } from '../../adapters/storage/judge-calibrations.ts';
import { removeRun, removeUnlessKept } from '../../adapters/storage/run-retention.ts';
import { isOpenBatch, JOURNAL_SUFFIX, journalToWrite, storedJournal } from '../../adapters/storage/run-files.ts';
import type { SideInput } from '../../core/compare/side.ts';
import { csvReport } from '../../core/report/csv.ts';
import { htmlReport } from '../../core/report/html.ts';
import { jsonlReport } from '../../core/report/jsonl.ts';
import { markdownReport } from '../../core/report/markdown.ts';
import type { JournalContent, JournalHead, PromptRecord } from '../../core/results/journal.ts';
import { reportRun, type RunReport } from '../../core/run/report.ts';
import type { Result } from '../../core/results/result.ts';
import { ResultList, type ResultOutline } from '../../core/results/result-list.ts';
import { INTERRUPTED } from '../../core/results/stop.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { lockHint } from '../../adapters/storage/lock-file.ts';
import type { PlotRun, RunSummaryRow } from '../../protocol/detail.ts';
import { isFiltered, type ResultsQuery } from '../../protocol/query.ts';
import type { ExportKind } from '../../protocol/results.ts';
import { RunSummaries } from './run-summaries.ts';
import { ResultsView, type ViewOptions } from '../results-view/results-view.ts';
import { DEFAULT_GATE, type Gate } from '../../core/config/gate.ts';
import { quantity } from '../../core/display/figures.ts';

declare const GOLDSET_VERSION: string;

export class RunArchive {
  private readonly runs = new RunSummaries();

  /** `bundles`: the folder of the built product. `mayRead`: false in Restricted Mode, where `.goldset/` is not read. */
  constructor(
    private readonly bundles: string,
    private readonly mayRead: () => boolean = () => true,
  ) {}

  createView(options: Omit<ViewOptions, 'now'>): ResultsView {
    return new ResultsView({ ...knownIn(options.readOnly ? '' : options.root), ...options, now: () => performance.now() });
  }

  /** Where the journal of a run is going to be. */
  fileOf(root: string, id: string): string {
    return path.join(dataFolder(root).path, 'runs', `${id}${JOURNAL_SUFFIX}`);
  }

  /** The journal of a run that is stored; null: it does not exist, or it must not be read. */
  storedFile(root: string, id: string): string | null {
    return this.mayRead() ? storedJournal(root, id) : null;
  }

  /** A journal that a person opens, where links lead. @throws {HumanError} in Restricted Mode, when it lies in a `.goldset/`. */
  openedFile(file: string): string {
    const real = existsSync(file) ? realpathSync.native(file) : file;
    if (!this.mayRead() && [file, real].some((each) => each.split(path.sep).includes(DATA_FOLDER)))
      throw new HumanError(
        'trust/needed',
        `In Restricted Mode Goldset does not read ${DATA_FOLDER}/.`,
        'Use "Workspaces: Manage Workspace Trust".',
      );
    return real;
  }

  /** Reads the result at a place of this journal; null: it is gone. */
  reader(file: string): (position: number) => Result | null {
    return (position) => (existsSync(file) ? readResultAt(file, position) : null);
  }

  start(file: string): JournalContent {
    return known(file, readJournalStart(file));
  }

  /** What this candidate was asked with; null: the journal is of a version before 0.5. */
  promptOf(file: string, candidate: string): PromptRecord | null {
    return this.start(file).prompts.find(({ candidates }) => candidates.includes(candidate)) ?? null;
  }

  read(file: string, onResult: (result: Result, position: number) => void, isWanted: () => boolean): Promise<JournalContent> {
    return readJournalInTurns(file, onResult, isWanted).then((content) => known(file, content));
  }

  /** The report of a journal; of a run that never ended, of what it did. Null: nothing is there. `root`: of the workspace whose labels count. */
  reportOf(
    { head, end, outlines, settledUsd, unconfirmedUsd }: JournalContent,
    read: (position: number) => Result | null,
    gate: Gate,
    root = '',
  ): RunReport | null {
    if (head === null) return null;
    const { id, startedAt, toolVersion, candidates: heads } = head;
    const complete = end?.complete ?? false;
    const report = reportRun({
      id,
      startedAt,
      toolVersion,
      heads,
      outlines,
      results: new ResultList(outlines, (position) => present(read(position))),
      complete,
      gate,
      stopped: complete ? null : INTERRUPTED,
      resumed: 0,
      cap: null,
      unconfirmedUsd,
      countedUsd: settledUsd + unconfirmedUsd,
      compared: comparedOf(head, outlines, ({ position }) => read(position)?.output ?? null),
      ...knownIn(root),
    });
    return end === null ? report : { ...report, verdict: end.verdict };
  }

  /** Newest first. `prompts`: shown paths; empty: of any prompt. */
  list(root: string, prompts: readonly string[], shown: readonly string[]): Promise<RunSummaryRow[]> {
    return this.mayRead() ? this.runs.list(root, prompts, shown) : Promise.resolve([]);
  }

  /** As `RunSummaries.row`. */
  row(root: string, id: string): Omit<RunSummaryRow, 'isShown'> | null {
    return this.mayRead() ? this.runs.row(root, id) : null;
  }

  /** As `RunSummaries.history`. */
  history(root: string, prompts: readonly string[]): Promise<PlotRun[]> {
    return this.mayRead() ? this.runs.history(root, prompts) : Promise.resolve([]);
  }

  /** With the folder of its batch. @throws {HumanError} when the run goes on. */
  remove(root: string, id: string): void {
    if (isOpenBatch(root, id) || removeRun(root, id) === null)
      throw new HumanError(
        'run/under-way',
        'This run is still in progress.',
        lockHint(`${journalToWrite(root, id)}.lock`, 'Cancel it, or wait until it ends.'),
      );
  }

  /** A run that a newer one has replaced: it stays when a person named or labelled it, or something was compared with it. */
  removeReplaced(root: string, id: string): void {
    removeUnlessKept(root, id);
  }

  /** Writes what a query shows, or all, as one file. */
  exportTo(file: string, kind: ExportKind, view: ResultsView, query: ResultsQuery): void {
    const report = this.reportOfView(view, query);
    const filtered = isFiltered(query) ? `${view.caseIds(query).length} of ${quantity(view.table.cases.length, 'case')}, filtered` : null;
    const writers = {
      csv: () => csvReport(report),
      jsonl: () => jsonlReport(report),
      markdown: () => markdownReport(report, filtered),
      html: () => htmlReport(report, { script: reportScript(this.bundles), filtered }),
    } as const;
    writeReportFile(file, joinedChunks(writers[kind]()));
  }

  /** What the page shows as a report. */
  reportOfView(view: ResultsView, query: ResultsQuery): RunReport {
    const { heads, samples } = view.outlinesOf(query);
    const runs = view.shownRuns;
    const latest = runs.at(-1);
    const outlines = samples.map((sample, position) => ({ ...sample, position }));
    const isWhole = !isFiltered(query) && runs.length === 1;
    const report = reportRun({
      id: runs.map(({ id }) => id).join(' + '),
      startedAt: latest?.startedAt ?? '',
      toolVersion: GOLDSET_VERSION,
      heads,
      outlines,
      results: new ResultList(outlines, (position) => present(samples[position] === undefined ? null : view.readResult(samples[position]))),
      complete: latest?.report?.complete ?? false,
      gate: DEFAULT_GATE,
      stopped: latest?.report?.stopped ?? null,
      resumed: 0,
      cap: null,
      unconfirmedUsd: 0,
      countedUsd: 0,
      compared: [],
      ...knownIn(view.isReadOnly ? '' : (view.shown?.root ?? '')),
    });
    return isWhole && latest?.report ? { ...report, verdict: latest.report.verdict, comparisons: latest.report.comparisons } : report;
  }
}

/** What the labels of a workspace say; nothing for results from elsewhere. */
const knownIn = (root: string): Pick<ViewOptions, 'calibrations' | 'labels'> =>
  root === '' ? {} : { calibrations: new JudgeCalibrations(root).of, labels: new ComparedLabels(root) };

/** @throws {HumanError} when the journal is of a version that is not known. */
function known(file: string, content: JournalContent): JournalContent {
  if (content.unknownVersion !== null) throw unknownVersion(file, content.unknownVersion);
  return content;
}

function present(result: Result | null): Result {
  if (result === null) throw new Error('The journal of this run was changed or deleted.');
  return result;
}

/** The comparisons of a run that was read from its journal; one with an earlier run is not made anew. */
function comparedOf(
  { comparisons = [], candidates }: JournalHead,
  outlines: readonly ResultOutline[],
  outputOf: NonNullable<SideInput['outputOf']>,
): { a: SideInput; b: SideInput; sequential: null }[] {
  const side = (id: string): SideInput | null => {
    const head = candidates.find((candidate) => candidate.id === id);
    return head === undefined ? null : { head, outlines: outlines.filter((outline) => outline.candidate === id), run: null, outputOf };
  };
  return comparisons.flatMap(({ a, b }) => {
    const [left, right] = [side(a), side(b)];
    return left === null || right === null ? [] : [{ a: left, b: right, sequential: null }];
  });
}
