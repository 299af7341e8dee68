/** An answer as it is kept: what comes back from disk is checked like anything from outside. */
import type { Usage } from '../../../core/economics/usage.ts';
import type { ToolCall } from '../../../core/grade/assertion.ts';
import { isJsonObject, type JsonValue } from '../../../core/json.ts';
import type { FinishReason, ModelResponse } from '../../../core/run/model-client.ts';

const FINISHES: ReadonlySet<string> = new Set(['stop', 'length', 'content-filter', 'tool-calls', 'refusal'] satisfies FinishReason[]);
const COUNTS = [
  'input',
  'cacheRead',
  'cacheWriteShort',
  'cacheWriteLong',
  'output',
  'reasoning',
] as const satisfies readonly (keyof Usage)[];

/** Null: this is no answer. */
export function responseOf(value: JsonValue | undefined): ModelResponse | null {
  if (!isJsonObject(value)) return null;
  const { output, toolCalls, finish, usage, ttftMs, latencyMs } = value;
  if (typeof output !== 'string' || typeof latencyMs !== 'number' || !Array.isArray(toolCalls)) return null;
  if (finish !== null && (typeof finish !== 'string' || !FINISHES.has(finish))) return null;
  if (ttftMs !== null && typeof ttftMs !== 'number') return null;
  const calls = toolCalls.map(toolCallOf);
  const counted = usage === null ? null : usageOf(usage);
  if (counted === undefined || calls.includes(null)) return null;
  return {
    output,
    toolCalls: calls.filter((call) => call !== null),
    finish: finish as FinishReason | null,
    usage: counted,
    ttftMs: ttftMs ?? null,
    latencyMs,
  };
}

function toolCallOf(value: JsonValue): ToolCall | null {
  if (!isJsonObject(value)) return null;
  const { id, name, arguments: given } = value;
  if (typeof name !== 'string' || typeof given !== 'string' || (id !== null && typeof id !== 'string')) return null;
  return { id: id ?? null, name, arguments: given };
}

function usageOf(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const counts = COUNTS.map((name) => value[name]);
  if (!counts.every((count) => typeof count === 'number' && count >= 0)) return undefined;
  return Object.fromEntries(COUNTS.map((name, i) => [name, counts[i]])) as unknown as Usage;
}
