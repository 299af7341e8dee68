/** What a run is going to ask and cost, before anything is sent. */
import { batchBound } from '../batch/batch-calls.ts';
import { isHumanError } from '../problems/errors.ts';
import { boundOf } from '../calls/call-bound.ts';
import type { AnswerStore } from '../calls/answers.ts';
import { variablesFor } from '../calls/model-call.ts';
import { keyedParameters } from '../calls/call-model.ts';
import { requestKey } from '../calls/request-key.ts';
import type { JudgedPlan } from '../judge/judged-plan.ts';
import type { ModelClient } from '../model/model-client.ts';
import { planItems, type Candidate, type Plan } from './plan.ts';
import type { RunPorts } from './ports.ts';
import { RenderQueue } from './render-queue.ts';
import { resolvableVars } from '../golden/literal.ts';
import { sendableRequest } from './sendable-request.ts';

export interface DryRun {
  /** Samples whose answer has to be asked for. */
  readonly calls: number;
  /** Samples whose answer is known already. */
  readonly known: number;
  /** Keys of all requests. */
  readonly keys: ReadonlySet<string>;
  /** Calls by candidate id. */
  readonly callsOf: ReadonlyMap<string, number>;
  /** USD; null: a call has no output limit, or no price. */
  readonly atMostUsd: number | null;
}

export interface DryRunPorts extends Pick<RunPorts, 'evaluator' | 'hash' | 'readMedia'> {
  /** Null: nothing counts as known. */
  readonly answers: AnswerStore | null;
}

/** Renders every case of the plan and looks which answers are known. A case that cannot be rendered costs nothing. */
export async function dryRun(plan: Plan, ports: DryRunPorts, isBatch = false): Promise<DryRun> {
  const { evaluator, answers, hash, readMedia: read } = ports;
  const renders = new RenderQueue(plan, evaluator);
  const callsOf = new Map<string, number>();
  const keys = new Set<string>();
  let known = 0;
  let atMostUsd: number | null = 0;
  for (const { candidate, planned, repeat } of planItems(plan)) {
    const outcome = await renders.outcome(candidate, planned);
    if ('problem' in outcome) continue;
    const { client, parameters, target } = candidate;
    const { vars } = planned.goldenCase;
    const named = resolvableVars(planned.goldenCase);
    const sendable = await sendableRequest(outcome.request, { promptPath: target.document.path, client, vars: named, read }).catch(
      unreadable,
    );
    if (sendable === null) continue;
    const { messages, tools, output } = sendable;
    const request = { messages, tools, output, parameters, repeat, ...variablesFor(client, vars) };
    const keyed = { ...request, parameters: keyedParameters(client, parameters, tools) };
    const key = keyOf(() => requestKey(client.endpoint, keyed, hash));
    if (key === null) continue;
    keys.add(key);
    if (answers?.find(key, client.account)) {
      known++;
      continue;
    }
    callsOf.set(candidate.id, (callsOf.get(candidate.id) ?? 0) + 1);
    const bound = isUnpriced(client) ? null : isBatch && client.batch ? batchBound(client, request) : boundOf(client, request);
    atMostUsd = atMostUsd === null || bound === null ? null : atMostUsd + bound;
  }
  return { calls: [...callsOf.values()].reduce((a, b) => a + b, 0), known, keys, callsOf, atMostUsd };
}

/** A case that cannot be sent is an error of its own, and costs nothing. */
function keyOf(make: () => string): string | null {
  try {
    return make();
  } catch (error) {
    return unreadable(error);
  }
}

/** A case whose file cannot be read or sent is an error of its own, and costs nothing. */
function unreadable(error: unknown): null {
  if (isHumanError(error)) return null;
  throw error;
}

/** USD of a number of calls of a candidate; null: not known. */
export type CallsUsd = (entry: Plan['candidates'][number], calls: number) => number | null;

/** USD that the calls are likely to cost; null: a candidate's cost is not known. */
export function likelyCallsCost(plan: Plan, { callsOf }: Pick<DryRun, 'callsOf'>, callsUsd: CallsUsd): number | null {
  let sum = 0;
  for (const entry of plan.candidates) {
    const calls = callsOf.get(entry.candidate.id) ?? 0;
    const cost = calls === 0 || isFree(entry.candidate) ? 0 : callsUsd(entry, calls);
    if (cost === null) return null;
    sum += cost;
  }
  return sum;
}

/** A request and an answer of usual length, tokens: to decide whether to ask before a run of which nobody knows more. */
const USUAL = { input: 1000, output: 500 };

/** USD that the calls cost: as `callsUsd` says, or of usual length where it says nothing; models without a price are left out. */
export const assumedCallsCost = (plan: Plan, { callsOf }: Pick<DryRun, 'callsOf'>, callsUsd: CallsUsd): number =>
  plan.candidates.reduce((sum, entry) => {
    const { pricing } = entry.candidate.client;
    const calls = callsOf.get(entry.candidate.id) ?? 0;
    if (calls === 0 || isFree(entry.candidate)) return sum;
    return sum + (callsUsd(entry, calls) ?? calls * (pricing?.worstCaseUsd(USUAL.input, USUAL.output) ?? 0));
  }, 0);

/** Where each call of a candidate costs the same. */
const callsAt =
  (perCallUsd: (candidate: Candidate) => number | null): CallsUsd =>
  ({ candidate }, calls) => {
    const usd = perCallUsd(candidate);
    return usd === null ? null : usd * calls;
  };

/** As `likelyCallsCost`, from the cost of one call. */
export const likelyCost = (plan: Plan, dry: Pick<DryRun, 'callsOf'>, perCallUsd: (candidate: Candidate) => number | null): number | null =>
  likelyCallsCost(plan, dry, callsAt(perCallUsd));

/** As `assumedCallsCost`, from the cost of one call; absent: each is of usual length. */
export const assumedCost = (
  plan: Plan,
  dry: Pick<DryRun, 'callsOf'>,
  perCallUsd: (candidate: Candidate) => number | null = () => null,
): number => assumedCallsCost(plan, dry, callsAt(perCallUsd));

/** USD that the judgements are likely to cost at most, each of usual length; an unknown price is left out. */
export function assumedJudgeCost({ clients, judgements }: JudgedPlan): number {
  const mostExpensive = Math.max(0, ...clients.map(({ pricing }) => pricing?.worstCaseUsd(USUAL.input, USUAL.output) ?? 0));
  return judgements * mostExpensive;
}

/** Without a price, a scripted model costs nothing; the cost of any other is unknown. */
export const isFreeClient = ({ pricing, source }: ModelClient): boolean => pricing === null && source === 'scripted';
export const isFree = ({ client }: Candidate): boolean => isFreeClient(client);
export const isUnpriced = (client: ModelClient): boolean => client.pricing === null && !isFreeClient(client);

/** What a cap cannot hold: models without a price. */
export const unpriced = (plan: Plan): string[] => [
  ...new Set(plan.candidates.filter(({ candidate }) => isUnpriced(candidate.client)).map(({ candidate }) => candidate.client.id)),
];
