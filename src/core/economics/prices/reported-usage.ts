/**
 * What providers report as `usage`, by the names that they use: OpenAI (Chat, Responses) and compatible servers, Anthropic, Gemini,
 * Bedrock, Ollama, Goldset. The names are read here and nowhere else; `normalise-usage.ts` decides what the counts mean.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { normaliseUsage, usageProblem, type FoundCount, type UsageCounts } from './normalise-usage.ts';
import type { Usage } from './usage.ts';

/** The usage in tokens, or null where it is unknown: see `normaliseUsage`. `hasAnswer`: there was a text or a tool call. */
export function reportedUsage(raw: unknown, hasAnswer: boolean): Usage | null {
  if (!isJsonObject(raw)) return null;
  return normaliseUsage(countsIn(raw), hasAnswer);
}

/** The usage as fields of a response: where it is unknown, with the reason as a clause. */
export function usageField(raw: unknown, hasAnswer: boolean): { readonly usage: Usage | null; readonly usageUnknown?: string } {
  const usage = reportedUsage(raw, hasAnswer);
  const counts = isJsonObject(raw) ? countsIn(raw) : null;
  const reason = usage !== null ? null : counts === null ? 'the provider reported no usage' : usageProblem(counts, hasAnswer);
  return { usage, ...(reason === null ? {} : { usageUnknown: reason }) };
}

/** The usage of embeddings: servers report the prompt alone, since there is no output. */
export const embeddingUsage = (raw: unknown): Usage | null =>
  isJsonObject(raw) ? normaliseUsage({ ...countsIn(raw), output: 0, total: null }, false) : null;

/** What a stream reported so far with what a later event adds. A later value never lowers an earlier one. */
export function mergeReported(known: JsonObject | null, later: unknown): JsonObject | null {
  if (!isJsonObject(later)) return known;
  const merged: JsonObject = { ...known };
  for (const [name, value] of Object.entries(later)) merged[name] = mergedValue(merged[name], value);
  return merged;
}

function mergedValue(known: JsonValue | undefined, later: JsonValue): JsonValue {
  if (known === undefined || known === null) return later;
  if (typeof known === 'number' && typeof later === 'number') return Math.max(known, later);
  if (isJsonObject(known) && isJsonObject(later)) return mergeReported(known, later);
  return later ?? known;
}

function countsIn(raw: JsonObject): UsageCounts {
  if (raw['promptTokenCount'] !== undefined || raw['candidatesTokenCount'] !== undefined) return geminiCounts(raw);
  if (raw['inputTokens'] !== undefined || raw['outputTokens'] !== undefined) return camelCounts(raw);
  if (raw['input'] !== undefined || raw['output'] !== undefined) return goldsetCounts(raw);
  if (raw['prompt_eval_count'] !== undefined || raw['eval_count'] !== undefined) return ollamaCounts(raw);
  const isAnthropic = raw['prompt_tokens'] === undefined && ANTHROPIC_CACHE.some((name) => raw[name] !== undefined);
  return isAnthropic ? anthropicCounts(raw) : openaiCounts(raw);
}

const ANTHROPIC_CACHE = ['cache_read_input_tokens', 'cache_creation_input_tokens', 'cache_creation'];

/** Cached tokens are part of the input. DeepSeek, Moonshot, Together, LiteLLM and LangChain (`input_token_details`) have names of their own for them. */
function openaiCounts(raw: JsonObject): UsageCounts {
  const details =
    objectIn(raw, 'prompt_tokens_details') ?? objectIn(raw, 'input_tokens_details') ?? objectIn(raw, 'input_token_details') ?? {};
  const outputDetails =
    objectIn(raw, 'completion_tokens_details') ?? objectIn(raw, 'output_tokens_details') ?? objectIn(raw, 'output_token_details') ?? {};
  const written = objectIn(details, 'cache_write_tokens_details') ?? {};
  const created = objectIn(details, 'cache_creation_token_details') ?? {};
  return {
    input: first(count(raw, 'prompt_tokens'), count(raw, 'input_tokens')),
    output: first(count(raw, 'completion_tokens'), count(raw, 'output_tokens')),
    total: count(raw, 'total_tokens'),
    cacheRead: most(
      count(details, 'cached_tokens'),
      count(details, 'cache_read'),
      count(raw, 'prompt_cache_hit_tokens'),
      count(raw, 'cached_tokens'),
      count(raw, 'cache_read_input_tokens'),
    ),
    cacheWrite: most(
      count(details, 'cache_write_tokens'),
      count(details, 'cache_creation_tokens'),
      count(details, 'cache_creation'),
      count(raw, 'cache_creation_input_tokens'),
    ),
    cacheWriteLong: most(count(written, 'ttl_12h_tokens'), count(created, 'ephemeral_1h_input_tokens')),
    reasoning: most(
      count(outputDetails, 'reasoning_tokens'),
      count(outputDetails, 'thinking_tokens'),
      count(outputDetails, 'reasoning'),
      count(raw, 'reasoning_tokens'),
    ),
    cache: 'inside',
    thinking: 'inside',
  };
}

/** `input_tokens` leaves out what was read from and written to the cache. */
function anthropicCounts(raw: JsonObject): UsageCounts {
  const created = objectIn(raw, 'cache_creation') ?? {};
  const long = count(created, 'ephemeral_1h_input_tokens');
  const short = count(created, 'ephemeral_5m_input_tokens');
  return {
    input: count(raw, 'input_tokens'),
    output: count(raw, 'output_tokens'),
    total: count(raw, 'total_tokens'),
    cacheRead: count(raw, 'cache_read_input_tokens'),
    cacheWrite: count(raw, 'cache_creation_input_tokens') ?? (short === null && long === null ? null : (short ?? 0) + (long ?? 0)),
    cacheWriteLong: long,
    reasoning: count(objectIn(raw, 'output_tokens_details') ?? {}, 'thinking_tokens'),
    cache: 'beside',
    thinking: 'inside',
  };
}

/** `usageMetadata`: thoughts are billed as output and are reported beside the candidates' tokens. */
function geminiCounts(raw: JsonObject): UsageCounts {
  const thoughts = count(raw, 'thoughtsTokenCount');
  const [prompt, tools] = [count(raw, 'promptTokenCount'), count(raw, 'toolUsePromptTokenCount')];
  return {
    input: prompt === null ? null : prompt + (tools ?? 0),
    // An answer that ended while the model was thinking has no candidates' tokens.
    output: count(raw, 'candidatesTokenCount') ?? (thoughts === null ? null : 0),
    total: count(raw, 'totalTokenCount'),
    cacheRead: count(raw, 'cachedContentTokenCount'),
    reasoning: thoughts,
    cache: 'inside',
    thinking: 'beside',
  };
}

/** Bedrock's Converse reports the cache beside the input; the AI SDK's `cachedInputTokens` are part of it. */
function camelCounts(raw: JsonObject): UsageCounts {
  const isBedrock = raw['cacheReadInputTokens'] !== undefined || raw['cacheWriteInputTokens'] !== undefined;
  return {
    input: count(raw, 'inputTokens'),
    output: count(raw, 'outputTokens'),
    total: count(raw, 'totalTokens'),
    cacheRead: first(count(raw, 'cacheReadInputTokens'), count(raw, 'cachedInputTokens')),
    cacheWrite: count(raw, 'cacheWriteInputTokens'),
    cacheWriteLong: longWrites(raw['cacheDetails']),
    reasoning: count(raw, 'reasoningTokens'),
    cache: isBedrock ? 'beside' : 'inside',
    thinking: 'inside',
  };
}

/** Bedrock lists what was written by how long it is kept. Null: it does not. */
function longWrites(details: JsonValue | undefined): FoundCount {
  if (!Array.isArray(details)) return null;
  const long = details.filter(isJsonObject).filter(({ ttl }) => ttl === '1h');
  return long.reduce<number>((sum, detail) => sum + (count(detail, 'inputTokens') ?? NaN), 0);
}

/** As a pipeline may report it, in the fields of a run's report. */
function goldsetCounts(raw: JsonObject): UsageCounts {
  const [short, long] = [count(raw, 'cacheWriteShort'), count(raw, 'cacheWriteLong')];
  return {
    input: count(raw, 'input'),
    output: count(raw, 'output'),
    total: count(raw, 'total'),
    cacheRead: count(raw, 'cacheRead'),
    cacheWrite: short === null && long === null ? null : (short ?? 0) + (long ?? 0),
    cacheWriteLong: long,
    reasoning: count(raw, 'reasoning'),
    cache: 'inside',
    thinking: 'inside',
  };
}

const ollamaCounts = (raw: JsonObject): UsageCounts => ({
  input: count(raw, 'prompt_eval_count'),
  output: count(raw, 'eval_count'),
  cache: 'inside',
  thinking: 'inside',
});

/** Null: absent. NaN: it is there, but is not a count. */
function count(object: JsonObject, name: string): FoundCount {
  const value = Object.hasOwn(object, name) ? object[name] : null;
  if (value === null || value === undefined) return null;
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : NaN;
}

const objectIn = (object: JsonObject, name: string): JsonObject | null => {
  const value = Object.hasOwn(object, name) ? object[name] : null;
  return isJsonObject(value) ? value : null;
};

const first = (...counts: FoundCount[]): FoundCount => counts.find((value) => value !== null) ?? null;

/** Of one count under several names the largest, since some servers fill one and leave another at 0. */
function most(...counts: FoundCount[]): FoundCount {
  const known = counts.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
