/** Prices and projections, value by value and by hand. */
import assert from 'node:assert/strict';
import { cachedPrefix, cachedTokens, hitShare } from '../../src/core/economics/prefix/caching.ts';
import type { CachingRule } from '../../src/core/economics/data/caching-rules.ts';
import { publicModelFacts } from '../../src/core/economics/model-facts.ts';
import {
  costUsd,
  NO_SERVICES,
  pricingOf,
  ratesFor,
  scriptedPrice,
  serviceOf,
  splitCost,
  staleDays,
} from '../../src/core/economics/prices/price.ts';
import type { PriceTable } from '../../src/core/economics/prices/price-table.ts';
import { isPriceData } from '../../src/core/economics/prices/genai-check.ts';
import { genaiPrices, providerOfUrl } from '../../src/core/economics/prices/genai-prices.ts';
import { PriceBook, type ModelPrices } from '../../src/core/economics/prices/price-book.ts';
import { readPriceOverrides } from '../../src/core/economics/prices/price-overrides.ts';
import { meanCost, projectCost, type ProjectionInput } from '../../src/core/economics/projected-cost.ts';
import { NO_USAGE, type Usage } from '../../src/core/economics/prices/usage.ts';

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
const BOOK = new PriceBook([genaiPrices()]);
const findPrices = (provider: string, model: string): ModelPrices | null => BOOK.find(provider, model, NOW);
const use = (over: Partial<Usage>): Usage => ({ ...NO_USAGE, ...over });

describe('the price of a call', () => {
  it('has a rate for what is fresh, read, written for short and for long, and for the answer', () => {
    const split = splitCost(TABLE, use({ input: 1000, cacheRead: 400, cacheWriteShort: 200, cacheWriteLong: 100, output: 50 }));
    near(split?.fresh, 300e-6);
    near(split?.cacheRead, 40e-6);
    near(split?.cacheWrite, 250e-6 + 200e-6);
    near(split?.output, 500e-6);
    near(costUsd(TABLE, use({ input: 1000, cacheRead: 400, cacheWriteShort: 200, cacheWriteLong: 100, output: 50 })), 1290e-6);
  });

  it('is that of the tier above its input, where all rates that are missing are that of input', () => {
    near(costUsd(TABLE, use({ input: 1001, cacheRead: 1, cacheWriteShort: 1, cacheWriteLong: 1, output: 1 })), 2002e-6 + 15e-6);
    assert.deepEqual([ratesFor(TABLE, 1000).input, ratesFor(TABLE, 1001).input], [1, 2]);
    const two = { ...TABLE, tiers: [...TABLE.tiers, { above: 2000, rates: { ...TABLE.rates, input: 4 } }] };
    assert.deepEqual([ratesFor(two, 2000).input, ratesFor(two, 2001).input], [2, 4]);
  });

  it('is not known where a service has no factor, or a long write has no rate of its own', () => {
    near(costUsd(TABLE, use({ input: 10 }), 'batch'), 5e-6);
    near(costUsd(TABLE, use({ input: 10 }), 'priority'), 20e-6);
    assert.equal(costUsd(TABLE, use({ input: 10 }), 'flex'), null);
    const short = { ...TABLE, rates: { ...TABLE.rates, cacheWriteLong: null } };
    assert.equal(costUsd(short, use({ input: 10, cacheWriteLong: 1 })), null);
    near(costUsd(short, use({ input: 10, cacheWriteShort: 4 })), 6e-6 + 5e-6);
    assert.deepEqual(['flex', 'priority', 'batch', 'default', 'auto', undefined].map(serviceOf), [
      { service: 'flex' },
      { service: 'priority' },
      { service: 'batch' },
      {},
      {},
      {},
    ]);
  });

  it('is at most that of the highest rate of input in any tier that can be reached, and of the whole answer', () => {
    const pricing = pricingOf(TABLE, () => NOW);
    assert.equal(pricing.info, INFO);
    near(pricing.worstCaseUsd(1000, 100), 2000e-6 + 1000e-6);
    // At 2,000 tokens the upper tier gives 4,000 + 1,500, the lower one 4,000 + 1,000.
    near(pricing.worstCaseUsd(2000, 100), 5500e-6);
    near(
      pricingOf({ ...TABLE, rates: { ...TABLE.rates, cacheWriteShort: 3, cacheWriteLong: null } }, () => NOW).worstCaseUsd(10, 0),
      30e-6,
    );
    near(pricing.costUsd(use({ input: 10 }), 'batch'), 5e-6);
    const scripted = scriptedPrice({ input: 1, cacheRead: 0.5, output: 2 }, INFO);
    assert.deepEqual(scripted, {
      info: INFO,
      rates: { input: 1, cacheRead: 0.5, output: 2, cacheWriteShort: null, cacheWriteLong: null },
      tiers: [],
      service: NO_SERVICES,
    });
  });

  it('is old after 60 days', () => {
    assert.equal(staleDays(INFO, new Date('2026-03-02T23:00:00Z')), null);
    assert.equal(staleDays(INFO, new Date('2026-03-03T00:00:00Z')), 61);
  });
});

describe('the price book', () => {
  it('knows what its data lacks, snapshots of a model, and who serves an address', () => {
    const sol = findPrices('openai', 'gpt-6.1-sol-2026-11-01');
    assert.deepEqual(
      [sol?.price.info.asOf, sol?.price.info.basis, sol?.price.tiers[0]?.above, sol?.contextWindow],
      ['2026-11-23', 'exact', 272_000, null],
    );
    assert.equal(findPrices('azure', 'gpt-6.1-sol')?.price.info.asOf === '2026-11-23', false);
    assert.equal(findPrices('openai', 'gpt-6-luna-20261001')?.price.info.basedOn, null);
    assert.notEqual(findPrices('openai', 'gpt-6-luna-2026-10-01x')?.price.info.basis, 'exact');
    // Services have factors by model, in the capability table.
    assert.deepEqual(findPrices('openai', 'gpt-6-luna')?.price.service, { batch: null, flex: null, priority: null });
    assert.equal(findPrices('openai', 'gpt-99'), null);
    const luna = publicModelFacts({ id: 'openai:gpt-6-luna', servedBy: null, api: null }, BOOK, new Map(), NOW).price;
    near(luna === null ? null : pricingOf(luna, () => NOW).costUsd(use({ input: 100_000 }), 'batch'), 0.005);
    assert.equal(providerOfUrl('https://api.openai.com/v1'), 'openai');
    assert.equal(providerOfUrl('https://models.example'), null);
    const { asOf, source } = BOOK.origin;
    assert.match(`${asOf} ${source}`, /^\d{4}-\d\d-\d\d genai-prices/);
  });

  it('lists each model once, of the providers that are asked for', () => {
    const models = BOOK.models(['openai', 'nobody']);
    assert.equal(new Set(models).size, models.length);
    assert.ok(models.includes('openai:gpt-6.1-sol') && models.includes('openai:gpt-6-luna'));
    assert.ok(models.every((name) => name.startsWith('openai:')));
    assert.deepEqual(
      BOOK.models(['anthropic']).filter((name) => name.includes('gpt')),
      [],
    );
  });

  it('takes only data of the right shape', () => {
    const model = (i: number, over: object = {}): object => ({ id: `m${i}`, prices: { input_mtok: 1 }, ...over });
    const data = (over: object = {}, count = 11): unknown[] => [
      { id: 'openai', models: Array.from({ length: count }, (_, i) => model(i)), ...over },
    ];
    assert.equal(isPriceData(data()), true);
    assert.equal(isPriceData([...data(), { id: 'x', models: [] }]), true);
    assert.equal(
      isPriceData(data({ models: [...Array.from({ length: 10 }, (_, i) => model(i)), model(10, { prices: [{ prices: {} }] })] })),
      true,
    );
    for (const wrong of [
      null,
      {},
      [],
      data({}, 10),
      data({ id: 'other' }),
      data({ id: 4 }),
      data({ models: {} }),
      [...data(), null],
      [...data(), { id: 'x' }],
    ])
      assert.equal(isPriceData(wrong), false, JSON.stringify(wrong)?.slice(0, 60));
    for (const bad of [
      { id: 4 },
      { prices: null },
      { prices: 'x' },
      { prices: [] },
      { prices: [null] },
      { prices: [{ prices: 1 }] },
      { prices: [{ prices: [] }] },
    ])
      assert.equal(isPriceData([...data(), { id: 'x', models: [model(0), model(1, bad)] }]), false, JSON.stringify(bad));
    assert.equal(isPriceData([...data(), { id: 'x', models: [null] }]), false);
  });
});

describe('the user’s own prices', () => {
  const read = (text: string) => {
    const { overrides, diagnostics } = readPriceOverrides('p.yaml', text);
    return {
      overrides: [...overrides],
      codes: diagnostics.map(({ code }) => code),
      messages: diagnostics.map(({ message }) => message).join(' '),
    };
  };

  it('are read field by field', () => {
    const { overrides, codes } = read(
      'asOf: 2026-11-01\nmodels:\n  openai:m: { input: 1, cacheRead: 2, cacheWrite: 3, cacheWriteLong: 4, output: 5, batch: 0.6, flex: 0.7, priority: 8, contextWindow: 9, caching: { minimumTokens: 10, blockTokens: 11, ttlSeconds: 12 } }\n',
    );
    const origin = { asOf: '2026-11-01', source: 'p.yaml' };
    assert.deepEqual(codes, []);
    assert.deepEqual(overrides, [
      [
        'openai:m',
        {
          price: {
            info: { ...origin, basis: 'override', basedOn: null },
            rates: { input: 1, cacheRead: 2, cacheWriteShort: 3, cacheWriteLong: 4, output: 5 },
            tiers: [],
            service: { batch: 0.6, flex: 0.7, priority: 8 },
          },
          contextWindow: 9,
          caching: { minimum: 10, block: 11, ttlSeconds: 12, kind: 'automatic', ...origin },
        },
      ],
    ]);
  });

  it('have defaults where they may, and a report where they must not', () => {
    const [[, plain] = []] = read('asOf: 2026-11-01\nmodels: { "openai:m": { input: 0, output: 0, caching: {} } }').overrides;
    assert.deepEqual(
      [plain?.caching?.minimum, plain?.caching?.block, plain?.caching?.ttlSeconds, plain?.contextWindow],
      [1024, 1, 300, null],
    );
    assert.equal(read('asOf: 2026-11-01\nmodels: { "openai:m": { input: 0, output: 0 } }').overrides[0]?.[1].caching, null);
    for (const asOf of ['', 'asOf: soon\n', 'asOf: "2026-11-1"\n', 'asOf: "x2026-11-01"\n', 'asOf: "2026-11-01x"\n'])
      assert.match(read(`${asOf}models: {}`).messages, /need a date/, asOf);
    const wrong = (row: string): string => read(`asOf: 2026-11-01\nmodels: { ${row} }`).messages;
    assert.match(wrong('"openai:m": { input: 1 }'), /`openai:m` needs `input` and `output`/);
    assert.match(wrong('"openai:m": { output: 1 }'), /`openai:m` needs `input` and `output`/);
    assert.match(wrong('m: { input: 1, output: 1 }'), /does not name a provider/);
    assert.notEqual(wrong('"openai:m": { input: 1, output: 1, inptu: 2 }'), '');
    assert.notEqual(wrong('"openai:m": 4'), '');
    assert.notEqual(wrong('"openai:m": { input: 1, output: 1, caching: { minimumTokens: 0 } }'), '');
    assert.notEqual(read('asOf: 2026-11-01\nmodel: {}').messages, '');
    assert.match(read('asOf: 2026-11-01').messages, /Prices need `models`/);
    assert.deepEqual(read('[').overrides, []);
  });

  it('come before what is known, which fills in the services that they leave open', () => {
    const { overrides } = readPriceOverrides('p', 'asOf: 2026-11-01\nmodels: { "a:m": { input: 1, output: 2, flex: 0.25 } }');
    const known = { price: { ...TABLE, service: { batch: 0.5, flex: 0.9, priority: 3 } }, contextWindow: 100 };
    const facts = (id: string, found: typeof known | null) =>
      publicModelFacts({ id, servedBy: null, api: null }, { find: () => found, cachingRule: () => null }, overrides, NOW);
    assert.deepEqual(facts('a:m', known).price?.service, { batch: 0.5, flex: 0.25, priority: 3 });
    assert.deepEqual([facts('a:m', known).price?.rates.input, facts('a:m', known).contextWindow], [1, 100]);
    assert.deepEqual(facts('a:m', null).price?.service, { batch: null, flex: 0.25, priority: null });
    assert.deepEqual([facts('a:n', known).price, facts('a:n', null).price, facts('a:n', null).contextWindow], [known.price, null, null]);
    assert.deepEqual([facts('a:n', null).id, facts('a:n', null).model, facts('a:n', null).caching], ['a:n', 'n', null]);
  });
});

describe('a projection', () => {
  const RULE: CachingRule = { minimum: 100, block: 64, ttlSeconds: 300, kind: 'automatic', asOf: '2026-01-01', source: 's' };
  const input = (over: Partial<ProjectionInput> = {}): ProjectionInput => ({
    facts: { price: TABLE, caching: RULE },
    inputTokens: 500,
    outputTokens: 20,
    prefix: { tokens: 400, cacheable: true, reason: '' },
    traffic: null,
    ...over,
  });

  it('is cold, warm and by batch, by hand', () => {
    const { costPerCallUsd, split, hitShare: hits, perThousandUsd, perDayUsd, perActionUsd, inputPerCallUsd } = projectCost(input());
    near(costPerCallUsd.cold, 100e-6 + 500e-6 + 200e-6);
    near(costPerCallUsd.warm, 100e-6 + 40e-6 + 200e-6);
    near(costPerCallUsd.batch, 250e-6 + 100e-6);
    near(costPerCallUsd.expected, 800e-6);
    near(perThousandUsd, 0.8);
    near(inputPerCallUsd, 600e-6);
    assert.deepEqual([hits, perDayUsd, perActionUsd], [null, null, null]);
    near(split?.cacheWrite, 500e-6);
    // No more can be read than there is.
    near(projectCost(input({ prefix: { tokens: 900, cacheable: true, reason: '' } })).costPerCallUsd.warm, 50e-6 + 200e-6);
  });

  it('has a range where pages or audio have a band, also without a range of the output', () => {
    // 500 tokens, 100 either way, and 20 of output: at least 400 read from the cache, at most 200 fresh and 400 written.
    const banded = projectCost(input({ mediaBand: 100 })).costPerCallUsd;
    near(banded.low, 40e-6 + 200e-6);
    near(banded.high, 200e-6 + 500e-6 + 200e-6);
    const { low, high } = projectCost(input()).costPerCallUsd;
    assert.deepEqual([low, high], [null, null]);
    assert.equal(projectCost(input({ mediaBand: 100, outputTokens: null })).costPerCallUsd.high, null);
    near(projectCost(input({ mediaBand: 900, prefix: { tokens: 0, cacheable: false, reason: '' } })).costPerCallUsd.low, 200e-6);
  });

  it('mixes them by the traffic', () => {
    const {
      costPerCallUsd,
      split,
      hitShare: hits,
      perDayUsd,
      perActionUsd,
    } = projectCost(input({ traffic: { callsPerDay: 288, action: 't', callsPerAction: 3 } }));
    // One call in 300 s on average: 1 − 1/e of them find the prefix.
    const share = 1 - Math.exp(-1);
    near(hits, share);
    near(costPerCallUsd.expected, 800e-6 * (1 - share) + 340e-6 * share);
    near(split?.cacheRead, 40e-6 * share);
    near(split?.cacheWrite, 500e-6 * (1 - share));
    near(split?.output, 200e-6);
    near(perDayUsd, (costPerCallUsd.expected ?? 0) * 288);
    near(perActionUsd, (costPerCallUsd.expected ?? 0) * 3);
    const traffic = { callsPerDay: 288, action: 't', callsPerAction: 3 };
    assert.equal(projectCost(input({ traffic, prefix: { tokens: 0, cacheable: false, reason: '' } })).hitShare, null);
    assert.equal(projectCost(input({ traffic, facts: { price: TABLE, caching: null } })).hitShare, null);
  });

  it('is unknown without a price, and knows the input where the answer is not known', () => {
    const unknown = projectCost(input({ facts: { price: null, caching: RULE } }));
    assert.deepEqual([unknown.inputPerCallUsd, unknown.split, unknown.costPerCallUsd.cold], [null, null, null]);
    const silent = projectCost(input({ outputTokens: null, traffic: { callsPerDay: 288, action: 't', callsPerAction: 1 } }));
    near(silent.hitShare, 1 - Math.exp(-1));
    near(silent.inputPerCallUsd, 600e-6 * Math.exp(-1) + 140e-6 * (1 - Math.exp(-1)));
    assert.deepEqual([silent.costPerCallUsd.expected, silent.perThousandUsd, silent.split], [null, null, null]);
  });

  it('over several cases is their mean, unknown where one is', () => {
    const traffic = { callsPerDay: 100, action: 't', callsPerAction: 2 };
    const [a, b] = [projectCost(input({ traffic })), projectCost(input({ traffic, inputTokens: 900 }))];
    const mean = meanCost([a, b]);
    const half = (x: number | null | undefined, y: number | null | undefined): number => ((x ?? NaN) + (y ?? NaN)) / 2;
    for (const key of ['cold', 'warm', 'expected', 'batch'] as const)
      near(mean.costPerCallUsd[key], half(a.costPerCallUsd[key], b.costPerCallUsd[key]));
    for (const key of ['fresh', 'cacheRead', 'cacheWrite', 'output'] as const)
      near(mean.split?.[key], half(a.split?.[key], b.split?.[key]));
    for (const key of ['inputPerCallUsd', 'perThousandUsd', 'perDayUsd', 'perActionUsd'] as const) near(mean[key], half(a[key], b[key]));
    assert.equal(mean.hitShare, a.hitShare);
    const none = meanCost([]);
    assert.deepEqual([none.split, none.perDayUsd, none.costPerCallUsd.batch], [null, null, null]);
    const silent = projectCost(input({ outputTokens: null }));
    assert.deepEqual([meanCost([silent, a]).split, meanCost([a, silent]).costPerCallUsd.cold], [null, null]);
  });
});

describe('a cached prefix', () => {
  const rule = (kind: CachingRule['kind']): CachingRule => ({
    minimum: 1024,
    block: 128,
    ttlSeconds: 300,
    kind,
    asOf: '2026-01-01',
    source: 's',
  });

  it('is whole blocks from the minimum on', () => {
    assert.deepEqual(
      [1023, 1024, 1151, 1152].map((tokens) => cachedTokens(tokens, rule('automatic'))),
      [0, 1024, 1024, 1152],
    );
    assert.equal(cachedTokens(5000, null), 0);
    near(hitShare(86_400, 2), 1 - Math.exp(-2));
  });

  it('says how it is cached, or why not', () => {
    const of = (tokens: number, kind: CachingRule['kind']) => cachedPrefix(tokens, rule(kind));
    assert.deepEqual([of(1024, 'automatic').tokens, of(1024, 'automatic').cacheable], [1024, true]);
    assert.match(of(1200, 'automatic').reason, /1,152 tokens are cached automatically\.$/);
    assert.match(of(1200, 'marked').reason, /marks the end/);
    assert.match(of(1200, 'best-effort').reason, /with no guarantee/);
    assert.deepEqual([of(1023, 'marked').tokens, of(1023, 'marked').cacheable], [0, false]);
    assert.match(of(1023, 'marked').reason, /below 1,024 stable tokens \(s, 2026-01-01\)/);
    assert.deepEqual([cachedPrefix(9, null).tokens, cachedPrefix(9, null).cacheable], [0, false]);
  });
});
