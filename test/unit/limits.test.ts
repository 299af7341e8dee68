/** Limits on a virtual clock: servers that take only so much, say so in different ways, or are not there. */
import assert from 'node:assert/strict';
import { ProviderError } from '../../src/core/problems/errors.ts';
import type { ReportedLimits } from '../../src/core/model/reported-limits.ts';
import { readReportedLimits } from '../../src/core/model/reported-limits.ts';
import { goldenOf, modelOf, planOf, quietAbort, World, type Complete } from './run-world.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A server that lets `rate` requests a second through, and `burst` at once; it tells nobody but by 429. */
class TokenBucket {
  readonly taken: number[] = [];
  readonly refused: number[] = [];
  private level: number;
  private filledAt = 0;

  constructor(
    private readonly clock: VirtualClock,
    readonly rate: number,
    private readonly burst: number,
    private readonly latency: () => number,
    private readonly retryAfterMs: number | null,
  ) {
    this.level = burst;
  }

  readonly complete: Complete = async (_request, { signal }) => {
    await this.clock.sleep(20, signal);
    const now = this.clock.now();
    this.level = Math.min(this.burst, this.level + ((now - this.filledAt) / 1000) * this.rate);
    this.filledAt = now;
    if (this.level < 1) {
      this.refused.push(now);
      await this.clock.sleep(20, signal);
      throw new ProviderError('rate-limit', 'slow down', 429, this.retryAfterMs);
    }
    this.level--;
    this.taken.push(now);
    await this.clock.sleep(this.latency(), signal);
    if (signal.aborted) throw new ProviderError('aborted', 'cancelled');
    return {};
  };
}

const between = (times: readonly number[], from: number, to: number): number => times.filter((at) => at >= from && at < to).length;

/** Requests per second: a run has 90 s of them, so that the two rates beyond this one, of `npm run test:all`, cost nearly twice what all others do. */
const FASTEST = process.env['GOLDSET_SEEDS'] === undefined ? 50 : Infinity;

describe('limits', () => {
  for (const [seed, rate, burst, latency, retryAfterMs] of [
    [1, 5, 5, 400, null],
    [2, 20, 10, 300, null],
    [3, 50, 100, 800, 1000],
    [4, 100, 50, 250, null],
    [5, 12, 30, 1500, 500],
    // Buckets that save up nothing: every request too early is refused.
    [6, 20, 1, 50, 1000],
    [7, 15, 1, 300, 1000],
    [8, 10, 1, 300, null],
    [9, 5, 1, 800, 500],
    [10, 2, 1, 300, null],
    [11, 25, 2, 100, 1000],
    [12, 3, 6, 1500, null],
    [13, 200, 20, 500, null],
  ] as const) {
    if (rate > FASTEST) continue;
    it(`a hidden rate of ${rate}/s with bursts of ${burst} is found: after 10 s at least 75 % of it is used, with under 3 % of 429`, async function () {
      const world = new World(seed);
      const { clock, random } = world;
      const server = new TokenBucket(clock, rate, burst, () => latency * (0.5 + random()), retryAfterMs);
      const abort = quietAbort();
      void clock.sleep(70_000).then(() => abort.abort());
      await world.run(planOf(goldenOf(rate * 90), [modelOf(server.complete)]), { concurrency: 128, abort });
      const taken = between(server.taken, 10_000, 70_000);
      const refused = between(server.refused, 10_000, 70_000);
      assert.ok(taken / (rate * 60) >= 0.75, `used ${((100 * taken) / (rate * 60)).toFixed(1)} %`);
      assert.ok(refused / (taken + refused) < 0.03, `${((100 * refused) / (taken + refused)).toFixed(2)} % of 429`);
    });
  }

  it('a storm of 429 loses nothing: every sample is answered once, however often it was refused', async () => {
    const world = new World();
    let answers = 0;
    const storm: Complete = async (_request, { signal }) => {
      await world.clock.sleep(50, signal);
      if (world.clock.now() < 20_000) throw new ProviderError('rate-limit', 'busy', 429, null);
      answers++;
      return {};
    };
    const report = await world.run(planOf(goldenOf(60), [modelOf(storm)]), { concurrency: 32 });
    assert.deepEqual([report.verdict, report.results.length, answers], ['pass', 60, 60]);
  });

  it('nobody who waits after a failure holds a place', async () => {
    const world = new World();
    const sent: number[] = [];
    const complete: Complete = async ({ messages }, { signal }) => {
      sent.push(world.clock.now());
      await world.clock.sleep(10, signal);
      const text = JSON.stringify(messages);
      if (text.includes('"0"') && sent.length === 1) throw new ProviderError('server', 'oops', 500);
      return {};
    };
    const report = await world.run(planOf(goldenOf(20), [modelOf(complete)]), { concurrency: 1 });
    assert.equal(report.verdict, 'pass');
    // The first sample backs off for half a second; the others are answered meanwhile, one by one.
    assert.ok((sent[19] ?? Infinity) < 250, `${sent[19]} ms`);
  });

  it('waits as long as the server says before anybody is sent', async () => {
    const world = new World();
    const sent: number[] = [];
    const complete: Complete = async (_request, { signal }) => {
      sent.push(world.clock.now());
      await world.clock.sleep(10, signal);
      if (sent.length === 1) throw new ProviderError('rate-limit', 'later', 429, 7000);
      return {};
    };
    await world.run(planOf(goldenOf(3), [modelOf(complete)]), { concurrency: 1 });
    assert.deepEqual(sent.slice(0, 2), [0, 7010]);
  });

  it('heeds what headers say is left: no request, or too few tokens for the next', async () => {
    for (const limits of [
      { requestsLeft: 0, requestsResetMs: 3000, tokensLeft: null, tokensResetMs: null },
      { requestsLeft: null, requestsResetMs: null, tokensLeft: 10, tokensResetMs: 3000 },
    ] satisfies ReportedLimits[]) {
      const world = new World();
      const sent: number[] = [];
      const complete: Complete = async (_request, { signal, onLimits }) => {
        sent.push(world.clock.now());
        await world.clock.sleep(10, signal);
        if (sent.length === 1) onLimits?.(limits);
        return {};
      };
      await world.run(planOf(goldenOf(2), [modelOf(complete)]), { concurrency: 1 });
      assert.deepEqual(sent, [0, 3010]);
    }
  });

  it('reads the headers of OpenAI and Anthropic', () => {
    const read = (headers: Record<string, string>): ReportedLimits | null =>
      readReportedLimits((name) => headers[name] ?? null, new Date('2026-01-01T00:00:00Z'));
    assert.deepEqual(
      read({
        'x-ratelimit-remaining-requests': '59',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-remaining-tokens': '149984',
        'x-ratelimit-reset-tokens': '6m0.5s',
      }),
      { requestsLeft: 59, requestsResetMs: 1000, tokensLeft: 149_984, tokensResetMs: 360_500 },
    );
    assert.deepEqual(
      read({ 'anthropic-ratelimit-requests-remaining': '0', 'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:05Z' }),
      {
        requestsLeft: 0,
        requestsResetMs: 5000,
        tokensLeft: null,
        tokensResetMs: null,
      },
    );
    assert.equal(read({ 'x-ratelimit-remaining-requests': 'plenty' }), null);
    assert.equal(read({ 'x-ratelimit-remaining-tokens': '5', 'x-ratelimit-reset-tokens': '12ms' })?.tokensResetMs, 12);
    assert.equal(read({}), null);
  });
});

describe('the circuit breaker', () => {
  const failing = (error: ProviderError): { model: Parameters<typeof planOf>[1][number]; asked: () => number } => {
    let asked = 0;
    return { model: modelOf(() => (asked++, Promise.reject(error))), asked: () => asked };
  };
  for (const [name, error, most] of [
    ['a server that is not there', new ProviderError('connection', 'refused'), 100],
    ['a key that is refused', new ProviderError('authentication', 'bad key', 401), 20],
    ['a quota that is used up', new ProviderError('quota', 'insufficient_quota', 429), 20],
    ['nothing but 500', new ProviderError('server', 'oops', 500), 100],
    ['nothing but 429', new ProviderError('rate-limit', 'busy', 429), 100],
    ['a wait until tomorrow', new ProviderError('rate-limit', 'daily limit', 429, 80_000_000), 20],
  ] as const) {
    it(`${name} ends the run, and the rest is kept`, async () => {
      const { model, asked } = failing(error);
      const world = new World();
      const report = await world.run(planOf(goldenOf(1000), [model]), { concurrency: 8 });
      // A busy server gets some minutes, one that is down much less.
      assert.ok(world.clock.now() < (error.status === 429 ? 300_000 : 60_000), `${world.clock.now()} ms`);
      assert.deepEqual([report.stopped?.code, report.complete, report.verdict], ['origin/down', false, 'error']);
      assert.match(report.stopped?.message ?? '', new RegExp(error.message));
      assert.ok(asked() <= most, `${asked()} calls`);
    });
  }

  it('another origin goes on', async () => {
    const { model: down } = failing(new ProviderError('connection', 'refused'));
    const up = modelOf(() => Promise.resolve({}), { id: 'other:m', origin: 'https://other.example', endpoint: 'https://other.example#m' });
    const report = await new World().run(planOf(goldenOf(300), [down, up]), { concurrency: 8 });
    const answered = [...report.results].filter((result) => result.output !== null);
    assert.equal(answered.length, 300);
    assert.equal(report.stopped?.code, 'origin/down');
  });

  it('one bad request among good ones is only that', async () => {
    const bad = new ProviderError('bad-request', 'no', 400);
    const model = modelOf(({ messages }) => (JSON.stringify(messages).includes('"7"') ? Promise.reject(bad) : Promise.resolve({})));
    const report = await new World().run(planOf(goldenOf(40), [model]));
    assert.deepEqual([report.complete, report.stopped, report.candidates[0]?.errors], [true, null, 1]);
  });
});
