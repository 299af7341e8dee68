/**
 * What providers report, as our six fields, normalised here and nowhere else. OpenAI, its compatible servers and Gemini
 * count cached tokens in the input; Anthropic does not. What is no number counts as not reported.
 */
import { isJsonObject, type JsonValue } from '../../json.ts';
import type { Usage } from './usage.ts';

/** `usage` of a chat completion or a response; null when it reports nothing. */
export function usageFromOpenai(raw: unknown): Usage | null {
  const input = number(raw, 'prompt_tokens') ?? number(raw, 'input_tokens');
  const output = number(raw, 'completion_tokens') ?? number(raw, 'output_tokens');
  if (input === null && output === null) return null;
  const inputDetails = field(raw, 'prompt_tokens_details') ?? field(raw, 'input_tokens_details');
  const outputDetails = field(raw, 'completion_tokens_details') ?? field(raw, 'output_tokens_details');
  const cacheRead = number(inputDetails, 'cached_tokens') ?? number(raw, 'prompt_cache_hit_tokens') ?? 0;
  const long = number(field(inputDetails, 'cache_write_tokens_details'), 'ttl_12h_tokens') ?? 0;
  const written = number(inputDetails, 'cache_write_tokens') ?? 0;
  return {
    input: input ?? 0,
    cacheRead,
    cacheWriteShort: Math.max(0, written - long),
    cacheWriteLong: long,
    output: output ?? 0,
    reasoning: number(outputDetails, 'reasoning_tokens') ?? 0,
  };
}

/** `usage` of a message: `input_tokens` leaves out what was read from and written to the cache. */
export function usageFromAnthropic(raw: unknown): Usage | null {
  const fresh = number(raw, 'input_tokens');
  const output = number(raw, 'output_tokens');
  if (fresh === null && output === null) return null;
  const cacheRead = number(raw, 'cache_read_input_tokens') ?? 0;
  const written = number(raw, 'cache_creation_input_tokens') ?? 0;
  const long = number(field(raw, 'cache_creation'), 'ephemeral_1h_input_tokens') ?? 0;
  return {
    input: (fresh ?? 0) + cacheRead + written,
    cacheRead,
    cacheWriteShort: Math.max(0, written - long),
    cacheWriteLong: long,
    output: output ?? 0,
    reasoning: number(field(raw, 'output_tokens_details'), 'thinking_tokens') ?? 0,
  };
}

/** `usageMetadata`: thoughts are billed as output and stand beside the candidates' tokens. */
export function usageFromGemini(raw: unknown): Usage | null {
  const input = number(raw, 'promptTokenCount');
  const answer = number(raw, 'candidatesTokenCount');
  if (input === null && answer === null) return null;
  const reasoning = number(raw, 'thoughtsTokenCount') ?? 0;
  return {
    input: (input ?? 0) + (number(raw, 'toolUsePromptTokenCount') ?? 0),
    cacheRead: number(raw, 'cachedContentTokenCount') ?? 0,
    cacheWriteShort: 0,
    cacheWriteLong: 0,
    output: (answer ?? 0) + reasoning,
    reasoning,
  };
}

const field = (value: unknown, name: string): JsonValue | null => {
  const found = isJsonObject(value) ? (value as Record<string, JsonValue | undefined>)[name] : undefined;
  return found ?? null;
};

function number(value: unknown, name: string): number | null {
  const found = field(value, name);
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : null;
}
