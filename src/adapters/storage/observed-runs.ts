/** The runs of a prompt, from the journals on disk; nothing is read twice that has not changed. */
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

  /** Newest first, one for each candidate that answered. `prompt`: as journals name it, relative to the root. */
  of(root: string, prompt: string): ObservedRun[] {
    const ids = listRuns(root).slice(0, MAX_RUNS);
    return ids.flatMap((id) => this.summary(root, id).runs.filter((run) => run.prompt === prompt && run.calls > 0));
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
      { model: candidate.model, version: candidate.prompt.version, parameters: candidate.parameters },
      results.filter((result) => result.candidate === candidate.id),
    ),
    prompt: candidate.prompt.path,
  }));
}
