/** One row of the user's price file: what a model costs, in a span of days, at some hours, above some length of the prompt. */
import { isJsonObject, type JsonObject } from '../../json/json.ts';
import type { Fields } from '../../yaml/yaml-fields.ts';
import type { Path } from '../../yaml/yaml.ts';
import type { DatedPrice, PriceTable, Rates, ServiceFactors } from './price-table.ts';

const RATE_KEYS = ['input', 'cacheRead', 'cacheWrite', 'cacheWriteLong', 'output'];
const SERVICE_KEYS = ['batch', 'flex', 'priority'] as const;
const KEYS = [...RATE_KEYS, ...SERVICE_KEYS, 'contextWindow', 'caching', 'from', 'until', 'hours', 'tiers'];

export interface OverrideRow extends DatedPrice {
  readonly service: ServiceFactors;
  /** Tokens; null: the row does not say. */
  readonly contextWindow: number | null;
  /** Null: the row does not say. */
  readonly caching: { readonly minimum: number; readonly block: number; readonly ttlSeconds: number } | null;
}

/** Null: it has no price for input and output. Everything else that is wrong is reported, and is an error. */
export function readOverrideRow(fields: Fields, row: JsonObject, at: Path): OverrideRow | null {
  refuseUnknown(fields, row, KEYS, at);
  const rates = readRates(fields, row, at);
  if (rates === null) return null;
  const number = (key: string): number | null => fields.number(row, [...at, key], 0);
  const [batch, flex, priority] = SERVICE_KEYS.map(number);
  const [from, until] = [readDay(fields, row, [...at, 'from']), readDay(fields, row, [...at, 'until'])];
  if (from !== null && until !== null && from > until)
    fields.report([...at, 'until'], `\`until\` (${until}) is before \`from\` (${from}).`);
  return {
    from,
    until,
    hours: readHours(fields, row, [...at, 'hours']),
    rates,
    tiers: readTiers(fields, row, [...at, 'tiers']),
    service: { batch: batch ?? null, flex: flex ?? null, priority: priority ?? null },
    contextWindow: number('contextWindow'),
    caching: readCaching(fields, row, [...at, 'caching']),
  };
}

/** A key that nothing reads, and a value that is not there (`null`, `.nan`, `.inf`), are prices that would not be used. */
export function refuseUnknown(fields: Fields, object: JsonObject, known: readonly string[], at: Path = []): void {
  for (const [key, value] of Object.entries(object)) {
    if (!known.includes(key)) fields.report([...at, key], `Unknown key \`${key}\`.`, `Known keys: ${known.join(', ')}.`);
    else if (value === null && key !== 'models') fields.report([...at, key], `\`${key}\` has no value.`);
  }
}

function readRates(fields: Fields, row: JsonObject, at: Path): Rates | null {
  const number = (key: string): number | null => fields.number(row, [...at, key], 0);
  const [input, output] = [number('input'), number('output')];
  if (input === null || output === null) return null;
  return { input, cacheRead: number('cacheRead'), cacheWriteShort: number('cacheWrite'), cacheWriteLong: number('cacheWriteLong'), output };
}

function readDay(fields: Fields, row: JsonObject, at: Path): string | null {
  const text = fields.string(row, at);
  if (text === null) return null;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && Number.isFinite(Date.parse(text))) return text;
  fields.report(at, `\`${String(at.at(-1))}\` must be a day such as 2027-01-01, not "${text}".`);
  return null;
}

function readHours(fields: Fields, row: JsonObject, at: Path): DatedPrice['hours'] {
  const text = fields.string(row, at);
  if (text === null) return null;
  const [, from, until] = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? [];
  if (from !== undefined && until !== undefined && from !== until) return { from, until };
  fields.report(at, `\`hours\` must be hours in UTC such as "01:00-04:00", not "${text}".`);
  return null;
}

function readTiers(fields: Fields, row: JsonObject, at: Path): PriceTable['tiers'] {
  const tiers = fields.list(row, at).flatMap((tier, i) => {
    const place = [...at, i];
    if (!isJsonObject(tier)) {
      fields.report(place, 'A tier must be a map of keys and values.');
      return [];
    }
    refuseUnknown(fields, tier, ['above', ...RATE_KEYS], place);
    const above = fields.number(tier, [...place, 'above'], 0);
    const rates = readRates(fields, tier, place);
    if (above !== null && rates !== null) return [{ above, rates }];
    fields.report(place, 'A tier needs `above`, in input tokens, `input` and `output`, in US dollars per million tokens.');
    return [];
  });
  return tiers.sort((a, b) => a.above - b.above);
}

function readCaching(fields: Fields, row: JsonObject, at: Path): OverrideRow['caching'] {
  const caching = fields.object(row, at);
  if (caching === null) return null;
  refuseUnknown(fields, caching, ['minimumTokens', 'blockTokens', 'ttlSeconds'], at);
  const rule = (key: string): number | null => fields.number(caching, [...at, key], 1);
  return { minimum: rule('minimumTokens') ?? 1024, block: rule('blockTokens') ?? 1, ttlSeconds: rule('ttlSeconds') ?? 300 };
}
