/** The cost of what was answered, against tables whose values were worked out by hand or read from the source that each row names. */
import assert from 'node:assert/strict';
import { publicModelFacts, type ModelFacts } from '../../../src/core/economics/model-facts.ts';
import {
  addCharges,
  chargesInItems,
  chargesOfCandidate,
  chargesText,
  reportedCharges,
} from '../../../src/core/economics/prices/charges.ts';
import { genaiPrices } from '../../../src/core/economics/prices/genai-prices.ts';
import { PriceBook } from '../../../src/core/economics/prices/price-book.ts';
import { costUsd, inRegion, ratesFor, requestedRegion } from '../../../src/core/economics/prices/price.ts';
import { costInHeaders, reportedCost } from '../../../src/core/economics/prices/reported-cost.ts';
import { reportedUsage, usageField } from '../../../src/core/economics/prices/reported-usage.ts';
import { capabilitiesOf } from '../../../src/core/economics/capabilities.ts';
import { resolveModelName } from '../../../src/core/model-name.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json/json.ts';
import { table } from './table.ts';

const BOOK = new PriceBook([genaiPrices()]);
const NOW = new Date('2026-11-28T12:00:00Z');
const factsOf = (id: string): ModelFacts => publicModelFacts({ id, servedBy: null, api: null }, BOOK, new Map(), NOW);

function near(actual: number | null | undefined, expected: number | null, what: string): void {
  if (expected === null) assert.equal(actual ?? null, null, what);
  else assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= 1e-9, `${what}: ${actual} instead of ${expected}`);
}

interface UsageRow {
  readonly name: string;
  readonly reference: string;
  readonly usage: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly counts?: readonly number[];
  readonly costUsd?: number;
  readonly unknown?: string;
}

describe('the usage that a provider reports', () => {
  for (const { name, usage: raw, headers = {}, counts, costUsd: cost, unknown } of table('usage') as readonly UsageRow[])
    it(`of ${name} is ${unknown === undefined ? 'read whole' : `unknown: ${unknown}`}`, () => {
      const { usage, usageUnknown } = usageField(raw, true);
      const found =
        usage === null ? null : [usage.input, usage.cacheRead, usage.cacheWriteShort, usage.cacheWriteLong, usage.output, usage.reasoning];
      assert.deepEqual(found, counts ?? null);
      if (unknown === undefined) assert.equal(usageUnknown, undefined);
      else assert.ok(usageUnknown?.includes(unknown), `${usageUnknown} instead of ${unknown}`);
      near(reportedCost(raw) ?? costInHeaders((header) => headers[header] ?? null), cost ?? null, name);
    });
});

interface ServiceRow {
  readonly model: string;
  readonly factors: readonly (number | null)[];
  readonly us?: number | null;
  readonly reference: string;
}

describe('the services of a model', () => {
  for (const { model, factors, us = null, reference } of table('services') as readonly ServiceRow[])
    it(`${model} has the factors ${factors.join(', ')} (${reference})`, () => {
      const { price, capabilities } = factsOf(model);
      const service = price?.service ?? { batch: null, flex: null, priority: null, ...capabilities?.serviceFactors };
      [service.batch, service.flex, service.priority].forEach((factor, i) => near(factor, factors[i] ?? null, `${model}, ${i}`));
      near(price?.regions?.['us'], us, `${model} in us`);
    });

  it('that a request sets by a field of its own has its price before the answer', () => {
    const { price } = factsOf('anthropic:claude-opus-5-5');
    assert.ok(price);
    const us = inRegion(price, requestedRegion({ inference_geo: 'us' }));
    // 4 and 20, read 0.20, written 5 and 8, each times 1.1.
    const { input, output, cacheRead, cacheWriteShort, cacheWriteLong } = us.rates;
    [input, output, cacheRead, cacheWriteShort, cacheWriteLong].forEach((rate, i) =>
      near(rate, [4.4, 22, 0.22, 5.5, 8.8][i] ?? null, 'rate'),
    );
    assert.equal(inRegion(price, requestedRegion({ inference_geo: 'global' })), price);
    assert.equal(inRegion(price, requestedRegion({})), price);
  });

  it('come from a capability row with source and date', () => {
    for (const { model } of table('services') as readonly ServiceRow[]) {
      const row = capabilitiesOf(model);
      if (row === null) continue;
      assert.match((row.servicesFrom ?? row).date, /^2026-\d\d-\d\d$/, model);
      assert.notEqual((row.servicesFrom ?? row).source, '', model);
    }
  });
});

interface NameRow {
  readonly name: string;
  readonly maker: string;
  readonly model: string;
  readonly price?: readonly [basis: string, basedOn: string | null, input: number, output: number];
}

describe('a model’s name', () => {
  for (const { name, maker, model, price: expected } of table('model-names') as readonly NameRow[])
    it(`${name} is ${model} of ${maker}`, () => {
      const found = resolveModelName(name);
      assert.deepEqual([found?.provider, found?.model], [maker, model]);
      if (expected === undefined) return;
      const { price } = factsOf(name);
      assert.deepEqual([price?.info.basis, price?.info.basedOn, price?.rates.input, price?.rates.output], expected);
    });

  it('of a cloud has the caching rule and capabilities of its vendor', () => {
    for (const [name, vendor] of [
      ['openrouter:x-ai/grok-4.3', 'xai:grok-4.3'],
      ['openrouter:anthropic/claude-opus-5.5:nitro', 'anthropic:claude-opus-5-5'],
      ['bedrock:us.anthropic.claude-haiku-4-5-20251001-v1:0', 'anthropic:claude-haiku-4-5'],
      ['openrouter:openai/gpt-6-luna', 'openai:gpt-6-luna'],
      ['openrouter:deepseek/deepseek-v4-flash', 'deepseek:deepseek-v4-flash'],
    ] as const) {
      const [here, there] = [factsOf(name), factsOf(vendor)];
      assert.notEqual(there.caching, null, vendor);
      assert.deepEqual(here.caching, there.caching, name);
      assert.deepEqual(here.tokenizer, there.tokenizer, name);
      assert.deepEqual(
        [here.capabilities?.row, here.capabilities?.services],
        [there.capabilities?.row, there.capabilities?.services],
        name,
      );
    }
  });
});

interface TierRow {
  readonly model: string;
  readonly last: number;
  readonly base: readonly number[];
  readonly above: readonly number[];
}

describe('a price by the length of the prompt', () => {
  for (const { model, last, base, above } of table('tiers') as readonly TierRow[])
    it(`of ${model} changes after ${last} input tokens`, () => {
      const { price } = factsOf(model);
      assert.ok(price);
      const at = (tokens: number): number[] => [ratesFor(price, tokens).input, ratesFor(price, tokens).output];
      assert.deepEqual([at(last), at(last + 1)], [base, above]);
    });

  it('begins at 272,001 for every model with a tier of about that length', () => {
    const tiers = BOOK.models(['openai', 'azure', 'aws', 'openrouter']).flatMap((id) => {
      const cut = id.indexOf(':');
      return BOOK.find(id.slice(0, cut), id.slice(cut + 1), NOW)?.price.tiers.map(({ above }) => above) ?? [];
    });
    const long = tiers.filter((above) => above > 250_000 && above < 300_000);
    assert.ok(long.length >= 20);
    assert.deepEqual([...new Set(long)], [272_000]);
  });
});

interface ChargeRow {
  readonly name: string;
  readonly model: string;
  readonly usage: JsonObject;
  readonly output?: JsonValue;
  readonly candidate?: JsonObject;
  readonly region?: string;
  readonly costUsd: number | null;
  readonly missing?: string;
}

describe('what a call is charged for besides its tokens', () => {
  for (const row of table('charges') as readonly ChargeRow[])
    it(`${row.name}: ${row.costUsd ?? 'no price, and that is said'}`, () => {
      const charges = addCharges(
        addCharges(reportedCharges(row.usage), chargesInItems(row.output)),
        chargesOfCandidate(row.candidate ?? {}),
      );
      const [{ price }, usage] = [factsOf(row.model), reportedUsage(row.usage, true)];
      assert.ok(price !== null && usage !== null);
      near(costUsd(price, usage, { charges, ...(row.region === undefined ? {} : { region: row.region }) }), row.costUsd, row.name);
      if (row.missing !== undefined) assert.equal(chargesText(charges), row.missing);
    });
});
