/** A message as logs keep it, in the form that `messagesOf` reads: LangChain's, Phoenix's, items of OpenAI's Responses, Gemini's roles. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';

/** Whether it is a message, and not some object that an application keeps. */
export function isLogMessage(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const inner = isJsonObject(value['message']) ? value['message'] : value;
  return (
    typeof inner['role'] === 'string' ||
    isJsonObject(value['kwargs']) ||
    (isJsonObject(value['data']) && typeof value['type'] === 'string') ||
    typeof value['message.role'] === 'string' ||
    isResponsesItem(value) ||
    (isLangChainType(value['type']) && value['content'] !== undefined) ||
    (value['content'] !== undefined && Object.keys(value).every((key) => MESSAGE_KEYS.has(key)) && Object.keys(value).length > 1)
  );
}

/** Keys of an answer whose role is left out. */
const MESSAGE_KEYS: ReadonlySet<string> = new Set([
  ...['content', 'tool_calls', 'toolCalls', 'refusal', 'name', 'id', 'annotations', 'audio', 'function_call', 'reasoning_content'],
  ...['additional_kwargs', 'response_metadata', 'usage_metadata', 'invalid_tool_calls', 'type', 'tool_call_id', 'stop_reason', 'usage'],
]);

/** An item of the input or output of OpenAI's Responses. */
export const isResponsesItem = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  typeof value['type'] === 'string' &&
  (/^(function_call|function_call_output|reasoning)$/.test(value['type']) ||
    (value['type'] === 'message' && Array.isArray(value['content'])) ||
    /^(web_search|file_search|computer|code_interpreter|image_generation|mcp|custom_tool)_call/.test(value['type']));

const ROLES: Readonly<Record<string, string>> = {
  human: 'user',
  ai: 'assistant',
  model: 'assistant',
  HumanMessage: 'user',
  HumanMessageChunk: 'user',
  AIMessage: 'assistant',
  AIMessageChunk: 'assistant',
  SystemMessage: 'system',
  ToolMessage: 'tool',
  FunctionMessage: 'tool',
};

const isLangChainType = (type: JsonValue | undefined): boolean => type === 'human' || type === 'ai' || type === 'system' || type === 'tool';

/** `{ type: human, data }` and `{ id: […, HumanMessage], kwargs }` as LangChain serialises messages, `message.role` as Phoenix does. */
export function logMessage(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  if (typeof value['message.role'] === 'string') return { role: value['message.role'], content: value['message.content'] ?? null };
  if (isResponsesItem(value) && value['type'] !== 'message') return { role: 'assistant', content: [value] };
  const inner = isJsonObject(value['kwargs']) ? value['kwargs'] : value['data'];
  const { id, type } = value;
  if (isJsonObject(inner)) return roled(withOwnCalls(inner), Array.isArray(id) ? id.at(-1) : type);
  if (value['role'] === undefined && isLangChainType(type)) return roled(withOwnCalls(value), type);
  return value['role'] === 'model' ? { ...value, role: 'assistant' } : value;
}

function roled(message: JsonObject, name: JsonValue | undefined): JsonObject {
  const { type: _type, ...rest } = message;
  const role = typeof name === 'string' ? (Object.hasOwn(ROLES, name) ? ROLES[name] : name) : undefined;
  return { ...rest, role: role ?? 'user' };
}

/** Before LangChain had `tool_calls` of its own, the provider's stood among the rest. */
function withOwnCalls(message: JsonObject): JsonObject {
  const { tool_calls: calls, additional_kwargs: more } = message;
  if ((Array.isArray(calls) && calls.length > 0) || !isJsonObject(more)) return message;
  const given = more['tool_calls'];
  return Array.isArray(given) && given.length > 0 ? { ...message, tool_calls: given } : message;
}
