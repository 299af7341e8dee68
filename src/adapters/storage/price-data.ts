/** Prices and caching rules that were downloaded after this version of Goldset was made, kept in the user's cache folder. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readTextSync } from '../bounded-file.ts';
import { userFolder } from './user-folder.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { ConfigurationError, HumanError, messageOf, isHumanError } from '../../core/errors.ts';
import { keepAliveFetch } from '../http/keep-alive-fetch.ts';
import { isCachingRules, useCachingRules, type CachingRuleData } from '../../core/economics/data/caching-rules.ts';

export interface PriceDocument {
  readonly asOf: string;
  readonly prices: unknown;
  /** Null: the document has none, and the built-in ones stay. */
  readonly cachingRules: readonly CachingRuleData[] | null;
}

/** Addresses that a download may be sent on to. */
const MAX_REDIRECTS = 5;
/** ms. */
const TIMEOUT = 30_000;

const file = (): string => path.join(userFolder(), 'prices.json');

let isLoaded = false;

/** Uses what an earlier update has left, once per thread. @throws {ConfigurationError} `prices/damaged`: older prices are never used instead. */
export async function loadPriceData(): Promise<void> {
  if (isLoaded) return;
  if (existsSync(file())) {
    const kept = await read(readTextSync(file()));
    if (kept === null)
      throw new ConfigurationError(
        'prices/damaged',
        `${file()}: the downloaded prices are damaged.`,
        'Download them again: goldset models --update. Or delete the file to use the built-in prices.',
      );
    if (!isLoaded) await use(kept);
  }
  isLoaded = true;
}

/**
 * Downloads prices (and caching rules, where the document has them) and keeps them.
 * @throws {HumanError} when the download or its content is not what it should be; nothing is changed then.
 */
export async function updatePriceData(url: string, today: string): Promise<PriceDocument> {
  const text = await download(url);
  const document = await read(JSON.stringify({ asOf: today, document: parseJson(text) ?? null }));
  if (document === null) throw new HumanError('prices/format', `${url} did not return price data.`, 'The prices in use are unchanged.');
  mkdirSync(path.dirname(file()), { recursive: true });
  writeFileSync(`${file()}.new`, JSON.stringify({ asOf: today, document: parseJson(text) ?? null }));
  renameSync(`${file()}.new`, file());
  await use(document);
  return document;
}

async function download(url: string): Promise<string> {
  try {
    const response = await followed(url, AbortSignal.timeout(TIMEOUT));
    if (!response.ok) throw new HumanError('prices/download', `${url} answered ${response.status}.`, 'Try again later.');
    const text = await response.text();
    return text;
  } catch (error) {
    if (isHumanError(error)) throw error;
    throw new HumanError('prices/download', `${url} cannot be reached: ${messageOf(error)}.`, 'The prices in use are unchanged.');
  }
}

/** No key goes with this request, so it may be sent on. */
async function followed(url: string, signal: AbortSignal, left = MAX_REDIRECTS): Promise<Response> {
  const response = await keepAliveFetch(url, { signal, redirect: 'manual' });
  const location = response.headers.get('location');
  if (response.status < 300 || response.status >= 400 || location === null) return response;
  await response.body?.cancel();
  const next = new URL(location, url);
  if (left === 0 || !/^https?:$/.test(next.protocol)) throw new HumanError('prices/download', `${url} redirects too many times.`);
  return followed(next.href, signal, left - 1);
}

/** A list is price data alone; an object may have `prices` and `cachingRules`. */
async function read(text: string): Promise<PriceDocument | null> {
  const { isPriceData } = await import('../../core/economics/prices/price-book.ts');
  const kept = parseJson(text);
  if (!isJsonObject(kept) || typeof kept['asOf'] !== 'string') return null;
  const document = kept['document'];
  const prices: unknown = isJsonObject(document) ? document['prices'] : document;
  const rules: unknown = isJsonObject(document) ? document['cachingRules'] : null;
  if (!isPriceData(prices)) return null;
  return { asOf: kept['asOf'], prices, cachingRules: isCachingRules(rules) ? rules : null };
}

async function use({ asOf, prices, cachingRules }: PriceDocument): Promise<void> {
  const { isPriceData, usePriceData } = await import('../../core/economics/prices/price-book.ts');
  if (isPriceData(prices)) usePriceData(prices, asOf);
  if (cachingRules !== null) useCachingRules(cachingRules);
}
