/** One side of a comparison: a candidate and what it answered. */
import type { CandidateHead } from '../results/candidate-head.ts';
import type { ResultOutline } from '../results/result-list.ts';

export interface SideInput {
  readonly head: CandidateHead;
  readonly outlines: readonly ResultOutline[];
  /** Of an earlier run; null: of this one. */
  readonly run: string | null;
  /** Results of an earlier run that cannot be read, or that it never had; absent: no result is missing. */
  readonly missing?: number;
  /** The text of an answer of it; null: it is gone. Absent: answers are not at hand, so labels of them count for nothing. */
  readonly outputOf?: (outline: ResultOutline) => string | null;
}
