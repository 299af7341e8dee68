/** Prices by day, hour, length, service and region; the rows of November 2026; sources that disagree. All values by hand. */
import assert from 'node:assert/strict';
import { publicModelFacts } from '../../src/core/economics/model-facts.ts';
import { priceChangeText, hoursText, nextChange, tableAt } from '../../src/core/economics/prices/dated-price.ts';
import { isPriceData } from '../../src/core/economics/prices/genai-check.ts';
import { datedPrices, downloadedGenaiPrices, genaiPrices } from '../../src/core/economics/prices/genai-prices.ts';
import { keptOfModelsDev, modelsDev, readModelsDev } from '../../src/core/economics/prices/models-dev.ts';
import { PriceBook } from '../../src/core/economics/prices/price-book.ts';
import type { PriceSource, SourcePrice } from '../../src/core/economics/prices/price-source.ts';
import { noteTexts, priceNotes } from '../../src/core/economics/prices/price-notes.ts';
import { readPriceOverrides } from '../../src/core/economics/prices/price-overrides.ts';
import { pricingOf, splitCost } from '../../src/core/economics/prices/price.ts';
import type { DatedPrice, PriceTable, Rates } from '../../src/core/economics/prices/price-table.ts';
import { NO_USAGE, type Usage } from '../../src/core/economics/prices/usage.ts';
import type { JsonObject } from '../../src/core/json/json.ts';

const at = (text: string): Date => new Date(`${text}Z`);
const use = (over: Partial<Usage>): Usage => ({ ...NO_USAGE, ...over });
const M = 1_000_000;
const rates = (input: number, output: number): Rates => ({ input, output, cacheRead: null, cacheWriteShort: null, cacheWriteLong: null });
const row = (input: number, output: number, span: Partial<DatedPrice> = {}): DatedPrice => ({
  from: null,
  until: null,
  hours: null,
  rates: rates(input, output),
  tiers: [],
  ...span,
});
const table = (...dated: DatedPrice[]): PriceTable => ({
  info: { asOf: '2026-11-28', source: 's', basis: 'exact', basedOn: null },
  rates: rates(0, 0),
  tiers: [],
  service: { batch: null, flex: null, priority: null },
  dated,
});
const inputAt = (of: PriceTable, text: string): number | null => tableAt(of, at(text))?.rates.input ?? null;

describe('a price with dates', () => {
  const stepped = table(row(1, 4, { until: '2026-12-31' }), row(2, 8, { from: '2027-01-01' }));
  const peak = table(
    row(1, 3),
    row(2, 6, { hours: { from: '01:00', until: '04:00' } }),
    row(2, 6, { hours: { from: '22:30', until: '00:30' } }),
  );

  it('is that of the day in UTC, from its first moment to its last', () => {
    assert.deepEqual(
      ['2026-12-31T23:59:59', '2027-01-01T00:00:00', '2020-01-01T00:00:00'].map((text) => inputAt(stepped, text)),
      [1, 2, 1],
    );
  });

  it('is that of the hour, also past midnight', () => {
    assert.deepEqual(
      ['00:29', '00:30', '00:59', '01:00', '03:59', '04:00', '22:29', '22:30'].map((time) => inputAt(peak, `2026-11-29T${time}:00`)),
      [2, 1, 1, 2, 2, 1, 1, 2],
    );
  });

  it('is unknown where no row holds, never that of another day', () => {
    const ends = table(row(1, 4, { from: '2026-11-01', until: '2026-11-30' }));
    assert.deepEqual(
      ['2026-10-31T12:00:00', '2026-11-30T12:00:00', '2026-12-01T00:00:00'].map((text) => inputAt(ends, text)),
      [null, 1, null],
    );
    const pricing = pricingOf(ends, () => at('2026-11-15T00:00:00'));
    assert.equal(pricing.costUsd(use({ input: M }), {}, at('2026-12-05T00:00:00')), null);
    assert.equal(pricing.costUsd(use({ input: M }), {}), 1);
  });

  it('bills an answer at the price of its day, whenever that is read', () => {
    const pricing = pricingOf(stepped, () => at('2027-02-01T00:00:00'));
    assert.equal(pricing.costUsd(use({ input: M, output: M }), {}, at('2026-12-30T10:00:00')), 1 + 4);
    assert.equal(pricing.costUsd(use({ input: M, output: M })), 2 + 8);
  });

  it('costs at most what it costs at any hour of the day to come', () => {
    assert.equal(pricingOf(peak, () => at('2026-11-29T05:00:00')).worstCaseUsd(M, 0), 2);
    assert.equal(pricingOf(stepped, () => at('2026-12-31T10:00:00')).worstCaseUsd(M, 0), 2);
    assert.equal(pricingOf(stepped, () => at('2026-12-30T10:00:00')).worstCaseUsd(M, 0), 1);
  });

  it('says when it changes, and by how much', () => {
    const said = (of: PriceTable, text: string): string | null => {
      const now = tableAt(of, at(text));
      const change = nextChange(of, at(text));
      return now === null || change === null ? null : priceChangeText(change, now);
    };
    assert.equal(said(stepped, '2026-11-28T12:00:00'), 'doubles on 1 January 2027');
    assert.equal(said(stepped, '2027-01-01T00:00:00'), null);
    const other = (...rows: DatedPrice[]): string | null => said(table(row(2, 8, { until: '2026-11-30' }), ...rows), '2026-11-28T12:00:00');
    assert.equal(other(row(1, 4, { from: '2026-12-01' })), 'halves on 1 December 2026');
    assert.equal(other(row(3, 12, { from: '2026-12-01' })), 'rises by 50 % on 1 December 2026');
    assert.equal(other(row(1.5, 6, { from: '2026-12-01' })), 'falls by 25 % on 1 December 2026');
    assert.equal(other(row(4, 8, { from: '2026-12-01' })), 'changes on 1 December 2026 to input $4, output $8');
    assert.equal(other(), 'announced until 30 November 2026; the price after that is not known');
    // The same price again is no change.
    assert.equal(other(row(2, 8, { from: '2026-12-01' })), null);
    assert.equal(said(peak, '2026-11-28T12:00:00'), null);
    assert.equal(hoursText(peak, at('2026-11-28T12:00:00')), '01:00 to 04:00 UTC: double; 22:30 to 00:30 UTC: double');
  });

  it('costs more where the response names a region with a factor, and as usual elsewhere', () => {
    const claude = { ...table(), dated: undefined, rates: rates(2, 10), regions: { us: 1.1 } } as unknown as PriceTable;
    const cost = (region?: string): number | undefined =>
      splitCost(claude, use({ input: M }), region === undefined ? {} : { region })?.fresh;
    assert.deepEqual([cost(), cost('global'), cost('us')?.toFixed(6)], [2, 2, '2.200000']);
  });
});

describe('the prices of November 2026', () => {
  const book = new PriceBook([genaiPrices()]);
  const NOW = '2026-11-28T12:00:00';
  const found = (provider: string, model: string, when = NOW): PriceTable | null => book.find(provider, model, at(when))?.price ?? null;
  const factsOf = (id: string): PriceTable | null => publicModelFacts({ id, servedBy: null, api: null }, book, new Map(), at(NOW)).price;
  const list = ({ input, output, cacheRead, cacheWriteShort, cacheWriteLong }: Rates): (number | null)[] => [
    input,
    output,
    cacheRead,
    cacheWriteShort,
    cacheWriteLong,
  ];

  // Rows of the page, release note or migration guide that each source names; input, output, read, write, one-hour write.
  for (const [provider, model, when, expected, above] of [
    ['anthropic', 'claude-haiku-5-5', NOW, [0.1, 0.5, 0.01, 0.125, 0.2], [100_000, 0.5, 2.5, 0.05, 0.625, 1]],
    ['anthropic', 'claude-sonnet-5-5', NOW, [2, 10, 0.1, 2.5, 4], null],
    ['openai', 'gpt-6.1-terra', NOW, [1, 5, 0.05, 1.25, null], null],
    ['openai', 'gpt-6.2-sol', NOW, [2, 10, 0.1, 2.5, null], [272_000, 4, 15, 0.2, 5, null]],
    ['openai', 'gpt-6.2-astra', NOW, [8, 40, 0.4, 10, null], [272_000, 16, 60, 0.8, 20, null]],
    ['google', 'gemini-4-argon', '2026-11-30T23:00:00', [2, 10, 0.1, null, null], null],
    ['google', 'gemini-4-argon', '2026-12-01T00:00:00', [4, 20, 0.2, null, null], null],
    ['google', 'gemini-4-neon', NOW, [3, 15, 0.15, null, null], null],
    ['google', 'gemini-4-hydrogen', NOW, [1.5, 7.5, 0.075, null, null], null],
    ['google', 'gemini-3.6-flash', NOW, [0.75, 3.75, 0.075, null, null], null],
    ['google', 'gemini-3.7-flash', '2026-12-31T12:00:00', [0.75, 3.75, 0.075, null, null], null],
    ['google', 'gemini-3.8-flash', '2027-01-01T12:00:00', [1.5, 7.5, 0.15, null, null], null],
    ['anthropic', 'claude-opus-5-5', NOW, [4, 20, 0.2, 5, 8], null],
    ['deepseek', 'deepseek-v4-flash', '2026-11-28T00:30:00', [0.22, 0.66, 0.007, null, null], null],
    ['deepseek', 'deepseek-v4-flash', '2026-11-28T01:00:00', [0.44, 1.32, 0.014, null, null], null],
    ['deepseek', 'deepseek-v4-flash', '2026-11-28T09:59:00', [0.44, 1.32, 0.014, null, null], null],
    // Before the scheme with hours began there was one price.
    ['deepseek', 'deepseek-v4-flash', '2026-08-16T02:00:00', [0.14, 0.28, 0.0028, null, null], null],
  ] as const)
    it(`has the row of ${provider}:${model} at ${when}`, () => {
      const price = found(provider, model, when);
      assert.deepEqual(price === null ? null : list(price.rates), expected);
      assert.equal(price?.info.basis, 'exact');
      assert.match(`${price?.info.asOf} ${price?.info.source}`, /^2026-\d\d-\d\d \S/);
      const [tier] = price?.tiers ?? [];
      if (above !== null) assert.deepEqual(tier === undefined ? null : [tier.above, ...list(tier.rates)], above);
    });

  it('knows no price of a model before it was sold', () => {
    assert.equal(found('anthropic', 'claude-haiku-5-5', '2026-10-06T23:59:00'), null);
    assert.equal(found('openai', 'gpt-6.1-terra', '2026-10-25T12:00:00'), null);
  });

  it('says what is announced, what was only promised, and which hours cost more', () => {
    const notes = (provider: string, model: string, when = NOW): string => {
      const price = found(provider, model, when);
      return price === null ? 'unknown' : noteTexts(priceNotes(price, at(when))).join('; ');
    };
    assert.equal(notes('google', 'gemini-4-argon'), 'doubles on 1 December 2026');
    assert.equal(notes('google', 'gemini-3.7-flash'), 'doubles on 1 January 2027');
    assert.equal(notes('openai', 'gpt-5.6-sol'), 'promised until 21 November 2026, so it may have changed since');
    assert.equal(notes('openai', 'gpt-5.6-sol', '2026-11-21T12:00:00'), '');
    assert.equal(notes('deepseek', 'deepseek-v4-pro'), '01:00 to 04:00 UTC: double; 06:00 to 10:00 UTC: double');
    assert.equal(notes('openai', 'gpt-6-luna'), '');
  });

  it('applies the services of the model: Opus 5.5 is twice as much when fast, gpt-6.2 has no flex', () => {
    const opus = factsOf('anthropic:claude-opus-5-5');
    assert.equal(opus === null ? null : splitCost(opus, use({ input: M, output: M }), 'priority')?.output, 40);
    const sol = factsOf('openai:gpt-6.2-sol');
    assert.equal(sol === null ? 0 : splitCost(sol, use({ input: M }), 'flex'), null);
  });

  it('costs 1.1 times as much where Claude answered in the United States', () => {
    const sonnet = factsOf('anthropic:claude-sonnet-5-5');
    assert.equal(sonnet === null ? null : splitCost(sonnet, use({ input: M }), { region: 'us' })?.fresh.toFixed(6), '2.200000');
  });
});

describe('sources of prices', () => {
  const genai = (prices: unknown, asOf: string, id = 'gemini-4-argon') => {
    const models = [...Array.from({ length: 11 }, (_, i) => ({ id: `m-${i}`, prices: { input_mtok: i + 1, output_mtok: 2 } }))];
    const data: unknown = [
      { id: 'openai', models },
      { id: 'google', models: [{ id, prices }] },
    ];
    assert.ok(isPriceData(data));
    return downloadedGenaiPrices(data, asOf);
  };
  const provider = (models: JsonObject): JsonObject => ({ id: 'x', models });
  const catalogue = (over: JsonObject = {}): JsonObject => ({
    openai: provider(
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m-${i}`, { id: `m-${i}`, cost: { input: i + 1, output: 2 } }])),
    ),
    anthropic: provider({
      'claude-new': { cost: { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 }, limit: { context: 200_000, output: 64_000 } },
    }),
    ...over,
  });
  const second = (asOf: string, over: JsonObject = {}) => {
    const data = readModelsDev(catalogue(over));
    assert.ok(data);
    return modelsDev(data, asOf);
  };
  const priceIn = (book: PriceBook, model: string, when: string): unknown[] | null => {
    const price = book.find('google', model, at(when))?.price;
    return price === undefined ? null : [price.rates.input, price.info.source];
  };

  it('prefer the newer row, of this very model', () => {
    const google = { google: provider({ 'gemini-4-argon': { cost: { input: 7, output: 8 } } }) };
    const older = new PriceBook([genai({ input_mtok: 5, output_mtok: 6 }, '2026-12-05'), second('2026-12-04', google)]);
    assert.deepEqual(priceIn(older, 'gemini-4-argon', '2026-12-06T00:00:00'), [5, 'genai-prices, updated']);
    const newer = new PriceBook([genai({ input_mtok: 5, output_mtok: 6 }, '2026-12-04'), second('2026-12-05', google)]);
    assert.deepEqual(priceIn(newer, 'gemini-4-argon', '2026-12-06T00:00:00'), [7, 'models.dev']);
    const sameDay = new PriceBook([genai({ input_mtok: 5, output_mtok: 6 }, '2026-12-05'), second('2026-12-05', google)]);
    assert.deepEqual(priceIn(sameDay, 'gemini-4-argon', '2026-12-06T00:00:00'), [5, 'genai-prices, updated']);
    // Older than Goldset's own rows: these stay.
    const old = new PriceBook([genai({ input_mtok: 5, output_mtok: 6 }, '2026-11-01')]);
    assert.equal(priceIn(old, 'gemini-4-argon', '2026-11-28T00:00:00')?.[0], 2);
  });

  it('keep a change that is announced for a later day than theirs', () => {
    const book = new PriceBook([genai({ input_mtok: 2, output_mtok: 10 }, '2026-11-29')]);
    assert.deepEqual(priceIn(book, 'gemini-4-argon', '2026-11-30T12:00:00'), [2, 'genai-prices, updated']);
    assert.equal(priceIn(book, 'gemini-4-argon', '2026-12-01T00:00:00')?.[0], 4);
  });

  it('add the prices of before, which a newer source without days does not have', () => {
    const book = new PriceBook([genai({ input_mtok: 4, output_mtok: 20 }, '2026-12-10')]);
    // Goldset's own row of gemini-4-argon ends on 30 November.
    assert.equal(priceIn(book, 'gemini-4-argon', '2026-11-25T12:00:00')?.[0], 2);
    assert.deepEqual(priceIn(book, 'gemini-4-argon', '2026-12-01T00:00:00'), [4, 'genai-prices, updated']);
    assert.deepEqual(priceIn(book, 'gemini-4-argon', '2027-02-01T00:00:00'), [4, 'genai-prices, updated']);
  });

  it('add the hours of an older source while the rate of the day is the same', () => {
    const row = (asOf: string, prices: SourcePrice['prices'], source: string): PriceSource => ({
      ...{ source, asOf, list: () => ['m'] },
      find: (_provider, model) => ({ id: model, prices, contextWindow: null, asOf, source }),
    });
    const price = (input: number, hours: DatedPrice['hours'] = null, until: string | null = null): DatedPrice => ({
      ...{ from: null, until, hours, tiers: [] },
      rates: { input, output: 2 * input, cacheRead: null, cacheWriteShort: null, cacheWriteLong: null },
    });
    const hourly = row('2026-11-01', [price(1), price(0.5, { from: '16:30', until: '00:30' })], 'by hour');
    const inputAt = (newest: PriceSource, when: string): number | undefined =>
      new PriceBook([hourly, newest]).find('elsewhere', 'm', at(when))?.price.rates.input;
    const same = row('2026-12-01', [price(1)], 'plain');
    assert.equal(inputAt(same, '2026-12-02T12:00:00'), 1);
    assert.equal(inputAt(same, '2026-12-02T18:00:00'), 0.5);
    // Another rate says nothing of the hours of before.
    const raised = row('2026-12-01', [price(3)], 'plain');
    assert.equal(inputAt(raised, '2026-12-02T18:00:00'), 3);
  });

  it('are listed where they are more than 5 % apart, with both values and days', () => {
    const rows = { google: provider({ 'gemini-4-argon': { cost: { input: 5.25, output: 6.4 } } }) };
    const book = new PriceBook([genai({ input_mtok: 5, output_mtok: 6 }, '2026-12-05'), second('2026-12-05', rows)]);
    const found = book.disagreements(['google'], at('2026-12-06T00:00:00')).filter(({ values }) => values[1]?.source === 'models.dev');
    assert.deepEqual(
      found.map(({ model, rate, values }) => [model, rate, ...values.map(({ usd }) => usd)]),
      [['gemini-4-argon', 'output', 6, 6.4]],
    );
    assert.equal(found[0]?.share.toFixed(4), '0.0667');
  });

  it('of models.dev are read with steps by length, and refused as a whole where a price is none', () => {
    const tiered = {
      google: provider({
        a: { cost: { input: 1, output: 2, tiers: [{ input: 3, output: 4, tier: { type: 'context', size: 200_000 } }] } },
      }),
    };
    const price = second('2026-12-05', tiered).find('google', 'a')?.prices[0];
    assert.deepEqual(price?.tiers, [{ above: 200_000, rates: rates(3, 4) }]);
    const over = { google: provider({ a: { cost: { input: 1, output: 2, context_over_200k: { input: 5, output: 6 } } } }) };
    assert.deepEqual(second('2026-12-05', over).find('google', 'a')?.prices[0]?.tiers, [{ above: 200_000, rates: rates(5, 6) }]);
    assert.equal(
      second('2026-12-05', { xai: provider({ grok: { cost: { input: 1, output: 2 } } }) }).find('x-ai', 'grok-2026-11-01')?.id,
      'grok',
    );
    assert.equal(second('2026-12-05', { xai: provider({ free: {} }) }).find('x-ai', 'free'), null);
    const kept = readModelsDev(keptOfModelsDev(catalogue(tiered)));
    assert.deepEqual(kept, readModelsDev(catalogue(tiered)));
    for (const [name, wrong] of [
      ['a list', []],
      ['no providers', {}],
      ['a provider without models', { ...catalogue(), x: {} }],
      ['a negative price', catalogue({ x: provider({ a: { cost: { input: -1, output: 2 } } }) })],
      ['a price in words', catalogue({ x: provider({ a: { cost: { input: 'free', output: 2 } } }) })],
      ['a price without output', catalogue({ x: provider({ a: { cost: { input: 1 } } }) })],
      ['a tier that is none', catalogue({ x: provider({ a: { cost: { input: 1, output: 2, tiers: [{ input: 1 }] } } }) })],
      ['too few models', { openai: provider({ a: { cost: { input: 1, output: 1 } } }), anthropic: provider({}) }],
    ] as const)
      assert.equal(readModelsDev(wrong), null, name);
  });

  it('of genai-prices are refused where a price, day, hour or pattern cannot be read', () => {
    const data = (model: unknown): unknown => [
      { id: 'openai', models: [...Array.from({ length: 11 }, (_, i) => ({ id: `m${i}`, prices: { input_mtok: 1 } })), model] },
    ];
    assert.equal(isPriceData(data({ id: 'a', prices: [{ constraint: { start_date: '2026-11-01' }, prices: {} }] })), true);
    for (const wrong of [
      { id: 'a', prices: { input_mtok: -1 } },
      { id: 'a', prices: { input_mtok: 'x' } },
      { id: 'a', prices: { input_mtok: { base: 1, tiers: [{ start: 'x', price: 1 }] } } },
      { id: 'a', prices: [{ constraint: { start_date: 'soon' }, prices: {} }] },
      { id: 'a', prices: [{ constraint: { start_time: '25:00:00Z', end_time: '04:00:00Z' }, prices: {} }] },
      { id: 'a', prices: [{ constraint: { start_time: '01:00:00+08:00', end_time: '04:00:00Z' }, prices: {} }] },
      { id: 'a', prices: {}, match: { or: 'x' } },
      { id: 'a', prices: {}, match: { regex: '(' } },
      { id: 'a', prices: {}, match: { like: 'a' } },
    ])
      assert.equal(isPriceData(data(wrong)), false, JSON.stringify(wrong));
    assert.deepEqual(datedPrices({ output_mtok: 1 }), []);
  });
});

describe('the user’s own prices with dates', () => {
  const read = (rows: string) => {
    const { overrides, diagnostics } = readPriceOverrides('p.yaml', `asOf: 2026-11-01\nmodels:\n  our:m: ${rows}\n`);
    return { price: overrides.get('our:m')?.price ?? null, messages: diagnostics.map(({ message }) => message).join(' ') };
  };

  it('have rows with from, until, hours and tiers', () => {
    const { price, messages } = read(
      '[{ until: 2026-12-31, input: 1, output: 4, batch: 0.5, tiers: [{ above: 1000, input: 3, output: 9 }] }, { from: 2027-01-01, input: 2, output: 8 }, { from: 2027-01-01, hours: "01:00-04:00", input: 4, output: 16 }]',
    );
    assert.equal(messages, '');
    assert.ok(price);
    assert.deepEqual(
      ['2026-12-31T02:00:00', '2027-01-01T02:00:00', '2027-01-01T04:00:00'].map((text) => inputAt(price, text)),
      [1, 4, 2],
    );
    assert.deepEqual([tableAt(price, at('2026-12-01T00:00:00'))?.tiers[0]?.rates.output, price.service.batch], [9, 0.5]);
  });

  it('are refused where a day, an hour or a tier is none', () => {
    for (const [rows, message] of [
      ['{ from: soon, input: 1, output: 2 }', /must be a day/],
      ['{ from: 2027-01-02, until: 2027-01-01, input: 1, output: 2 }', /before `from`/],
      ['{ hours: "1-4", input: 1, output: 2 }', /hours in UTC/],
      ['{ tiers: [{ input: 1, output: 2 }], input: 1, output: 2 }', /A tier needs/],
      ['{ tiers: [4], input: 1, output: 2 }', /A tier must be a map/],
      ['[{ input: 1, output: 2 }, { input: 1 }]', /needs `input` and `output`/],
      ['[{ input: 1, output: 2 }, 4]', /A row must be a map/],
    ] as const)
      assert.match(read(rows).messages, message, rows);
  });
});
