/**
 * The runs of a prompt, newest first, from the ends of the journals on disk: a run summarises itself when it ends. Journals of
 * versions before 0.6 have no such summary, and those of interrupted runs neither; of these, only the newest few megabytes are read.
 */
import { existsSync, lstatSync } from 'node:fs';
import type { CandidateHead } from '../../core/results/candidate-head.ts';
import { observeResults, type ObservedRun, type ObservedSummary } from '../../core/economics/observed.ts';
import { Newest } from '../../core/collections/newest.ts';
import { readJournalEnds, readJournalFile, readResultAt } from './journal-file.ts';
import { listRuns, storedJournal } from './run-files.ts';

/** Newer runs tell enough; older ones are of other versions. */
const MAX_RUNS = 30;
/** Workspaces whose runs are kept. */
const WORKSPACES = 2;
/** Bytes of journals without a summary that are read, all together. */
const MAX_READ = 8 << 20;
/** Characters of answers that are looked into. */
const MAX_OUTPUTS = 1 << 20;

interface JournalSummary {
  readonly stamp: string;
  readonly runs: readonly SummarisedRun[];
}

interface SummarisedRun {
  readonly prompt: string;
  readonly run: string;
  readonly model: string;
  readonly version: string;
  readonly parameters: CandidateHead['parameters'];
  readonly summary: ObservedSummary;
}

export class ObservedRuns {
  /** Of each workspace those of its newest runs. */
  private readonly summaries = new Newest<JournalSummary>(MAX_RUNS * WORKSPACES);

  /** Newest first, one for each candidate that answered. `prompt`: as journals name it, relative to the root. */
  of(root: string, prompt: string): ObservedRun[] {
    const found: ObservedRun[] = [];
    let left = MAX_READ;
    for (const id of listRuns(root).slice(0, MAX_RUNS)) {
      const file = storedJournal(root, id);
      if (file === null) continue;
      const { size, mtimeMs } = lstatSync(file);
      const stamp = `${size}:${mtimeMs}`;
      let known = this.summaries.get(file);
      if (known?.stamp !== stamp) {
        let runs = summariesAtEnd(file);
        if (runs === null && size <= left) {
          left -= size;
          runs = summariesOf(file);
        }
        if (runs === null) continue;
        known = { stamp, runs };
      }
      // A run that is looked at again is not the oldest.
      this.summaries.set(file, known);
      for (const run of known.runs) if (run.prompt === prompt && run.summary.calls > 0) found.push(observedRun(file, run));
    }
    return found;
  }
}

/** Null: the run has left no summary. */
function summariesAtEnd(file: string): SummarisedRun[] | null {
  const ends = readJournalEnds(file);
  if (ends === null) return [];
  const { head, end } = ends;
  const runs: SummarisedRun[] = [];
  for (const { id, observed } of end?.summary?.candidates ?? []) {
    const candidate = head.candidates.find((item) => item.id === id);
    if (candidate !== undefined && observed !== undefined) runs.push(summarised(head.id, candidate, observed));
  }
  return runs.length === 0 ? null : runs;
}

function summariesOf(file: string): SummarisedRun[] {
  const { head, outlines } = readJournalFile(file) ?? { head: null, outlines: [] };
  return (head?.candidates ?? []).map((candidate) =>
    summarised(head?.id ?? '', candidate, observeResults(outlines.filter((outline) => outline.candidate === candidate.id))),
  );
}

const summarised = (run: string, { prompt, model, parameters }: CandidateHead, summary: ObservedSummary): SummarisedRun => ({
  prompt: prompt.path,
  run,
  model,
  version: prompt.version,
  parameters,
  summary,
});

/** The answers are read when they are looked at, which few findings do. */
function observedRun(file: string, { run, model, version, parameters, summary: { positions, ...summary } }: SummarisedRun): ObservedRun {
  let outputs: readonly string[] | null = null;
  return {
    ...summary,
    run,
    model,
    version,
    parameters,
    get outputs() {
      return (outputs ??= outputsAt(file, positions));
    },
  };
}

function outputsAt(file: string, positions: readonly number[]): string[] {
  const outputs: string[] = [];
  let left = MAX_OUTPUTS;
  for (const position of positions) {
    const output = existsSync(file) ? readResultAt(file, position)?.output : null;
    if (typeof output !== 'string') continue;
    left -= output.length;
    if (left < 0) break;
    outputs.push(output);
  }
  return outputs;
}
