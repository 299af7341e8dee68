/**
 * The calls of a run:
 *
 *   prefix gate ─▶ place at the origin ─▶ money set aside ─▶ send ─▶ book, tell limiter and breaker ─▶ again, or done
 *
 * A waiting call does not occupy a slot. A call that ends in an error has been retried as often as that can help.
 */
import { messageOf, ProviderError, isProviderError } from '../problems/errors.ts';
import type { SampleId } from '../results/sample-id.ts';
import type { ModelClient } from '../model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../model/model-request.ts';
import type { CallPorts } from './ports.ts';
import type { Attempt } from '../results/result.ts';
import { costOf } from '../model/cost-of.ts';
import { changeText, distinctChanges } from '../model/sent-without.ts';
import { mayRetryRefusal, retryDelay } from './retry.ts';
import { capReached, originDown, type Stop } from '../results/stop.ts';
import { variablesFor, type ModelCall } from './model-call.ts';
import { CacheKeys, cacheKeyOf } from './cache-keys.ts';
import { answeredAtMost, boundOf, inputTokensAtMost } from './call-bound.ts';
import { CircuitBreaker, isOutage } from './circuit-breaker.ts';
import { OriginLimiter, type Slot } from './origin-limiter.ts';
import { NO_PASS, PrefixGate, type Pass } from './prefix-gate.ts';
import type { SampleCancels } from './sample-cancels.ts';
import type { CallBound, Reservation, SpendLedger } from './spend-ledger.ts';

export interface CallsOptions {
  /** Calls at once per origin. */
  readonly concurrency: number;
  /** Aborts when the run is to end at once. */
  readonly signal: AbortSignal;
  /** `now()` when the run began. */
  readonly began: number;
  readonly streamText: boolean;
  readonly ledger: SpendLedger;
  readonly cancels: SampleCancels;
}

/** One call, with all that its attempts share. */
interface Call {
  readonly client: ModelClient;
  readonly request: ModelRequest;
  readonly sample: SampleId;
  /** Its text is shown as it arrives. */
  readonly isOutput: boolean;
  readonly origin: Origin;
  readonly gate: PrefixGate | null;
  readonly attempts: Attempt[];
  /** How many answers the origin had given when this call was new, or when it was last refused. */
  answeredBefore: number;
  /** Refusals by 429 in a row in which the origin answered nobody. */
  refusals: number;
  /** When the first of these came, ms. */
  refusedSince: number;
  /** Attempts that ended in another error. */
  failures: number;
}

interface Origin {
  readonly limiter: OriginLimiter;
  readonly breaker: CircuitBreaker;
}

interface Clearance {
  readonly pass: Pass;
  readonly reservation: Reservation;
  readonly place: Slot;
}

/** Characters of a token, roughly, for a provider's own count of what it lets through. */
const CHARACTERS_PER_TOKEN = 4;

export class Calls {
  private readonly origins = new Map<string, Origin>();
  private readonly gates = new Map<string, PrefixGate>();
  private readonly cacheKeys = new Map<string, CacheKeys>();
  private readonly told = new Set<string>();
  private lastDeparture = Promise.resolve();
  private reason: Stop | null = null;

  constructor(
    private readonly ports: CallPorts,
    private readonly options: CallsOptions,
  ) {}

  /** The result is no longer needed. */
  close(): void {
    for (const { limiter } of this.origins.values()) limiter.close();
  }

  /** Why calls are no longer made, at one origin or at all; null: they are. */
  get stopped(): Stop | null {
    return this.reason;
  }

  /** The answer, or null when the run was stopped before there was one. @throws {ProviderError} when there will be none. */
  async ask({
    client,
    parameters,
    version,
    request: rendered,
    variables,
    repeat,
    sample,
    attempts,
    isOutput,
  }: ModelCall): Promise<ModelResponse | null> {
    const { messages, tools, output, marks } = rendered;
    const origin = this.originOf(client.origin);
    const shard = client.takesCacheKeys ? this.shardOf(`${client.endpoint}\u0000${version}`) : null;
    const cacheKey = shard === null ? {} : { cacheKey: cacheKeyOf(version, shard) };
    const request = {
      ...{ messages, tools, output, parameters, repeat },
      ...(marks === undefined ? {} : { marks }),
      ...variablesFor(client, variables),
      ...cacheKey,
    };
    const gate = this.gateOf(client, shard ?? 0);
    const call: Call = {
      client,
      request,
      sample,
      isOutput,
      origin,
      gate,
      attempts,
      answeredBefore: origin.breaker.answered,
      refusals: 0,
      refusedSince: 0,
      failures: 0,
    };
    for (;;) {
      const clearance = await this.clear(call);
      if (clearance === null) return null;
      const started = this.ports.now();
      try {
        return await this.send(call, clearance, started);
      } catch (error) {
        const failure = this.endFailed(call, clearance, error, started);
        const delayMs = this.delayBefore(call, failure);
        const isLast = delayMs === null;
        origin.breaker.failed(failure, isLast, call.answeredBefore);
        if (origin.breaker.open !== null) origin.limiter.close();
        if (isLast) throw error;
        const attempt = attempts.length;
        this.ports.emit({ type: 'retry', sample, attempt, delayMs, failure: failure.failure, reason: messageOf(error) });
        if (failure.failure !== 'rate-limit') await this.ports.sleep(delayMs, this.options.signal);
      }
    }
  }

  /** Everything that must be so before a request leaves; null: it never will. */
  private async clear({ client, request, sample, origin, gate, attempts }: Call): Promise<Clearance | null> {
    const { ledger, signal } = this.options;
    const bound = boundOf(client, request);
    const tokens = inputTokensAtMost(request) / CHARACTERS_PER_TOKEN;
    const pass = gate === null ? NO_PASS : await gate.enter(request);
    while (!this.isOver(origin)) {
      const place = await origin.limiter.place(tokens, attempts.length > 0);
      if (place === null) break;
      await this.depart();
      if (this.options.cancels.has(sample)) {
        place.unused();
        break;
      }
      const reservation = this.isOver(origin) ? 'never' : this.reserve(bound, place, pass);
      if (typeof reservation !== 'string') return { pass, reservation, place };
      place.unused();
      if (reservation === 'never') {
        if (!signal.aborted && origin.breaker.open === null) this.reason ??= capReached(ledger.cap ?? 0);
        break;
      }
      await ledger.change();
    }
    this.isOver(origin);
    pass.failed();
    return null;
  }

  /** @throws when the reservation cannot be written down. */
  private reserve(bound: CallBound, place: Slot, pass: Pass): ReturnType<SpendLedger['reserve']> {
    try {
      return this.options.ledger.reserve(bound);
    } catch (error) {
      place.unused();
      pass.failed();
      throw error;
    }
  }

  private async send(
    { client, request, sample, isOutput, origin, attempts }: Call,
    clearance: Clearance,
    started: number,
  ): Promise<ModelResponse> {
    const { pass, reservation, place } = clearance;
    const { signal, streamText, began } = this.options;
    let isFirst = true;
    const onText = (text: string): void => {
      this.ports.emit({ type: 'text', sample, text, ...(isFirst ? { ttftMs: this.ports.now() - started } : {}) });
      isFirst = false;
    };
    const onThinking = (text: string): void => this.ports.emit({ type: 'thinking', sample, text });
    const complete = (signal: AbortSignal): Promise<ModelResponse> =>
      client.complete(request, {
        signal,
        onFirstToken: () => pass.readable(),
        onLimits: (limits) => place.limits(limits),
        ...(streamText && isOutput ? { onText, onThinking } : {}),
      });
    // A single case can be cancelled only in an interactive run.
    const response = await (streamText ? this.options.cancels.during(sample, signal, complete) : complete(signal));
    attempts.push({ startedMs: started - began, durationMs: this.ports.now() - started, status: 200, error: null });
    pass.readable();
    place.answered();
    origin.breaker.succeeded();
    // Without a price there is nothing to count, unless the answer itself says what it cost.
    const usd = client.pricing === null ? (response.costUsd ?? 0) : costOf(client, response);
    reservation.settle(usd, usd === null ? answeredAtMost(client, request, response) : 0);
    this.tellChanges(client, request, response, sample);
    return response;
  }

  private tellChanges(client: ModelClient, request: ModelRequest, { sentWithout }: ModelResponse, sample: SampleId): void {
    for (const change of distinctChanges([client.fit?.(request).changes, sentWithout])) {
      const key = `${client.id}\u0000${changeText(change)}`;
      if (!this.told.has(key)) this.ports.emit({ type: 'sent-without', sample, model: client.id, change });
      this.told.add(key);
    }
  }

  private endFailed({ attempts }: Call, { pass, reservation, place }: Clearance, error: unknown, started: number): ProviderError {
    const failure = isProviderError(error) ? error : new ProviderError('malformed', messageOf(error));
    const { began } = this.options;
    const durationMs = this.ports.now() - started;
    attempts.push({ startedMs: started - began, durationMs, status: failure.status, error: failure.message });
    pass.failed();
    reservation.settle(failure.mayBeBilled ? null : 0);
    if (failure.failure === 'rate-limit') place.rateLimited(failure.retryAfterMs);
    else place.failed(isOutage(failure));
    return failure;
  }

  /** ms, as far as is known; null: no further attempt. */
  private delayBefore(call: Call, failure: ProviderError): number | null {
    if (this.options.signal.aborted || this.options.cancels.has(call.sample)) return null;
    if (failure.failure !== 'rate-limit') return retryDelay(failure, ++call.failures, this.ports.random());
    const { answered } = call.origin.breaker;
    const now = this.ports.now();
    call.refusals = answered > call.answeredBefore ? 1 : call.refusals + 1;
    if (call.refusals === 1) call.refusedSince = now;
    call.answeredBefore = answered;
    return mayRetryRefusal(call.refusals, now - call.refusedSince) ? call.origin.limiter.waitMs : null;
  }

  private isOver({ breaker }: Origin): boolean {
    if (breaker.open !== null) this.reason ??= originDown(breaker.open);
    return breaker.open !== null || this.options.signal.aborted;
  }

  private originOf(name: string): Origin {
    const known = this.origins.get(name);
    if (known) return known;
    const { concurrency, signal } = this.options;
    const onWait = (ms: number): void => this.ports.emit({ type: 'waiting', origin: name, ms });
    const origin = { limiter: new OriginLimiter(concurrency, this.ports, signal, onWait), breaker: new CircuitBreaker() };
    this.origins.set(name, origin);
    return origin;
  }

  private shardOf(id: string): number {
    const keys = this.cacheKeys.get(id) ?? new CacheKeys();
    this.cacheKeys.set(id, keys);
    return keys.next(this.ports.now());
  }

  /** A provider's cache belongs to a model of an account, and with cache keys each key has its own. */
  private gateOf({ caching, endpoint, account }: ModelClient, shard: number): PrefixGate | null {
    if (caching === null) return null;
    const key = `${endpoint}\u0000${account ?? ''}\u0000${shard}`;
    const gate = this.gates.get(key) ?? new PrefixGate(caching, this.ports.now);
    this.gates.set(key, gate);
    return gate;
  }

  /** One request leaves a turn: building a burst of them would hold up the first bytes of the first, and its TTFT with them. */
  private depart(): Promise<void> {
    return (this.lastDeparture = this.lastDeparture.then(this.ports.yieldToEventLoop));
  }
}
