/** How long runs are kept: `keepRuns` of goldset.yaml. A run goes with the folder of its batch. */
import { existsSync, lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import { KEEP_ALL_RUNS, type KeepRuns } from '../../core/config/keep-runs.ts';
import { readGoldsetYaml } from '../../core/config/goldset-yaml.ts';
import { messageOf } from '../../core/errors.ts';
import { readTextSync } from '../bounded-file.ts';
import { dataFolder } from './data-folder/data-folder.ts';
import { readJournalEnds } from './journal-file.ts';
import { keptRuns, LabelledRuns } from './kept-runs.ts';
import { takeLock } from './lock-file.ts';
import { isOpenBatch, journalToWrite, listRuns, RUN_ID, storedJournal } from './run-files.ts';

export interface RemovedRun {
  readonly id: string;
  readonly bytes: number;
}

export interface RetainedRuns {
  readonly removed: readonly RemovedRun[];
  /** What could not be deleted, as sentences. */
  readonly problems: readonly string[];
}

/** Of the goldset.yaml of this root, as it is on disk; one that cannot be read deletes nothing. */
export function keepRunsOf(root: string): KeepRuns {
  const file = path.join(root, 'goldset.yaml');
  try {
    return readGoldsetYaml('goldset.yaml', existsSync(file) ? readTextSync(file) : '').config.keepRuns;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return KEEP_ALL_RUNS;
  }
}

/**
 * Removes runs beyond the newest `count`, and those that began more than `days` ago. Runs stay that are in progress, that something was
 * compared with, that a person named or labelled, and files that a person put there under a name of their own.
 */
export function removeOldRuns(root: string, { count, days }: KeepRuns, now: Date, except: string | null = null): RetainedRuns {
  const runs = listRuns(root).filter((id) => RUN_ID.test(id));
  const first = days === null ? -Infinity : now.getTime() - days * 86_400_000;
  const old = runs.filter((id, place) => id !== except && ((count !== null && place >= count) || startOf(id) < first));
  if (old.length === 0) return { removed: [], problems: [] };
  const kept = keptRuns(root);
  const labelled = new LabelledRuns(root);
  const removed: RemovedRun[] = [];
  const problems: string[] = [];
  for (const id of old) {
    try {
      const prompts = promptsOf(root, id);
      // What cannot be read may be of a newer version, and who labelled it is not known.
      if (prompts === null || kept.has(id) || isOpenBatch(root, id) || labelled.has(id, prompts)) continue;
      const bytes = removeRun(root, id);
      if (bytes !== null) removed.push({ id, bytes });
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  return { removed, problems };
}

/** As `removeRun`, of a run that nobody has named, labelled or compared with. */
export function removeUnlessKept(root: string, id: string): number | null {
  const prompts = promptsOf(root, id);
  return prompts === null || keptRuns(root).has(id) || new LabelledRuns(root).has(id, prompts) ? null : removeRun(root, id);
}

/** Removes the journal of a run and the folder of its batch; gives their bytes. Null: it is in progress. @throws as `fs` says it. */
export function removeRun(root: string, id: string): number | null {
  const file = journalToWrite(root, id);
  const lock = takeLock(`${file}.lock`);
  if (lock === null) return null;
  try {
    const bytes = lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const batch = dataFolder(root).readable('batches', id);
    if (batch !== null) rmSync(batch, { recursive: true, force: true });
    rmSync(file, { force: true });
    return bytes;
  } finally {
    lock.release();
  }
}

/** Null: the journal cannot be read. */
function promptsOf(root: string, id: string): string[] | null {
  const file = storedJournal(root, id);
  const ends = file === null ? null : readJournalEnds(file);
  return ends === null ? null : [...new Set(ends.head.candidates.map(({ prompt }) => prompt.path))];
}

/** ms since 1970, as the id says it. */
const startOf = (id: string): number => Date.parse(id.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2}).*$/, '$1-$2-$3T$4:$5:$6Z'));
