/** The newest run of a prompt with each model, from the journals on disk; nothing is read twice that has not changed. */
import { lstatSync } from 'node:fs';
import { observeRun, type ObservedRun } from '../../core/economics/observed.ts';
import { readJournal } from '../../core/results/journal.ts';
import { textNoFollow } from './data-folder/no-follow.ts';
import { listRuns, storedJournal } from './run-files.ts';

/** Newer runs tell enough; older ones are of other versions. */
const MAX_RUNS = 30;
/** Bytes; a larger journal is not read for this. */
const MAX_JOURNAL = 64 * 1024 * 1024;

interface JournalSummary {
  readonly stamp: string;
  readonly runs: readonly (ObservedRun & { readonly prompt: string })[];
}

export class ObservedRuns {
  private readonly summaries = new Map<string, JournalSummary>();

  /** Newest first, one per model. `prompt`: as journals name it, relative to the root. */
  of(root: string, prompt: string): ObservedRun[] {
    const found = new Map<string, ObservedRun>();
    for (const id of listRuns(root).slice(0, MAX_RUNS)) {
      for (const run of this.summary(root, id).runs) {
        if (run.prompt === prompt && run.calls > 0 && !found.has(run.model)) found.set(run.model, run);
      }
    }
    return [...found.values()];
  }

  private summary(root: string, id: string): JournalSummary {
    const file = storedJournal(root, id);
    if (file === null) return { stamp: '', runs: [] };
    const { size, mtimeMs } = lstatSync(file);
    const stamp = `${size}:${mtimeMs}`;
    const known = this.summaries.get(file);
    if (known?.stamp === stamp) return known;
    const summary = { stamp, runs: size > MAX_JOURNAL ? [] : summarise(id, textNoFollow(file, MAX_JOURNAL)) };
    this.summaries.set(file, summary);
    return summary;
  }
}

function summarise(id: string, text: string): JournalSummary['runs'] {
  const { head, results } = readJournal(text);
  return (head?.candidates ?? []).map((candidate) => ({
    ...observeRun(
      id,
      candidate.model,
      candidate.prompt.version,
      results.filter((result) => result.candidate === candidate.id),
    ),
    prompt: candidate.prompt.path,
  }));
}
