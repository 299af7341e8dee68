/** What the worker thread can be asked to do: one entry a task. Arguments and results are plain data. */
import type { SourceScanJob } from '../workspace/source-scan.ts';
import type { GradedResult } from '../../core/grade/grade.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import type { TextEdit, TextRange } from '../../core/text/text.ts';
import type { RenamedField } from '../../core/prompt/code/rename-field.ts';
import type { CodeEditJob, RenameFieldJob, WorkspacePromptMove } from '../workspace/edit-code-prompt.ts';
import type { SourceText } from '../../core/prompt/code/read-code.ts';
import type { Diagnostic } from '../../core/problems/diagnostics.ts';
import type { GradeJob, MediaFacts, RenderJob, RenderOutcome } from '../../core/evaluation/evaluator.ts';
import type { ScriptedMatch, ScriptedRequest } from '../models/scripted/match.ts';
import type { Script } from '../models/scripted/script.ts';
import type { InsightsRead } from '../../core/feedback/insights/insights.ts';
import type { InsightsJob } from '../interactions/read-insights.ts';
import type { FailuresJob, FailuresRead } from '../interactions/read-failures.ts';
import type { DriftJob, DriftRead } from '../interactions/read-drift.ts';
import type { RetainJob, Retained } from '../interactions/retention.ts';
import type { PrunedData, PruneJob } from '../retention/prune-data.ts';
import type { InteractionAnswer, InteractionJob } from '../interactions/interaction-reader.ts';
import type { CaptureJob, CaptureReply } from '../capture/capture-job.ts';
import type { ParquetJob, ParquetSlice } from '../parquet/parquet-reader.ts';
import type { AnalyseJob, WorkspacePromptAnalysis } from '../analysis/prompt-analyst.ts';
import type { CountedRequest, CountJob } from '../analysis/request-counter.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';
import type { Workspace } from '../workspace/root.ts';
import type { GoldenEditJob } from '../workspace/golden-edit.ts';

export interface LoadJob {
  readonly workspace: Workspace;
  readonly file: string;
  /** What editors have not saved, by absolute path. */
  readonly unsaved: Readonly<Record<string, string>>;
  /** Golden cases to hand over at most; null: all. */
  readonly most: number | null;
}

export interface FoundCodePrompt {
  readonly name: string;
  readonly range: TextRange;
  /** It is a part of the prompt of a call. */
  readonly isContained: boolean;
}

export interface WorkerTasks {
  /** A prompt from its files, with its golden set. */
  load(job: LoadJob): Promise<LoadedPrompt>;
  /** The ids of the prompts of some source files. */
  scanSources(job: SourceScanJob): Promise<readonly string[]>;
  /** The ids of the used prompts of a source file. */
  usedCodePrompts(job: { readonly workspace: Workspace; readonly file: string }): Promise<readonly string[]>;
  /** The ids of the prompts that use a golden set. */
  promptsOfGolden(job: { readonly workspace: Workspace; readonly golden: string }): Promise<readonly string[]>;
  /** Where the prompts of a source file are. `path`: from the root. */
  codePrompts(job: SourceText): Promise<readonly FoundCodePrompt[]>;
  /** The text of a prompt in code as a file. */
  movePrompt(job: CodeEditJob): Promise<WorkspacePromptMove>;
  /** A field of the text of a prompt in code under another name, with every place that gives it its value. */
  renamePromptField(job: RenameFieldJob): Promise<RenamedField>;
  render(job: RenderJob): readonly RenderOutcome[];
  grade(job: GradeJob): GradedResult;
  /** Pages of a PDF, or the length of audio. `base64`: its bytes. */
  measureMedia(job: { readonly base64: string }): Promise<MediaFacts>;
  readGolden(job: { readonly path: string; readonly text: string }): GoldenHead;
  /** The next cases of a set that `readGolden` has read. */
  goldenSlice(job: { readonly from: number }): readonly GoldenCase[];
  editGolden(job: GoldenEditJob): Promise<readonly TextEdit[]>;
  matchScript(job: { readonly script: Script; readonly request: ScriptedRequest }): Promise<ScriptedMatch>;
  /** What a prompt costs, how it caches, and what is to be found about it. */
  analyse(job: AnalyseJob): Promise<WorkspacePromptAnalysis>;
  /** How many tokens a rendered request has; null: no model is known to count for. */
  countRequest(job: CountJob): Promise<CountedRequest | null>;
  /** Looks among stored interactions for a while. */
  interactions(job: InteractionJob): Promise<InteractionAnswer>;
  /** Sums up all that is new among stored interactions; of many, the first time takes a while. */
  insights(job: InsightsJob): Promise<InsightsRead>;
  /** Why answers fail and what they are about: reads all stored interactions of the window. */
  failures(job: FailuresJob): Promise<FailuresRead>;
  /** How inputs, outputs, retrieval and signals differ from before: reads all stored interactions of both times. */
  drift(job: DriftJob): Promise<DriftRead>;
  /** Deletes interactions that are too old, after adding up what they held. */
  retain(job: RetainJob): Promise<Retained>;
  /** Deletes what the rules of a workspace do not keep. `now`: ms since 1970. */
  prune(job: PruneJob): Promise<PrunedData>;
  /** Reads what an application sent, and writes it down. */
  capture(job: CaptureJob): Promise<CaptureReply>;
  /** Some rows of a Parquet file. */
  parquet(job: ParquetJob): Promise<ParquetSlice>;
}

/** Cases that travel in one message, so that no thread is busy for long with taking them in. */
export const GOLDEN_SLICE = 500;

export interface GoldenHead {
  readonly total: number;
  readonly hash: string;
  readonly diagnostics: readonly Diagnostic[];
}

export type TaskName = keyof WorkerTasks;
export type TaskArgs<K extends TaskName> = Parameters<WorkerTasks[K]>[0];
export type TaskResult<K extends TaskName> = Awaited<ReturnType<WorkerTasks[K]>>;

export interface TaskRequest {
  readonly id: number;
  readonly task: TaskName;
  readonly args: unknown;
}

export interface TaskFailure {
  readonly code: string | null;
  readonly message: string;
  readonly hint: string | null;
}

/** What a thread tells beside its replies: its id, for its processor time, or null; and that the code for a task is loaded. */
export type ThreadNews = { readonly thread: number | null } | { readonly began: number };

export type TaskReply = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: TaskFailure };
