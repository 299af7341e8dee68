/** What a try needs of the engine, and of the window. */
import type { CountedRequest, CountJob } from '../../adapters/analysis/request-counter.ts';
import type { ModelOpener } from '../../adapters/models/open-model.ts';
import type { GoldenEdit } from '../../adapters/workspace/golden-edit.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import type { NewCase } from '../../core/golden/edit/new-case.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Plan } from '../../core/run/plan.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { RenderedRequest } from '../../core/prompt/request.ts';
import type { TryModelGroup, TryPage } from '../../protocol/try.ts';

export type RootedLoad = LoadedPrompt & { readonly root: string };

export interface ListedInput {
  /** For `interaction`. */
  readonly id: string;
  readonly title: string;
}

/** The engine. */
export interface TryPorts {
  /** As the editor has the files. @throws {HumanError} */
  load(): Promise<RootedLoad>;
  workspace(): Promise<Workspace>;
  models(workspace: Workspace): ModelOpener;
  /** The prompt as its function, if one builds it, returns it for these variables. @throws {HumanError} */
  settled(loaded: RootedLoad, workspace: Workspace, variables: JsonObject): Promise<RunTarget>;
  evaluatorOf(workspace: Workspace, signal?: AbortSignal): Evaluator;
  /** Null: no model is named, or nothing is known of it. */
  count(job: CountJob): Promise<CountedRequest | null>;
  /** False: the person declined. */
  mayStart(plan: Plan, workspace: Workspace, refresh: boolean): Promise<boolean>;
  /** An edit that adds a case to the golden set of the prompt. @throws {HumanError} */
  addCase(loaded: RootedLoad, added: NewCase): Promise<GoldenEdit>;
  /** False in Restricted Mode. */
  isTrusted(): boolean;
  /** @throws {HumanError} in Restricted Mode. */
  requireTrusted(): void;
  /** Those of this prompt, the newest first. */
  interactions(loaded: RootedLoad): Promise<readonly ListedInput[]>;
  /** @throws {HumanError} when it is gone. */
  interaction(root: string, id: string): Promise<{ readonly interaction: Interaction; readonly day: string }>;
  modelGroups(own: readonly string[], scripted: readonly string[]): Promise<readonly TryModelGroup[]>;
  /** As a program that sends the same bytes. @throws {HumanError} when the model has no server. */
  programOf(request: RenderedRequest, sent: SentAs, workspace: Workspace, form: 'curl' | 'typescript' | 'python'): string;
}

export interface SentAs {
  readonly model: string;
  readonly version: string;
  readonly parameters: RunTarget['document']['parameters'];
}

/** The window. */
export interface TryWindow {
  readonly page: { readonly [K in keyof TryPage]: (args: Parameters<TryPage[K]>[0]) => void };
  /** Writes an edit of a golden set, so that undo takes it back. @throws {HumanError} */
  write(edit: GoldenEdit): Promise<void>;
  /** `scripted:` files of the workspace. */
  scripted(root: string): Promise<readonly string[]>;
}
