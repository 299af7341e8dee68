/** What a run is likely to spend, and whether a person is asked before it does. One arithmetic for the command line and the editor. */
import { quantity, usd } from '../figures.ts';
import type { JudgedPlan } from '../judge/judged-plan.ts';
import { assumedCost, assumedJudgeCost, isUnpriced, likelyCost } from './estimate.ts';
import type { CallCost } from './call-cost.ts';
import type { Candidate, Plan } from './plan.ts';

/** US dollars above which a person is asked, where goldset.yaml does not say. */
const ASK_ABOVE = 0.1;

export interface SpendInput {
  readonly plan: Plan;
  readonly judged: JudgedPlan;
  /** Calls by candidate id: those of a dry run, or all of them. */
  readonly callsOf: ReadonlyMap<string, number>;
  /** USD of one call of a candidate. */
  readonly perCallUsd: (candidate: Candidate) => CallCost;
}

export interface SpendEstimate {
  /** Requests for answers. */
  readonly calls: number;
  readonly judgements: number;
  /** USD of the answers; null: not known of some of them. */
  readonly likelyUsd: number | null;
  /** USD of the answers at least and at most, where thinking is not measured: null of `high` is no known limit. Null: nothing is open, or more than thinking is not known. */
  readonly rangeUsd: { readonly low: number; readonly high: number | null } | null;
  /** USD of `likelyUsd` that is for thinking; null: not known. */
  readonly thinkingUsd: number | null;
  /** USD of answers and judgements, each of usual length where nothing is known; what has no price is left out. Decides whether to ask. */
  readonly assumedUsd: number;
  /** As `unpricedIn`. */
  readonly unpriced: readonly string[];
  /** Requests that may count against a quota, and the models that they go to; 0: none does. */
  readonly quota: { readonly requests: number; readonly models: readonly string[] };
}

/** More calls never make it less, so an estimate of all samples that stays below a limit needs no dry run. */
export function estimateSpend({ plan, judged, callsOf, perCallUsd }: SpendInput): SpendEstimate {
  const likely = (candidate: Candidate): number | null => perCallUsd(candidate).likely;
  const assumed = (candidate: Candidate): number | null => likely(candidate) ?? perCallUsd(candidate).high;
  const likelyUsd = likelyCost(plan, { callsOf }, likely);
  return {
    calls: plan.candidates.reduce((sum, { candidate }) => sum + (callsOf.get(candidate.id) ?? 0), 0),
    judgements: judged.judgements,
    likelyUsd,
    rangeUsd: likelyUsd === null ? rangeOf(plan, callsOf, perCallUsd) : null,
    thinkingUsd: likelyCost(plan, { callsOf }, (candidate) => perCallUsd(candidate).thinking.likely),
    assumedUsd: assumedCost(plan, { callsOf }, assumed) + assumedJudgeCost(judged),
    unpriced: unpricedIn({ plan, judged, callsOf }),
    quota: quotaIn({ plan, judged, callsOf }),
  };
}

/** Each end is the sum over the candidates: where a call's likely cost is known, that is both its ends. */
function rangeOf(plan: Plan, callsOf: SpendInput['callsOf'], perCallUsd: SpendInput['perCallUsd']): SpendEstimate['rangeUsd'] {
  const end = (name: 'low' | 'high') => (candidate: Candidate) => perCallUsd(candidate).likely ?? perCallUsd(candidate)[name];
  const low = likelyCost(plan, { callsOf }, end('low'));
  return low === null ? null : { low, high: likelyCost(plan, { callsOf }, end('high')) };
}

/** `about $0.41, $0.30 of it thinking`, `$0.002 to $0.97 (thinking is not measured yet)`, or `cost not known yet`. */
export function likelyText({ likelyUsd, rangeUsd, thinkingUsd }: Pick<SpendEstimate, 'likelyUsd' | 'rangeUsd' | 'thinkingUsd'>): string {
  if (likelyUsd !== null) return `about ${usd(likelyUsd)}${thinkingUsd ? `, ${usd(thinkingUsd)} of it thinking` : ''}`;
  if (rangeUsd === null) return 'cost not known yet';
  const { low, high } = rangeUsd;
  return high === null
    ? `${usd(low)} and more: thinking is not measured yet, and no output limit is known`
    : `${usd(low)} to ${usd(high)}: thinking is not measured yet, so it may take the whole output limit`;
}
/** Of several judges, each may be sent all judgements. */
function quotaIn({ plan, judged, callsOf }: Omit<SpendInput, 'perCallUsd'>): SpendEstimate['quota'] {
  const answers = plan.candidates.flatMap(({ candidate: { id, client } }) => {
    const calls = callsOf.get(id) ?? 0;
    return client.countsAgainstQuota === true && calls > 0 ? [{ model: client.id, calls }] : [];
  });
  const judges = judged.clients.filter((client) => client.countsAgainstQuota === true && judged.judgements > 0);
  const judgements = judges.map(({ id }) => ({ model: id, calls: judged.judgements }));
  const all = [...answers, ...judgements];
  return { requests: all.reduce((sum, { calls }) => sum + calls, 0), models: [...new Set(all.map(({ model }) => model))] };
}

/** `12 requests to vscode:copilot/gpt-5 may count against your quota.`; empty: no request does. */
export const quotaText = ({ quota: { requests, models } }: Pick<SpendEstimate, 'quota'>): string =>
  requests === 0 ? '' : `${quantity(requests, 'request')} to ${models.join(', ')} may count against your quota.`;

/** Ids of models and judges that are called and have no price, each once: no spending limit can be enforced for them. */
export function unpricedIn({ plan, judged, callsOf }: Omit<SpendInput, 'perCallUsd'>): string[] {
  const asked = plan.candidates.flatMap(({ candidate: { id, client } }) => ((callsOf.get(id) ?? 0) > 0 ? [client] : []));
  return [...new Set([...asked, ...judged.clients].filter(isUnpriced).map(({ id }) => id))];
}

/** Every sample of a plan as a call, by candidate id: no answer counts as known. */
export const callsOfAll = ({ candidates, repeats }: Plan): Map<string, number> =>
  new Map(candidates.map(({ candidate, cases }) => [candidate.id, cases.length * repeats]));

/** Whether a run may cost more than the user wants to spend unasked. `askAbove`: USD; null: goldset.yaml does not say. */
export const asksBefore = (
  { calls, judgements, assumedUsd }: Pick<SpendEstimate, 'calls' | 'judgements' | 'assumedUsd'>,
  askAbove: number | null,
): boolean => calls + judgements > 0 && assumedUsd > (askAbove ?? ASK_ABOVE);

/** `, and 84 judgements by openai:gpt-6-sol`; empty: nothing is judged. */
export const judgesText = ({ clients, judgements }: JudgedPlan): string =>
  judgements === 0 ? '' : `, and ${quantity(judgements, 'judgement')} by ${clients.map(({ id }) => id).join(', ')}`;
