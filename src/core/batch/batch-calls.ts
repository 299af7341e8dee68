/** Questions of a run that go to a batch instead of being asked: collected in one pass, answered before the next. */
import { ProviderError } from '../problems/errors.ts';
import { boundOf } from '../calls/call-bound.ts';
import { requestKeyOf, type ModelCaller } from '../calls/call-model.ts';
import { variablesFor, type ModelCall } from '../calls/model-call.ts';
import type { Hash } from '../text/hash.ts';
import type { ModelClient } from '../model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../model/model-request.ts';
import type { SampleId } from '../results/sample-id.ts';
import type { Stop } from '../results/stop.ts';
import type { BatchEndpoint } from '../model/batch-endpoint.ts';
import type { KeyFailure } from './batch-log.ts';
import { quantity } from '../display/figures.ts';

/** A request that was refused, or was not answered in time, is submitted so often. */
export const MAX_TRIES = 2;

export interface CollectedCall {
  readonly key: string;
  readonly sample: SampleId;
  readonly client: ModelClient;
  readonly endpoint: BatchEndpoint;
  readonly request: ModelRequest;
  /** USD that it can cost at most as part of a batch; null: not known. */
  readonly atMostUsd: number | null;
}

export interface BatchCallsOptions {
  readonly hash: Hash;
  /** What became of requests in earlier parts. */
  readonly failures: ReadonlyMap<string, KeyFailure>;
  /** Nothing more is asked: what is there is graded. */
  readonly isClosed: boolean;
  readonly collect: (question: CollectedCall) => void;
}

export class BatchCalls implements ModelCaller {
  private readonly collected = new Set<string>();

  /** `live`: asks models that have no batch service. */
  constructor(
    private readonly live: ModelCaller,
    private readonly options: BatchCallsOptions,
  ) {}

  get stopped(): Stop | null {
    return this.live.stopped ?? (this.collected.size > 0 ? waiting(this.collected.size) : null);
  }

  ask(question: ModelCall): Promise<ModelResponse | null> {
    const { hash, failures, isClosed, collect } = this.options;
    if (isClosed) return Promise.resolve(null);
    const { client, sample, parameters, repeat, variables } = question;
    const endpoint = client.batch;
    if (endpoint === undefined) return this.live.ask(question);
    const key = requestKeyOf(question, hash);
    const failure = failures.get(key);
    if (failure !== undefined && (!failure.mayGoAgain || failure.tries >= MAX_TRIES))
      return Promise.reject(new ProviderError(failure.failure, failure.message));
    if (!this.collected.has(key)) {
      this.collected.add(key);
      const { messages, tools, output, marks } = question.request;
      const request = {
        ...{ messages, tools, output, parameters, repeat },
        ...(marks === undefined ? {} : { marks }),
        ...variablesFor(client, variables),
      };
      collect({ key, sample, client, endpoint, request, atMostUsd: batchBound(client, request) });
    }
    return Promise.resolve(null);
  }
}

/** USD at most; null: not known. */
export function batchBound(client: ModelClient, request: ModelRequest): number | null {
  if (client.pricing === null) return null;
  const bound = boundOf(client, request);
  return bound === null ? null : bound * (client.pricing.table.service.batch ?? 1);
}

const waiting = (count: number): Stop => ({
  code: 'batch/waiting',
  message: `The batch still owes ${quantity(count, 'answer')}.`,
  hint: 'Wait for the batch: goldset batch wait',
});
