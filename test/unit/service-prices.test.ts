/** What services and marks of a request do to its price, by hand. */
import assert from 'node:assert/strict';
import type { CachingRule } from '../../src/core/economics/data/caching-rules.ts';
import { publicModelFacts } from '../../src/core/economics/model-facts.ts';
import { readPriceOverrides } from '../../src/core/economics/prices/price-overrides.ts';
import { requestedService } from '../../src/core/economics/prices/price.ts';
import type { PriceTable } from '../../src/core/economics/prices/price-table.ts';
import { projectCost, type ProjectionInput } from '../../src/core/economics/projected-cost.ts';

function near(actual: number | null | undefined, expected: number, within = 1e-12): void {
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= within, `${actual} instead of ${expected}`);
}
const INFO = { asOf: '2026-01-01', source: 's', basis: 'exact', basedOn: null } as const;
/** USD per million tokens. */
const TABLE: PriceTable = {
  info: INFO,
  rates: { input: 1, cacheRead: 0.1, cacheWriteShort: 1.25, cacheWriteLong: 2, output: 10 },
  tiers: [{ above: 1000, rates: { input: 2, cacheRead: null, cacheWriteShort: null, cacheWriteLong: null, output: 15 } }],
  service: { batch: 0.5, flex: null, priority: 2 },
};
const NOW = new Date('2026-11-28T12:00:00Z');

describe('the services of a model', () => {
  const known = { price: { ...TABLE, service: { batch: 0.5, flex: 0.5, priority: 2 } }, contextWindow: 100 };
  const servicesOf = (id: string, yaml = 'asOf: 2026-11-01\ncapabilities: {}'): unknown => {
    const { overrides, capabilities } = readPriceOverrides('p', yaml);
    return publicModelFacts({ id, servedBy: null, api: null, capabilities }, { find: () => known, cachingRule: () => null }, overrides, NOW)
      .price?.service;
  };

  it('have the factors of the capability table, and no price where the model does not have them', () => {
    // gpt-6.2 has no flex service; gpt-4o neither.
    assert.deepEqual(servicesOf('openai:gpt-6.2-sol'), { batch: 0.5, flex: null, priority: 2 });
    assert.deepEqual(servicesOf('openai:gpt-4o'), { batch: 0.5, flex: null, priority: 1.7 });
    assert.deepEqual(servicesOf('google:gemini-4-neon'), { batch: 0.5, flex: 0.5, priority: 1.8 });
    assert.deepEqual(servicesOf('anthropic:claude-sonnet-5-5'), { batch: 0.5, flex: null, priority: null });
    assert.deepEqual(servicesOf('anthropic:claude-opus-5-5'), { batch: 0.5, flex: null, priority: 2 });
    assert.deepEqual(servicesOf('elsewhere:m'), { batch: 0.5, flex: 0.5, priority: 2 });
  });
  it('have what the file of the user says', () => {
    const own = (text: string): unknown => servicesOf('elsewhere:m', `asOf: 2026-11-01\ncapabilities: { "elsewhere:m": ${text} }`);
    assert.deepEqual(own('{ serviceFactors: { flex: 0.3 } }'), { batch: 0.5, flex: 0.3, priority: 2 });
    assert.deepEqual(own('{ services: [batch] }'), { batch: 0.5, flex: null, priority: null });
    const priced =
      'asOf: 2026-11-01\nmodels: { "elsewhere:m": { input: 1, output: 2, flex: 0.7 } }\ncapabilities: { "elsewhere:m": { serviceFactors: { flex: 0.3, priority: 3 } } }';
    assert.deepEqual(servicesOf('elsewhere:m', priced), { batch: 0.5, flex: 0.7, priority: 3 });
  });
  it('are read from a request in the words of each API', () => {
    for (const [parameters, service] of [
      [{}, 'standard'],
      [{ service_tier: 'auto' }, 'standard'],
      [{ service_tier: 'flex' }, 'flex'],
      [{ serviceTier: 'priority' }, 'priority'],
      [{ serviceTier: { type: 'flex' } }, 'flex'],
      [{ speed: 'fast' }, 'priority'],
    ] as const)
      assert.equal(requestedService(parameters), service, JSON.stringify(parameters));
  });
});

describe('a projection of what is sent', () => {
  const RULE: CachingRule = { minimum: 100, block: 64, ttlSeconds: 300, kind: 'automatic', asOf: '2026-01-01', source: 's' };
  const input = (over: Partial<ProjectionInput> = {}): ProjectionInput => ({
    facts: { price: TABLE, caching: RULE },
    inputTokens: 500,
    outputTokens: 20,
    prefix: { tokens: 400, cacheable: true, reason: '' },
    traffic: null,
    ...over,
  });

  it('is of the service that the request names, and unknown where that has no factor', () => {
    const flex = projectCost(
      input({ service: 'flex', facts: { price: { ...TABLE, service: { batch: 0.5, flex: 0.25, priority: null } }, caching: RULE } }),
    );
    near(flex.costPerCallUsd.cold, (100e-6 + 500e-6 + 200e-6) / 4);
    near(flex.costPerCallUsd.warm, (100e-6 + 40e-6 + 200e-6) / 4);
    // A batch is a service of its own.
    near(flex.costPerCallUsd.batch, 250e-6 + 100e-6);
    const range = projectCost(
      input({
        service: 'flex',
        outputRange: { least: 20, most: 40 },
        facts: { price: { ...TABLE, service: { batch: 0.5, flex: 0.25, priority: null } }, caching: RULE },
      }),
    );
    near(range.costPerCallUsd.low, (100e-6 + 40e-6 + 200e-6) / 4);
    near(range.costPerCallUsd.high, (100e-6 + 500e-6 + 400e-6) / 4);
    const priority = projectCost(
      input({ service: 'priority', facts: { price: { ...TABLE, service: { batch: 0.5, flex: 0.25, priority: null } }, caching: RULE } }),
    );
    assert.deepEqual([priority.costPerCallUsd.cold, priority.costPerCallUsd.warm, priority.perThousandUsd], [null, null, null]);
  });

  it('reads and writes nothing of a prefix that has to be marked and is not, and writes at the price of its lifetime', () => {
    const marked = {
      price: { ...TABLE, rates: { ...TABLE.rates, cacheWriteLong: 2 * TABLE.rates.input } },
      caching: { ...RULE, kind: 'marked' },
    } as const;
    const unmarked = { marks: false, ttlSeconds: null, isLong: false };
    const none = projectCost(input({ facts: marked, cache: unmarked, traffic: { callsPerDay: 288, action: 't', callsPerAction: 1 } }));
    near(none.costPerCallUsd.cold, 500e-6 + 200e-6);
    near(none.costPerCallUsd.warm, 500e-6 + 200e-6);
    assert.equal(none.hitShare, null);
    // Without a mark, what is cached by itself stays cached.
    near(projectCost(input({ cache: unmarked })).costPerCallUsd.warm, 100e-6 + 40e-6 + 200e-6);
    const hour = projectCost(
      input({
        facts: marked,
        cache: { marks: true, ttlSeconds: 3600, isLong: true },
        traffic: { callsPerDay: 24, action: 't', callsPerAction: 1 },
      }),
    );
    near(hour.costPerCallUsd.cold, 100e-6 + 2 * 400e-6 + 200e-6);
    // One call an hour, kept for an hour: 1 − 1/e.
    near(hour.hitShare, 0.6321205588285577);
  });
});
