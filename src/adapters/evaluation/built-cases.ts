/** Prompts that a function of the program builds, with what it returns for their cases. */
import { ConfigurationError, isHumanError } from '../../core/problems/errors.ts';
import { countedInputs } from '../../core/economics/rendered-cases.ts';
import type { Evaluator, RenderJob } from '../../core/evaluation/evaluator.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { BuildProblem, BuiltAnswers } from '../../core/prompt/built/built-answer.ts';
import { withFirstRequest } from '../../core/prompt/built/read-built.ts';
import type { PromptDocument } from '../../core/prompt/document.ts';
import { fileOfPrompt, isPromptfooPath } from '../../core/prompt/formats/prompt-name.ts';
import { expandLists } from '../../core/prompt/expand-lists.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';

/** Who calls the functions that build prompts. */
export interface Builds {
  /**
   * Empty for a prompt without a function. `signal` ends the call that is under way.
   * @throws {HumanError} when the function may not be called, is not that of the document, or was stopped.
   */
  answers(document: PromptDocument, inputs: readonly JsonObject[], signal?: AbortSignal): Promise<BuiltAnswers>;
}

/** A job of rendering with what the function of its prompt returns; a job of another prompt as it is. @throws as `answers`. */
export async function builtJob(builds: Builds, job: RenderJob): Promise<RenderJob> {
  const { document, data } = job;
  if (document.template.kind !== 'built') return job;
  const inputs = data.map(({ input }) => ({ ...document.input.defaults, ...input }));
  return { ...job, built: await builds.answers(document, inputs) };
}

/** An evaluator for one workspace: the functions of the workspace build its prompts before they are rendered. */
export const buildingEvaluator = (evaluator: Evaluator, builds: Builds): Evaluator => ({
  render: async (job) => evaluator.render(await builtJob(builds, job)),
  grade: (job) => evaluator.grade(job),
  ...(evaluator.measureMedia === undefined ? {} : { measureMedia: evaluator.measureMedia }),
});

/** Cases that are tried until one tells the model and the parameters. */
const TRIED = 3;

/** What is returned for the cases that are counted, or why nothing is: for an analysis, which says so and goes on. */
export async function builtForAnalysis(builds: Builds, { document, cases }: RunTarget): Promise<BuiltAnswers | BuildProblem> {
  try {
    return await builds.answers(document, countedInputs({ cases }));
  } catch (error) {
    if (!isHumanError(error)) throw error;
    return { code: error.code, problem: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

/** Variables of the cases that tell the model, the parameters and the tools: those of the first ones. */
export const firstInputs = (target: RunTarget): JsonObject[] =>
  target.cases.slice(0, TRIED).flatMap((goldenCase) =>
    expandLists(goldenCase, target)
      .slice(0, 1)
      .map(({ vars }) => vars),
  );

/**
 * The document with the model, the parameters and the tools that its function returns for the first of these variables that it builds; any
 * other document as it is. @throws {ConfigurationError} when it builds none of them.
 */
export async function settledDocument(builds: Builds, document: PromptDocument, inputs: readonly JsonObject[]): Promise<PromptDocument> {
  if (document.template.kind !== 'built') return document;
  const answers = [...(await builds.answers(document, inputs.length === 0 ? [{}] : inputs)).values()];
  const first = answers.find((answer) => !('problem' in answer));
  if (first !== undefined && !('problem' in first)) return withFirstRequest(document, first);
  const [failed] = answers;
  if (failed === undefined || !('problem' in failed)) return document;
  throw new ConfigurationError(failed.code, `${document.path}: ${failed.problem}`, failed.hint);
}

/** Whether a function may build the prompt of a file: goldset.yaml names one, or a promptfoo config can. */
export const mayBeBuilt = ({ prompts }: GoldsetConfig, file: string): boolean =>
  isPromptfooPath(fileOfPrompt(file)) || [...prompts.values()].some(({ build }) => build !== null);
