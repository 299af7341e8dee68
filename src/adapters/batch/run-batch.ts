/** A batch with the world behind it: its plan from disk, its models, its run. The command line and the editor work on theirs here. */
import { rmSync } from 'node:fs';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { CodeRunner } from '../../core/grade/code-assertion.ts';
import type { JudgedPlan } from '../../core/judge/judged-plan.ts';
import type { Judges } from '../../core/judge/judges-port.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import type { RunEvent } from '../../core/run/events.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { MediaFile, ReadMedia } from '../../core/prompt/media.ts';
import type { Plan } from '../../core/run/plan.ts';
import type { BatchHead } from '../../core/batch/batch-log.ts';
import { prepareJudges } from '../models/workspace-judges.ts';
import { startRun } from '../run/start-run.ts';
import { readJournalEnds } from '../storage/journal-file.ts';
import { journalToWrite, storedJournal } from '../storage/run-files.ts';
import { removeRun } from '../storage/run-retention.ts';
import { newRunStorage, resumedRunStorage, type RunStorage } from '../storage/run-storage.ts';
import type { Workspace } from '../workspace/root.ts';
import type { ModelOpener } from '../models/open-model.ts';
import { mediaReader } from '../workspace/media-files.ts';
import { BatchFiles } from './batch-files.ts';
import { BatchJob, createBatch, refuseUnbatched } from './batch-job.ts';
import { judgingPlan, keepVerdicts, refuseOtherJudge } from './judging-batch.ts';
import { judgingOf, restorePlan, storePlan, type Judging } from './stored-plan.ts';

export interface BatchSession {
  readonly workspace: Workspace;
  readonly evaluator: Evaluator;
  readonly models: ModelOpener;
  readonly judges: Judges;
  readonly code: CodeRunner | null;
  readonly concurrency: number;
  /** Ends what is asked at once; what is at the provider goes on. */
  readonly abort: AbortController;
  readonly emit: (event: RunEvent) => void;
}

export interface OpenBatch {
  readonly job: BatchJob;
  readonly plan: Plan;
  /** Whose verdicts become signals of interactions; null: an ordinary run. */
  readonly judging: Judging | null;
  /** Where the run's journal is. */
  readonly journal: string;
  close(): void;
}

/**
 * Writes down a batch of this plan; `advance` submits it. `criterion`: by which a judge grades stored answers, in words; null: an ordinary run.
 * @throws {ConfigurationError} when nothing in it can be asked by batch.
 */
export async function newBatch(
  plan: Plan,
  id: string,
  session: BatchSession,
  options: Pick<BatchHead, 'cap' | 'refresh'>,
  criterion: string | null = null,
): Promise<OpenBatch> {
  const { root } = session.workspace;
  const clients = clientsOf(plan, await prepareJudges(plan, session.judges));
  refuseUnbatched(clients);
  const judging = criterion === null ? null : await judgingPlan(plan, criterion, session.judges);
  const files = createBatch(root, id, storePlan(plan, root, judging), plan, { ...options, judging });
  return opened(files, plan, clients, session, { ...options, judging });
}

/**
 * `cap`: USD, instead of that which it was submitted with. `isForeign`: also one that another user or machine has submitted.
 * @throws {ConfigurationError} when there is none, or a model of it cannot be opened.
 */
export async function openBatch(id: string, session: BatchSession, cap: number | null, isForeign = false): Promise<OpenBatch> {
  const { root } = session.workspace;
  const files = BatchFiles.open(root, id);
  try {
    const { head } = files.state;
    if (head.seal !== files.seal && !isForeign) throw foreign(id);
    const stored = files.plan();
    const plan = await restorePlan(stored, root, (model, from) => session.models.open(model, from));
    return opened(files, plan, clientsOf(plan, await prepareJudges(plan, session.judges)), session, {
      cap: cap ?? head.cap,
      refresh: head.refresh,
      judging: judgingOf(stored),
    });
  } catch (error) {
    files.close();
    throw error;
  }
}

/** Of everybody who may be asked: candidates and judges. */
export function clientsOf(plan: Plan, judged: JudgedPlan): ModelClient[] {
  return [...new Set([...plan.candidates.map(({ candidate }) => candidate.client), ...judged.clients])];
}

function opened(
  files: BatchFiles,
  plan: Plan,
  clients: readonly ModelClient[],
  session: BatchSession,
  { cap, refresh, judging }: Pick<BatchHead, 'cap' | 'refresh'> & Pick<OpenBatch, 'judging'>,
): OpenBatch {
  const { workspace, evaluator, judges, code, concurrency, abort, emit } = session;
  const { root, config } = workspace;
  const { id } = files.state.head;
  let storage: RunStorage | null = null;
  const release = (): void => {
    storage?.close();
    storage = null;
  };
  const job = new BatchJob(
    files,
    {
      root,
      plan,
      clients,
      release,
      discard: () => {
        release();
        files.close();
        removeRun(root, id);
      },
      ...(judging === null ? {} : { keep: ({ results }, time) => void keepVerdicts(root, results, judging.criterion, time) }),
      pass: async (modelCaller) => {
        // Of a batch that is given up nothing more is asked.
        if (judging !== null && !files.state.isCancelling) await refuseOtherJudge(judging, plan, judges);
        release();
        storage = storageOf(root, plan, id);
        const { gate } = config;
        return startRun(plan, evaluator, storage, {
          concurrency,
          gate,
          cache: refresh ? 'refresh' : 'use',
          cap,
          abort,
          streamText: false,
          emit,
          judges,
          code,
          isTrial: judging !== null,
          modelCaller,
          // A day later the file may be another: the answers are of this one.
          readMedia: frozenMedia(files, mediaReader(root, evaluator.measureMedia)),
        });
      },
    },
    cap,
  );
  return {
    job,
    plan,
    judging,
    journal: journalToWrite(root, id),
    close: () => {
      release();
      files.close();
    },
  };
}

/** A part of a batch that an earlier version froze holds the address alone. */
const frozenMedia =
  (files: Pick<BatchFiles, 'frozen'>, read: ReadMedia): ReadMedia =>
  async (url, promptPath) => {
    const kept = await files.frozen(`${promptPath}\n${url}`, async () => JSON.stringify(await read(url, promptPath)));
    return kept.startsWith('data:') ? { url: kept } : (JSON.parse(kept) as MediaFile);
  };

const foreign = (id: string): ConfigurationError =>
  new ConfigurationError(
    'batch/foreign',
    `You did not submit the batch ${id} on this machine, so its plan does not run with your keys.`,
    'If you trust its source: goldset batch wait ID --from-elsewhere',
  );

/** A process that was killed may have left a journal without its first line. */
function storageOf(root: string, plan: Plan, id: string): RunStorage {
  const file = storedJournal(root, id);
  if (file !== null) {
    if (readJournalEnds(file) !== null) return resumedRunStorage(root, plan, id, true);
    rmSync(file);
  }
  return newRunStorage(root, plan, id);
}
