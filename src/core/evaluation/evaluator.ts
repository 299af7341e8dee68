/** The port to the place where untrusted templates, patterns and schemas run: it can be killed. */
import type { AssertionSpec, GradedOutput } from '../grade/assertion.ts';
import type { GradedResult } from '../grade/grade.ts';
import type { BuiltAnswers } from '../prompt/built/built-answer.ts';
import type { PartialSource, PromptDocument } from '../prompt/document.ts';
import type { RenderData, RenderedRequest } from '../prompt/request.ts';

export interface RenderJob {
  readonly document: PromptDocument;
  readonly partials: readonly PartialSource[];
  readonly data: readonly RenderData[];
  /** What the function of the prompt returned; absent: it has none. */
  readonly built?: BuiltAnswers;
  /** Segments are for previews and the prefix analysis; a run does without. */
  readonly segments: boolean;
}

export type RenderOutcome =
  | { readonly request: RenderedRequest }
  | { readonly problem: string; readonly code?: string; readonly hint?: string };

export interface GradeJob {
  readonly assertions: readonly AssertionSpec[];
  readonly threshold: number | null;
  readonly output: GradedOutput;
}

export interface Evaluator {
  /** One outcome per item of `data`. @throws {EvaluationTimeout} when it had to be killed. */
  render(job: RenderJob): Promise<readonly RenderOutcome[]>;
  /** @throws {EvaluationTimeout} when it had to be killed. */
  grade(job: GradeJob): Promise<GradedResult>;
  /** What the bytes of a PDF or of audio say; absent: nothing reads them here. @throws {EvaluationTimeout} when it had to be killed. */
  readonly measureMedia?: (base64: string) => Promise<MediaFacts>;
}

export interface MediaFacts {
  /** Of a PDF; null: not known. */
  readonly pages: number | null;
  /** Of audio; null: not known. */
  readonly seconds: number | null;
}
