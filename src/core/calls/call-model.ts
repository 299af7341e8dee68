/** One question to a model in a run: its key, the answer that is known or is asked for, and what that cost. */
import { costOf } from '../model/cost-of.ts';
import type { ModelClient } from '../model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../model/model-request.ts';
import { distinctChanges } from '../model/sent-without.ts';
import type { Parameters } from '../prompt/document.ts';
import type { Answers } from './answers.ts';
import type { Stop } from '../results/stop.ts';
import { variablesFor, type ModelCall } from './model-call.ts';
import type { Hash } from '../text/hash.ts';
import { requestKey } from './request-key.ts';

export interface AnsweredCall {
  readonly key: string;
  readonly response: ModelResponse;
  /** It was paid for before this run. */
  readonly reused: boolean;
  /** USD that the answer cost when it was asked for; null: not known. */
  readonly costUsd: number | null;
}

/** Who asks: the calls of the run, or whoever collects them. */
export interface ModelCaller {
  /** Why nothing more is asked, or not now; null: it is. */
  readonly stopped: Stop | null;
  /** Null: there is no answer, and none in this run. @throws {ProviderError} when there will be none. */
  ask(question: ModelCall): Promise<ModelResponse | null>;
}

export interface ModelCallContext {
  readonly calls: ModelCaller;
  readonly answers: Answers;
  readonly hash: Hash;
}

/** The key of a question in the response cache. */
export function requestKeyOf({ client, parameters, request, repeat, variables }: ModelCall, hash: Hash): string {
  const { messages, tools, output } = request;
  const sent = {
    messages,
    tools,
    output,
    parameters: keyedParameters(client, parameters, tools),
    repeat,
    ...variablesFor(client, variables),
  };
  return requestKey(client.endpoint, sent, hash);
}

/**
 * The parameters that are sent, with the names of those that are not sent as they are written: a request is another one when what is known
 * about its model changes, and an answer is kept with what was left out of its own request.
 */
export function keyedParameters(client: Pick<ModelClient, 'fit'>, parameters: Parameters, tools: ModelRequest['tools']): Parameters {
  const fitted = client.fit?.({ parameters, tools });
  if (fitted === undefined || fitted.changes.length === 0) return fitted?.parameters ?? parameters;
  return { ...fitted.parameters, 'goldset:sent-without': fitted.changes.map(({ parameter }) => parameter) };
}

/** Null: the run was stopped before there was an answer. @throws {HumanError} when there will be none. */
export async function callModel(question: ModelCall, { calls, answers, hash }: ModelCallContext): Promise<AnsweredCall | null> {
  const { client, sample } = question;
  const key = requestKeyOf(question, hash);
  const costUsd = (response: ModelResponse): number | null => costOf(client, response);
  const request = { sample, key, account: client.account, costUsd, isClaimed: client.source !== 'scripted' };
  const known = await answers.get(request, () => calls.ask(question));
  if (known === null) return null;
  const { parameters, request: rendered } = question;
  const changes = distinctChanges([client.fit?.({ parameters, tools: rendered.tools }).changes, known.response.sentWithout]);
  const response = changes.length === 0 ? known.response : { ...known.response, sentWithout: changes };
  return { key, ...known, response, costUsd: costUsd(known.response) };
}
