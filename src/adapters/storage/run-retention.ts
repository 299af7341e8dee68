/** How long runs are kept: `keepRuns` of goldset.yaml. A run goes with the folder of its batch. */
import { existsSync, lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import { KEEP_ALL_RUNS, type KeepRuns } from '../../core/config/keep-runs.ts';
import { readGoldsetYaml } from '../../core/config/goldset-yaml.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { readTextSync } from '../bounded-file.ts';
import { dataFolder } from './data-folder/data-folder.ts';
import { readJournalEnds } from './journal-file.ts';
import { keptRuns, keptRunsProblem, LabelledRuns } from './kept-runs.ts';
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
export function removeOldRuns(root: string, { count, days }: KeepRuns, now: Date): RetainedRuns {
  return removeRuns(root, oldRuns(root, { count, days }, now));
}

/**
 * As `removeOldRuns`, at the end of a run. Runs beyond `count` wait until they are a tenth of it: to find labels, folders are searched. Those that
 * are older than `days` do not wait.
 */
export function removeOldRunsAfter(root: string, run: string, { count, days }: KeepRuns, now: Date): RetainedRuns {
  const old = oldRuns(root, { count, days }, now).filter((id) => id !== run);
  const isDue = old.length > Math.floor((count ?? 0) / 10) || oldRuns(root, { count: null, days }, now).some((id) => id !== run);
  return removeRuns(root, isDue ? old : []);
}

function oldRuns(root: string, { count, days }: KeepRuns, now: Date): string[] {
  const first = days === null ? -Infinity : now.getTime() - days * 86_400_000;
  return storedIds(root).filter((id, place) => (count !== null && place >= count) || startOf(id) < first);
}

function removeRuns(root: string, old: readonly string[]): RetainedRuns {
  if (old.length === 0) return { removed: [], problems: [] };
  const kept = keptRuns(root);
  const problem = keptRunsProblem(kept);
  if (problem !== null) return { removed: [], problems: [problem] };
  const labelled = new LabelledRuns(root);
  const removed: RemovedRun[] = [];
  const problems: string[] = [];
  for (const id of old) {
    try {
      // A journal that cannot be read may be of a newer version.
      if (promptsOf(root, id) === null || kept.reasons.has(id) || isOpenBatch(root, id) || labelled.has(id)) continue;
      const bytes = removeRun(root, id);
      if (bytes !== null) removed.push({ id, bytes });
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  return { removed, problems };
}

/** Ids of runs, and of batches whose journal is gone, newest first. */
const storedIds = (root: string): string[] =>
  [...new Set([...listRuns(root), ...dataFolder(root).list('folders', BATCHES)])]
    .filter((id) => RUN_ID.test(id))
    .sort()
    .reverse();

/** As `removeRun`, of a run of just now that no person has named or labelled, and that nothing was compared with. */
export function removeUnlessKept(root: string, id: string): number | null {
  const prompts = promptsOf(root, id);
  const kept = keptRuns(root);
  if (prompts === null || keptRunsProblem(kept) !== null || kept.reasons.has(id) || new LabelledRuns(root).hasBeside(id, prompts))
    return null;
  return removeRun(root, id);
}

/** Removes the journal of a run and the folder of its batch; gives their bytes. Null: it is in progress. @throws as `fs` says it. */
export function removeRun(root: string, id: string): number | null {
  const file = journalToWrite(root, id);
  const lock = takeLock(`${file}.lock`);
  if (lock === null) return null;
  try {
    const batch = dataFolder(root).readable(BATCHES, id);
    const parts = dataFolder(root).list('files', BATCHES, id);
    const bytes = [file, ...parts.map((name) => path.join(batch ?? '', name))].reduce((sum, each) => sum + sizeOf(each), 0);
    if (batch !== null) rmSync(batch, { recursive: true, force: true });
    rmSync(file, { force: true });
    return bytes;
  } finally {
    lock.release();
  }
}

const BATCHES = 'batches';

const sizeOf = (file: string): number => lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Null: the journal cannot be read. Of a batch whose journal is gone no prompt is known. */
function promptsOf(root: string, id: string): string[] | null {
  const file = storedJournal(root, id);
  if (file === null) return [];
  const ends = readJournalEnds(file);
  return ends === null ? null : [...new Set(ends.head.candidates.map(({ prompt }) => prompt.path))];
}

/** ms since 1970, as the id says it. */
const startOf = (id: string): number => Date.parse(id.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2}).*$/, '$1-$2-$3T$4:$5:$6Z'));
