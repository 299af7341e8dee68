/** Prices and caching rules that were downloaded after this version of Goldset was made, kept in the user's cache folder. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { HumanError, messageOf } from '../../core/errors.ts';
import { isCachingRules, useCachingRules, type CachingRuleData } from '../../core/economics/data/caching-rules.ts';

export interface PriceDocument {
  readonly asOf: string;
  readonly prices: unknown;
  /** Null: the document has none, and the built-in ones stay. */
  readonly cachingRules: readonly CachingRuleData[] | null;
}

/** Bytes; the data has less than 2 MB. */
const MAX_SIZE = 20 * 1024 * 1024;
/** ms. */
const TIMEOUT = 30_000;

const file = (): string =>
  path.join(
    process.env['GOLDSET_CACHE_DIR'] ?? process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
    'goldset',
    'prices.json',
  );

let isLoaded = false;

/** Uses what an earlier update has left, once per thread. A damaged file is as none. */
export async function loadPriceData(): Promise<void> {
  if (isLoaded) return;
  isLoaded = true;
  if (!existsSync(file())) return;
  const kept = await read(readFileSync(file(), 'utf8'));
  if (kept !== null) await use(kept);
}

/**
 * Downloads prices (and caching rules, where the document has them) and keeps them.
 * @throws {HumanError} when the download or its content is not what it should be; nothing is changed then.
 */
export async function updatePriceData(url: string, today: string): Promise<PriceDocument> {
  const text = await download(url);
  const document = await read(JSON.stringify({ asOf: today, document: parseJson(text) ?? null }));
  if (document === null) throw new HumanError('prices/format', `What ${url} gave is no price data.`, 'The prices in use are unchanged.');
  mkdirSync(path.dirname(file()), { recursive: true });
  writeFileSync(`${file()}.new`, JSON.stringify({ asOf: today, document: parseJson(text) ?? null }));
  renameSync(`${file()}.new`, file());
  await use(document);
  return document;
}

async function download(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT), redirect: 'follow' });
    if (!response.ok) throw new HumanError('prices/download', `${url} answered ${response.status}.`, 'Try again later.');
    const text = await response.text();
    if (text.length > MAX_SIZE) throw new HumanError('prices/download', `${url} gave more than 20 MB.`);
    return text;
  } catch (error) {
    if (error instanceof HumanError) throw error;
    throw new HumanError('prices/download', `${url} cannot be reached: ${messageOf(error)}.`, 'The prices in use are unchanged.');
  }
}

/** A list is price data alone; an object may have `prices` and `cachingRules`. */
async function read(text: string): Promise<PriceDocument | null> {
  const { isPriceData } = await import('../../core/economics/price-book.ts');
  const kept = parseJson(text);
  if (!isJsonObject(kept) || typeof kept['asOf'] !== 'string') return null;
  const document = kept['document'];
  const prices: unknown = isJsonObject(document) ? document['prices'] : document;
  const rules: unknown = isJsonObject(document) ? document['cachingRules'] : null;
  if (!isPriceData(prices)) return null;
  return { asOf: kept['asOf'], prices, cachingRules: isCachingRules(rules) ? rules : null };
}

async function use({ asOf, prices, cachingRules }: PriceDocument): Promise<void> {
  const { isPriceData, usePriceData } = await import('../../core/economics/price-book.ts');
  if (isPriceData(prices)) usePriceData(prices, asOf);
  if (cachingRules !== null) useCachingRules(cachingRules);
}
