/** Messages in a provider's form → OpenTelemetry's `{ role, parts }` (semantic-conventions-genai, gen-ai-input-messages.json). */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';

/** All but the system's. */
export const toParts = (messages: readonly JsonValue[]): JsonObject[] =>
  messages.flatMap((message) => (isJsonObject(message) && !isSystem(message) ? [messageOf(message)] : []));

/** Null: there is none. */
export function systemTextOf(messages: readonly JsonValue[]): string | null {
  const texts = messages.flatMap((message) => (isJsonObject(message) && isSystem(message) ? [textIn(message['content'])] : []));
  return texts.length === 0 ? null : texts.join('\n\n');
}

const isSystem = ({ role }: JsonObject): boolean => role === 'system' || role === 'developer';

const textIn = (content: JsonValue | undefined): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map((part) => (isJsonObject(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('')
      : '';

function messageOf(message: JsonObject): JsonObject {
  const { role, content, tool_calls: calls, tool_call_id: answered, type } = message;
  // Items of the Responses API that are no messages.
  if (type === 'function_call') return { role: 'assistant', parts: [callOf(message['call_id'], message['name'], message['arguments'])] };
  if (type === 'function_call_output') return { role: 'tool', parts: [resultOf(message['call_id'], message['output'])] };
  if (role === 'tool') return { role, parts: [resultOf(answered, content)] };
  const called = (Array.isArray(calls) ? calls : []).flatMap((call) => {
    const named = isJsonObject(call) && isJsonObject(call['function']) ? call['function'] : null;
    return named === null || !isJsonObject(call) ? [] : [callOf(call['id'], named['name'], named['arguments'])];
  });
  return { role: role ?? 'user', parts: [...contentParts(content), ...called] };
}

function contentParts(content: JsonValue | undefined): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', content }];
  return (Array.isArray(content) ? content : []).flatMap((part): JsonObject[] => {
    if (!isJsonObject(part)) return [];
    if (typeof part['text'] === 'string') return [{ type: 'text', content: part['text'] }];
    if (part['type'] === 'tool_use') return [callOf(part['id'], part['name'], part['input'])];
    if (part['type'] === 'tool_result') return [resultOf(part['tool_use_id'], part['content'])];
    return [part];
  });
}

const callOf = (id: JsonValue | undefined, name: JsonValue | undefined, given: JsonValue | undefined): JsonObject => ({
  type: 'tool_call',
  id: id ?? null,
  name: name ?? '',
  arguments: (typeof given === 'string' ? parseJson(given) : undefined) ?? given ?? null,
});

const resultOf = (id: JsonValue | undefined, result: JsonValue | undefined): JsonObject => ({
  type: 'tool_call_response',
  id: id ?? null,
  result: result ?? null,
});
