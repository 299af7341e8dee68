/** The port to judge prompts and the models that answer for them. */
import type { AssertionSpec } from '../grade/assertion.ts';
import type { Parameters, PartialSource, PromptDocument } from '../prompt/document.ts';
import type { ModelClient } from '../model/model-client.ts';
import type { LlmEvaluator } from '../grade/choice-evaluator.ts';

/** A judge is a prompt, with its own version, model and cost. */
export interface Judge {
  /** As the prompt is called. */
  readonly name: string;
  readonly version: string;
  readonly document: PromptDocument;
  readonly partials: readonly PartialSource[];
  readonly client: ModelClient;
  readonly parameters: Parameters;
  /** Tokens of thinking and answer at most; null: not known. Absent: it does not think. */
  readonly thinksAtMost?: number | null;
}

/** The port to judge prompts and their models. */
export interface Judges {
  /** The judge for a built-in prompt's name, as the assertion and goldset.yaml have it. @throws {ConfigurationError} */
  judge(prompt: string, spec: AssertionSpec): Promise<Judge>;
  /** A judge whose prompt stands in a `.prompt.yml`. @throws {ConfigurationError} */
  inline(evaluator: LlmEvaluator, spec: AssertionSpec): Promise<Judge>;
  /** What turns text into vectors. @throws {ConfigurationError} */
  embedder(spec: AssertionSpec): Promise<ModelClient>;
}
