/** An answer as it is kept: what comes back from disk is checked like anything from outside. */
import { isCharges, type Charges } from '../../../core/economics/prices/charges.ts';
import { serviceOf } from '../../../core/economics/prices/price.ts';
import { USAGE_COUNTS, type Usage } from '../../../core/economics/prices/usage.ts';
import type { ToolCall } from '../../../core/tool.ts';
import { FINISH_REASONS } from '../../../core/model/finish-reasons.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import { isParameterChange, type ParameterChange } from '../../../core/model/sent-without.ts';
import type { FinishReason, ModelResponse } from '../../../core/model/model-request.ts';

const FINISHES: ReadonlySet<string> = new Set(FINISH_REASONS);

/** Null: this is no answer. */
export function responseOf(value: JsonValue | undefined): ModelResponse | null {
  if (!isJsonObject(value)) return null;
  const { output, toolCalls, finish, usage, ttftMs, latencyMs } = value;
  if (typeof output !== 'string' || !isNumberOrNull(latencyMs) || !Array.isArray(toolCalls)) return null;
  if (finish !== null && (typeof finish !== 'string' || !FINISHES.has(finish))) return null;
  if (!isNumberOrNull(ttftMs)) return null;
  const calls = toolCalls.map(toolCallOf);
  const counted = usage === null ? null : usageOf(usage);
  if (counted === undefined || calls.includes(null)) return null;
  return {
    output,
    toolCalls: calls.filter((call) => call !== null),
    finish: finish as FinishReason | null,
    usage: counted,
    ttftMs,
    latencyMs,
    ...serviceOf(value['service']),
    ...(typeof value['cacheMiss'] === 'string' ? { cacheMiss: value['cacheMiss'] } : {}),
    ...(typeof value['costUsd'] === 'number' && value['costUsd'] >= 0 ? { costUsd: value['costUsd'] } : {}),
    ...(typeof value['region'] === 'string' ? { region: value['region'] } : {}),
    ...(typeof value['usageUnknown'] === 'string' ? { usageUnknown: value['usageUnknown'] } : {}),
    ...(isCharges(value['charges']) ? { charges: value['charges'] as Charges } : {}),
    ...(isMoment(value['answeredAt']) ? { answeredAt: value['answeredAt'] } : {}),
    ...(value['usageEstimated'] === true ? { usageEstimated: true } : {}),
    ...listOf(value, 'reasoning', isJsonObject),
    ...listOf(value, 'context', (item) => typeof item === 'string'),
    ...changesOf(value['sentWithout']),
  };
}

const changesOf = (list: JsonValue | undefined): Pick<ModelResponse, 'sentWithout'> =>
  Array.isArray(list) && list.every(isParameterChange) ? { sentWithout: list as unknown as readonly ParameterChange[] } : {};
const isMoment = (value: JsonValue | undefined): value is string => typeof value === 'string' && Number.isFinite(Date.parse(value));

const isNumberOrNull = (value: JsonValue | undefined): value is number | null => value === null || typeof value === 'number';

/** The list under a name, when all of it is what it should be. */
function listOf<T extends JsonValue, N extends string>(
  value: JsonObject,
  name: N,
  is: (item: JsonValue) => item is T,
): Partial<Record<N, T[]>> {
  const list = value[name];
  return Array.isArray(list) && list.every(is) ? ({ [name]: list } as Partial<Record<N, T[]>>) : {};
}

function toolCallOf(value: JsonValue): ToolCall | null {
  if (!isJsonObject(value)) return null;
  const { id, name, arguments: given } = value;
  if (typeof name !== 'string' || typeof given !== 'string' || (id !== null && typeof id !== 'string')) return null;
  return { id: id ?? null, name, arguments: given };
}

function usageOf(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const counts = USAGE_COUNTS.map((name) => value[name]);
  if (!counts.every((count) => typeof count === 'number' && count >= 0)) return undefined;
  return Object.fromEntries(USAGE_COUNTS.map((name, i) => [name, counts[i]])) as unknown as Usage;
}
