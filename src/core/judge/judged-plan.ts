import type { JudgementCost } from './judgement-cost.ts';
import type { ModelClient } from '../model/model-client.ts';

/** What the judges of a plan ask, found before anything is sent. */
export interface JudgedPlan {
  /** The models that judge, each once. */
  readonly clients: readonly ModelClient[];
  /** Judgements that the plan needs, each at least one call. */
  readonly judgements: number;
  /** By candidate id; absent: not known. */
  readonly costs?: ReadonlyMap<string, JudgementCost>;
}
