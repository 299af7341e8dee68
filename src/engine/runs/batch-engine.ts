/** Batches of the editor: submitted, looked at, graded, cancelled. Part of the engine's bundle; knows no editor. */
import { clientsOf, newBatch, openBatch, type BatchSession, type OpenBatch } from '../../adapters/batch/run-batch.ts';
import { refuseUnbatched, type BatchStep } from '../../adapters/batch/batch-job.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import type { Workspaces } from '../../adapters/workspace/workspaces.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import type { KeySource } from '../../adapters/models/keys.ts';
import type { BatchState } from '../../core/batch/batch-log.ts';
import { requireTrusted } from '../workspaces/restricted-mode.ts';
import type { PreparedRun, RunEngine } from './run-engine.ts';

/** Calls at once, of models that have no batch service. */
const CONCURRENCY = 8;

export interface BatchCheck {
  readonly state: BatchState;
  /** Why nothing more is submitted; null: something is under way, or it has ended. */
  readonly stopped: string | null;
}

export interface BatchCheckOptions {
  readonly signal: AbortSignal;
  /** USD instead of the cap that it was submitted with; null: that one. */
  readonly cap: number | null;
  /** Nobody asked for it, so nobody is asked about keys. */
  readonly isQuiet: boolean;
}

export class BatchEngine {
  constructor(
    private readonly runs: RunEngine,
    private readonly workspaces: Workspaces,
    private readonly keys: { readonly keys: KeySource; readonly quietKeys: KeySource },
    private readonly isTrusted: () => boolean,
  ) {}

  /** @throws {ConfigurationError} when nothing of it can be asked by batch. */
  refuseUnbatched({ plan, judged }: PreparedRun): void {
    refuseUnbatched(clientsOf(plan, judged));
  }

  /** Writes the batch down and submits it. @throws {HumanError} */
  async submit({ id, plan, workspace }: PreparedRun, cap: number | null, signal: AbortSignal): Promise<BatchCheck> {
    return advanced(await newBatch(plan, id, this.sessionOf(workspace, false), { cap, refresh: false }), signal);
  }

  /** Looks at the provider, takes in what is answered, and grades when all is. @throws {HumanError} */
  async check(root: string, id: string, { cap, isQuiet, signal }: BatchCheckOptions): Promise<BatchCheck> {
    const workspace = await this.workspaces.open(root);
    refuseBrokenSettings(workspace);
    return advanced(await openBatch(id, this.sessionOf(workspace, isQuiet), cap), signal);
  }

  /** @throws {HumanError} */
  async cancel(root: string, id: string, signal: AbortSignal): Promise<BatchCheck> {
    const batch = await openBatch(id, this.sessionOf(await this.workspaces.open(root), false), null);
    return advanced(batch, signal, () => batch.job.cancel(signal));
  }

  private sessionOf(workspace: Workspace, isQuiet: boolean): BatchSession {
    requireTrusted(this.isTrusted());
    const { keys, quietKeys } = this.keys;
    return {
      workspace,
      evaluator: this.runs.evaluatorOf(workspace),
      ...this.runs.modelsAndJudges(workspace, isQuiet ? quietKeys : keys),
      code: this.runs.codeOf(workspace),
      concurrency: CONCURRENCY,
      abort: new AbortController(),
      emit: () => undefined,
    };
  }
}

async function advanced(batch: OpenBatch, signal: AbortSignal, before: () => Promise<void> = () => Promise.resolve()): Promise<BatchCheck> {
  try {
    await before();
    return lookOf(await batch.job.advance(signal));
  } finally {
    batch.close();
  }
}

const lookOf = (step: BatchStep): BatchCheck => ({ state: step.state, stopped: step.kind === 'stopped' ? step.stop.message : null });
