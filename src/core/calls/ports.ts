/** What the calls of a run need from outside. */
import type { ProviderFailure } from '../problems/errors.ts';
import type { ParameterChange } from '../model/sent-without.ts';
import type { SampleId } from '../results/sample-id.ts';

/** What a call tells while it is under way. */
export type CallEvent =
  /** `ttftMs`: with the first piece of an attempt, ms since its request left; absent: with the others. */
  | { readonly type: 'text'; readonly sample: SampleId; readonly text: string; readonly ttftMs?: number }
  /** What the model thinks, as far as its provider shows it. */
  | { readonly type: 'thinking'; readonly sample: SampleId; readonly text: string }
  /** Nothing is sent to an origin for so long, since it asked for that or has failed: a wait of more than 5 s. */
  | { readonly type: 'waiting'; readonly origin: string; readonly ms: number }
  /** Once for each change: a parameter is not sent to this model as it is written. */
  | { readonly type: 'sent-without'; readonly sample: SampleId; readonly model: string; readonly change: ParameterChange }
  | {
      readonly type: 'retry';
      readonly sample: SampleId;
      readonly attempt: number;
      readonly delayMs: number;
      readonly failure: ProviderFailure;
      readonly reason: string;
    };

export interface CallPorts {
  /** ms, monotonic. */
  readonly now: () => number;
  /** Resolves after everything that is waiting in the event loop, above all arriving bytes, has run. */
  readonly yieldToEventLoop: () => Promise<void>;
  /** Resolves early, without an error, when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly emit: (event: CallEvent) => void;
}
