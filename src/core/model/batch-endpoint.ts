/** The port to a provider's batch service: many requests for half the price, answered within a day. */
import type { ProviderFailure } from '../problems/errors.ts';
import type { ModelRequest, ModelResponse } from './model-request.ts';

export interface BatchLimits {
  readonly requests: number;
  /** Of the file or body that one part is sent in. */
  readonly bytes: number;
}

/** Requests that are submitted together. */
export interface BatchPart {
  /** Begins every id of its requests, and occurs nowhere else: by it a part is recognised at the provider. */
  readonly tag: string;
  /** Its lines, each as `line` made it. */
  readonly file: string;
  readonly lane: string;
  readonly requests: number;
  /** ISO 8601, when its submission began. */
  readonly at: string;
}

export interface BatchProgress {
  /** `failed`: the provider took none of it. `full`: for now, since too much is waiting there. `gone`: its results are kept no longer. */
  readonly state: 'running' | 'ended' | 'failed' | 'full' | 'gone';
  readonly answered: number;
  readonly failed: number;
  readonly total: number;
  /** Why it failed, in the provider's words. */
  readonly reason: string | null;
}

export interface BatchFailure {
  readonly failure: ProviderFailure;
  readonly message: string;
  /** Another attempt may end otherwise. */
  readonly mayGoAgain: boolean;
}

/** What became of one request. */
export interface BatchOutcome {
  readonly id: string;
  readonly outcome: ModelResponse | BatchFailure;
}

export interface BatchEndpoint {
  readonly limits: BatchLimits;
  /** Whether a job names its part, so that one found again is surely ours; else its first outcome tells. */
  readonly namesParts: boolean;
  /** ms within which a job that was submitted can be found. */
  readonly settleMs: number;
  /** Requests of one lane may go in one part: same address, same model. */
  lane(request: ModelRequest): string;
  /** One request as the part's file has it, without the end of the line. `id`: 64 characters of a–z, A–Z, 0–9, - and _ at most. */
  line(id: string, request: ModelRequest): string;
  /** Gives the job's id. @throws {ProviderError} */
  submit(part: BatchPart, signal: AbortSignal): Promise<string>;
  /** Jobs that may be this part, oldest first: whoever submitted it did not live to see its id. @throws {ProviderError} */
  find(part: BatchPart, signal: AbortSignal): Promise<string[]>;
  /** @throws {ProviderError} */
  progress(job: string, signal: AbortSignal): Promise<BatchProgress>;
  /** In any order; a request may be missing. @throws {ProviderError} */
  outcomes(job: string, lane: string, signal: AbortSignal): AsyncIterable<BatchOutcome>;
  /** What is answered by then stays. @throws {ProviderError} */
  cancel(job: string, signal: AbortSignal): Promise<void>;
}

export const isBatchFailure = (outcome: BatchOutcome['outcome']): outcome is BatchFailure => 'failure' in outcome;
