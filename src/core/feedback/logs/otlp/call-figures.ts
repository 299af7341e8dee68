/** The numbers of a call of a model: tokens, money, time, and why it ended. */
import { structured } from '../json-in-text.ts';
import type { Usage } from '../../../economics/prices/usage.ts';
import type { JsonObject, JsonValue } from '../../../json.ts';
import { amountIn, amountOf, firstOf, objectIn, attributeText } from './attributes.ts';
import { NAMES } from './names.ts';
import type { Attributes, Span } from './telemetry.ts';

/** Null: not reported. `input` includes what was read from and written to the cache, also where an instrumentation leaves it out. */
export function usageIn(attributes: Attributes): Usage | null {
  const input = amountIn(attributes, NAMES.inputTokens);
  const output = amountIn(attributes, NAMES.outputTokens);
  if (input === null || output === null) return detailedUsage(objectIn(attributes, NAMES.usageDetails));
  const cacheRead = amountIn(attributes, NAMES.cacheRead) ?? 0;
  const cacheWrite = amountIn(attributes, NAMES.cacheWrite) ?? 0;
  const cached = cacheRead + cacheWrite;
  return usage(input >= cached ? input : input + cached, cacheRead, cacheWrite, output, amountIn(attributes, NAMES.reasoning) ?? 0);
}

/** Langfuse's: counts that do not overlap, `total` of them, under the names of whoever made them. */
function detailedUsage(details: JsonObject | null): Usage | null {
  if (details === null) return null;
  const of = (...names: string[]): number | null => {
    for (const name of names) {
      const amount = Object.hasOwn(details, name) ? amountOf(details[name]) : null;
      if (amount !== null) return amount;
    }
    return null;
  };
  const fresh = of('input', 'input_tokens', 'prompt_tokens');
  const said = of('output', 'output_tokens', 'completion_tokens');
  if (fresh === null || said === null) return null;
  const cacheRead = of('cache_read_input_tokens', 'input_cached_tokens', 'input_cache_read') ?? 0;
  const cacheWrite = of('cache_creation_input_tokens', 'input_cache_creation') ?? 0;
  const reasoning = of('output_reasoning_tokens', 'reasoning_tokens') ?? 0;
  const total = of('total', 'total_tokens');
  const isWhole = total !== null && total === fresh + said;
  return isWhole
    ? usage(Math.max(fresh, cacheRead + cacheWrite), cacheRead, cacheWrite, Math.max(said, reasoning), reasoning)
    : usage(fresh + cacheRead + cacheWrite, cacheRead, cacheWrite, said + reasoning, reasoning);
}

const usage = (input: number, cacheRead: number, cacheWriteShort: number, output: number, reasoning: number): Usage => ({
  ...{ input, cacheRead, cacheWriteShort, cacheWriteLong: 0, output },
  reasoning: Math.min(reasoning, output),
});

/** USD as the application reports it; null: it does not. */
export function costIn(attributes: Attributes): number | null {
  const total = amountIn(attributes, NAMES.costTotal);
  if (total !== null) return total;
  const input = amountIn(attributes, NAMES.costInput);
  const output = amountIn(attributes, NAMES.costOutput);
  if (input !== null && output !== null) return input + output;
  const details = objectIn(attributes, NAMES.costDetails);
  if (details === null) return null;
  const parts = Object.entries(details).flatMap(([name, value]) => (name === 'total' ? [] : (amountOf(value) ?? [])));
  return amountOf(details['total']) ?? (parts.length === 0 ? null : parts.reduce((sum, part) => sum + part, 0));
}

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

const FINISHES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    stop: ['end-turn', 'stop-sequence', 'completed', 'eos', 'complete', 'eos-token'],
    length: ['max-tokens', 'max-output-tokens', 'incomplete', 'model-context-window-exceeded'],
    'tool-calls': ['tool-call', 'tool-use', 'function-call', 'tool'],
    'content-filter': ['content-filtered', 'safety', 'recitation', 'blocklist', 'prohibited-content', 'guardrail-intervened'],
  }).flatMap(([finish, names]) => names.map((name) => [name, finish])),
);

/** Why it ended, in the words of runs where there is one for it; null: not said. Of several choices the first. */
export function finishOf(value: JsonValue | undefined): string | null {
  const given = structured(value);
  const first = Array.isArray(given) ? given[0] : given;
  if (typeof first !== 'string' || first === '') return null;
  const name = first
    .replace(/^FinishReason\./i, '')
    .toLowerCase()
    .replaceAll('_', '-');
  return FINISHES.get(name) ?? name;
}

export const finishIn = (attributes: Attributes): string | null => finishOf(firstOf(attributes, NAMES.finish));
