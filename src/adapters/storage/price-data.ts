/**
 * Prices and caching rules that were downloaded after this version of Goldset was made: one file for each source in `.goldset/prices/`. An
 * update of an earlier version, in the user's cache folder, is read until the workspace has its own.
 */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { isCachingRules, type CachingRuleData } from '../../core/economics/data/caching-rules.ts';
import { isPriceData } from '../../core/economics/prices/genai-check.ts';
import { keptOfModelsDev, MODELS_DEV_URL, modelsDev, readModelsDev } from '../../core/economics/prices/models-dev.ts';
import type { PriceBook } from '../../core/economics/prices/price-book.ts';
import type { PriceSource } from '../../core/economics/prices/price-source.ts';
import { ConfigurationError, HumanError, isHumanError } from '../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../core/json/json.ts';
import { readTextSync } from '../bounded-file.ts';
import { download } from '../http/download.ts';
import { dataFolder } from './data-folder/data-folder.ts';
import { replaceFile, textNoFollow } from './data-folder/no-follow.ts';
import { userFolder } from './user-folder.ts';

const FOLDER = 'prices';
const FILES = { 'genai-prices': 'genai-prices.json', 'models.dev': 'models-dev.json' } as const;
export type PriceSourceName = keyof typeof FILES;
const SOURCES = Object.keys(FILES) as PriceSourceName[];

/** What was read of a file. */
interface Kept {
  readonly source: PriceSource;
  /** Null: the file has none, and the built-in ones stay. */
  readonly cachingRules: readonly CachingRuleData[] | null;
}

/** The books of workspaces by what they were made of: a book is made again only after a change of its files. */
const books = new Map<string, { readonly stamp: string; readonly book: Promise<PriceBook> }>();
/** Workspaces whose books are kept at once. */
const MOST_BOOKS = 16;

/**
 * All prices that are known in the workspace with this root.
 * @throws {ConfigurationError} `prices/damaged`: older prices are never used in place of a file that cannot be read.
 */
export function loadPriceBook(root: string): Promise<PriceBook> {
  const files = SOURCES.map((name) => ({ name, file: fileOf(root, name) }));
  const stamp = JSON.stringify(files.map(({ file }) => (file === null ? null : [file, statSync(file).mtimeMs, statSync(file).size])));
  const known = books.get(root);
  if (known?.stamp === stamp) return known.book;
  const book = makeBook(files);
  if (books.size >= MOST_BOOKS) books.clear();
  books.set(root, { stamp, book });
  return book;
}

async function makeBook(files: readonly { readonly name: PriceSourceName; readonly file: string | null }[]): Promise<PriceBook> {
  const [{ PriceBook }, { genaiPrices }] = await Promise.all([
    import('../../core/economics/prices/price-book.ts'),
    import('../../core/economics/prices/genai-prices.ts'),
  ]);
  const [genai, second] = await Promise.all(files.map(({ name, file }) => (file === null ? Promise.resolve(null) : readKept(name, file))));
  const sources = [genai?.source ?? genaiPrices(), ...(second ? [second.source] : [])];
  return new PriceBook(sources, genai?.cachingRules ?? null);
}

/** Where the data of a source is; null: it was not downloaded. */
function fileOf(root: string, name: PriceSourceName): string | null {
  const own = dataFolder(root).readable(FOLDER, FILES[name]);
  if (own !== null || name !== 'genai-prices') return own;
  const earlier = path.join(userFolder(), 'prices.json');
  return existsSync(earlier) ? earlier : null;
}

async function readKept(name: PriceSourceName, file: string): Promise<Kept> {
  const text = path.dirname(file) === userFolder() ? readTextSync(file) : textNoFollow(file);
  const kept = parseJson(text);
  const found = isJsonObject(kept) && isDay(kept['asOf']) ? await READERS[name](kept['document'] ?? null, kept['asOf']) : null;
  if (found !== null) return found;
  throw new ConfigurationError(
    'prices/damaged',
    `${file}: the downloaded prices are damaged.`,
    'Download them again: goldset models --update. Or delete the file to use the built-in prices.',
  );
}

const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);

/** Null: the document is not one of this source. */
const READERS: Readonly<Record<PriceSourceName, (document: JsonValue, asOf: string) => Promise<Kept | null>>> = {
  /** A list is price data alone; an object may have `prices` and `cachingRules`. */
  'genai-prices': async (document, asOf) => {
    const { downloadedGenaiPrices } = await import('../../core/economics/prices/genai-prices.ts');
    const prices: unknown = isJsonObject(document) ? document['prices'] : document;
    const rules: unknown = isJsonObject(document) ? document['cachingRules'] : null;
    if (!isPriceData(prices)) return null;
    return { source: downloadedGenaiPrices(prices, asOf), cachingRules: isCachingRules(rules) ? rules : null };
  },
  'models.dev': (document, asOf) => {
    const data = readModelsDev(document);
    return Promise.resolve(data === null ? null : { source: modelsDev(data, asOf), cachingRules: null });
  },
};

export interface PriceUpdate {
  readonly url: string;
  /** Null: it failed, and what was there stays. */
  readonly kept: { readonly name: PriceSourceName; readonly asOf: string; readonly cachingRules: number | null } | null;
  readonly problem: HumanError | null;
}

/** Where `goldset models --update` downloads from. */
export async function priceUrls(): Promise<readonly string[]> {
  const { GENAI_PRICES_URL } = await import('../../core/economics/prices/genai-prices.ts');
  return [GENAI_PRICES_URL, MODELS_DEV_URL];
}

/**
 * Downloads prices (and caching rules, where a document has them) and keeps each file that passes its check. `today`: `YYYY-MM-DD`.
 * @throws {ConfigurationError} when `.goldset/` must not be used.
 */
export async function updatePriceData(root: string, urls: readonly string[], today: string): Promise<readonly PriceUpdate[]> {
  return Promise.all(
    urls.map(async (url): Promise<PriceUpdate> => {
      try {
        return { url, kept: await updateFrom(root, url, today), problem: null };
      } catch (error) {
        if (isHumanError(error) && error.code.startsWith('prices/')) return { url, kept: null, problem: error };
        throw error;
      }
    }),
  );
}

async function updateFrom(root: string, url: string, today: string): Promise<PriceUpdate['kept']> {
  const { text, changed } = await download(url);
  const document = parseJson(text) ?? null;
  // A date that the server gives says more about the data than the day on which it was downloaded.
  const asOf = changed !== null && changed < today ? changed : today;
  for (const name of SOURCES) {
    const found = await READERS[name](document, asOf);
    if (found === null) continue;
    const kept = name === 'models.dev' && isJsonObject(document) ? keptOfModelsDev(document) : document;
    replaceFile(dataFolder(root).writable(FOLDER, FILES[name]), JSON.stringify({ asOf, document: kept }));
    return { name, asOf, cachingRules: found.cachingRules?.length ?? null };
  }
  throw new HumanError('prices/format', `${url} did not return price data.`, 'The prices in use are unchanged.');
}
