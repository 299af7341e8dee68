/** The schedule that knows the provider's cache, against a provider whose cache is readable from the first token on. */
import assert from 'node:assert/strict';
import { ProviderError } from '../../src/core/problems/errors.ts';
import { prefixMarks } from '../../src/core/calls/prefix-gate.ts';
import { requestPieces } from '../../src/core/economics/tokens/request-stream.ts';
import type { ModelClient } from '../../src/core/model/model-client.ts';
import type { ModelRequest } from '../../src/core/model/model-request.ts';
import { modelOf, planOf, World, type Complete } from './run-world.ts';

const CACHING = { minimum: 1024, block: 128, ttlSeconds: 300, kind: 'automatic', asOf: '2026-01-01', source: 'test' } as const;
const RULES = Array.from({ length: 400 }, (_, i) => `Rule ${i}: never promise what policy ${i * 7} does not allow.`).join('\n');

/** Blocks of 512 characters that a provider has read before, and the characters it billed in full. */
class Provider {
  fresh = 0;
  calls = 0;
  private readonly known = new Map<string, number>();

  constructor(
    private readonly world: World,
    private readonly ttft = 800,
  ) {}

  readonly complete: Complete = async (request, { signal, onFirstToken }) => {
    this.calls++;
    const text = textOf(request);
    const now = this.world.clock.now();
    let read = 0;
    while (read + 512 <= text.length && (this.known.get(text.slice(0, read + 512)) ?? -1) >= now) read += 512;
    this.fresh += text.length - (read >= 4096 ? read : 0);
    await this.world.clock.sleep(this.ttft, signal);
    if (signal.aborted) throw new ProviderError('aborted', 'cancelled');
    const until = this.world.clock.now() + CACHING.ttlSeconds * 1000;
    for (let end = 512; end <= text.length; end += 512) this.known.set(text.slice(0, end), until);
    onFirstToken?.();
    await this.world.clock.sleep(400, signal);
    return {};
  };
}

const textOf = ({ messages }: ModelRequest): string =>
  messages.map(({ content }) => content.map((part) => ('text' in part ? part.text : '')).join('')).join('\n');
const lines = (count: number, vars: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `- { id: c${i}, vars: { ${vars(i)} }, expected: ok }`).join('\n');
const SHARED = `{{role "system"}}${RULES}\n{{role "user"}}{{x}}`;

async function run(template: string, golden: string, caching: ModelClient['caching'], concurrency = 32) {
  const world = new World();
  const provider = new Provider(world);
  const report = await world.run(planOf(golden, [modelOf(provider.complete, { caching })], { template }), { concurrency });
  assert.deepEqual([report.complete, report.verdict], [true, 'pass']);
  return { fresh: provider.fresh, ms: world.clock.now() };
}

describe('the prefix gate', () => {
  it('bills at most 1.05 × the optimum on a long shared prefix, where plain concurrency pays for it many times', async () => {
    const golden = lines(200, (i) => `x: "Ticket number ${i}: where is my parcel?"`);
    const plain = await run(SHARED, golden, null);
    const gated = await run(SHARED, golden, CACHING);
    const tail = (RULES.length + 40) % 512;
    const optimum = RULES.length + 200 * (40 + tail);
    assert.ok(gated.fresh <= 1.05 * optimum, `${gated.fresh} of ${optimum}`);
    assert.ok(plain.fresh > 1.5 * optimum, `${plain.fresh} of ${optimum}`);
    // It costs the time of one first token, once.
    assert.ok(gated.ms <= plain.ms + 1300, `${gated.ms} and ${plain.ms} ms`);
  });

  it('knows prefixes that only some cases share: one call each goes ahead, and different ones side by side', async () => {
    const template = `{{role "system"}}${RULES}\n{{role "user"}}{{doc}}\n{{x}}`;
    const doc = (d: number): string => `Document ${d}. ${Array.from({ length: 300 }, (_, i) => `fact${d}x${i}`).join(' ')}`;
    const golden = lines(60, (i) => `doc: "${doc(i % 6)}", x: "Question ${i}?"`);
    const gated = await run(template, golden, CACHING);
    const plain = await run(template, golden, null);
    const optimum = RULES.length + 6 * doc(0).length + 60 * 520;
    assert.ok(gated.fresh <= 1.05 * optimum, `${gated.fresh} of ${optimum}`);
    assert.ok(plain.fresh > gated.fresh * 1.5);
    assert.ok(gated.ms < 5 * 1200, `${gated.ms} ms`);
  });

  it('goes on when the first call fails, and with the next as the first', async () => {
    const world = new World();
    let calls = 0;
    const complete: Complete = async (_request, { signal, onFirstToken }) => {
      const own = ++calls;
      await world.clock.sleep(300, signal);
      if (own === 1) throw new ProviderError('bad-request', 'no', 400);
      onFirstToken?.();
      return {};
    };
    const plan = planOf(
      lines(20, (i) => `x: "${i}"`),
      [modelOf(complete, { caching: CACHING })],
      { template: SHARED },
    );
    const report = await world.run(plan, { concurrency: 20 });
    assert.deepEqual([report.candidates[0]?.errors, report.results.length, calls], [1, 20, 20]);
    assert.ok(world.clock.now() <= 1000, `${world.clock.now()} ms`);
  });

  it('lets the first call of a prefix go again when the provider has forgotten it', async () => {
    const world = new World();
    const sent: number[] = [];
    const complete: Complete = async (_request, { signal, onFirstToken }) => {
      sent.push(world.clock.now());
      await world.clock.sleep(1000, signal);
      onFirstToken?.();
      await world.clock.sleep(400_000, signal);
      return {};
    };
    const plan = planOf(
      lines(6, (i) => `x: "${i}"`),
      [modelOf(complete, { caching: CACHING })],
      { template: SHARED },
    );
    await world.run(plan, { concurrency: 3 });
    assert.deepEqual(sent, [0, 1000, 1000, 401_000, 402_000, 402_000]);
  });

  it('never waits for prompts that are too short to be cached', async () => {
    const world = new World();
    const provider = new Provider(world);
    const plan = planOf(
      lines(30, (i) => `x: "${i}"`),
      [modelOf(provider.complete, { caching: CACHING })],
      { template: 'Answer {{x}}' },
    );
    await world.run(plan, { concurrency: 30 });
    assert.equal(world.clock.now(), 1200);
  });

  it('marks are the same as far as the texts are, and no further', () => {
    const request = (text: string) => ({
      messages: [{ role: 'user', content: [{ text }] }],
      tools: [],
      output: { format: null, name: null, schema: null, strict: false },
    });
    const a = prefixMarks(request(`${RULES}A`), 256);
    const b = prefixMarks(request(`${RULES}B and more`), 256);
    assert.ok(a.length > 10);
    const shared = a.filter((mark, i) => mark === b[i]).length;
    assert.ok(shared >= a.length - 1, `${shared} of ${a.length}`);
    assert.equal(prefixMarks(request(`x${RULES}`), 256).filter((mark) => a.includes(mark)).length, 0);
    assert.equal(new Set(a).size, a.length);
    assert.ok(requestPieces(request('x')).length > 0);
  });
});

describe('cache keys', () => {
  it('are sent only where the user agreed: at most 15 calls a minute each, and each key’s prefix is written once', async () => {
    const world = new World();
    const sent: { key: string | undefined; at: number }[] = [];
    const complete: Complete = async ({ cacheKey }, { signal, onFirstToken }) => {
      sent.push({ key: cacheKey, at: world.clock.now() });
      await world.clock.sleep(500, signal);
      onFirstToken?.();
      await world.clock.sleep(500, signal);
      return {};
    };
    const golden = lines(60, (i) => `x: "${i}"`);
    await world.run(planOf(golden, [modelOf(complete, { caching: CACHING, takesCacheKeys: true })], { template: SHARED }), {
      concurrency: 60,
    });
    const keys = [...new Set(sent.map(({ key }) => key))];
    assert.deepEqual(keys, ['goldset-v', 'goldset-v-1', 'goldset-v-2', 'goldset-v-3']);
    for (const key of keys) {
      const own = sent.filter((call) => call.key === key);
      assert.equal(own.length, 15);
      assert.deepEqual([own[0]?.at, own[1]?.at], [0, 500]);
    }
    sent.length = 0;
    await world.run(planOf(golden, [modelOf(complete, { caching: CACHING, endpoint: 'other' })], { template: SHARED }));
    assert.ok(sent.every(({ key }) => key === undefined));
  });
});
