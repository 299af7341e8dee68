/** `goldset models --update`: what was downloaded, what was not, what is in use now, and where the sources disagree. */
import type { Disagreement, PriceBook } from '../core/economics/prices/price-book.ts';
import { staleDays } from '../core/economics/prices/price.ts';
import { HumanError } from '../core/problems/errors.ts';
import { firstNames, percent, quantity } from '../core/display/figures.ts';
import { loadPriceBook, priceUrls, updatePriceData, type PriceUpdate } from '../adapters/storage/price-data.ts';
import { stderr } from './output.ts';

/** Providers whose prices are compared. */
const COMPARED = ['openai', 'anthropic', 'google', 'azure', 'aws', 'mistral', 'deepseek', 'x-ai', 'groq', 'cohere', 'moonshotai'];
/** Disagreements that are printed. */
const SHOWN = 20;

/** `urls`: instead of the usual ones. @throws {HumanError} when nothing could be downloaded, with what is in use. */
export async function updatePrices(root: string, urls: readonly string[], now: Date): Promise<readonly PriceUpdate[]> {
  const updates = await updatePriceData(root, urls.length > 0 ? urls : await priceUrls(), now.toISOString().slice(0, 10));
  const book = await loadPriceBook(root);
  const inUse = `In use: ${originsText(book, now)}.`;
  const [first] = updates;
  if (first?.problem && updates.every(({ problem }) => problem !== null)) {
    const others = updates.slice(1).flatMap(({ problem }) => problem?.message ?? []);
    throw new HumanError(first.problem.code, [first.problem.message, ...others].join(' '), `The prices in use are unchanged. ${inUse}`);
  }
  for (const { kept, problem } of updates) stderr.write(`${kept === null ? (problem?.message ?? '') : keptText(kept)}\n`);
  stderr.write(`${inUse}\n`);
  printDisagreements(disagreements(book, now));
  return updates;
}

export const disagreements = (book: PriceBook, now: Date): Disagreement[] => book.disagreements(COMPARED, now);

function keptText({ name, asOf, cachingRules }: NonNullable<PriceUpdate['kept']>): string {
  if (name !== 'genai-prices') return `${name}: prices of ${asOf}.`;
  const rules = cachingRules === null ? 'It has no caching rules; the built-in ones stay in use' : quantity(cachingRules, 'caching rule');
  return `Prices updated. ${name}: prices of ${asOf}. ${rules}.`;
}

/** Every source with its day and its age; a source that was never downloaded is named too. */
export function originsText(book: PriceBook, now: Date): string {
  const texts = book.origins.map(({ asOf, source }) => {
    const old = staleDays({ asOf, source, basis: 'exact', basedOn: null }, now);
    return `${source}, ${asOf}${old === null ? '' : ` (${old} days old)`}`;
  });
  const has = (name: string): boolean => book.origins.some(({ source }) => source === name);
  return [...texts, ...(has('models.dev') ? [] : ['models.dev: never downloaded'])].join('; ');
}

function printDisagreements(found: readonly Disagreement[]): void {
  if (found.length === 0) return;
  stderr.write(`The sources are more than 5 % apart on ${quantity(found.length, 'rate')}; the first value of each line is used:\n`);
  for (const { provider, model, rate, values, share } of found.slice(0, SHOWN))
    stderr.write(
      `  ${provider}:${model} ${rate}: ${values.map(({ source, usd, asOf }) => `$${usd} (${source}, ${asOf})`).join(', ')}; ${percent(share)} apart\n`,
    );
  const rest = found.slice(SHOWN);
  const models = [...new Set(rest.map(({ provider, model }) => `${provider}:${model}`))];
  if (rest.length > 0) stderr.write(`  and ${quantity(rest.length, 'more rate')}, of ${firstNames(models, 3)} (all with --json)\n`);
}
