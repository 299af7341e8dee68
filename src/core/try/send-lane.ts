/** One lane of a try: the request is rendered, sent, and goes on with tools as far as the case knows what they answer. */
import type { Answers } from '../calls/answers.ts';
import { callModel, type ModelCaller } from '../calls/call-model.ts';
import { HumanError } from '../problems/errors.ts';
import { resolvableVars } from '../golden/literal.ts';
import type { Hash } from '../text/hash.ts';
import type { ModelResponse } from '../model/model-request.ts';
import type { ReadMedia } from '../prompt/media.ts';
import type { Message, RenderedRequest } from '../prompt/request.ts';
import type { Attempt } from '../results/result.ts';
import type { Plan } from '../run/plan.ts';
import type { RenderQueue } from '../run/render-queue.ts';
import { sendableRequest } from '../run/sendable-request.ts';
import { answerMessage, runToolLoop, type ToolLoopResult } from '../run/tool-loop.ts';
import { TRIED_CASE } from './try-plan.ts';

export interface LanePorts {
  readonly renders: RenderQueue;
  readonly calls: ModelCaller;
  readonly answers: Answers;
  readonly hash: Hash;
  readonly readMedia: ReadMedia;
  /** Hears the request, with its files, before it is sent; absent: not needed. */
  readonly onRequest?: (request: RenderedRequest) => void;
}

export interface SentLane {
  /** The first request, with its files. */
  readonly request: RenderedRequest;
  /** All rounds together: the last text, every call, the sum of tokens and cost. */
  readonly answered: ToolLoopResult;
  /** The last answer alone: its calls wait for their results. */
  readonly last: ModelResponse;
  /** All messages so far, with the last answer. */
  readonly conversation: readonly Message[];
}

/**
 * Null: the call was stopped before it was sent, by the spending limit or because its server is down: `calls.stopped` says which.
 * `lane`: the name by which events tell of it.
 * @throws {HumanError} when the request cannot be rendered or sent, or there will be no answer.
 */
export async function sendLane({ candidate, cases }: Plan['candidates'][number], lane: string, ports: LanePorts): Promise<SentLane | null> {
  const { renders, calls, answers, hash, readMedia: read, onRequest } = ports;
  const [planned] = cases;
  if (planned === undefined) throw new Error('A try has one case. This is a defect in Goldset; please report it.');
  const { client, parameters, target } = candidate;
  const { goldenCase } = planned;
  const outcome = await renders.outcome(candidate, planned);
  if ('problem' in outcome) throw new HumanError(outcome.code ?? 'template/render', outcome.problem, outcome.hint);
  const vars = resolvableVars(goldenCase);
  const request = await sendableRequest(outcome.request, { promptPath: target.document.path, client, vars, read });
  onRequest?.(request);
  const attempts: Attempt[] = [];
  const sample = { candidate: lane, case: TRIED_CASE, repeat: 0 };
  const question = {
    ...{ client, parameters, version: target.version, request, variables: goldenCase.vars },
    ...{ repeat: 0, sample, attempts, isOutput: true },
  };
  let round: { readonly messages: readonly Message[]; readonly response: ModelResponse } | null = null;
  const answered = await runToolLoop(question, goldenCase.tools ?? [], async (each) => {
    const answer = await callModel(each, { calls, answers, hash });
    if (answer !== null) round = { messages: each.request.messages, response: answer.response };
    return answer;
  });
  const last = round as { readonly messages: readonly Message[]; readonly response: ModelResponse } | null;
  if (answered === null || last === null) return null;
  return { request, answered, last: last.response, conversation: [...last.messages, answerMessage(last.response)] };
}
