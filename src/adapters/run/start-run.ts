/** A run with the world behind it: the clock, the worker, the disk. The command line and the editor start theirs here. */
import { executeRun, type RunOptions } from '../../core/run/execute.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import type { RunEvent } from '../../core/run/events.ts';
import type { ReadMedia } from '../../core/prompt/media.ts';
import type { Plan } from '../../core/run/plan.ts';
import type { RunReport } from '../../core/run/report.ts';
import { systemClock } from '../clock.ts';
import type { CodeRunner } from '../../core/grade/code-assertion.ts';
import type { Judges } from '../../core/judge/judges-port.ts';
import { mediaReader } from '../workspace/media-files.ts';
import { ComparedLabels } from '../storage/compared-labels.ts';
import { JudgeCalibrations } from '../storage/judge-calibrations.ts';
import { ScoreStore } from '../storage/score-store.ts';
import type { RunStorage } from '../storage/run-storage.ts';
import { sha256 } from '../hash.ts';

declare const GOLDSET_VERSION: string;

export interface StartRunOptions extends Omit<RunOptions, 'id' | 'toolVersion' | 'resumed'> {
  readonly emit: (event: RunEvent) => void;
  readonly judges: Judges;
  /** Where files that a prompt names by their path come from; absent: from the workspace. */
  readonly readMedia?: ReadMedia;
  /** Null: the workspace is not trusted, so its code does not run. */
  readonly code: CodeRunner | null;
  /** What it asks is in no golden set, so it scores nothing. */
  readonly isTrial?: boolean;
}

export async function startRun(
  plan: Plan,
  evaluator: Evaluator,
  storage: RunStorage,
  { emit, judges, code, readMedia: given, isTrial = false, ...options }: StartRunOptions,
): Promise<RunReport> {
  const { root, id, journal, answers, resumed } = storage;
  const { now, yieldToEventLoop, sleep } = systemClock;
  const ports = {
    evaluator,
    journal,
    answers,
    judges,
    code,
    readMedia: given ?? mediaReader(root, evaluator.measureMedia),
    hash: sha256,
    now,
    yieldToEventLoop,
    sleep,
    random: Math.random,
    date: () => new Date().toISOString(),
    emit,
  };
  const calibrations = options.calibrations ?? new JudgeCalibrations(root).of;
  const labels = options.labels ?? new ComparedLabels(root);
  const report = await executeRun(plan, ports, { ...options, calibrations, labels, id, resumed, toolVersion: GOLDSET_VERSION });
  if (!isTrial) new ScoreStore().keep(root, plan, report);
  return report;
}
