/** One side of a comparison: a candidate and what it answered. */
import type { CandidateHead } from '../results/candidate-head.ts';
import type { ResultOutline } from '../results/result-list.ts';

export interface SideInput {
  readonly head: CandidateHead;
  readonly outlines: readonly ResultOutline[];
  /** Of an earlier run; null: of this one. */
  readonly run: string | null;
}
