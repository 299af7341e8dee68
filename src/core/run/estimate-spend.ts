/** What a run is likely to spend, and whether a person is asked before it does. One arithmetic for the command line and the editor. */
import { quantity, usd } from '../display/figures.ts';
import type { JudgedPlan } from '../judge/judged-plan.ts';
import { NO_JUDGEMENTS } from '../judge/judgement-cost.ts';
import { costOfCalls } from '../economics/run-cost.ts';
import { assumedCallsCost, assumedJudgeCost, isUnpriced, likelyCallsCost, likelyCost, type CallsUsd } from './estimate.ts';
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
  /** USD of answers and judgements; null: not known of some answers. */
  readonly likelyUsd: number | null;
  /** USD of `likelyUsd` that is for judges; a judge without a price is left out. */
  readonly judgesUsd: number;
  /** USD between which that is: how long judges answer and think is not measured. Null of `high`: no limit is known. Null: no judgement has a price. */
  readonly judgesRangeUsd: JudgesUsd['range'];
  /** USD at least and at most, where thinking is not measured: null of `high` is no known limit. Null: nothing is open, or more than thinking is not known. */
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
  const likely = callsCost(plan, perCallUsd);
  const answers = likelyCallsCost(plan, { callsOf }, likely);
  const assumed: CallsUsd = (entry, calls) => likely(entry, calls) ?? times(perCallUsd(entry.candidate).high, calls);
  const judging = judgesCost({ plan, judged, callsOf, perCallUsd });
  return {
    calls: plan.candidates.reduce((sum, { candidate }) => sum + (callsOf.get(candidate.id) ?? 0), 0),
    judgements: judged.judgements,
    likelyUsd: answers === null ? null : answers + judging.usd,
    judgesUsd: judging.usd,
    judgesRangeUsd: judging.range,
    rangeUsd: answers === null ? rangeOf(plan, callsOf, perCallUsd, judging) : null,
    thinkingUsd: likelyCost(plan, { callsOf }, (candidate) => perCallUsd(candidate).thinking.likely),
    assumedUsd: assumedCallsCost(plan, { callsOf }, assumed) + assumedJudgeCost(judged),
    unpriced: unpricedIn({ plan, judged, callsOf }),
    quota: quotaIn({ plan, judged, callsOf }),
  };
}

/** Where the cost of each case is known, one call of a prefix is cold and the rest read what it wrote; else as one call of the traffic. */
const callsCost =
  ({ repeats }: Plan, perCallUsd: SpendInput['perCallUsd']): CallsUsd =>
  ({ candidate, cases }, calls) => {
    const { likely, cases: costs } = perCallUsd(candidate);
    if (costs === null || costs.length === 0) return times(likely, calls);
    return costOfCalls(costs, { cases: cases.map(({ goldenCase }) => goldenCase.id), repeats, calls });
  };

const times = (usd: number | null, calls: number): number | null => (usd === null ? null : usd * calls);

interface JudgesUsd {
  readonly usd: number;
  readonly range: { readonly low: number; readonly high: number | null } | null;
}

/** USD of the judgements of answers that are still open. An answer that is known already was judged with it, as a rule. */
function judgesCost({ plan, judged: { costs }, callsOf, perCallUsd }: SpendInput): JudgesUsd {
  let [usd, low] = [0, 0];
  let high: number | null = 0;
  for (const { candidate, cases } of plan.candidates) {
    const cost = costs?.get(candidate.id) ?? NO_JUDGEMENTS;
    if (cost.judgements === 0 || cases.length === 0) continue;
    const share = (callsOf.get(candidate.id) ?? 0) / cases.length;
    const graded = cost.usdPerOutputToken * (perCallUsd(candidate).answerTokens ?? USUAL_ANSWER);
    usd += share * (cost.usd + graded);
    low += share * (cost.lowUsd + graded);
    high = high === null || cost.highUsd === null ? null : high + share * (cost.highUsd + graded);
  }
  return { usd, range: usd === 0 ? null : { low, high } };
}

/** Tokens of an answer of which nothing is known. */
const USUAL_ANSWER = 500;

/** Each end is the sum over the candidates: where a call's likely cost is known, that is both its ends. */
function rangeOf(
  plan: Plan,
  callsOf: SpendInput['callsOf'],
  perCallUsd: SpendInput['perCallUsd'],
  { range }: JudgesUsd,
): SpendEstimate['rangeUsd'] {
  const likely = callsCost(plan, perCallUsd);
  const end =
    (name: 'low' | 'high'): CallsUsd =>
    (entry, calls) =>
      likely(entry, calls) ?? times(perCallUsd(entry.candidate)[name], calls);
  const low = likelyCallsCost(plan, { callsOf }, end('low'));
  const high = likelyCallsCost(plan, { callsOf }, end('high'));
  const judges = range ?? { low: 0, high: 0 };
  return low === null ? null : { low: low + judges.low, high: high === null || judges.high === null ? null : high + judges.high };
}

/** `about $0.41, $0.30 of it thinking, $0.05 of it for judges (not measured: $0.02 to $0.90)`, `$0.002 to $0.97 (thinking is not measured yet)`, or `cost not known yet`. */
export function likelyText({
  likelyUsd,
  rangeUsd,
  thinkingUsd,
  judgesUsd = 0,
  judgesRangeUsd = null,
}: Pick<SpendEstimate, 'likelyUsd' | 'rangeUsd' | 'thinkingUsd'> & Partial<Pick<SpendEstimate, 'judgesUsd' | 'judgesRangeUsd'>>): string {
  const parts = [
    ...(thinkingUsd ? [`${usd(thinkingUsd)} of it thinking`] : []),
    ...(judgesUsd > 0 ? [`${usd(judgesUsd)} of it for judges${bandText(judgesRangeUsd)}`] : []),
  ];
  if (likelyUsd !== null) return [`about ${usd(likelyUsd)}`, ...parts].join(', ');
  if (rangeUsd === null) return 'cost not known yet';
  const { low, high } = rangeUsd;
  return high === null
    ? `${usd(low)} and more: thinking is not measured yet, and no output limit is known`
    : `${usd(low)} to ${usd(high)}: thinking is not measured yet, so it may take the whole output limit`;
}

const bandText = (range: JudgesUsd['range']): string =>
  range === null ? '' : ` (not measured: ${usd(range.low)} ${range.high === null ? 'and more' : `to ${usd(range.high)}`})`;

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

/** A call of which only the most that it can cost is known, for `asksBefore`. */
export const oneCall = (atMostUsd: number): Pick<SpendEstimate, 'calls' | 'judgements' | 'assumedUsd'> => ({
  calls: 1,
  judgements: 0,
  assumedUsd: atMostUsd,
});

/** `, and 84 judgements by openai:gpt-6-sol`; empty: nothing is judged. */
export const judgesText = ({ clients, judgements }: JudgedPlan): string =>
  judgements === 0 ? '' : `, and ${quantity(judgements, 'judgement')} by ${clients.map(({ id }) => id).join(', ')}`;
