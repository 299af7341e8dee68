/** The numbers of a call of a model: tokens, money, time, and why it ended. */
import { structured } from '../json-in-text.ts';
import { normaliseUsage, type FoundCount } from '../../../economics/prices/normalise-usage.ts';
import { costInHeaders, reportedCost } from '../../../economics/prices/reported-cost.ts';
import type { Usage } from '../../../economics/prices/usage.ts';
import type { JsonValue } from '../../../json/json.ts';
import { usageOfDetails } from '../usage-details.ts';
import { amountIn, amountOf, firstOf, objectIn, attributeText, unflatten } from './attributes.ts';
import { NAMES } from './names.ts';
import type { OtlpAttributes, Span } from './telemetry.ts';

/** Null: unknown, see `normaliseUsage`. `hasAnswer`: the call gave a text or a tool call. */
export function usageIn(attributes: OtlpAttributes, hasAnswer: boolean): Usage | null {
  const input = countIn(attributes, NAMES.inputTokens);
  const output = countIn(attributes, NAMES.outputTokens);
  if (input === null || output === null) {
    const details = objectIn(attributes, NAMES.usageDetails);
    return details === null ? null : usageOfDetails(details, hasAnswer);
  }
  const cacheRead = countIn(attributes, NAMES.cacheRead);
  const cacheWrite = countIn(attributes, NAMES.cacheWrite);
  const isBeside = (cacheRead ?? 0) + (cacheWrite ?? 0) > input && CACHE_BESIDE.test(vendorIn(attributes));
  const total = countIn(attributes, NAMES.totalTokens);
  const reasoning = countIn(attributes, NAMES.reasoning);
  const cache = isBeside ? 'beside' : 'inside';
  return normaliseUsage({ input, output, total, cacheRead, cacheWrite, reasoning, cache, thinking: 'inside' }, hasAnswer);
}

/** Some instrumentations of these pass on what they report, which leaves the cache out of the input. */
const CACHE_BESIDE = /anthropic|claude|bedrock/i;

const vendorIn = (attributes: OtlpAttributes): string =>
  `${attributeText(attributes, NAMES.provider) ?? ''} ${attributeText(attributes, NAMES.model) ?? ''}`;

/** Of embeddings, which have tokens of the input alone; null: unknown. */
export function embeddedTokens(attributes: OtlpAttributes): Usage | null {
  const input =
    countIn(attributes, NAMES.inputTokens) ?? countIn(attributes, ['ai.usage.tokens']) ?? countIn(attributes, NAMES.totalTokens);
  const nothing = { total: null, cacheRead: null, cacheWrite: null, reasoning: null } as const;
  return input === null ? null : normaliseUsage({ input, output: 0, ...nothing, cache: 'inside', thinking: 'inside' }, false);
}

/** NaN: it is there, but is not a count. */
function countIn(attributes: OtlpAttributes, names: readonly string[]): FoundCount {
  const value = firstOf(attributes, names);
  return value === undefined ? null : (amountOf(value) ?? NaN);
}

/** USD as the provider or the application reports it; null: neither does. */
export function costIn(attributes: OtlpAttributes): number | null {
  const total = amountIn(attributes, NAMES.costTotal);
  if (total !== null) return total;
  const reported = reportedCost(unflatten(attributes, NAMES.usage)) ?? headerCost(attributes);
  if (reported !== null) return reported;
  const input = amountIn(attributes, NAMES.costInput);
  const output = amountIn(attributes, NAMES.costOutput);
  if (input !== null && output !== null) return input + output;
  const details = objectIn(attributes, NAMES.costDetails);
  if (details === null) return null;
  const parts = Object.entries(details).flatMap(([name, value]) => (name === 'total' ? [] : (amountOf(value) ?? [])));
  return amountOf(details['total']) ?? (parts.length === 0 ? null : parts.reduce((sum, part) => sum + part, 0));
}

/** Headers of the response are lists of texts, where an instrumentation is told to keep them. */
const headerCost = (attributes: OtlpAttributes): number | null =>
  costInHeaders((name) => {
    const value = structured(attributes.get(`http.response.header.${name}`));
    const first = Array.isArray(value) ? value[0] : value;
    return typeof first === 'string' || typeof first === 'number' ? String(first) : null;
  });

/** ms to the first chunk; null: not known. */
export function ttftIn({ attributes, events, startMs }: Span): number | null {
  const seconds = amountIn(attributes, NAMES.firstChunkSeconds);
  if (seconds !== null) return rounded(seconds * 1000);
  const ms = amountIn(attributes, NAMES.firstChunkMs);
  if (ms !== null) return ms;
  const at = Date.parse((attributeText(attributes, NAMES.firstChunkAt) ?? '').replaceAll('"', ''));
  // What OpenInference's instrumentations of streams add.
  const event = events.find(({ name }) => name === 'First Token Stream Event')?.timeMs;
  const first = Number.isNaN(at) ? event : at;
  return first == null || startMs === null || first < startMs ? null : rounded(first - startMs);
}

/** ms; null: not known. */
export const latencyOf = ({ startMs, endMs }: Span): number | null =>
  startMs === null || endMs === null || endMs < startMs ? null : rounded(endMs - startMs);

/** To a µs: times are kept no more exactly. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** The provider's own word for why it ended; null: not said. Of several choices the first. */
export function reasonOf(value: JsonValue | undefined): string | null {
  const given = structured(value);
  const first = Array.isArray(given) ? given[0] : given;
  return typeof first === 'string' && first !== '' ? first : null;
}

export const reasonIn = (attributes: OtlpAttributes): string | null => reasonOf(firstOf(attributes, NAMES.finish));
