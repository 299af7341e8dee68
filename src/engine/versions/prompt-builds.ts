/**
 * Functions that build prompts, in the editor: those of each workspace, and what they returned last. Only runs and commands call them, in
 * trusted workspaces. What follows the typing counts what was built before, and says so where that is not of the code as it is now.
 */
import { withFirstBuilt, type BuiltBefore } from '../../adapters/analysis/built-analysis.ts';
import type { WorkspacePromptAnalysis, AnalyseJob } from '../../adapters/analysis/prompt-analyst.ts';
import { buildingEvaluator, builtForAnalysis, firstInputs, settledDocument, type Builds } from '../../adapters/evaluation/built-cases.ts';
import { BuildFunctions } from '../../adapters/process/build-functions.ts';
import { PromptIndex } from '../../adapters/workspace/prompt-index.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import { shownPath, type Workspace } from '../../adapters/workspace/root.ts';
import { countedInputs } from '../../core/economics/rendered-cases.ts';
import { fileOfPrompt, isPromptfooPath } from '../../core/prompt/formats/prompt-name.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import type { Permit } from '../../core/trust/execution.ts';
import { Newest } from '../../core/collections/newest.ts';
import type { BuiltAnswer } from '../../core/prompt/built/built-answer.ts';
import type { JsonValue } from '../../core/json/json.ts';
import type { PromptDocument, TestGenerator } from '../../core/prompt/document.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';

/** Prompts of which the last answers are kept, and answers of each. */
const KEPT_PROMPTS = 100;
const KEPT_ANSWERS = 500;

interface WorkspaceFunctions {
  /** What of goldset.yaml decides how they run. */
  readonly settings: string;
  readonly functions: BuildFunctions;
}

/** What analyses of the editor need of the worker. */
export interface Analyser {
  analyse(job: AnalyseJob): Promise<WorkspacePromptAnalysis>;
}

export class PromptBuilds {
  private readonly workspaces = new Map<string, WorkspaceFunctions>();
  private readonly last = new Newest<BuiltBefore>(KEPT_PROMPTS);

  /** `compiler`: the bundle that compiles TypeScript. */
  constructor(
    private readonly compiler: string,
    private readonly permit: Permit,
  ) {}

  /** Ends all processes. */
  dispose(): void {
    for (const { functions } of this.workspaces.values()) functions.dispose();
    this.workspaces.clear();
  }

  /** Renders the prompts of a workspace. `signal` ends a call that is under way. */
  evaluatorOf(workspace: Workspace, evaluator: Evaluator, signal?: AbortSignal): Evaluator {
    return buildingEvaluator(evaluator, this.buildsOf(workspace, signal));
  }

  /** The prompt with the model, parameters and tools that its function returns; any other prompt as it is. @throws {HumanError} */
  async settled(loaded: LoadedPrompt, workspace: Workspace): Promise<LoadedPrompt> {
    const document = await this.settledDocumentOf(loaded.target, workspace);
    if (document === loaded.target.document) return loaded;
    return { ...loaded, target: { ...loaded.target, document }, reading: { ...loaded.reading, document } };
  }

  /** As `settled`, of the document alone. */
  settledDocumentOf(target: RunTarget, workspace: Workspace, inputs = firstInputs(target)): Promise<PromptDocument> {
    return settledDocument(this.buildsOf(workspace), target.document, inputs);
  }

  /** As `settled`, by what the function returned before: it is not called. */
  settledBefore(loaded: LoadedPrompt, workspace: Workspace): LoadedPrompt {
    const { template, path: shown } = loaded.target.document;
    const known = this.last.get(keyOf(workspace, shown));
    return template.kind === 'built' && known?.content === template.content ? withFirstBuilt(loaded, known.answers) : loaded;
  }

  /** What a function that makes tests of a promptfoo config returns. @throws {HumanError} when it may not be called, or fails. */
  tests(generator: TestGenerator, workspace: Workspace): Promise<JsonValue> {
    return this.functionsOf(workspace).tests(generator);
  }

  /** Forgets what the function of a prompt returned, so that a run calls it. */
  forget({ target: { document } }: LoadedPrompt, workspace: Workspace): void {
    if (document.template.kind === 'built') this.functionsOf(workspace).forget(document.template.build);
  }

  /**
   * Calls the function of a prompt for the cases that are counted; the analyses after that count what it returned. False: no function builds
   * this prompt. @throws {HumanError} when it may not be called, or `signal` stopped it.
   */
  async build(loaded: LoadedPrompt, workspace: Workspace, signal: AbortSignal): Promise<boolean> {
    if (loaded.target.document.template.kind !== 'built') return false;
    this.forget(loaded, workspace);
    this.last.delete(keyOf(workspace, loaded.target.document.path));
    await this.buildsOf(workspace, signal).answers(loaded.target.document, countedInputs(loaded.target));
    return true;
  }

  /** What an analysis of a prompt counts without calling its function; nothing for a prompt without one. */
  before(file: string, workspace: Workspace): Pick<AnalyseJob, 'before'> {
    if (!canBeBuilt(file, workspace)) return {};
    return { before: this.last.get(keyOf(workspace, shownPath(workspace.root, file))) ?? { content: null, answers: new Map() } };
  }

  /** Analyses what the functions of the workspace return: they are called. */
  analyserOf(workspace: Workspace, load: (file: string) => Promise<LoadedPrompt>, analyser: Analyser): Analyser {
    const builds = this.buildsOf(workspace);
    return {
      analyse: async (job) => {
        if (!canBeBuilt(job.file, workspace)) return analyser.analyse(job);
        const { target } = await load(job.file);
        if (target.document.template.kind !== 'built') return analyser.analyse(job);
        return analyser.analyse({ ...job, built: await builtForAnalysis(builds, target) });
      },
    };
  }

  /** The functions of a workspace; what they return is kept for analyses. */
  private buildsOf(workspace: Workspace, signal?: AbortSignal): Builds {
    return {
      answers: async (document, inputs) => {
        if (document.template.kind !== 'built') return new Map();
        const answers = await this.functionsOf(workspace).answers(document, inputs, signal);
        this.keep(keyOf(workspace, document.path), document.template.content, answers);
        return answers;
      },
    };
  }

  private keep(key: string, content: string, answers: ReadonlyMap<string, BuiltAnswer>): void {
    const known = this.last.get(key);
    const merged = new Map(known?.content === content ? known.answers : []);
    for (const [variables, answer] of answers) {
      merged.delete(variables);
      merged.set(variables, answer);
    }
    const oldest = [...merged.keys()].slice(0, Math.max(0, merged.size - KEPT_ANSWERS));
    for (const variables of oldest) merged.delete(variables);
    this.last.set(key, { content, answers: merged });
  }

  private functionsOf({ root, settingsRoot = root, config }: Workspace): BuildFunctions {
    const settings = JSON.stringify(config.code);
    const known = this.workspaces.get(settingsRoot);
    if (known?.settings === settings) return known.functions;
    known?.functions.dispose();
    const functions = new BuildFunctions(settingsRoot, config.code, this.permit, this.compiler);
    this.workspaces.set(settingsRoot, { settings, functions });
    return functions;
  }
}

const keyOf = ({ root }: Workspace, shown: string): string => `${root}\u0000${shown}`;

const canBeBuilt = (file: string, workspace: Workspace): boolean =>
  new PromptIndex(workspace).buildOf(file) !== null || isPromptfooPath(fileOfPrompt(file));
