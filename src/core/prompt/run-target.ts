/** A prompt with all that is needed to run it. */
import type { PromptDocument, PartialSource } from './document.ts';
import type { GoldenCase } from '../golden/case.ts';

/** The prompt that takes the variables. */
export interface PromptWithLists {
  readonly document: PromptDocument;
  /** Variables that its template walks as lists. */
  readonly listVariables: readonly string[];
}

/** A prompt with all that is needed to run it. */
export interface RunTarget extends PromptWithLists {
  readonly partials: readonly PartialSource[];
  readonly cases: readonly GoldenCase[];
  readonly version: string;
  /** The git ref that the prompt was read from; null: the working tree. */
  readonly ref: string | null;
  /** Hash of the golden set. */
  readonly golden: string;
  /** The git ref that the golden cases were read from, where a change is also judged by those of its base; absent: the working tree. */
  readonly casesFrom?: string;
}
