/** One question to a model in a run: its key, the answer that is known or is asked for, and what that cost. */
import { costOf } from '../model/cost-of.ts';
import type { ModelResponse } from '../model/model-request.ts';
import type { Answers } from './answers.ts';
import type { Stop } from '../results/stop.ts';
import { variablesFor, type ModelCall } from './model-call.ts';
import type { Hash } from '../hash.ts';
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
  return requestKey(client.endpoint, { messages, tools, output, parameters, repeat, ...variablesFor(client, variables) }, hash);
}

/** Null: the run was stopped before there was an answer. @throws {HumanError} when there will be none. */
export async function callModel(question: ModelCall, { calls, answers, hash }: ModelCallContext): Promise<AnsweredCall | null> {
  const { client, sample } = question;
  const key = requestKeyOf(question, hash);
  const costUsd = (response: ModelResponse): number | null => costOf(client, response);
  const request = { sample, key, account: client.account, costUsd, isClaimed: client.source !== 'scripted' };
  const known = await answers.get(request, () => calls.ask(question));
  return known === null ? null : { key, ...known, costUsd: costUsd(known.response) };
}
