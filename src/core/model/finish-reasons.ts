/**
 * Why answers end, in the words of every provider and of OpenTelemetry: one table for model clients, capture, imports and batches.
 * Sources: API references of OpenAI, Anthropic, Gemini, Bedrock, Mistral, DeepSeek, Zhipu, Cohere, vLLM; the GenAI conventions.
 */
import type { ProviderFailure } from '../problems/errors.ts';
import type { FinishReason } from './model-request.ts';

const FINISHES: Readonly<Record<FinishReason, readonly string[]>> = {
  stop: ['stop', 'end-turn', 'stop-sequence', 'completed', 'complete', 'eos', 'eos-token'],
  length: ['length', 'max-tokens', 'max-output-tokens', 'max-length', 'model-length', 'incomplete', 'model-context-window-exceeded'],
  'tool-calls': ['tool-calls', 'tool-call', 'tool-use', 'function-call', 'tool'],
  'content-filter': [
    ...['content-filter', 'content-filtered', 'safety', 'recitation', 'blocklist', 'prohibited-content', 'spii', 'sensitive'],
    ...['image-safety', 'image-prohibited-content', 'image-recitation', 'model-armor', 'guardrail-intervened', 'error-toxic'],
  ],
  refusal: ['refusal'],
};

export const FINISH_REASONS = Object.keys(FINISHES) as readonly FinishReason[];

/** The provider did not finish the answer. By what may help: another attempt, one more at most, none. */
const BROKEN_OFF: Readonly<Record<'server' | 'unfinished' | 'malformed', readonly string[]>> = {
  server: ['error', 'network-error', 'insufficient-system-resource', 'abort', 'aborted', 'server-error', 'timeout', 'failed'],
  unfinished: ['pause-turn', 'cancelled', 'canceled', 'user-cancel', 'in-progress', 'queued'],
  malformed: [
    ...['malformed-function-call', 'malformed-tool-use', 'malformed-model-output', 'malformed-response', 'function-call-filter'],
    ...['unexpected-tool-call', 'too-many-tool-calls', 'missing-thought-signature'],
  ],
};

export interface Ending {
  /** Null: the provider did not say, or its reason is not in the table. */
  readonly finish: FinishReason | null;
  /** The provider broke the answer off, so it is not an answer to grade or keep: what may help. Null: it did not. */
  readonly brokenOff: ProviderFailure | null;
}

const ENDINGS: ReadonlyMap<string, Ending> = new Map([
  ...Object.entries(FINISHES).flatMap(([finish, names]) =>
    names.map((name): [string, Ending] => [name, { finish: finish as FinishReason, brokenOff: null }]),
  ),
  ...Object.entries(BROKEN_OFF).flatMap(([failure, names]) =>
    names.map((name): [string, Ending] => [name, { finish: null, brokenOff: failure as ProviderFailure }]),
  ),
]);

const UNKNOWN: Ending = { finish: null, brokenOff: null };

/** How an answer ended, by the provider's own word for it. Letter case, `_` and Gemini's `content_filter: SAFETY` do not matter. */
export function endingOf(reason: unknown): Ending {
  if (typeof reason !== 'string') return UNKNOWN;
  const [word = ''] = reason.replace(/^FinishReason\./i, '').split(':');
  return ENDINGS.get(word.trim().toLowerCase().replaceAll(/[_ ]/g, '-')) ?? UNKNOWN;
}

/** Some servers say twice how an answer ended, and the second time always `stop`: what was said before it holds. */
export function laterEnding(known: Ending | null, later: Ending): Ending {
  if (known === null || (known.finish === null && known.brokenOff === null)) return later;
  return known.brokenOff !== null || later.finish === 'stop' ? known : later;
}

/** What to write about an answer that the provider broke off. `reason`: the provider's own word. */
export const brokenOffMessage = (reason: string): string =>
  `The provider broke off the answer (finish reason ${JSON.stringify(reason.slice(0, 60))}).`;
