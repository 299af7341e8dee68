/** Whether a downloaded document is price data of genai-prices: all of it, or none of it is used. */
import type { Provider } from '@pydantic/genai-prices';
import { isJsonObject } from '../../json/json.ts';

/** Models of OpenAI that a real document has at least. */
const LEAST = 11;

/** Providers with models that have prices, dates and patterns that can be read. */
export const isPriceData = (value: unknown): value is Provider[] =>
  Array.isArray(value) &&
  value.every(
    (item: unknown) =>
      isJsonObject(item) && typeof item['id'] === 'string' && Array.isArray(item['models']) && item['models'].every(isModel),
  ) &&
  value.some((item: Provider) => item.id === 'openai' && item.models.length >= LEAST);

function isModel(model: unknown): boolean {
  if (!isJsonObject(model) || typeof model['id'] !== 'string') return false;
  const { prices, match, context_window: window } = model;
  if (match !== undefined && !isMatch(match)) return false;
  if (window !== undefined && window !== null && !isAmount(window)) return false;
  return Array.isArray(prices) ? prices.length > 0 && prices.every(isRow) : isPrice(prices);
}

const isRow = (row: unknown): boolean => isJsonObject(row) && isPrice(row['prices']) && isConstraint(row['constraint']);

const isPrice = (price: unknown): boolean =>
  isJsonObject(price) && Object.values(price).every((entry) => isAmount(entry) || isTiers(entry));

const isTiers = (entry: unknown): boolean =>
  isJsonObject(entry) &&
  isAmount(entry['base']) &&
  Array.isArray(entry['tiers']) &&
  entry['tiers'].every((tier) => isJsonObject(tier) && isAmount(tier['start']) && isAmount(tier['price']));

const isAmount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

function isConstraint(constraint: unknown): boolean {
  if (constraint === undefined || constraint === null) return true;
  if (!isJsonObject(constraint)) return false;
  const { start_date: day, start_time: start, end_time: end } = constraint;
  return day === undefined ? isTime(start) && isTime(end) : typeof day === 'string' && isDay(day.slice(0, 10));
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && Number.isFinite(Date.parse(text));

/** Hours in UTC: of another zone, they would be read as other hours. */
const isTime = (text: unknown): boolean => typeof text === 'string' && /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?Z?$/.test(text);

function isMatch(match: unknown): boolean {
  if (!isJsonObject(match)) return false;
  const entries = Object.entries(match);
  const [[kind, value] = ['', null]] = entries;
  if (entries.length !== 1) return false;
  if (kind === 'or' || kind === 'and') return Array.isArray(value) && value.every(isMatch);
  if (typeof value !== 'string') return false;
  return kind === 'regex' ? isPattern(value) : ['equals', 'starts_with', 'ends_with', 'contains'].includes(kind);
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
