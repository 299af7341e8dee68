/** The scripted model in process: `scripted:FILE`. */
import { ProviderError } from '../../../core/problems/errors.ts';
import type { CachingRule } from '../../../core/economics/data/caching-rules.ts';
import type { Pricing } from '../../../core/economics/prices/price.ts';
import type { ModelCallOptions, ModelClient } from '../../../core/model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../../../core/model/model-request.ts';
import { failureOfStatus } from '../provider-failure.ts';
import { streamChunks, type ScriptedModel } from './scripted-model.ts';
import type { Failure } from './script.ts';

export interface ScriptedClientOptions {
  readonly id: string;
  readonly pricing: Pricing | null;
  readonly caching: CachingRule | null;
  readonly file: string;
  readonly endpoint: string;
  readonly model: ScriptedModel;
  readonly clock: { now(): number; sleep(ms: number, signal: AbortSignal): Promise<void> };
}

export class ScriptedClient implements ModelClient {
  readonly source = 'scripted';
  readonly takesCacheKeys = false;

  readonly id: string;
  readonly pricing: Pricing | null;
  readonly caching: CachingRule | null;
  readonly origin: string;
  readonly endpoint: string;
  readonly account = null;
  private readonly model: ScriptedModel;
  private ready: Promise<void> | null = null;
  private readonly clock: ScriptedClientOptions['clock'];

  constructor({ id, pricing, caching, file, endpoint, model, clock }: ScriptedClientOptions) {
    this.id = id;
    this.pricing = pricing;
    this.caching = caching;
    this.origin = `scripted:${file}`;
    this.endpoint = endpoint;
    this.model = model;
    this.clock = clock;
  }

  async complete({ repeat, ...request }: ModelRequest, { signal, onText, onFirstToken }: ModelCallOptions): Promise<ModelResponse> {
    // Starting the thread and reading the vocabulary is our time, not the model's.
    await this.warmUp();
    const started = this.clock.now();
    const turn = await this.model.next({ ...request, model: this.id.replace(/^scripted:/, '') }, repeat);
    if (turn.kind === 'fail') throw scriptedFailure(turn.failure);
    // What finding the answer took is part of the time that the script asks for.
    await this.wait(turn.ttftMs - (this.clock.now() - started), signal);
    const ttftMs = this.clock.now() - started;
    onFirstToken?.();
    for (const piece of streamChunks(turn.text, turn.streamMs)) {
      onText?.(piece.text);
      await this.wait(piece.delayMs, signal);
    }
    return {
      output: turn.text,
      toolCalls: turn.answer.toolCalls.map((call, i) => ({ id: `call_${i}`, ...call })),
      finish: turn.answer.finish,
      usage: turn.usage,
      ttftMs: turn.text === '' ? null : ttftMs,
      latencyMs: this.clock.now() - started,
    };
  }

  /** A failure is not remembered: the next call tries again. */
  private async warmUp(): Promise<void> {
    this.ready ??= this.model.warmUp();
    try {
      await this.ready;
    } catch (error) {
      this.ready = null;
      throw error;
    }
  }

  private async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms > 0) await this.clock.sleep(ms, signal);
    if (signal.aborted) throw new ProviderError('aborted', 'The call was cancelled.');
  }
}

function scriptedFailure({ status, retryAfter, drop }: Failure): ProviderError {
  if (drop || status === null) return new ProviderError('connection', 'The scripted model cut the connection.');
  return new ProviderError(
    failureOfStatus(status),
    `The scripted model answered with status ${status}.`,
    status,
    retryAfter === null ? null : retryAfter * 1000,
  );
}
