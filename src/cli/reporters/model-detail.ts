/** What is known about one model, for `goldset models ID`. */
import type { TokenizerFact } from '../../core/economics/data/tokenizers.ts';
import { chargesText } from '../../core/economics/prices/charges.ts';
import { priceNotes } from '../../core/economics/prices/price-notes.ts';
import type { ModelFacts } from '../../core/economics/model-facts.ts';
import { count, percent, quantity } from '../../core/display/figures.ts';
import { capabilityLines } from './capability-lines.ts';
import { priceLine } from './cost-table.ts';

const figure = (factor: number): string => String(Number(factor.toFixed(3)));

/** Price, services, caching, tokenizer, context and what the model accepts, a line each, with who states it and since when. `now`: for what is said about the age of a price. */
export function modelDetail({ id, price, caching, tokenizer, contextWindow, capabilities }: ModelFacts, now: Date): string {
  const service = price?.service ?? { batch: null, flex: null, priority: null, ...capabilities?.serviceFactors };
  const factors = (['batch', 'flex', 'priority'] as const).flatMap((name) =>
    service[name] === null ? [] : [`${name} × ${figure(service[name])}`],
  );
  const { requests, ...uses } = price?.perUse ?? {};
  const perUse = [
    ...(requests === undefined ? [] : [`each request $${requests}`]),
    ...Object.entries(uses).map(([kind, usd]) => `${chargesText({ [kind]: 1 })} $${usd}`),
  ];
  return [
    id,
    `  price     ${price === null ? 'unknown' : priceLine({ ...price.info, ...priceNotes(price, now), rates: price.rates }, now)}`,
    ...(price?.tiers ?? []).map(
      ({ above, rates }) =>
        `  above     ${quantity(above, 'input token')}: input $${rates.input}, output $${rates.output} per million tokens, for the whole request`,
    ),
    `  services  ${servicesText(factors, price, capabilities)}`,
    ...(perUse.length > 0 ? [`  besides   ${perUse.join(', ')}`] : []),
    `  caching   ${
      caching === null
        ? 'no known rule'
        : `${caching.kind}, from ${quantity(caching.minimum, 'token')}, in blocks of ${count(caching.block)}, kept ${count(caching.ttlSeconds)} s after the last use; ${caching.source}, ${caching.asOf}`
    }`,
    `  tokens    ${tokenText(tokenizer)}; ${tokenizer.source}`,
    `  context   ${contextWindow === null ? 'unknown' : quantity(contextWindow, 'token')}`,
    ...capabilityLines(capabilities),
  ].join('\n');
}

/** With factors by script, those of English prose stand for them. */
function tokenText({ exact, vocabulary = 'o200k_base', factor, band, rates }: TokenizerFact): string {
  if (exact) return `${vocabulary}, exact`;
  const estimate = `${vocabulary} × ${factor.toFixed(2)} ± ${percent(band)}`;
  return rates === undefined ? `${estimate}, estimated` : `${estimate} in English, by script in other text, estimated`;
}

/** Factors with who states them; the user's price file comes before the table. */
function servicesText(factors: readonly string[], price: ModelFacts['price'], capabilities: ModelFacts['capabilities']): string {
  if (factors.length === 0) return capabilities?.services?.length === 0 ? 'none' : 'unknown';
  const regions = Object.entries(price?.regions ?? {}).map(([region, factor]) => `region ${region} × ${factor}`);
  const { source, date } = capabilities?.servicesFrom ?? capabilities ?? { source: price?.info.source, date: price?.info.asOf };
  return `${[...factors, ...regions].join(', ')} of the standard price; ${source}, ${date}`;
}
