/** What a run is likely to spend, and whether a person is asked before it does. One arithmetic for the command line and the editor. */
import { count } from '../figures.ts';
import type { JudgedPlan } from '../judge/judged-plan.ts';
import { assumedCost, assumedJudgeCost, isUnpriced, likelyCost } from './estimate.ts';
import type { Candidate, Plan } from './plan.ts';

/** US dollars above which a person is asked, where goldset.yaml does not say. */
const ASK_ABOVE = 0.1;

export interface SpendInput {
  readonly plan: Plan;
  readonly judged: JudgedPlan;
  /** Calls by candidate id: those of a dry run, or all of them. */
  readonly callsOf: ReadonlyMap<string, number>;
  /** USD of one call of a candidate; null: not known. */
  readonly perCallUsd: (candidate: Candidate) => number | null;
}

export interface SpendEstimate {
  /** Answers that are asked for. */
  readonly calls: number;
  readonly judgements: number;
  /** USD of the answers; null: not known of some of them. */
  readonly likelyUsd: number | null;
  /** USD of answers and judgements, each of usual length where nothing is known; what has no price is left out. Decides whether to ask. */
  readonly assumedUsd: number;
  /** As `unpricedIn`. */
  readonly unpriced: readonly string[];
}

/** More calls never make it less, so an estimate of all samples that stays below a limit needs no dry run. */
export function estimateSpend({ plan, judged, callsOf, perCallUsd }: SpendInput): SpendEstimate {
  return {
    calls: plan.candidates.reduce((sum, { candidate }) => sum + (callsOf.get(candidate.id) ?? 0), 0),
    judgements: judged.judgements,
    likelyUsd: likelyCost(plan, { callsOf }, perCallUsd),
    assumedUsd: assumedCost(plan, { callsOf }, perCallUsd) + assumedJudgeCost(judged),
    unpriced: unpricedIn({ plan, judged, callsOf }),
  };
}

/** Ids of models and judges that are asked and have no price, each once: a cap cannot hold them. */
export function unpricedIn({ plan, judged, callsOf }: Omit<SpendInput, 'perCallUsd'>): string[] {
  const asked = plan.candidates.flatMap(({ candidate: { id, client } }) => ((callsOf.get(id) ?? 0) > 0 ? [client] : []));
  return [...new Set([...asked, ...judged.clients].filter(isUnpriced).map(({ id }) => id))];
}

/** Every sample of a plan as a call, by candidate id: no answer counts as known. */
export const callsOfAll = ({ candidates, repeats }: Plan): Map<string, number> =>
  new Map(candidates.map(({ candidate, cases }) => [candidate.id, cases.length * repeats]));

/** Whether a run may cost more than the user wants to spend unasked. `askAbove`: USD; null: goldset.yaml does not say. */
export const asksBefore = ({ calls, judgements, assumedUsd }: SpendEstimate, askAbove: number | null): boolean =>
  calls + judgements > 0 && assumedUsd > (askAbove ?? ASK_ABOVE);

/** `, and 84 judgements by openai:gpt-6-sol`; empty: nothing is judged. */
export const judgesText = ({ clients, judgements }: JudgedPlan): string =>
  judgements === 0 ? '' : `, and ${count(judgements)} judgements by ${clients.map(({ id }) => id).join(', ')}`;
