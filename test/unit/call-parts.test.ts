/** What stands between a run and its calls, each by itself and by hand: bounds, breaker, pace, limiter. */
import assert from 'node:assert/strict';
import { ProviderError, type ProviderFailure } from '../../src/core/problems/errors.ts';
import { boundOf, inputTokensAtMost, maxOutputTokens } from '../../src/core/calls/call-bound.ts';
import { CircuitBreaker, isOutage } from '../../src/core/calls/circuit-breaker.ts';
import { OriginLimiter, type Slot } from '../../src/core/calls/origin-limiter.ts';
import { RequestPacer } from '../../src/core/calls/request-pacer.ts';
import type { ModelRequest } from '../../src/core/model/model-request.ts';
import { VirtualClock } from './virtual-clock.ts';

const near = (actual: number | null, expected: number, within = 1e-9): void =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= within, `${actual} instead of ${expected}`);
const failure = (kind: ProviderFailure, retryAfterMs: number | null = null): ProviderError =>
  new ProviderError(kind, kind, null, retryAfterMs);

describe('what a call can cost at most', () => {
  const request = (over: object = {}): ModelRequest =>
    ({
      messages: [{ role: 'user', content: [{ text: 'hello' }] }],
      tools: [],
      output: { schema: null },
      parameters: {},
      repeat: 0,
      ...over,
    }) as unknown as ModelRequest;

  it('in tokens: a byte each, with room for frames, tools, a schema and images', () => {
    // 64 a request, 16 a message.
    assert.equal(inputTokensAtMost(request()), 64 + 16 + 5);
    assert.equal(inputTokensAtMost(request({ messages: [] })), 64);
    // ü counts as three bytes, as does any other character that is not ASCII.
    assert.equal(inputTokensAtMost(request({ messages: [{ role: 'user', content: [{ text: 'aü€' }] }] })), 64 + 16 + 3 + 2 * 2);
    const image = { media: { url: 'u' } };
    assert.equal(inputTokensAtMost(request({ messages: [{ role: 'user', content: [image, image] }] })), 64 + 16 + 40_000);
    assert.equal(inputTokensAtMost(request({ tools: [{ name: 't' }] })), 64 + 21 + '[{"name":"t"}]'.length + 1000);
    assert.equal(inputTokensAtMost(request({ output: { schema: { a: 1 } } })), 64 + 21 + 7 + 64);
    const call = { id: 'i', name: 'n', arguments: '{}' };
    assert.equal(
      inputTokensAtMost(request({ messages: [{ role: 'model', content: [{ toolCall: call }] }] })),
      64 + 16 + JSON.stringify([call]).length,
    );
  });

  it('in dollars: by the limit of the answer, times the answers', () => {
    const pricing = { worstCaseUsd: (input: number, output: number) => input + output * 1000 } as never;
    const bound = (parameters: object, usual?: number, priced = pricing) =>
      boundOf({ pricing: priced, ...(usual === undefined ? {} : { outputLimit: usual }) }, request({ parameters }));
    assert.deepEqual(
      [bound({ maxOutputTokens: 10 }), bound({}, 20), bound({ maxOutputTokens: 10 }, 20), bound({})],
      [10_085, 20_085, 10_085, null],
    );
    assert.deepEqual(
      [bound({ maxOutputTokens: 10, n: 3 }), bound({ maxOutputTokens: 10, n: 0 }), bound({ maxOutputTokens: 10, n: '3' })],
      [30_085, 10_085, 10_085],
    );
    for (const name of ['service_tier', 'prediction', 'web_search_options', 'modalities', 'best_of'])
      assert.equal(bound({ maxOutputTokens: 1, [name]: 1 }), null, name);
    assert.equal(boundOf({ pricing: null }, request()), 0);
    assert.deepEqual(
      [
        maxOutputTokens({ maxOutputTokens: 5 }),
        maxOutputTokens({ maxOutputTokens: 0 }),
        maxOutputTokens({ maxOutputTokens: '5' } as never),
        maxOutputTokens({}),
      ],
      [5, null, null, null],
    );
  });
});

describe('the circuit breaker', () => {
  const opened = (breaker: CircuitBreaker): ProviderFailure | null => breaker.open?.failure ?? null;

  it('opens after three failures that every request meets, unless one was answered', () => {
    for (const kind of ['authentication', 'quota', 'not-found', 'unreachable'] as const) {
      const breaker = new CircuitBreaker();
      for (let i = 0; i < 2; i++) breaker.failed(failure(kind), false, 0);
      assert.equal(opened(breaker), null, kind);
      breaker.failed(failure(kind), false, 0);
      assert.equal(opened(breaker), kind);
    }
    const used = new CircuitBreaker();
    used.succeeded();
    for (let i = 0; i < 9; i++) used.failed(failure('quota'), false, 1);
    assert.deepEqual([opened(used), used.answered], [null, 1]);
    const mixed = new CircuitBreaker();
    for (let i = 0; i < 9; i++) mixed.failed(failure('bad-request'), true, 0);
    assert.equal(opened(mixed), null);
  });

  it('opens after eight timeouts in a row', () => {
    const breaker = new CircuitBreaker();
    const late = (count: number): void => {
      for (let i = 0; i < count; i++) breaker.failed(failure('timeout'), false, 0);
    };
    late(7);
    breaker.succeeded();
    late(7);
    assert.equal(opened(breaker), null);
    late(1);
    assert.equal(opened(breaker), 'timeout');
  });

  it('opens where a last attempt fails and nothing was answered since its first', () => {
    for (const kind of ['connection', 'server', 'timeout', 'rate-limit'] as const) {
      const breaker = new CircuitBreaker();
      breaker.failed(failure(kind), false, 0);
      assert.equal(opened(breaker), null, kind);
      breaker.failed(failure(kind), true, 0);
      assert.equal(opened(breaker), kind);
      const answered = new CircuitBreaker();
      answered.succeeded();
      answered.failed(failure(kind), true, 0);
      assert.equal(opened(answered), null, kind);
    }
    assert.deepEqual([isOutage(failure('server')), isOutage(failure('rate-limit'))], [true, false]);
  });

  it('opens where a server asks for more than ten minutes, and keeps its first reason', () => {
    const breaker = new CircuitBreaker();
    breaker.failed(failure('rate-limit', 600_000), false, 0);
    assert.equal(opened(breaker), null);
    breaker.failed(failure('rate-limit', 600_001), false, 0);
    breaker.failed(failure('server', 700_000), true, 0);
    assert.equal(opened(breaker), 'rate-limit');
  });
});

describe('the pace of a server that answers 429', () => {
  it('is free until then, then half of what it answered in a second, doubling each second', () => {
    const pace = new RequestPacer();
    for (let i = 0; i < 20; i++) {
      pace.sent(i * 100);
      pace.answered(i * 100);
    }
    assert.equal(pace.rate(2000), null);
    pace.sent(1950);
    pace.refused(1950, 2000);
    // Answered in the 1,500 ms up to 1,900: at 400, 500, …, 1,900, which are 16.
    near(pace.rate(2000), 8);
    near(pace.rate(3000), 16);
    near(pace.rate(3500), 8 * 2 ** 1.5);
    const unknown = new RequestPacer();
    unknown.refused(0, 10);
    near(unknown.rate(10), 2);
  });

  it('halves while it is too early to tell, twice at most, and does not count what was under way', () => {
    const pace = new RequestPacer();
    pace.refused(0, 0);
    pace.sent(100);
    pace.refused(-50, 100);
    near(pace.rate(1000), 4);
    pace.sent(1000);
    pace.refused(1000, 1000);
    near(pace.rate(1000), 2);
    pace.refused(1000, 1000);
    near(pace.rate(1000), 1);
    pace.refused(1000, 1000);
    near(pace.rate(1000), 1);
  });

  it('keeps nine tenths of what was taken between two refusals, and is back there after its time', () => {
    const pace = new RequestPacer();
    pace.refused(0, 0);
    // 40 in 4 seconds are 10 a second; 15 of them in the last 1,500 ms.
    for (let i = 1; i <= 40; i++) pace.sent(i * 100);
    pace.sent(4000);
    pace.refused(4000, 4000);
    const ceiling = 40 / 4;
    // 1 − 0.1 · (0 − 1)³ … the cube is −1.
    near(pace.rate(4000), ceiling * 0.9, 0.7);
    const now = pace.rate(4000) ?? 0;
    near(pace.rate(12_000), now / 0.9);
    near(pace.rate(8000), (now / 0.9) * (1 - 0.1 / 8));
    near(pace.rate(20_000), (2 * now) / 0.9);
  });

  it('never falls below one request in ten seconds', () => {
    const pace = new RequestPacer();
    pace.refused(0, 0);
    for (let i = 0; i < 30; i++) pace.refused(i, i);
    assert.ok((pace.rate(30) ?? 0) >= 0.1);
  });
});

describe('the limiter of an origin', () => {
  const limiter = (most: number, clock = new VirtualClock(), signal = new AbortController().signal) => {
    const given: Slot[] = [];
    const origin = new OriginLimiter(most, clock, signal);
    const ask = (tokens = 1, isRetry = false): void =>
      void origin.place(tokens, isRetry).then((place) => place !== null && given.push(place));
    const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    return { origin, clock, given, ask, settle };
  };

  it('gives so many places at once, a retry first, and 128 at most to a server that is not known', async () => {
    const { given, ask, settle } = limiter(2);
    for (let i = 0; i < 4; i++) ask(i);
    await settle();
    assert.equal(given.length, 2);
    given[0]?.answered();
    await settle();
    assert.equal(given.length, 3);
    const wide = limiter(1000);
    for (let i = 0; i < 300; i++) wide.ask();
    await wide.settle();
    assert.equal(wide.given.length, 128);
    wide.given[0]?.answered();
    await wide.settle();
    // The place, and one more for the answer.
    assert.equal(wide.given.length, 130);
    wide.given[1]?.failed(false);
    await wide.settle();
    assert.equal(wide.given.length, 131);
  });

  it('waits as long as the server says, else a quarter of a second, doubling', async () => {
    const { origin, given, ask, settle } = limiter(5);
    ask();
    ask();
    await settle();
    given[0]?.rateLimited(4000);
    assert.equal(origin.waitMs, 4000);
    // Under way before the pause: the same refusal.
    given[1]?.rateLimited(null);
    assert.equal(origin.waitMs, 4000);
    const silent = limiter(5);
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      await silent.clock.run(silent.origin.place(1, false)).then((place) => place?.rateLimited(null));
      waits.push(silent.origin.waitMs);
    }
    assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('leaves an origin alone after three outages in a row', async () => {
    const { origin, clock } = limiter(5);
    const fail = async (isOutage: boolean): Promise<number> => {
      (await clock.run(origin.place(1, false)))?.failed(isOutage);
      return origin.waitMs;
    };
    assert.deepEqual([await fail(true), await fail(true), await fail(false), await fail(true), await fail(true)], [0, 0, 0, 250, 500]);
    (await clock.run(origin.place(1, false)))?.answered();
    assert.deepEqual([await fail(true), await fail(true), await fail(true)], [0, 0, 250]);
    const long = limiter(5);
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      (await long.clock.run(long.origin.place(1, false)))?.failed(true);
      waits.push(long.origin.waitMs);
    }
    assert.deepEqual(waits, [0, 0, 250, 500, 1000, 2000, 4000, 4000, 4000]);
  });

  it('heeds what the server says it has left', async () => {
    const { origin, clock } = limiter(5);
    const first = await clock.run(origin.place(1, false));
    first?.limits({ requestsLeft: 1, requestsResetMs: 5000, tokensLeft: null, tokensResetMs: null });
    assert.equal(origin.waitMs, 0);
    first?.limits({ requestsLeft: 0, requestsResetMs: 5000, tokensLeft: null, tokensResetMs: null });
    assert.equal(origin.waitMs, 5000);
    first?.limits({ requestsLeft: 0, requestsResetMs: 90_000, tokensLeft: null, tokensResetMs: null });
    assert.equal(origin.waitMs, 60_000);
    const tokens = limiter(5);
    const sent = await tokens.clock.run(tokens.origin.place(1, false));
    sent?.limits({ requestsLeft: null, requestsResetMs: null, tokensLeft: 100, tokensResetMs: 3000 });
    const at = async (size: number): Promise<number> => (await tokens.clock.run(tokens.origin.place(size, false)))?.sentAt ?? NaN;
    assert.equal(await at(60), 0);
    const unused = await tokens.clock.run(tokens.origin.place(40, false));
    unused?.unused();
    assert.equal(await at(40), 0);
    assert.equal(await at(1), 3000);
    assert.equal(await at(999), 3000);
  });

  it('gives no place once the run is stopped or the origin closed', async () => {
    const stop = new AbortController();
    const { origin, given, ask, settle } = limiter(1, new VirtualClock(), stop.signal);
    ask();
    const waiting = origin.place(1, false);
    stop.abort();
    await settle();
    assert.deepEqual([await waiting, await origin.place(1, false), given.length], [null, null, 1]);
    const closed = limiter(1);
    const first = closed.origin.place(1, false);
    const next = closed.origin.place(1, false);
    closed.origin.close();
    assert.deepEqual([(await first) === null, await next, await closed.origin.place(1, false)], [false, null, null]);
  });
});
