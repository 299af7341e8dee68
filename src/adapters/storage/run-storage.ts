/** What a run needs on disk: its journal, new or interrupted, and the answers that are known. */
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { AnswerStore } from '../../core/calls/answers.ts';
import { planIdentity, type Plan } from '../../core/run/plan.ts';
import { resumedFrom, type Resumed } from '../../core/results/resume.ts';
import type { JournalHead } from '../../core/results/journal.ts';
import { systemClock } from '../clock.ts';
import { CacheThenJournals } from './journal-answers.ts';
import { JournalFile, readJournalEnds, readJournalStart } from './journal-file.ts';
import { DEFAULT_LIMITS, pruneCache } from './response-cache/prune.ts';
import { FolderClaims } from './response-cache/request-claims.ts';
import { ResponseCache } from './response-cache/response-cache.ts';
import { keepRunsOf, removeOldRunsAfter } from './run-retention.ts';
import { isOpenBatch, journalToWrite, listRuns, storedJournal } from './run-files.ts';
import { refuseForeign } from './stored-side.ts';
import { sha256 } from '../hash.ts';

export interface RunStorage {
  readonly root: string;
  readonly id: string;
  readonly journal: JournalFile;
  readonly answers: AnswerStore;
  readonly resumed: Resumed | null;
  close(): void;
}

/** A new run. */
export function newRunStorage(root: string, plan: Plan, id: string): RunStorage {
  return storageOf(root, plan, id, JournalFile.create(journalToWrite(root, id)), null);
}

/**
 * An interrupted run; `given` null: the newest of this plan. `isBatch`: it is the batch itself that goes on.
 * @throws {ConfigurationError} when there is none, or the plan is another by now.
 */
export function resumedRunStorage(root: string, plan: Plan, given: string | null, isBatch = false): RunStorage {
  const id = given ?? newestUnfinished(root, plan);
  if (id === null)
    throw new ConfigurationError(
      'resume/none',
      'No interrupted run of this plan.',
      'Run without --resume. Answers that you already paid for come from the response cache.',
    );
  if (!isBatch && isOpenBatch(root, id))
    throw new ConfigurationError(
      'resume/batch',
      `Run ${id} is a batch that is still in progress.`,
      `Continue it: goldset batch wait ${id}`,
    );
  const file = journalToWrite(root, id);
  const stored = storedJournal(root, id);
  const ends = stored === null ? null : readJournalEnds(file);
  if (stored !== null && ends === null) refuseForeign(file, readJournalStart(file));
  if (ends === null) throw new ConfigurationError('resume/missing', `There is no run ${id}.`, 'Runs are in .goldset/runs/.');
  if (ends.head.plan !== planIdentity(plan, sha256))
    throw new ConfigurationError(
      'resume/changed',
      `Run ${id} has another plan: its prompts, golden cases, models, parameters or repeats have changed since.`,
      'Run without --resume. Unchanged requests are answered from the response cache.',
    );
  const { journal, content } = JournalFile.resume(file);
  if (content.tooLong > 0) journal.close();
  refuseForeign(id, content);
  return storageOf(root, plan, id, journal, resumedFrom(content));
}

/** The newest run of this workspace, when it did not end; null: it did, or there is none. */
export function interruptedRun(root: string): JournalHead | null {
  const id = listRuns(root).find((item) => !isOpenBatch(root, item));
  const file = id === undefined ? null : storedJournal(root, id);
  const ends = file === null ? null : readJournalEnds(file);
  return ends === null || ends.isComplete ? null : ends.head;
}

function newestUnfinished(root: string, plan: Plan): string | null {
  const identity = planIdentity(plan, sha256);
  for (const id of listRuns(root)) {
    if (isOpenBatch(root, id)) continue;
    const file = storedJournal(root, id);
    const ends = file === null ? null : readJournalEnds(file);
    if (ends?.head.plan === identity && !ends.isComplete) return id;
  }
  return null;
}

function storageOf(root: string, plan: Plan, id: string, journal: JournalFile, resumed: Resumed | null): RunStorage {
  const cache = new ResponseCache(root);
  const { now, sleep } = systemClock;
  const claims = new FolderClaims(root, { find: (key, account) => cache.findFresh(key, account), now, sleep });
  const candidates = new Set(plan.candidates.map(({ candidate }) => candidate.id));
  return {
    root,
    id,
    journal,
    answers: new CacheThenJournals(cache, root, candidates, id, claims),
    resumed,
    close: () => {
      journal.close();
      cache.close();
      tidy(root, id);
    },
  };
}

/** What cannot be deleted is no reason to lose a report: the next run tries again, and `goldset data prune` says why. */
function tidy(root: string, id: string): void {
  try {
    pruneCache(root, DEFAULT_LIMITS, Date.now());
    removeOldRunsAfter(root, id, keepRunsOf(root), new Date());
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
