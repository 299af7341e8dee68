/** What `goldset models ID` shows for the ids that are used most, under the names of vendors and clouds. */
import assert from 'node:assert/strict';
import { publicModelFacts, type ModelFacts } from '../../../src/core/economics/model-facts.ts';
import { genaiPrices } from '../../../src/core/economics/prices/genai-prices.ts';
import { PriceBook } from '../../../src/core/economics/prices/price-book.ts';
import { modelDetail } from '../../../src/cli/reporters/model-detail.ts';
import { table } from './table.ts';

const BOOK = new PriceBook([genaiPrices()]);
const NOW = new Date('2026-11-28T12:00:00Z');
const factsOf = (id: string): ModelFacts => publicModelFacts({ id, servedBy: null, api: null }, BOOK, new Map(), NOW);

interface Row {
  readonly id: string;
  readonly price: readonly [input: number, output: number] | 'any' | null;
  readonly caching: readonly [kind: string, minimum: number] | null;
  readonly tokens: 'exact' | 'estimated' | 'any';
  readonly services: readonly (number | null)[] | null;
  readonly reference: string;
}

const rows = table('models') as readonly Row[];
/** A source and the day of it. */
const DATED = /\S.*2026-\d\d-\d\d/;

describe('goldset models', () => {
  it('is tested for the 90 ids that are used most, each once', () => {
    assert.ok(rows.length >= 90);
    assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
  });

  for (const { id, price, caching, tokens, services, reference } of rows)
    it(`shows price, tokenizer, caching rule and services of ${id}, or says that they are unknown`, () => {
      const facts = factsOf(id);
      const lines = new Map(
        modelDetail(facts, NOW)
          .split('\n')
          .slice(1)
          .map((line) => [line.slice(2, 12).trim(), line.slice(12)]),
      );
      const [priced, cached, counted, served] = ['price', 'caching', 'tokens', 'services'].map((name) => lines.get(name) ?? '');
      if (price === null) assert.equal(priced, 'unknown');
      else {
        assert.match(priced ?? '', DATED);
        const { input, output } = facts.price?.rates ?? {};
        if (price !== 'any')
          assert.deepEqual(
            [input, output].map((rate) => Number(rate?.toFixed(4))),
            price,
            reference,
          );
        assert.ok(priced?.includes(`input $${input}`) && priced.includes(`output $${output}`), priced);
      }
      if (caching === null) assert.equal(cached, 'no known rule');
      else {
        assert.deepEqual([facts.caching?.kind, facts.caching?.minimum], caching);
        assert.match(cached ?? '', DATED);
      }
      if (tokens !== 'any') assert.match(counted ?? '', tokens === 'exact' ? /exact; \S/ : /±.*estimated; \S|not measured/);
      const known = ['batch', 'flex', 'priority'].flatMap((name, i) => {
        const factor = services?.[i] ?? null;
        return factor === null ? [] : [`${name} × ${factor}`];
      });
      if (known.length === 0) assert.equal(served, 'unknown');
      else {
        for (const text of known) assert.ok(served?.includes(text), `${served} does not have ${text}`);
        assert.equal((served?.match(/(batch|flex|priority) ×/g) ?? []).length, known.length, served);
        assert.match(served ?? '', DATED);
      }
    });
});
