/** The runs on disk for lists and plots. Each journal is looked at once, in turns that leave the thread to others, and only its summary is kept. */
import { lstatSync } from 'node:fs';
import { systemClock } from '../../adapters/clock.ts';
import { readJournalEnds } from '../../adapters/storage/journal-file.ts';
import { listRuns, storedJournal } from '../../adapters/storage/run-files.ts';
import { scoreText, sumCounts, type CaseCounts } from '../../core/results/case-counts.ts';
import type { CandidateSummary } from '../../core/results/journal.ts';
import { Newest } from '../../core/collections/newest.ts';
import { MOST_PLOTTED, MOST_RUNS, type PlotRun, type RunSummaryRow } from '../../protocol/detail.ts';

/** Runs whose summary is kept. */
const KEPT = 2000;
/** ms of reading before others have their turn. */
const TURN = 15;

interface Summary {
  /** Size and time of the journal. */
  readonly stamp: string;
  readonly row: Omit<RunSummaryRow, 'isShown'>;
  /** One for each candidate whose cases were judged; empty: the run did not end. */
  readonly plots: readonly PlotRun[];
}

export class RunSummaries {
  private readonly summaries = new Newest<Summary | null>(KEPT);

  /** Newest first. `prompts`: shown paths; empty: of any prompt. `shown`: ids of runs that the page shows. */
  async list(root: string, prompts: readonly string[], shown: readonly string[]): Promise<RunSummaryRow[]> {
    const rows: RunSummaryRow[] = [];
    for await (const { row } of this.newestFirst(root)) {
      if (prompts.length === 0 || row.prompts.some(({ path }) => prompts.includes(path)))
        rows.push({ ...row, isShown: shown.includes(row.id) });
      if (rows.length >= MOST_RUNS) break;
    }
    return rows;
  }

  /** One run; null: its journal cannot be read. */
  row(root: string, id: string): Omit<RunSummaryRow, 'isShown'> | null {
    return this.summaryOf(root, id)?.row ?? null;
  }

  /** Runs of these prompts that ended and had at least half of the cases, oldest first, for the plot over versions. */
  async history(root: string, prompts: readonly string[]): Promise<PlotRun[]> {
    const found: PlotRun[] = [];
    for await (const { plots } of this.newestFirst(root)) {
      found.push(...plots.filter(({ prompt }) => prompts.includes(prompt)));
      if (found.length >= MOST_PLOTTED) break;
    }
    // A part that was run again says nothing about the whole.
    const most = Math.max(0, ...found.map(({ cases }) => cases));
    return found.filter(({ cases }) => cases * 2 >= most).reverse();
  }

  private async *newestFirst(root: string): AsyncGenerator<Summary> {
    let turn = systemClock.now();
    for (const id of listRuns(root)) {
      if (systemClock.now() - turn > TURN) {
        await systemClock.yieldToEventLoop();
        turn = systemClock.now();
      }
      const summary = this.summaryOf(root, id);
      if (summary !== null) yield summary;
    }
  }

  /** Null: the journal cannot be read. */
  private summaryOf(root: string, id: string): Summary | null {
    const file = storedJournal(root, id);
    const stats = file === null ? undefined : lstatSync(file, { throwIfNoEntry: false });
    if (file === null || stats === undefined) return null;
    const stamp = `${stats.size}:${stats.mtimeMs}`;
    const known = this.summaries.get(file);
    if (known?.stamp === stamp) return known;
    const summary = summarise(id, file, stamp);
    this.summaries.set(file, summary);
    return summary;
  }
}

function summarise(id: string, file: string, stamp: string): Summary | null {
  const ends = readJournalEnds(file);
  if (ends === null) return null;
  const { head, end, isComplete } = ends;
  const candidates = end?.summary?.candidates ?? null;
  return {
    stamp,
    row: {
      id,
      startedAt: head.startedAt,
      prompts: head.candidates.map(({ prompt, model }) => ({
        path: prompt.path,
        version: prompt.version.slice(0, 8),
        ref: prompt.ref,
        model,
      })),
      verdict: end?.verdict ?? null,
      complete: isComplete,
      score: candidates === null ? null : scoreText(sumCounts(candidates.map(countsOf))),
      spentUsd: end?.summary?.spentUsd ?? null,
    },
    plots: isComplete
      ? (candidates ?? []).flatMap(({ id: candidate, passRate, interval, cases }): PlotRun[] => {
          const found = head.candidates.find((item) => item.id === candidate);
          if (found === undefined || passRate === null || interval === null) return [];
          const { prompt, model } = found;
          return [
            { run: id, at: head.startedAt, prompt: prompt.path, version: prompt.version.slice(0, 8), model, passRate, interval, cases },
          ];
        })
      : [],
  };
}

/** Journals of versions before 0.6 do not count failed cases by themselves. */
const countsOf = ({
  cases,
  passed,
  errors,
  unjudged = 0,
  failed = cases - passed - errors - unjudged,
  ...rest
}: CandidateSummary): CaseCounts => ({
  ...rest,
  passed,
  errors,
  unjudged,
  failed,
});
